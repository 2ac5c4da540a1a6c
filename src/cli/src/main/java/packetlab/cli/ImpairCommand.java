package packetlab.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import packetlab.event.Side;
import packetlab.rules.Impairments;
import packetlab.rules.RuleSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Runs a command behind a wire with faults. */
@Command(name = "impair", description = {"Runs a command behind a wire that delays, loses, reorders, duplicates and "
        + "corrupts packets, and shows what is said there.", "The wire is in a network of its own: 127.0.0.1, and two "
        + "hosts 10.77.0.1 and 10.77.0.2, between which everything passes it."},
        footer = {"", "Examples:",
            "  packetlab impair --delay 5ms --loss 2%% --seed 7 -- ./run-tests",
            "  packetlab impair -r 'drop the 3rd data segment of the client' -- ./talk",
            "  packetlab impair -r \"delay the server's SYN/ACK by 1500ms\" -v -- ./talk",
            "  packetlab impair -r 'swap the 2nd and 3rd data segment of the server' --at received -- ./talk",
            "  packetlab impair --delay 20ms --loss 5%% --svg lossy.svg -- ./talk      a picture: what was lost, what came late",
            "  packetlab impair --rate 10mbit --queue 20 -w slow.pcapng -q -- ./download",
            "", "Rules: drop, reject, allow, delay .. by TIME, duplicate, corrupt [mended], swap; then which packets:",
            "  tcp udp icmp | syn syn/ack fin rst ack data | retransmissions, duplicate-acks and other findings |",
            "  client's server's, from/to client, server, ADDRESS[/LEN], port N | stream N | new established closed |",
            "  flags syn,!ack | longer than N | containing \"TEXT\" | ws [text|binary|ping|close] [longer than N] |",
            "  3rd, 2nd to 5th, every 10th | 5%% | not ...  The first rule that is about a packet decides.",
            "", "Exit status: the command's; 125 where Packetlab fails, 126 and 127 where the command cannot be run."})
final class ImpairCommand implements Callable<Integer> {
    /** Whose packets suffer. */
    enum Whose {
        client, server
    }

    @Option(names = "--delay", order = 10, paramLabel = "TIME", converter = Delays.class, description = "each packet comes so much later: 5ms, 250us")
    long delayNs;

    @Option(names = "--jitter", order = 11, paramLabel = "TIME", converter = Delays.class, description = "at most so much more or less than that; the order stays")
    long jitterNs;

    @Option(names = "--loss", order = 12, paramLabel = "SHARE", converter = Shares.class, description = "share of packets that vanish: 2%%")
    double loss;

    @Option(names = "--reorder", order = 13, paramLabel = "SHARE", converter = Shares.class, description = "share that the next packet of its side overtakes")
    double reorder;

    @Option(names = "--duplicate", order = 14, paramLabel = "SHARE", converter = Shares.class, description = "share that comes twice")
    double duplicate;

    @Option(names = "--corrupt", order = 15, paramLabel = "SHARE", converter = Shares.class, description = "share of which one bit is turned over")
    double corrupt;

    @Option(names = "--mend", order = 16, description = "make the checksum of what is corrupted right, so that it is believed")
    boolean mend;

    @Option(names = "--rate", order = 17, paramLabel = "RATE", converter = Rates.class, description = "what the wire carries for each side: 10mbit")
    long rate;

    @Option(names = "--queue", order = 18, paramLabel = "PACKETS", description = "of a side, that may wait in the wire; what comes then is lost (default: 1000)")
    int queue = Impairments.DEFAULT_QUEUE;

    @Option(names = "--from", order = 19, paramLabel = "SIDE", description = "only what this side sends suffers: ${COMPLETION-CANDIDATES}")
    Whose from;

    @Mixin
    WireOptions wire;

    @Mixin
    CommonOptions common;

    @Mixin
    ShowOptions show;

    @Mixin
    DecodeOptions decode;

    @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "the command and its words")
    List<String> command = new ArrayList<>();

    @ParentCommand
    Main main;

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (command.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "which command? packetlab impair [OPTIONS] -- COMMAND");
        }
        RuleSet rules = wire.rules(null);
        return new WireRun(main, wire, common, show, decode).run(rules, faults(), command);
    }

    private Impairments faults() {
        try {
            return new Impairments(delayNs, jitterNs, loss, reorder, duplicate, corrupt, mend, rate, queue,
                    from == null ? null : from == Whose.client ? Side.CLIENT : Side.SERVER);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }
}
