package packetlab.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import packetlab.rules.Impairments;
import packetlab.rules.RuleSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Runs a command behind a firewall. */
@Command(name = "firewall", description = {"Runs a command behind a firewall, and shows what it lets through, what it "
        + "drops and why.", "It stands in a network of its own: 127.0.0.1, and two hosts 10.77.0.1 and 10.77.0.2, between "
        + "which everything passes it."},
        synopsisSubcommandLabel = "",
        footer = {"", "Examples:",
            "  packetlab firewall web.rules -- ./run-tests",
            "  packetlab firewall -r 'reject tcp new to port 22, 23' -- ./run-tests",
            "  packetlab firewall -r 'deny ws text messages longer than 1000' -- ./chat",
            "", "Rules, one a line; the first that is about a packet decides, # begins a comment:",
            "  allow established                        # and related: errors about what was sent",
            "  allow log tcp new from 127.0.0.0/8 to port 8080",
            "  reject tcp flags syn,!ack                # tells the sender; deny says nothing",
            "  deny 10%% of udp longer than 1000 from client",
            "  deny ws binary messages from the client  # and all that follows on that side",
            "  default deny                             # for all others; without it they pass",
            "Which packets: see packetlab impair --help.",
            "", "Exit status: the command's; 125 where Packetlab fails, 126 and 127 where the command cannot be run."})
final class FirewallCommand implements Callable<Integer> {
    @Mixin
    WireOptions wire;

    @Mixin
    CommonOptions common;

    @Mixin
    ShowOptions show;

    @Mixin
    DecodeOptions decode;

    @Parameters(paramLabel = "RULES -- COMMAND", arity = "0..*", description = "a file of rules, unless --rule or --rules is there; "
            + "then the command and its words")
    List<String> words = new ArrayList<>();

    @ParentCommand
    Main main;

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        List<String> command = new ArrayList<>(words);
        Path file = null;
        if (!wire.hasRules()) {
            if (command.isEmpty()) {
                throw new ParameterException(spec.commandLine(), "which rules? packetlab firewall RULES -- COMMAND");
            }
            file = Path.of(command.remove(0));
        }
        if (!command.isEmpty() && command.get(0).equals("--")) {
            command.remove(0);
        }
        if (command.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "which command? packetlab firewall RULES -- COMMAND");
        }
        RuleSet rules = wire.rules(file);
        if (rules.isEmpty()) {
            throw Failure.usage("there is no rule in " + (file == null ? "the options" : file));
        }
        return new WireRun(main, wire, common, show, decode).run(rules, Impairments.NONE, command);
    }
}
