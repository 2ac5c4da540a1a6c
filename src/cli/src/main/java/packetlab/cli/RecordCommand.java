package packetlab.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.os.PcapSource;
import packetlab.os.WallClock;
import packetlab.pcap.CaptureWriter;
import packetlab.report.EventFilter;
import packetlab.report.JsonReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Captures into a file and decodes nothing. */
@Command(name = "record", description = "Captures into a pcapng file, without decoding.",
        footer = {"", "Examples:",
            "  packetlab record -w talk.pcapng                        all of lo, until Ctrl-C",
            "  packetlab record -w talk.pcapng -p 8080 --duration 1m",
            "  packetlab record -w big.pcapng -i eth0 --snaplen 256   only the first octets of each packet",
            "  packetlab record -w - | ssh host packetlab read -      into a pipe",
            "", "The file is readable at any time, also after kill -9."})
final class RecordCommand implements Callable<Integer> {
    @Option(names = {"-w", "--write"}, order = 9, paramLabel = "FILE", required = true,
            description = "the file, which is made anew; -: standard output")
    private Path file;

    @Mixin
    private CaptureOptions capture;

    @Mixin
    private CommonOptions common;

    @ParentCommand
    private Main main;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        boolean toStandardOutput = file.equals(Recording.STANDARD_OUTPUT);
        if (toStandardOutput && main.console().outIsTerminal()) {
            throw new ParameterException(spec.commandLine(), "standard output is a terminal: name a file, or a pipe");
        }
        try (PcapSource source = LiveCapture.open(capture);
             Recording recording = record(LiveCapture.description(source), toStandardOutput)) {
            Progress progress = Progress.of(main.console(), false);
            Loop loop = new Loop(main.lifetime(), recording, counts -> {
                recording.flush(counts.packets(), counts.dropped());
                progress.tick(counts.packets(), counts.bytes(), counts.dropped());
            });
            loop.stopAfter(capture.count(), capture.durationNs());
            loop.stopWhen(recording::failed);
            main.lifetime().graceful();
            Failure gone = null;
            try {
                loop.run(source, Loop.Kind.LIVE);
            } catch (IOException e) {
                gone = LiveCapture.failure(e);
            }
            progress.clear();
            int status = recording.finish();
            summary(loop, toStandardOutput);
            if (gone != null) {
                throw gone;
            }
            return status;
        }
    }

    private Recording record(CaptureWriter.Description description, boolean toStandardOutput) throws IOException {
        return toStandardOutput ? Recording.to(main.console().out(), description, main.messages())
                : Recording.create(file, description, main.messages());
    }

    /** Beside the product, which is the file: on standard output unless that is the file. */
    private void summary(Loop loop, boolean toStandardOutput) throws IOException {
        OutputStream out = toStandardOutput ? main.console().err() : main.console().out();
        if (common.json) {
            JsonReport report = new JsonReport(out, EventFilter.ALL, false);
            report.onEvent(new CaptureEvent.End(WallClock.nowNs(), loop.packets(), loop.bytes(), loop.dropped(), 0, 0));
            report.flush();
        } else {
            String dot = main.console().utf8() ? " · " : ", ";
            out.write(String.format(Locale.ROOT, "%,d packets%s%,d bytes%s%s%sin %s%n", loop.packets(), dot, loop.bytes(),
                    dot, loop.dropped() == Event.UNKNOWN ? "drops not counted"
                            : String.format(Locale.ROOT, "%,d dropped by the kernel", loop.dropped()),
                    dot, toStandardOutput ? "standard output" : file).getBytes(StandardCharsets.UTF_8));
            out.flush();
        }
    }
}
