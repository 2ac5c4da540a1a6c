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
import packetlab.os.CaptureRight;
import packetlab.os.PcapOptions;
import packetlab.os.PcapSource;
import packetlab.os.PermissionException;
import packetlab.os.PrivateNamespace;
import packetlab.os.SocketAddress;
import packetlab.os.WallClock;
import packetlab.sockets.Demo;
import packetlab.sockets.Staging;
import packetlab.wire.PacketSource;

/**
 * One run of a demo with its capture: finds a place where this user may capture, begins the capture before the first
 * packet and ends it after the last one. Loads native code.
 */
final class DemoRun {
    private static final String LOOPBACK = "lo", ALL_INTERFACES = "any";

    private final Main main;
    private final CommonOptions common;
    private final ShowOptions show;
    private final Demo demo;
    private final Staging staging;

    DemoRun(Main main, CommonOptions common, ShowOptions show, Demo demo, Staging staging) {
        this.main = main;
        this.common = common;
        this.show = show;
        this.demo = demo;
        this.staging = staging;
    }

    /** @param file to record the packets to; null for none */
    int run(Path file) throws IOException {
        boolean captured = demo.wire() != Demo.Wire.NONE && settle();
        boolean verbose = common.verbose || demo.everyPacket();
        Output output = Output.of(main.console(), common, show.filter(), verbose);
        boolean callsShown = common.json || verbose || show.selective();
        Observer observer = new Observer(callsShown && !common.json ? new TimeOrder(output) : output, callsShown);
        Session session = new Session(observer, main.lifetime(), Progress.of(main.console(), true), show, new DecodeOptions());
        if (staging.step() == null) {
            main.lifetime().graceful();     // while a person is asked for the first calls, there is nothing to save
        }
        DemoTeller teller = new DemoTeller(main, demo, staging, session::tell);
        try (DemoPlay play = new DemoPlay(demo, staging, session::tell, teller)) {
            observer.play = play;
            session.loop().stopWhen(play::over);
            int status = captured ? capture(play, session, file) : listen(play, session);
            Exception failure = session.loop().interrupted() ? null : play.failure();
            if (failure != null) {
                throw failed(failure);
            }
            return status;
        }
    }

    private int capture(DemoPlay play, Session session, Path file) throws IOException {
        // Loading libpcap takes half a second, which would come between the demo's calls.
        LiveCapture.open(PcapOptions.on(device())).close();
        String filter;
        try {
            filter = play.begin();
        } catch (Exception e) {
            // It had not come to its packets: the calls until then, the last of them the one that failed.
            session.begin(new CaptureEvent.Start(WallClock.nowNs(), demo.name(), null, null, null));
            session.finish();
            throw failed(e);
        }
        try (PcapSource source = LiveCapture.open(PcapOptions.on(device()).withFilter(filter))) {
            try (Recording recording = file == null ? null
                    : Recording.create(file, LiveCapture.description(source), main.messages())) {
                session.recordTo(recording);
                main.lifetime().graceful();
                session.begin(LiveCapture.start(source));
                play.captureRuns();
                session.run(source, Loop.Kind.LIVE);
                session.finish();
                return recording == null ? ExitStatus.DONE : recording.finish();
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

    /** Finds the place to play at; whether this user may capture there. */
    private boolean settle() throws IOException {
        if (staging.half() == Staging.Half.BOTH) {
            goWhereCaptureIsAllowed();
            return true;
        }
        try {
            CaptureRight.require(device());     // the other half is outside: no private namespace would do
            LiveCapture.open(PcapOptions.on(device())).close();
            return true;
        } catch (PermissionException e) {
            main.messages().print(e.what() + "; the calls alone are shown",
                    e.grant() == null ? List.of() : List.of("once, as root:   " + e.grant()));
            return false;
        } catch (Failure e) {
            main.messages().print(e.getMessage() + "; the calls alone are shown", List.of());
            return false;
        }
    }

    /** Where the demo's packets pass: on loopback, unless the user has named another address. */
    private String device() {
        SocketAddress address = staging.address();
        boolean local = address == null || address instanceof SocketAddress.Ipv4 v4 && v4.address() >>> 24 == 127
                || address instanceof SocketAddress.Ipv6 v6 && v6.high() == 0 && v6.low() == 1;
        return address == null ? demo.device() : local ? LOOPBACK : ALL_INTERFACES;
    }

    /** Comes back where this process may capture; runs the program again elsewhere where it may not. */
    private void goWhereCaptureIsAllowed() throws IOException {
        if (PrivateNamespace.inside()) {
            PrivateNamespace.prepare();
            return;
        }
        PermissionException missing;
        try {
            CaptureRight.require(LOOPBACK);
            if (!demo.needsPrivateNetwork()) {
                return;
            }
            missing = null;
        } catch (PermissionException e) {
            missing = e;
        }
        List<PrivateNamespace.Attempt> attempts = PrivateNamespace.search();
        PrivateNamespace.Attempt last = attempts.get(attempts.size() - 1);
        if (!last.works()) {
            throw nowhere(missing == null ? "the demo " + demo.name() + " needs a network of its own" : missing.what(),
                    missing, attempts);
        }
        for (PrivateNamespace.Attempt failed : attempts.subList(0, attempts.size() - 1)) {
            main.messages().print(failed.obstacle() + "; going on " + last.way().words(),
                    remedy(failed, "or, as root:"));
        }
        PrivateNamespace.runAgainInside(last);
    }

    private static Failure nowhere(String what, PermissionException missing,
                                   List<PrivateNamespace.Attempt> attempts) {
        List<String> hints = new ArrayList<>();
        List<String> remedies = new ArrayList<>();
        for (PrivateNamespace.Attempt attempt : attempts) {
            hints.add("no private namespace, " + attempt.way().words() + ": " + attempt.obstacle());
            remedies.addAll(remedy(attempt, "or, as root:    "));
        }
        if (missing != null && missing.grant() != null) {
            hints.add("once, as root:   " + missing.grant());
        }
        hints.addAll(remedies);
        return Failure.notPermitted(what, hints, missing);
    }

    private static List<String> remedy(PrivateNamespace.Attempt attempt, String words) {
        return attempt.remedy() == null ? List.of() : List.of(words + " " + attempt.remedy());
    }

    /** Where the demo runs, in words. */
    private String place() {
        String way = System.getProperty(PrivateNamespace.INSIDE);
        return way == null ? device()
                : device() + " in a private namespace (" + PrivateNamespace.Way.valueOf(way).words() + ")";
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
                        start.backend() == null ? null : place(), start.backend(), null));
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
