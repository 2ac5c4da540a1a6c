package packetlab.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.event.EventType;
import packetlab.message.Decoder;
import packetlab.message.MessageCounters;
import packetlab.os.LiveSource;
import packetlab.os.PermissionException;
import packetlab.os.WallClock;
import packetlab.sockets.Demo;
import packetlab.sockets.Staging;
import packetlab.wire.PacketSource;

/**
 * One run of a demo with its capture: finds a place where this user may capture, begins the capture before the first
 * packet and ends it after the last one. Loads native code.
 */
final class DemoRun {
    private final Main main;
    private final CommonOptions common;
    private final ShowOptions show;
    private final BackendOptions backend;
    private final TimelineOptions timeline;
    private final Demo demo;
    private final Staging staging;
    private final DemoPlace place;

    DemoRun(Main main, CommonOptions common, ShowOptions show, BackendOptions backend, TimelineOptions timeline,
            Demo demo, Staging staging) {
        this.main = main;
        this.common = common;
        this.show = show;
        this.backend = backend;
        this.timeline = timeline;
        this.demo = demo;
        this.staging = staging;
        this.place = new DemoPlace(main, demo, staging, backend);
    }

    /** @param file to record the packets to; null for none */
    int run(Path file) throws IOException {
        boolean captured = demo.wire() != Demo.Wire.NONE && place.settle();
        DemoView view = new DemoView(main, common, show, timeline, demo, file != null);
        Observer observer = new Observer(view.output(), view.wantsCalls());
        Session session = new Session(observer, main.lifetime(), Progress.of(main.console(), true), show, new DecodeOptions());
        if (staging.step() == null) {
            main.lifetime().graceful();     // while a person is asked for the first calls, there is nothing to save
        }
        DemoTeller teller = new DemoTeller(main, demo, staging, session::tell);
        try (DemoPlay play = new DemoPlay(demo, staging, session::tell, teller)) {
            observer.play = play;
            session.loop().stopWhen(play::over);
            int status = captured ? capture(play, session, view, file) : listen(play, session);
            view.draw(captured ? place.words() : null, session.dropped());
            Exception failure = session.loop().interrupted() ? null : play.failure();
            if (failure != null) {
                throw failed(failure);
            }
            return status;
        }
    }

    private int capture(DemoPlay play, Session session, DemoView view, Path file) throws IOException {
        // Loading native code takes half a second, which would come between the demo's calls.
        LiveCapture.open(backend, place.options().withFilter("tcp")).close();
        String filter;
        try {
            filter = play.begin();
        } catch (Exception e) {
            // It had not come to its packets: the calls until then, the last of them the one that failed.
            session.begin(new CaptureEvent.Start(WallClock.nowNs(), demo.name(), null, null, null));
            session.finish();
            view.draw(place.words(), Event.UNKNOWN);
            throw failed(e);
        }
        try (LiveSource source = LiveCapture.open(backend, place.options().withFilter(filter))) {
            try (Recording recording = file == null ? null
                    : Recording.create(file, LiveCapture.description(source), main.messages())) {
                session.recordTo(recording);
                main.lifetime().graceful();
                session.begin(LiveCapture.start(source));
                play.captureRuns();
                session.run(source, Loop.Kind.LIVE);
                session.finish();
                return recording == null ? ExitStatus.DONE
                        : view.annotate(recording, file, LiveCapture.description(source));
            }
        }
    }

    private Failure failed(Exception e) {
        if (e instanceof PermissionException missing) {
            return LiveCapture.failure(missing);
        }
        String why = e instanceof IOException ? e.getMessage() : e.toString();
        return Failure.failed("the demo " + demo.name() + " failed: " + why, e);
    }

    /** Without packets, or without the right to see them: the calls are all there is. */
    private int listen(DemoPlay play, Session session) throws IOException {
        session.begin(new CaptureEvent.Start(WallClock.nowNs(), demo.name(), null, null, null));
        play.captureRuns();
        play.start();
        try (PacketSource nothing = new NoPackets()) {
            session.run(nothing, Loop.Kind.LIVE);
        }
        session.finish();
        return ExitStatus.DONE;
    }

    /** Tells the demo what was seen of it, and the reader what this demo is to show. */
    private final class Observer implements Output {
        private final Output output;
        private final boolean showsCalls;
        private DemoPlay play;

        Observer(Output output, boolean showsCalls) {
            this.output = output;
            this.showsCalls = showsCalls;
        }

        @Override
        public void onEvent(Event event) {
            if (play != null) {
                play.seen(event);
            }
            if (event instanceof CaptureEvent.Start start && !common.json) {
                // The name and the place tell more than the link type and the filter.
                output.onEvent(new CaptureEvent.Start(start.timeNs(), demo.name(),
                        start.backend() == null ? null : place.words(), start.backend(), start.bufferBytes(), null));
            } else if (shows(event.type())) {
                output.onEvent(event);
            }
        }

        private boolean shows(EventType type) {
            return output.wants(type) && (showsCalls || type != EventType.CALL);
        }

        @Override
        public boolean wants(EventType type) {
            return DemoPlay.counts(type) || shows(type);
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
