package packetlab.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.event.EventType;
import packetlab.message.Decoder;
import packetlab.message.MessageCounters;
import packetlab.pcap.CaptureWriter;
import packetlab.report.CallComments;
import packetlab.sockets.Demo;
import packetlab.timeline.JoinedRun;

/**
 * Everything that a run of a demo is shown as: text or JSON while it runs, pictures and the remarks in its recording
 * when it is over. Calls and packets are joined where any of these wants them so.
 */
final class DemoView {
    /** Of a run, for its pictures and for the remarks in its recording. */
    private static final int MAX_CALLS_KEPT = 1 << 16, MAX_PACKETS_KEPT = 1 << 18;

    private final Main main;
    private final CommonOptions common;
    private final ShowOptions show;
    private final TimelineOptions options;
    private final Demo demo;
    private final JoinedRun joined = new JoinedRun(MAX_CALLS_KEPT, MAX_PACKETS_KEPT);
    private final ClockWords clock = new ClockWords(joined);
    private final Output output;
    private final boolean joins;
    private final boolean callsShown;

    /** @param recorded whether its packets go to a file, too */
    DemoView(Main main, CommonOptions common, ShowOptions show, TimelineOptions options, Demo demo, boolean recorded) {
        this.main = main;
        this.common = common;
        this.show = show;
        this.options = options;
        this.demo = demo;
        options.pictures.check();
        boolean verbose = common.verbose || demo.everyPacket();
        boolean asTimeline = !common.json && !common.quiet
                && options.asText(demo.everyPacket() && !show.selective() && !common.verbose);
        joins = common.json || asTimeline || recorded || options.pictures.drawn();
        callsShown = common.json || verbose || asTimeline || show.selective();
        output = asTimeline ? joined(timeline(), JoinOutput.When.PLACED)
                : common.json ? joined(printed(verbose), JoinOutput.When.JOINED)
                : joined(callsShown ? new TimeOrder(printed(verbose)) : printed(verbose), JoinOutput.When.RETURNED);
    }

    private Output timeline() {
        return new TimelineText(main.console(), common.colored(), show.filter(), clock);
    }

    private Output printed(boolean verbose) {
        return Output.of(main.console(), common, show.filter(), verbose);
    }

    private Output joined(Output shown, JoinOutput.When when) {
        return joins ? new JoinOutput(new Shown(shown, callsShown), when, joined) : shown;
    }

    /** Where the run's events go. */
    Output output() {
        return output;
    }

    /** Whether {@link #output} is to have calls. */
    boolean wantsCalls() {
        return callsShown || joins;
    }

    /**
     * The run is over.
     *
     * @param place   where it ran, in words; null for nowhere in particular
     * @param dropped packets that the kernel did not capture, or UNKNOWN
     */
    void draw(String place, long dropped) {
        new Pictures(options.pictures, demo.name(), demo.description() + (place == null ? "" : " · " + place), clock)
                .draw(joined, dropped);
    }

    /** The recording is complete; its calls, which are known now, become comments on its packets. Returns the status. */
    int annotate(Recording recording, Path file, CaptureWriter.Description description) {
        int status = recording.finish();
        if (status != ExitStatus.DONE || recording.failed() || !Files.isRegularFile(file)) {
            return status;      // a pipe or a device has taken the packets already
        }
        try {
            CallComments.add(file, description, CallComments.of(joined));
            return status;
        } catch (IOException e) {
            main.messages().print(FileTrouble.line(file.toString(), e) + "; the packets are recorded, the calls are not",
                    List.of());
            return ExitStatus.FAILED;
        }
    }

    /** Leaves out calls where they are not shown but joined all the same. */
    private record Shown(Output output, boolean calls) implements Output {
        @Override
        public void onEvent(Event event) {
            output.onEvent(event);
        }

        @Override
        public boolean wants(EventType type) {
            return output.wants(type) && (calls || type != EventType.CALL);
        }

        @Override
        public Segments segments() {
            return output.segments();
        }

        @Override
        public void flush() {
            output.flush();
        }

        @Override
        public void finish(CaptureEvent.End end, Decoder decoder, MessageCounters messages) {
            output.finish(end, decoder, messages);
        }
    }
}
