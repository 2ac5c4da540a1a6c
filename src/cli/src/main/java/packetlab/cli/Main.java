package packetlab.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/**
 * The entry: parses the command line, runs one command, and turns whatever goes wrong into one line on stderr and an
 * {@link ExitStatus}.
 */
@Command(name = Main.NAME, versionProvider = Version.class,
        description = "Shows what sockets do on the wire: handshakes, HTTP upgrades, WebSocket frames.",
        subcommands = {DemoCommand.class, WatchCommand.class, ReadCommand.class, RecordCommand.class,
            DoctorCommand.class, CompletionCommand.class},
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Examples:",
            "  packetlab demo                          a WebSocket conversation, captured and explained; no root",
            "  packetlab watch -p 8080                 what talks to port 8080 of this machine, as it happens",
            "  packetlab read capture.pcapng           the same from a file",
            "  tcpdump -i lo -w - | packetlab read -   the same from a pipe",
            "  packetlab watch --help                  all that one command can do",
            "", "Exit status: 0 done, 1 failed, 2 wrong usage, 3 not permitted."})
public final class Main implements Runnable {
    static final String NAME = "packetlab";
    private static final int HELP_COLUMNS = 100;

    @Mixin
    private HelpOptions helpOptions;

    private final Console console;
    private final Lifetime lifetime;
    private Messages messages;

    Main(Console console, Lifetime lifetime) {
        this.console = console;
        this.lifetime = lifetime;
    }

    public static void main(String[] args) {
        Lifetime lifetime = new Lifetime();
        lifetime.install();
        int status = new Main(Console.ofProcess(), lifetime).run(args);
        lifetime.finished(status);
        System.exit(status);
    }

    Messages messages() {
        return messages;
    }

    Console console() {
        return console;
    }

    Lifetime lifetime() {
        return lifetime;
    }

    /** Runs one command line to its end and returns its {@link ExitStatus}; throws nothing. */
    int run(String... args) {
        messages = new Messages(console.err(), List.of(args).contains("--debug"));
        StringWriter help = new StringWriter();     // a PrintWriter on standard output would swallow its errors
        CommandLine line = new CommandLine(this)
                .setOut(new PrintWriter(help))
                .setErr(new PrintWriter(console.err(), true))
                .setUsageHelpWidth(HELP_COLUMNS)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((wrong, ignored) -> messages.wrongUsage(wrong))
                .setExecutionExceptionHandler((thrown, command, parsed) -> messages.failure(thrown));
        line.getSubcommands().values().forEach(sub -> sub.getCommandSpec().usageMessage()
                .width(HELP_COLUMNS).sortOptions(false).abbreviateSynopsis(true));
        try {
            int status = line.execute(args);
            if (help.getBuffer().length() > 0) {
                console.out().write(help.toString().getBytes(StandardCharsets.UTF_8));
                console.out().flush();
            }
            return status;
        } catch (Throwable thrown) {   // an Error too ends in one line; picocli hands on only exceptions
            return messages.failure(thrown);
        }
    }

    /** {@code packetlab} alone: the overview, on stderr because a command is missing. */
    @Override
    public void run() {
        CommandLine line = new CommandLine(new Main(console, lifetime)).setUsageHelpWidth(HELP_COLUMNS);
        throw new ParameterException(line, "which command?");
    }
}
