package packetlab.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.pcap.CaptureReader;
import packetlab.report.VerdictReport;
import packetlab.wire.LinkType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Decodes capture files and pipes, one after the other. Needs no right and no native code. */
@Command(name = "read", description = "Decodes captures: pcap and pcapng, also compressed by gzip, from files or a pipe.",
        footer = {"", "Examples:",
            "  packetlab read capture.pcapng",
            "  packetlab read --only ws --stream 3 capture.pcap     the WebSocket of one connection",
            "  packetlab read --json a.pcap b.pcap | jq .event      several in order; numbers go on",
            "  packetlab read --verdict capture.pcapng              which rules the WebSockets keep and break",
            "  tcpdump -i lo -U -w - | packetlab read -             while it is being captured",
            "", "A damaged file is decoded up to the damage; then one line says where it is, and the status is 1."})
final class ReadCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";

    @Parameters(paramLabel = "FILE", arity = "0..*", description = "a capture file; -: standard input")
    List<String> files = new ArrayList<>();

    @Mixin
    CommonOptions common;

    @Mixin
    ShowOptions show;

    @Mixin
    DecodeOptions decode;

    @Option(names = "--verdict", order = 46, description = "print only, for each WebSocket, which rules of RFC 6455 and "
            + "RFC 7692 were checked, kept and broken, in which packets; -v lists those that were kept, too")
    boolean verdict;

    @Option(names = "--rules", order = 47, description = "list all rules that --verdict knows, and exit")
    boolean rules;

    @Option(names = "--snaplen", order = 43, paramLabel = "BYTES",
            description = "decode only this much of each packet, as if no more had been captured")
    int snaplen = Integer.MAX_VALUE;

    @ParentCommand
    Main main;

    @Spec
    CommandSpec spec;

    private final List<String> troubles = new ArrayList<>();
    private final List<IOException> causes = new ArrayList<>();
    private boolean stoppedEarly;

    @Override
    public Integer call() {
        Console console = main.console();
        if (rules) {
            VerdictReport.printRules(console.out(), console.utf8());
            return ExitStatus.DONE;
        }
        check();
        main.beginsWork();
        Output output = verdict
                ? new VerdictOutput(console, common.colored(), show.filter(), common.verbose)
                : Output.of(console, common, show.filter(), common.verbose);
        Session session = new Session(output, main.lifetime(), Progress.of(console, !common.quiet), show, decode);
        session.cutAt(snaplen);
        boolean begun = false;
        for (int i = 0; i < files.size(); i++) {
            String file = files.get(i);
            FileRemarks remarks = new FileRemarks(output, session.packets());
            try (CaptureReader reader = open(file, remarks)) {
                main.lifetime().graceful();
                if (!begun) {
                    session.begin(start(reader));
                    begun = true;
                }
                remarks.begin();
                read(session, reader, kind(file), i + 1 < files.size());
            } catch (IOException e) {
                note(file, e);
            }
            if (session.loop().interrupted()) {
                break;
            }
        }
        if (begun) {
            session.finish();
        }
        return report();
    }

    private void check() {
        if (files.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "Missing required parameter: 'FILE'");
        }
        if (verdict && (common.json || common.quiet)) {
            throw new ParameterException(spec.commandLine(),
                    "--verdict is text; for programs there is --json --only ws.verdict");
        }
        if (snaplen < 1) {
            throw new ParameterException(spec.commandLine(), "--snaplen is at least 1, not " + snaplen);
        }
        if (files.stream().filter(STANDARD_INPUT::equals).count() > 1) {
            throw new ParameterException(spec.commandLine(), "standard input can be read only once");
        }
        if (files.contains(STANDARD_INPUT) && Terminal.isTerminal(Terminal.STDIN)) {
            throw new ParameterException(spec.commandLine(),
                    "standard input is a terminal: pipe a capture into it, such as that of tcpdump -w -");
        }
    }

    private CaptureReader open(String file, FileRemarks remarks) throws IOException {
        return file.equals(STANDARD_INPUT)
                ? CaptureReader.open(main.console().in(), name(file), remarks)
                : CaptureReader.open(Path.of(file), remarks);
    }

    private static String name(String file) {
        return file.equals(STANDARD_INPUT) ? "standard input" : file;
    }

    private static Loop.Kind kind(String file) {
        boolean pipe = file.equals(STANDARD_INPUT) ? Terminal.isPipe(Terminal.STDIN)
                : !Files.isRegularFile(Path.of(file));
        return pipe ? Loop.Kind.PIPE : Loop.Kind.FILE;
    }

    private void read(Session session, CaptureReader reader, Loop.Kind kind, boolean moreFollow) throws IOException {
        try {
            session.run(reader, kind);
        } finally {
            if (moreFollow) {
                session.leaveSource();
            }
        }
        stoppedEarly = session.loop().interrupted() && kind == Loop.Kind.FILE;
    }

    private CaptureEvent.Start start(CaptureReader reader) {
        boolean one = files.size() == 1 && reader.linkType() != CaptureReader.NO_LINK_TYPE;
        return new CaptureEvent.Start(Event.NO_TIME, String.join(" ", files),
                one ? LinkType.name(reader.linkType()) : null, null, null);
    }

    private void note(String file, IOException e) {
        troubles.add(FileTrouble.line(name(file), e));
        causes.add(e);
    }

    private int report() {
        Messages messages = main.messages();
        for (int i = 0; i < troubles.size(); i++) {
            messages.trace(causes.get(i));
            messages.print(troubles.get(i), List.of());
        }
        if (!troubles.isEmpty()) {
            return ExitStatus.FAILED;
        }
        return stoppedEarly ? ExitStatus.INTERRUPTED : ExitStatus.DONE;
    }
}
