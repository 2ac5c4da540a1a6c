package packetlab.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;
import packetlab.pcap.CaptureWriter;
import packetlab.report.CallComments;
import packetlab.report.CallSummary;
import packetlab.report.EventFilter;
import packetlab.timeline.JoinedRun;

/** Everything that a trace is shown as: the timeline, a summary or NDJSON, pictures, and remarks in its recording. */
final class TraceView {
    /** Of a run, for its pictures, its summary and the remarks in its recording. */
    private static final int MAX_CALLS_KEPT = 1 << 18, MAX_PACKETS_KEPT = 1 << 18;

    /** Tasks that a picture names. */
    private static final int LEGEND = 6;

    private final Main main;
    private final CommonOptions common;
    private final TimelineOptions options;
    private final JoinedRun joined = new JoinedRun(MAX_CALLS_KEPT, MAX_PACKETS_KEPT);
    private final ClockWords clock = new ClockWords(joined);
    private final TraceOutput out;
    private final TraceTasks tasks;
    private final TraceFilter filter;
    private final boolean summary;
    private final Output output;

    TraceView(Main main, CommonOptions common, ShowOptions show, TimelineOptions options, TraceOptions trace,
              TraceTasks tasks, LongSupplier completeNs) throws IOException {
        this.main = main;
        this.common = common;
        this.options = options;
        this.tasks = tasks;
        this.filter = new TraceFilter(trace, tasks);
        this.summary = trace.summary;
        options.pictures.check();
        joined.markBy(tasks::mark);
        boolean toFile = trace.output != null;
        Console console = main.console();
        out = new TraceOutput(toFile ? Files.newOutputStream(trace.output) : common.json ? console.out() : console.err(),
                !toFile && !common.json);
        Console place = new Console(console.in(), out, console.err(), false, console.errIsTerminal(), console.utf8());
        boolean colored = common.colored(toFile ? CommonOptions.NO_TERMINAL : Terminal.STDERR);
        EventFilter events = show.filter();
        Output shown = common.json ? Output.of(place, common, events, true)
                : common.quiet || trace.summary ? new TextOutput(place, colored, events, false, true)
                : new TimelineText(place, colored, events, clock, tasks::mark);
        output = new JoinOutput(filter.before(shown), common.json ? JoinOutput.When.JOINED : JoinOutput.When.PLACED, joined,
                completeNs);
    }

    /** Where the run's events go. */
    Output output() {
        return output;
    }

    /**
     * The run is over and all was told.
     *
     * @param dropped packets that the kernel did not capture, or UNKNOWN
     */
    void finish(String title, String place, long dropped) {
        JoinedRun chosen = filter.isSelective() ? joined.of(filter) : joined;
        if (summary) {
            CallSummary.print(chosen, out, main.console().utf8());
        }
        out.close();
        if (out.leftOut() > 0) {
            main.messages().print(out.leftOut() + " octets of text are left out: -o FILE takes them all", List.of());
        }
        List<String> legend = tasks.words();
        String more = legend.size() > LEGEND ? " · and " + (legend.size() - LEGEND) + " more" : "";
        String who = legend.isEmpty() ? "" : " · " + String.join(" · ", legend.subList(0, Math.min(LEGEND, legend.size()))) + more;
        new Pictures(options.pictures, title, place + who, clock).draw(chosen, dropped);
    }

    /** As {@link DemoView#annotate}. */
    int annotate(Recording recording, Path file, CaptureWriter.Description description) {
        int status = recording.finish();
        if (status != ExitStatus.DONE || recording.failed() || !Files.isRegularFile(file)) {
            return status;
        }
        try {
            CallComments.addRemarks(file, description, CallComments.withTasks(joined));
            return status;
        } catch (IOException e) {
            main.messages().print(FileTrouble.line(file.toString(), e) + "; the packets are recorded, the calls are not",
                    List.of());
            return ExitStatus.FAILED;
        }
    }
}
