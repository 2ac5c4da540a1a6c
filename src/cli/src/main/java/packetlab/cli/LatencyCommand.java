package packetlab.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import packetlab.latency.Plan;
import packetlab.latency.Setting;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Measures what messages cost in time on each kind of socket. */
@Command(name = "latency", description = "Measures round trips of messages: stream against datagram, and what else there is.",
        footer = {"", "Examples:",
            "  packetlab latency                                    tcp against udp, 64 bytes",
            "  packetlab latency -t tcp -t unix-stream -s 64 -s 4K  each combination is a row",
            "  packetlab latency -t udp --wait block --wait spin",
            "  packetlab latency -t tcp --rate 5000                 open loop: nothing is hidden by a stall",
            "", "Latency is that of the whole round trip, in microseconds."})
final class LatencyCommand implements Callable<Integer> {
    @Mixin
    private LatencyOptions what;

    @Option(names = {"-n", "--messages"}, order = 20, paramLabel = "N", defaultValue = "20000",
            description = "messages of each round (default: 20000)")
    private long messages;

    @Option(names = "--rounds", order = 21, paramLabel = "N", defaultValue = "5",
            description = "rounds of each row, in turn with the others (default: 5)")
    private int rounds;

    @Mixin
    private CommonOptions common;

    @ParentCommand
    private Main main;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        List<Setting> settings = what.settings();
        if (rounds < 1 || rounds > Plan.MAX_ROUNDS) {
            throw wrong("--rounds is from 1 to " + Plan.MAX_ROUNDS + ", not " + rounds);
        }
        if (messages < 1 || messages > Plan.MAX_MESSAGES) {
            throw wrong("--messages is from 1 to " + Plan.MAX_MESSAGES + ", not " + messages);
        }
        return new LatencyRun(main, common).run(settings, Plan.of(rounds, messages));
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
