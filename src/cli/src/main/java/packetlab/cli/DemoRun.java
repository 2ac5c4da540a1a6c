package packetlab.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.event.EventType;
import packetlab.message.Decoder;
import packetlab.message.MessageCounters;
import packetlab.os.CaptureGrant;
import packetlab.os.CaptureRight;
import packetlab.os.LiveSource;
import packetlab.os.PermissionException;
import packetlab.os.PrivateNamespace;
import packetlab.os.RingOptions;
import packetlab.os.WallClock;
import packetlab.sockets.Demo;
import packetlab.wire.PacketSource;

/**
 * One run of a demo with its capture: finds a place where this user may capture, begins the capture before the first
 * packet and ends it after the last one. Loads native code.
 */
final class DemoRun {
    private static final String LOOPBACK = "lo";

    private final Main main;
    private final CommonOptions common;
    private final ShowOptions show;
    private final BackendOptions backend;
    private final TimelineOptions timeline;
    private final Demo demo;

    DemoRun(Main main, CommonOptions common, ShowOptions show, BackendOptions backend, TimelineOptions timeline,
            Demo demo) {
        this.main = main;
        this.common = common;
        this.show = show;
        this.backend = backend;
        this.timeline = timeline;
        this.demo = demo;
    }

    /** @param file to record the packets to; null for none */
    int run(Path file) throws IOException {
        boolean captured = demo.wire() != Demo.Wire.NONE;
        if (captured) {
            goWhereCaptureIsAllowed();
        }
        DemoView view = new DemoView(main, common, show, timeline, demo, file != null);
        Observer observer = new Observer(view.output(), view.wantsCalls());
        Session session = new Session(observer, main.lifetime(), Progress.of(main.console(), true), show, new DecodeOptions());
        main.lifetime().graceful();
        try (DemoPlay play = new DemoPlay(demo, session::tell)) {
            observer.play = play;
            session.loop().stopWhen(play::over);
            int status = captured ? capture(play, session, view, file) : listen(play, session);
            view.draw(captured ? place() : null, session.dropped());
            Exception failure = session.loop().interrupted() ? null : play.failure();
            if (failure != null) {
                throw failed(failure);
            }
            return status;
        }
    }

    private int capture(DemoPlay play, Session session, DemoView view, Path file) throws IOException {
        // Loading native code takes half a second, which would come between the demo's calls.
        RingOptions lo = backend.applyTo(RingOptions.on(LOOPBACK));
        LiveCapture.open(backend, lo.withFilter("tcp")).close();
        String filter;
        try {
            filter = play.begin();
        } catch (Exception e) {
            // Nothing was captured, but the call that failed is there to be shown.
            session.begin(new CaptureEvent.Start(WallClock.nowNs(), demo.name(), null, null, null));
            session.finish();
            view.draw(place(), Event.UNKNOWN);
            throw failed(e);
        }
        try (LiveSource source = LiveCapture.open(backend, lo.withFilter(filter))) {
            try (Recording recording = file == null ? null
                    : Recording.create(file, LiveCapture.description(source), main.messages())) {
                session.recordTo(recording);
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
        String why = e instanceof IOException ? e.getMessage() : e.toString();
        return Failure.failed("the demo " + demo.name() + " failed: " + why, e);
    }

    /** A demo without packets: its calls are all there is. */
    private int listen(DemoPlay play, Session session) throws IOException {
        session.begin(new CaptureEvent.Start(WallClock.nowNs(), demo.name(), null, null, null));
        play.start();
        try (PacketSource nothing = new NoPackets()) {
            session.run(nothing, Loop.Kind.LIVE);
        }
        session.finish();
        return ExitStatus.DONE;
    }

    /** Comes back where this process may capture; runs the program again elsewhere where it may not. */
    private void goWhereCaptureIsAllowed() throws IOException {
        if (PrivateNamespace.inside()) {
            PrivateNamespace.prepare();
            return;
        }
        if (CaptureGrant.usable() && backend.backend() != BackendOptions.Backend.libpcap) {
            return;
        }
        PermissionException missing;
        try {
            CaptureRight.require(LOOPBACK);
            return;
        } catch (PermissionException e) {
            missing = e;
        }
        List<PrivateNamespace.Attempt> attempts = PrivateNamespace.search();
        PrivateNamespace.Attempt last = attempts.get(attempts.size() - 1);
        if (!last.works()) {
            throw nowhere(missing, attempts);
        }
        for (PrivateNamespace.Attempt failed : attempts.subList(0, attempts.size() - 1)) {
            main.messages().print(failed.obstacle() + "; going on " + last.way().words(),
                    remedy(failed, "or, as root:"));
        }
        PrivateNamespace.runAgainInside(last);
    }

    private static Failure nowhere(PermissionException missing, List<PrivateNamespace.Attempt> attempts) {
        List<String> hints = new ArrayList<>();
        List<String> remedies = new ArrayList<>();
        for (PrivateNamespace.Attempt attempt : attempts) {
            hints.add("no private namespace, " + attempt.way().words() + ": " + attempt.obstacle());
            remedies.addAll(remedy(attempt, "or, as root:    "));
        }
        if (missing.grant() != null) {
            hints.add("once, as root:   " + missing.grant());
        }
        hints.addAll(remedies);
        return Failure.notPermitted(missing.what(), hints, missing);
    }

    private static List<String> remedy(PrivateNamespace.Attempt attempt, String words) {
        return attempt.remedy() == null ? List.of() : List.of(words + " " + attempt.remedy());
    }

    /** Where the demo runs, in words. */
    private static String place() {
        String way = System.getProperty(PrivateNamespace.INSIDE);
        return way == null ? LOOPBACK
                : LOOPBACK + " in a private namespace (" + PrivateNamespace.Way.valueOf(way).words() + ")";
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
                        start.backend() == null ? null : place(), start.backend(), start.bufferBytes(), null));
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
