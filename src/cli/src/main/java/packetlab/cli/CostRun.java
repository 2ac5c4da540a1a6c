package packetlab.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import packetlab.event.CaptureEvent;
import packetlab.event.CostEvent;
import packetlab.event.CostEvent.Idle;
import packetlab.event.CostEvent.Result;
import packetlab.event.Event;
import packetlab.event.EventType;
import packetlab.message.Decoder;
import packetlab.message.MessageCounters;
import packetlab.message.MessageLimits;
import packetlab.os.LiveSource;
import packetlab.os.PrivateNamespace;
import packetlab.os.RingOptions;
import packetlab.os.WallClock;
import packetlab.pcap.CaptureReader;
import packetlab.report.CostTable;
import packetlab.report.EventFilter;
import packetlab.report.JsonReport;
import packetlab.web.Transport;
import packetlab.web.cost.CostLoad;
import packetlab.web.cost.CostMeter;
import packetlab.web.cost.CostPlan;
import packetlab.wire.LinkType;

/** A load under capture, or a recording of one, and what comes out of it. */
final class CostRun {
    /** What one answer to a poll may hold: each of its messages is counted. */
    private static final int LARGEST_BODY = 16 << 20;
    /** For clients to take their leave after Ctrl-C. */
    private static final long LOAD_ENDS_MS = 5_000;

    private final Main main;
    private final CommonOptions common;
    private final CostFiles files;
    private final CostMeter meter = new CostMeter();
    private final StatusLine status;
    /** Counted by the load, looked at when it has ended. */
    private volatile int failures;

    CostRun(Main main, CommonOptions common, CostFiles files) {
        this.main = main;
        this.common = common;
        this.files = files;
        this.status = new StatusLine(main.console());
    }

    private Session session(Output output) {
        Session session = new Session(output, main.lifetime(), Progress.of(main.console(), true),
                MessageLimits.DEFAULT.withShownPayload(LARGEST_BODY), new DecodeOptions());
        session.watchedBy(meter);
        return session;
    }

    /** Counts what a file holds. */
    int read(Path file) {
        CostOutput output = new CostOutput();
        Session session = session(output);
        FileRemarks remarks = new FileRemarks(output, 0);
        IOException damage = null;
        CaptureEvent.Start start = null;
        try (CaptureReader reader = CaptureReader.open(file, remarks)) {
            main.lifetime().graceful();
            start = new CaptureEvent.Start(Event.NO_TIME, file.toString(), reader.linkType() == CaptureReader.NO_LINK_TYPE
                    ? null : LinkType.name(reader.linkType()), null, Event.UNKNOWN, null);
            remarks.begin();
            session.run(reader, Loop.Kind.FILE);
        } catch (IOException e) {
            damage = e;
        }
        if (start != null) {
            session.finish();
            tell(start, output.end, List.of(file.toString()));
        }
        if (damage != null) {
            main.messages().trace(damage);
            main.messages().print(FileTrouble.line(file.toString(), damage), List.of());
            return ExitStatus.FAILED;
        }
        return session.loop().interrupted() ? ExitStatus.INTERRUPTED : ExitStatus.DONE;
    }

    /** @param file to record the packets to; null for none */
    int run(List<Transport> transports, CostLoad.Workload workload, BackendOptions backend, Path file) throws IOException {
        settle(backend);
        CostOutput output = new CostOutput();
        Session session = session(output);
        Queue<String> comments = new ConcurrentLinkedQueue<>();
        session.remarks(timeNs -> drain(comments));
        CostLoad load = new CostLoad(workload, transports, WallClock::nowNs, new Teller(comments));
        RingOptions options = backend.applyTo(RingOptions.on(CapturePlace.LOOPBACK).withFilter("tcp"));
        try (load;
             LiveSource source = LiveCapture.open(backend, options);
             Recording recording = file == null ? null
                     : Recording.create(file, LiveCapture.description(source), main.messages())) {
            session.recordTo(recording);
            main.lifetime().graceful();
            Thread thread = new Thread(() -> run(load), "cost");
            thread.setDaemon(true);
            thread.start();
            session.loop().stopWhen(() -> !thread.isAlive());
            session.run(source, Loop.Kind.LIVE);
            load.stop();
            session.finish();
            join(thread);
            status.clear();
            tell(LiveCapture.start(source), output.end, List.of(CapturePlace.words(source.device()) + ", through "
                    + source.backend(), words(workload)));
            int recorded = recording == null ? ExitStatus.DONE : recording.finish();
            return failures > 0 ? ExitStatus.FAILED : recorded;
        }
    }

