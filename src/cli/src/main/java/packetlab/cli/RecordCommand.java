package packetlab.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.os.LiveSource;
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
            "  packetlab record -w ring.pcapng --rotate-size 100M --files 10   the last gigabyte",
            "  packetlab record -w - | ssh host packetlab read -      into a pipe",
            "", "The file is readable at any time, also after kill -9. With --rotate-size or --rotate-time",
            "talk.pcapng becomes talk_00001_20261127090732.pcapng, talk_00002_... with the time of each beginning."})
final class RecordCommand implements Callable<Integer> {
    /** Nobody waits for a packet, and fewer blocks go half empty. */
    private static final int COLLECT_MS = 20;

    @Option(names = {"-w", "--write"}, order = 9, paramLabel = "FILE", required = true,
            description = "the file, which is made anew; -: standard output")
    Path file;

    @Mixin
    RotateOptions rotate;

    @Mixin
    CaptureOptions capture;

    @Mixin
    CommonOptions common;

    @ParentCommand
    Main main;

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        boolean toStandardOutput = file.equals(Recording.STANDARD_OUTPUT);
        if (toStandardOutput && main.console().outIsTerminal()) {
            throw new ParameterException(spec.commandLine(), "standard output is a terminal: name a file, or a pipe");
        }
        Rotation rotation = rotate.of(file);
        try (LiveSource source = LiveCapture.open(capture.backend(), capture.ring().withCollectMs(COLLECT_MS));
             Recording recording = record(LiveCapture.description(source), toStandardOutput, rotation)) {
            announce(source);
            Progress progress = Progress.of(main.console(), false);
            Loop loop = new Loop(main.lifetime(), recording, counts -> {
                recording.flush(counts.dropped());
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
            summary(loop, toStandardOutput, rotation == null ? file.toString() : rotation.words());
            if (gone != null) {
                throw gone;
            }
            return status;
        }
    }

    /** To a person who waits and sees nothing happen. */
    private void announce(LiveSource source) {
        if (main.console().errIsTerminal() && !common.quiet) {
            main.messages().print("recording " + LiveCapture.words(source) + "; Ctrl-C ends it", List.of());
        }
    }

    private Recording record(CaptureWriter.Description description, boolean toStandardOutput, Rotation rotation)
            throws IOException {
        if (rotation != null) {
            return Recording.create(rotation, description, main.messages());
        }
        return toStandardOutput ? Recording.to(main.console().out(), description, main.messages())
                : Recording.create(file, description, main.messages());
    }

    /** Beside the product, which is the file: on standard output unless that is the file. */
    private void summary(Loop loop, boolean toStandardOutput, String where) throws IOException {
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
                    dot, toStandardOutput ? "standard output" : where).getBytes(StandardCharsets.UTF_8));
            out.flush();
        }
    }
}
