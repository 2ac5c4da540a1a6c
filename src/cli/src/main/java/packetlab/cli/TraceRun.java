package packetlab.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import packetlab.event.CallEvent;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.event.EventType;
import packetlab.event.NoteEvent;
import packetlab.message.Decoder;
import packetlab.message.MessageCounters;
import packetlab.os.CallTracer;
import packetlab.os.CaptureRight;
import packetlab.os.ChildCommand;
import packetlab.os.LiveSource;
import packetlab.os.PrivateNamespace;
import packetlab.os.RingOptions;
import packetlab.os.SeenCall;
import packetlab.os.TracedSockets;
import packetlab.os.WallClock;

/**
 * One run of a command with its calls and packets: finds a way and a place, begins to capture before the command is
 * started, and ends after it. Loads native code.
 */
final class TraceRun {
    /** After the command's end packets still come: answers of the kernel, the last calls of what it has started. */
    private static final long LAST_PACKETS_NS = 200_000_000L;
    /** A tracer that does not end by itself is not waited for. */
    private static final long LONGEST_LAST_CALLS_NS = 5_000_000_000L;

    /** Calls and packets come by different ways: after so long both have been told, as a rule. */
    private static final long USUALLY_LATE_NS = 300_000_000L, LONGEST_LATE_NS = 5_000_000_000L;

    /**
     * Packets are read, joined and shown by one thread, and a program may send for seconds faster than that: so many wait
     * for it. The longest time of collecting that still has many blocks, of which each such time uses up one.
     */
    private static final int BUFFER_BYTES = 64 << 20, COLLECT_MS = 8;

    private static final long UNSEEN_POLL_MS = 5;
    private static final int LONGEST_TITLE = 40;
    private static final long REAP_NS = 1_000_000_000L;

    private final Main main;
    private final CommonOptions common;
    private final ShowOptions show;
    private final BackendOptions backend;
    private final TimelineOptions timeline;
    private final TraceOptions options;
    private final List<String> words;
    private final TracedSockets sockets = new TracedSockets();
    private final TraceTasks tasks = new TraceTasks(this::tell, this::nameOf);
    private CallTracer tracer;
    private ChildCommand child;
    private Session session;
    private TracedTraffic traffic;
    private long endedNs;
    private long reapedNs;
    /** Calls that had returned by then were told. */
    private long completeNs = Event.NO_TIME;
    /** How late calls have come, at most, after their returns; and when the one of this poll that returned first did. */
    private long lateNs = USUALLY_LATE_NS;
    private long earliestNs = Long.MAX_VALUE;
    private final CallTracer.Calls calls = new CallTracer.Calls() {
        @Override
        public void call(SeenCall seen) {
            CallEvent call = sockets.take(seen);
            earliestNs = call.returned() ? Math.min(earliestNs, call.endTimeNs()) : earliestNs;
            tasks.see(call);
            session.tell(call);
        }

        @Override
        public void missing() {
            sockets.forget();
        }
    };
    private boolean failed;

    TraceRun(Main main, CommonOptions common, ShowOptions show, BackendOptions backend, TimelineOptions timeline,
             TraceOptions options, List<String> words) {
        this.main = main;
        this.common = common;
        this.show = show;
        this.backend = backend;
        this.timeline = timeline;
        this.options = options;
        this.words = words;
    }

    /** @param file to record the packets to; null for none */
    int run(Path file) throws IOException {
        try {
            return trace(words.isEmpty() ? null : ChildCommand.find(words.get(0)), file);
        } catch (ChildCommand.NotStartedException e) {
            throw Failure.notStarted(e.getMessage(), e.status());
        }
    }

    /** @param program null where programs that run already are followed */
    private int trace(Path program, Path file) throws IOException {
        if (program != null) {
            new CapturePlace(main.messages(), backend).settle(options.apart ? "a private network was asked for" : null);
            CaptureRight.keepFromChildren();
        }
        TraceView view = new TraceView(main, common, show, timeline, options, tasks, () -> completeNs);
        RingOptions ring = backend.applyTo(RingOptions.on(options.device).withBufferUpTo(BUFFER_BYTES).withCollectMs(COLLECT_MS));
        TraceWay way = TraceWay.choose(options, program);
        try (CallTracer closed = way.tracer();
             LiveSource source = LiveCapture.open(backend, ring);
             Recording recording = file == null ? null
                     : Recording.create(file, LiveCapture.description(source), main.messages())) {
            tracer = closed;
            session = new Session(new Observer(ofOurs(view.output())), main.lifetime(), Progress.of(main.console(), false), show,
                    new DecodeOptions());
            session.recordTo(recording);
            session.loop().stopWhen(this::over);
            session.begin(LiveCapture.start(source));
            say("calls by " + tracer.name() + (way.why() == null ? "" : " (" + way.why() + ")") + ", packets on "
                    + CapturePlace.words(options.device) + (PrivateNamespace.inside() ? ", without outside network" : ""));
            if (program != null) {
                start(program);
            } else {
                main.lifetime().graceful();
            }
            try {
                session.run(source, Loop.Kind.LIVE);
                poll();
                tracer.unreturned(calls);
                session.finish();
            } catch (IOException | RuntimeException e) {
                await();        // whatever became of what we print: the command comes to its own end
                if (Messages.find(e, StandardOutput.ReaderGone.class) == null) {
                    throw e;
                }
                return child == null ? ExitStatus.DONE : child.status();
            }
            tellMissing();
            view.finish(title(), CapturePlace.words(options.device), session.dropped());
            int status = recording == null ? ExitStatus.DONE
                    : view.annotate(recording, file, LiveCapture.description(source));
            return status != ExitStatus.DONE ? ExitStatus.RAN_NOTHING : child == null ? ExitStatus.DONE : child.status();
        } finally {
            if (child != null) {
                child.close();
            }
        }
    }