    /** Nothing may end the load without a word. */
    private void run(CostLoad load) {
        try {
            load.run();
        } catch (RuntimeException | Error e) {
            failures++;
            status.clear();
            main.messages().print("the load broke off: " + (e instanceof OutOfMemoryError
                    ? "no memory for so many clients (fewer --clients, or PACKETLAB_JAVA_OPTS=-Xmx1g)" : e.toString()), List.of());
            main.messages().trace(e);
        }
    }

    private static void join(Thread load) {
        try {
            load.join(LOAD_ENDS_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** In a private namespace where there can be one: nobody else talks there, and nothing of others is recorded. */
    private void settle(BackendOptions backend) throws IOException {
        if (!PrivateNamespace.inside()) {
            List<PrivateNamespace.Attempt> attempts = PrivateNamespace.search();
            PrivateNamespace.Attempt last = attempts.get(attempts.size() - 1);
            if (last.works()) {
                PrivateNamespace.runAgainInside(last);
            }
        }
        new CapturePlace(main.messages(), backend).settle(null);
    }

    private static String drain(Queue<String> comments) {
        if (comments.isEmpty()) {
            return null;
        }
        List<String> lines = new ArrayList<>();
        for (String line = comments.poll(); line != null; line = comments.poll()) {
            lines.add(line);
        }
        return String.join("\n", lines);
    }

    private static String words(CostLoad.Workload w) {
        return w.clients() + " clients, " + w.messages() + " messages of " + w.size() + " bytes each, "
                + (w.rate() == Math.rint(w.rate()) ? Long.toString((long) w.rate()) : Double.toString(w.rate()))
                + " a second, HTTP polling every " + w.pollMs() + " ms";
    }

    private void tell(CaptureEvent.Start start, CaptureEvent.End end, List<String> notes) {
        List<Result> results = new ArrayList<>();
        List<Idle> idle = new ArrayList<>();
        boolean planned = meter.isPlanned();
        for (CostEvent event : meter.results()) {
            if (event instanceof Idle i) {
                idle.add(i);
            } else if (event instanceof Result r && (!planned || r.clients() != Event.UNKNOWN)) {
                results.add(r);
            }
        }
        if (common.json) {
            JsonReport json = new JsonReport(main.console().out(), EventFilter.ALL, true);
            json.onEvent(start);
            results.forEach(json::onEvent);
            idle.forEach(json::onEvent);
            json.onEvent(end);
            json.flush();
        } else {
            print(results, idle, end, notes, planned);
        }
        files.write(notes, results, idle);
    }

    private void print(List<Result> results, List<Idle> idle, CaptureEvent.End end, List<String> notes, boolean planned) {
        StringBuilder text = new StringBuilder();
        notes.forEach(note -> text.append(note).append('\n'));
        text.append("\nOn the wire, for each delivered message").append(planned ? ": there and back again\n" : "\n");
        CostTable.wire(results, idle).forEach(line -> text.append(line).append('\n'));
        text.append("\nDelivery").append(planned ? ", from when a message was to be sent\n" : "\n");
        CostTable.delivery(results).forEach(line -> text.append(line).append('\n'));
        text.append('\n').append(String.format(Locale.ROOT, "%,d packets captured, %,d bytes", end.packets(), end.bytes()));
        if (end.dropped() != Event.UNKNOWN) {
            text.append(String.format(Locale.ROOT, ", %,d dropped by the kernel%s", end.dropped(),
                    end.dropped() > 0 ? ": the figures are too low (--buffer gives more room)" : ""));
        }
        if (meter.others() > 0) {
            text.append(String.format(Locale.ROOT, ", %,d of no connection", meter.others()));
        }
        try {
            main.print(text.append('\n').toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the load says of itself, on its way to the meter and the recording. */
    private final class Teller implements CostLoad.Listener {
        private final Queue<String> comments;

        Teller(Queue<String> comments) {
            this.comments = comments;
        }

        @Override
        public void begins(CostPlan plan) {
            meter.expect(plan);
            comments.add(plan.comment());
        }

        @Override
        public void at(String words) {
            main.lifetime().progressed();
            if (!common.quiet) {
                status.show(words);
            }
        }

        @Override
        public void failed(Transport transport, String why) {
            failures++;
            status.clear();
            main.messages().print(transport.id() + ": " + why, List.of());
        }
    }

    /** Takes all events to the meter. */
    private final class CostOutput implements Output {
        private CaptureEvent.End end;

        @Override
        public void onEvent(Event event) {
            meter.onEvent(event);
        }

        @Override
        public boolean wants(EventType type) {
            return meter.wants(type);
        }

        @Override
        public Segments segments() {
            return meter.segments();
        }

        @Override
        public void flush() {
            // Nothing is shown until the end.
        }

        @Override
        public void finish(CaptureEvent.End last, Decoder decoder, MessageCounters messages) {
            end = last;
        }
    }
}
