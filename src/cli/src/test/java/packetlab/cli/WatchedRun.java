package packetlab.cli;

import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import packetlab.event.CallEvent;
import packetlab.event.Event;
import packetlab.event.EventListener;
import packetlab.event.EventType;
import packetlab.event.Side;
import packetlab.event.TcpEvent;
import packetlab.flow.FlowLimits;
import packetlab.message.Decoder;
import packetlab.message.MessageDecoder;
import packetlab.message.MessageLimits;
import packetlab.os.PcapOptions;
import packetlab.os.PcapSource;
import packetlab.sockets.Stage;
import packetlab.timeline.JoinedRun;
import packetlab.timeline.Timeline;
import packetlab.timeline.TimelineLimits;

/** A piece of code that talks over sockets on lo, captured while it does, its calls joined with its packets. */
final class WatchedRun implements EventListener, Timeline.Listener {
    /** What is played; its calls are recorded. */
    interface Scene {
        void play(Stage stage) throws Exception;
    }

    private static final long LONGEST_NS = 30_000_000_000L;
    /** After the last call: packets are on lo at once, and libpcap hands them on within 100 ms. */
    private static final long REST_NS = 400_000_000L;

    final JoinedRun run = new JoinedRun(100_000, 100_000);
    private final Timeline timeline = new Timeline(TimelineLimits.DEFAULT, this);

    /** @param filter which packets are captured */
    static WatchedRun of(String filter, Scene scene) throws Exception {
        WatchedRun watched = new WatchedRun();
        Queue<CallEvent> calls = new ConcurrentLinkedQueue<>();
        MessageDecoder messages = new MessageDecoder(watched, MessageLimits.DEFAULT);
        Decoder decoder = new Decoder(watched, messages, FlowLimits.DEFAULT, false);
        try (PcapSource source = PcapSource.open(PcapOptions.on("lo").withFilter(filter));
                Stage stage = new Stage(calls::add, ready -> { })) {
            Stage.Running played = stage.start("scene", () -> scene.play(stage));
            long began = System.nanoTime();
            long ended = 0;
            while (ended == 0 || System.nanoTime() - ended < REST_NS) {
                source.poll(decoder);
                for (CallEvent call = calls.poll(); call != null; call = calls.poll()) {
                    watched.timeline.call(call);
                }
                if (ended == 0 && played.isDone()) {
                    ended = System.nanoTime();
                }
                if (System.nanoTime() - began > LONGEST_NS) {
                    throw new IOException("the scene did not end");
                }
            }
            played.join();
        }
        calls.forEach(watched.timeline::call);      // closed by the stage, where the scene had left something open
        decoder.finish();
        watched.timeline.finish();
        messages.close();
        return watched;
    }

    @Override
    public void onEvent(Event event) {
        timeline.packet(event);
        run.packet(event);
    }

    @Override
    public boolean wants(EventType type) {
        return true;
    }

    @Override
    public Segments segments() {
        return Segments.ALL;
    }

    @Override
    public void joined(CallEvent call) {
        run.call(call);
    }

    /** One side's calls of that name, in order. */
    List<CallEvent> calls(Side side, String name) {
        return run.calls().stream().filter(c -> c.from() == side && c.call().equals(name)).toList();
    }

    CallEvent call(Side side, String name) {
        List<CallEvent> found = calls(side, name);
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " " + side + " " + name + " in " + run.calls());
        }
        return found.get(0);
    }

    /** One side's segments with any of these flags. */
    List<Long> frames(Side side, int flags) {
        return run.packets().stream().filter(p -> p instanceof TcpEvent.Segment s && s.from() == side
                && (s.flags() & flags) != 0).map(Event::frame).toList();
    }

    /** One side's segments that carry octets of that range, by looking at every segment. */
    List<Long> carriers(Side side, long start, long end) {
        return run.packets().stream().filter(p -> p instanceof TcpEvent.Segment s && s.from() == side && s.length() > 0
                && s.sequence() - 1 < end && s.sequence() - 1 + s.length() > start).map(Event::frame).sorted().toList();
    }
}
