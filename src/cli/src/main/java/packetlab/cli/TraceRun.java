package packetlab.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
import packetlab.os.PreloadTracer;
import packetlab.os.PrivateNamespace;
import packetlab.os.RingOptions;
import packetlab.os.TraceRing;
import packetlab.os.TracedSockets;
import packetlab.os.WallClock;

/**
 * One run of a command with its calls and packets: finds a way and a place, begins to capture before the command is
 * started, and ends after it. Loads native code.
 */
final class TraceRun {
    /** After the command's end packets still come: answers of the kernel, the last calls of what it has started. */
    private static final long LAST_PACKETS_NS = 200_000_000L;

    private final Main main;
    private final CommonOptions common;
    private final ShowOptions show;
    private final BackendOptions backend;
    private final TimelineOptions timeline;
    private final TraceOptions options;
    private final List<String> words;
    private final TracedSockets sockets = new TracedSockets();
    private CallTracer tracer;
    private ChildCommand child;
    private Session session;
    private long endedNs;
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
            return trace(ChildCommand.find(words.get(0)), file);
        } catch (ChildCommand.NotStartedException e) {
            throw Failure.notStarted(e.getMessage(), e.status());
        }
    }

    private int trace(Path program, Path file) throws IOException {
        new CapturePlace(main.messages(), backend).settle(options.apart ? "a private network was asked for" : null);
        CaptureRight.keepFromChildren();
        TraceView view = new TraceView(main, common, show, timeline, options);
        RingOptions ring = backend.applyTo(RingOptions.on(options.device));
        try (CallTracer way = PreloadTracer.create(TraceRing.DEFAULT_RECORDS);
             LiveSource source = LiveCapture.open(backend, ring);
             Recording recording = file == null ? null
                     : Recording.create(file, LiveCapture.description(source), main.messages())) {
            tracer = way;
            session = new Session(new Observer(view.output()), main.lifetime(), Progress.of(main.console(), true), show,
                    new DecodeOptions());
            session.recordTo(recording);
            session.loop().stopWhen(this::over);
            session.begin(LiveCapture.start(source));
            say("calls by " + tracer.name() + ", packets on " + CapturePlace.words(options.device)
                    + (PrivateNamespace.inside() ? ", without outside network" : ""));
            start(program);
            session.run(source, Loop.Kind.LIVE);
            poll();
            session.finish();
            view.finish(String.join(" ", words), CapturePlace.words(options.device), session.dropped());
            int status = recording == null ? ExitStatus.DONE
                    : view.annotate(recording, file, LiveCapture.description(source));
            return status == ExitStatus.DONE ? child.status() : ChildCommand.OWN_FAILURE;
        } finally {
            if (child != null) {
                child.close();
            }
        }
    }

    private void start(Path program) throws IOException {
        child = ChildCommand.start(tracer.program(program), tracer.words(program, words), tracer.environment(),
                common.json && options.output == null);
        tracer.started(child.pid());
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
        if (child.running()) {
            return false;
        }
        long now = System.nanoTime();
        if (endedNs == 0) {
            endedNs = now;
            child.endFamily();
        }
        return now - endedNs > LAST_PACKETS_NS && tracer.over();
    }

    private void poll() {
        try {
            tracer.poll(seen -> session.tell(sockets.take(seen)));
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
                output.onEvent(new CaptureEvent.Start(start.timeNs(), "trace · " + words.get(0) + " · calls by "
                        + tracer.name(), CapturePlace.words(options.device), start.backend(), start.bufferBytes(), null));
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