    /** In a private namespace all packets are the command's; elsewhere others may talk, too. */
    private Output ofOurs(Output output) {
        traffic = PrivateNamespace.inside() ? null : new TracedTraffic(output);
        return traffic == null ? output : traffic;
    }

    /** Nothing is shown any more; the command runs on to its end. */
    private void await() {
        while (child != null && child.running()) {
            poll();
            try {
                Thread.sleep(UNSEEN_POLL_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private String title() {
        return words.isEmpty() ? "process " + options.pids.stream().map(String::valueOf).collect(Collectors.joining(", "))
                : shortened(String.join(" ", words));
    }

    private static String shortened(String line) {
        String one = line.replaceAll("\\s+", " ");
        return one.length() <= LONGEST_TITLE ? one : one.substring(0, LONGEST_TITLE - 1) + "…";
    }

    private void start(Path program) throws IOException {
        child = ChildCommand.start(tracer.program(program), tracer.words(program, words), tracer.environment(),
                common.json && options.output == null);
        child.except(tracer::isOwn);
        try {
            tracer.started(child.pid());
        } catch (IOException e) {
            throw Failure.failed(e.getMessage(), e);
        }
    }

    private void tell(Event event) {
        session.tell(event);
    }

    private String nameOf(long pid) {
        return tracer.nameOf(pid);
    }

    /** What was not seen. */
    private void tellMissing() {
        for (String remark : tracer.remarks()) {
            main.messages().print(remark, List.of());
        }
        if (traffic != null && traffic.leftOut() > 0) {
            main.messages().print(String.format(Locale.ROOT, "%,d packets on %s were of other programs and are left out",
                    traffic.leftOut(), options.device), List.of());
            if (traffic.letGo() > 0) {
                main.messages().print(String.format(Locale.ROOT, "for %,d of them nobody could wait until it was known whose they "
                        + "are: some may be the command's; --private has its packets alone", traffic.letGo()), List.of());
            }
        }
        if (tracer.lost() > 0) {
            main.messages().print(String.format(Locale.ROOT, "%,d calls were not recorded: they came faster than they were read; "
                    + "what follows them on sockets of before is not joined", tracer.lost()), List.of());
        }
    }

    private void say(String text) {
        if (!common.quiet) {
            main.messages().print(text, List.of());
        }
        if (common.json) {
            session.tell(new NoteEvent(WallClock.nowNs(), null, text));
        }
    }

    /** Takes the calls that have come; whether the command has ended and nothing more will come. */
    private boolean over() {
        poll();
        if (child == null ? !tracer.over() : child.running()) {
            if (child != null && System.nanoTime() - reapedNs > REAP_NS) {
                reapedNs = System.nanoTime();
                child.reap();
            }
            return false;
        }
        long now = System.nanoTime();
        if (endedNs == 0) {
            endedNs = now;
            if (child != null) {
                endFamily();
            }
        }
        return now - endedNs > LAST_PACKETS_NS && (tracer.over() || now - endedNs > LONGEST_LAST_CALLS_NS);
    }

    private void endFamily() {
        List<String> left = child.left();
        if (!left.isEmpty()) {
            main.messages().print("the command has ended; ended what it had left running: " + String.join(", ", left), List.of());
        }
        child.endFamily();
    }

    private void poll() {
        try {
            long beganNs = WallClock.nowNs();
            tracer.poll(calls);
            // A call that came late says that others may, too.
            lateNs = Math.min(Math.max(lateNs, 2 * (beganNs - earliestNs)), LONGEST_LATE_NS);
            earliestNs = Long.MAX_VALUE;
            long sureNs = tracer.completeUntilNs();
            completeNs = sureNs == Long.MAX_VALUE ? beganNs - lateNs : Math.min(sureNs, beganNs - USUALLY_LATE_NS);
        } catch (IOException e) {
            if (!failed) {
                main.messages().print(e.getMessage() + "; later calls are missing", List.of());
                failed = true;
            }
        }
    }

    /** Shows the command in the first line. */
    private final class Observer implements Output {
        private final Output output;

        Observer(Output output) {
            this.output = output;
        }

        @Override
        public void onEvent(Event event) {
            if (event instanceof CaptureEvent.Start start && !common.json) {
                output.onEvent(new CaptureEvent.Start(start.timeNs(), title() + " · calls by " + tracer.name(),
                        CapturePlace.words(options.device), start.backend(), start.bufferBytes(), null));
            } else {
                output.onEvent(event);
            }
        }

        @Override
        public boolean wants(EventType type) {
            return output.wants(type);
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
