package packetlab.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import packetlab.os.LiveSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Captures on an interface and decodes as it happens. */
@Command(name = "watch", description = "Captures on an interface and shows what is said there, as it happens.",
        footer = {"", "Examples:",
            "  packetlab watch -p 8080                      a server on this machine",
            "  packetlab watch -p 8080 -w talk.pcapng       and records it",
            "  packetlab watch -i eth0 host 192.0.2.7       another interface, with a filter as of tcpdump",
            "  packetlab watch --json --only ws | jq .      the WebSocket events for a program",
            "", "Ctrl-C ends it: all that was captured is decoded, the file is closed, the summary is printed."})
final class WatchCommand implements Callable<Integer> {
    @Mixin
    CaptureOptions capture;

    @Option(names = {"-w", "--write"}, order = 12, paramLabel = "FILE", description = "record the packets, too (pcapng)")
    Path file;

    @Mixin
    CommonOptions common;

    @Mixin
    ShowOptions show;

    @Mixin
    DecodeOptions decode;

    @ParentCommand
    Main main;

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() {
        Recording.requireFile(spec, file);
        Console console = main.console();
        Output output = Output.of(console, common, show.filter(), common.verbose);
        Session session = new Session(output, main.lifetime(), Progress.of(console, !common.quiet), show, decode);
        try (LiveSource source = LiveCapture.open(capture);
             Recording recording = file == null ? null
                     : Recording.create(file, LiveCapture.description(source), main.messages())) {
            main.lifetime().graceful();
            session.recordTo(recording);
            session.loop().stopAfter(capture.count(), capture.durationNs());
            session.begin(LiveCapture.start(source));
            Failure gone = null;
            try {
                session.run(source, Loop.Kind.LIVE);
            } catch (IOException e) {
                gone = LiveCapture.failure(e);
            }
            session.finish();
            if (gone != null) {
                throw gone;
            }
            return recording == null ? ExitStatus.DONE : recording.finish();
        }
    }
}
