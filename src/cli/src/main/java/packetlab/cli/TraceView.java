package packetlab.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import packetlab.pcap.CaptureWriter;
import packetlab.report.CallComments;
import packetlab.report.EventFilter;
import packetlab.timeline.JoinedRun;

/** Everything that a trace is shown as: the timeline, a summary or NDJSON, pictures, and remarks in its recording. */
final class TraceView {
    /** Of a run, for its pictures, its summary and the remarks in its recording. */
    private static final int MAX_CALLS_KEPT = 1 << 18, MAX_PACKETS_KEPT = 1 << 18;

    private final Main main;
    private final CommonOptions common;
    private final TimelineOptions options;
    private final JoinedRun joined = new JoinedRun(MAX_CALLS_KEPT, MAX_PACKETS_KEPT);
    private final ClockWords clock = new ClockWords(joined);
    private final TraceOutput out;
    private final Output output;

    TraceView(Main main, CommonOptions common, ShowOptions show, TimelineOptions options, TraceOptions trace)
            throws IOException {
        this.main = main;
        this.common = common;
        this.options = options;
        options.check();
        boolean toFile = trace.output != null;
        Console console = main.console();
        out = new TraceOutput(toFile ? Files.newOutputStream(trace.output) : common.json ? console.out() : console.err(),
                !toFile && !common.json);
        Console place = new Console(console.in(), out, console.err(), false, console.errIsTerminal(), console.utf8());
        boolean colored = common.colored(toFile ? CommonOptions.NO_TERMINAL : Terminal.STDERR);
        EventFilter filter = show.filter();
        Output shown = common.json ? Output.of(place, common, filter, true)
                : common.quiet || trace.summary ? new TextOutput(place, colored, filter, false, true)
                : new TimelineText(place, colored, filter, clock);
        output = new JoinOutput(shown, common.json ? JoinOutput.When.JOINED : JoinOutput.When.PLACED, joined);
    }

    /** Where the run's events go. */
    Output output() {
        return output;
    }

    JoinedRun joined() {
        return joined;
    }

    /**
     * The run is over and all was told.
     *
     * @param dropped packets that the kernel did not capture, or UNKNOWN
     */
    void finish(String title, String place, long dropped) {
        out.close();
        new Pictures(options, title, place, clock).draw(joined, dropped);
    }

    /** As {@link DemoView#annotate}. */
    int annotate(Recording recording, Path file, CaptureWriter.Description description) {
        int status = recording.finish();
        if (status != ExitStatus.DONE || recording.failed() || !Files.isRegularFile(file)) {
            return status;
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
}
