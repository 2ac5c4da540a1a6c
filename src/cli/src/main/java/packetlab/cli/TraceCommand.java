package packetlab.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Runs a program and shows its socket calls beside the packets that they cause. */
@Command(name = "trace", description = "Runs a program and shows each socket call that it makes beside the packets that "
        + "the kernel sent and received because of it.",
        customSynopsis = {"packetlab trace [OPTIONS] [--] COMMAND [ARGUMENT...]", "packetlab trace [OPTIONS] --pid PID"},
        footer = {"", "The command keeps its input, output and exit status. The timeline goes to standard error "
            + "when the", "command has ended, or to a file as it happens (-o).", "", "Examples:",
            "  packetlab trace -- python3 client.py          its calls and packets, when it has ended",
            "  packetlab trace --summary -- node server.js   per socket: calls, bytes, waits, small writes",
            "  packetlab trace -o calls.txt -- nginx -g 'daemon off;'     as it happens, in a file",
            "  packetlab trace --html run.html -p 8080 -- make test       a page: a call lights up its packets",
            "  packetlab trace --json -- curl -s localhost:8080 | jq .    curl's own output: to stderr",
            "  packetlab trace --pid 4242                    a program that runs already, until Ctrl-C",
            "", "Exit status: the command's; 125 where Packetlab fails, 126 and 127 where the command cannot be run."})
final class TraceCommand implements Callable<Integer> {
    @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "the program and its arguments")
    List<String> words = new ArrayList<>();

    @Mixin
    TraceOptions trace;

    @Option(names = {"-w", "--write"}, order = 12, paramLabel = "FILE",
            description = "record the packets, too (pcapng), with the calls as comments on them")
    Path file;

    @Mixin
    BackendOptions backend;

    @Mixin
    CommonOptions common;

    @Mixin
    ShowOptions show;

    @Mixin
    TimelineOptions timeline;

    @ParentCommand
    Main main;

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (words.isEmpty() == trace.pids.isEmpty()) {
            throw new ParameterException(spec.commandLine(), words.isEmpty() ? "which command?"
                    : "--pid follows a program that runs already; it takes no command");
        }
        Recording.requireFile(spec, file);
        trace.check(common, spec);
        return new TraceRun(main, common, show, backend, timeline, trace, words).run(file);
    }
}
