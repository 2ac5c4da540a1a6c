package packetlab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The entry: parses the command line, runs one command, and turns whatever goes wrong into one line on stderr and an
 * {@link ExitStatus}.
 */
@Command(name = Main.NAME, versionProvider = Version.class,
        description = "Shows what sockets do on the wire: handshakes, HTTP upgrades, WebSocket frames.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Examples:",
            "  packetlab demo                          a WebSocket conversation, captured and explained; no root",
            "  packetlab watch -p 8080                 what talks to port 8080 of this machine, as it happens",
            "  packetlab read capture.pcapng           the same from a file",
            "  tcpdump -i lo -w - | packetlab read -   the same from a pipe",
            "  packetlab watch --help                  all that one command can do",
            "", "Exit status: 0 done, 1 failed, 2 wrong usage, 3 not permitted."})
public final class Main implements Runnable, IParameterExceptionHandler, IExecutionExceptionHandler {
    static final String NAME = "packetlab";
    private static final int HELP_COLUMNS = 100;
    /** Commands that run another program and leave with its status. */
    private static final Set<String> RUNNERS = Set.of("trace", "impair", "firewall");
    private static final List<String> COMMANDS = List.of("demo", "watch", "read", "record", "trace", "latency", "cost", "impair",
            "firewall", "send", "lab", "doctor", "completion");

    @Mixin
    HelpOptions helpOptions;

    private final Console console;
    private final Lifetime lifetime;
    private final WarmUp warmUp;
    private Messages messages;
    private List<String> arguments = List.of();

    Main(Console console, Lifetime lifetime) {
        this(console, lifetime, null);
    }

    private Main(Console console, Lifetime lifetime, WarmUp warmUp) {
        this.console = console;
        this.lifetime = lifetime;
        this.warmUp = warmUp;
    }

    public static void main(String[] args) {
        WarmUp warmUp = isVersion(args) ? null : new WarmUp(args);
        if (warmUp != null) {
            warmUp.start();
        }
        Lifetime lifetime = new Lifetime();
        lifetime.install();
        int status = new Main(Console.ofProcess(), lifetime, warmUp).run(args);
        lifetime.finished(status);
        System.exit(status);
    }

    /** The command begins with what it is there for. */
    void beginsWork() {
        if (warmUp != null) {
            warmUp.end();
        }
    }

    Messages messages() {
        return messages;
    }

    /** As they were given. */
    List<String> arguments() {
        return arguments;
    }

    Console console() {
        return console;
    }

    Lifetime lifetime() {
        return lifetime;
    }

    /** Asked for often, and needs no parser. */
    private static boolean isVersion(String... args) {
        return args.length == 1 && args[0].equals("--version");
    }

    /**
     * A new one; no table of suppliers, because each of those costs a start 2 ms. The models say what the annotations say,
     * which picocli would take 55 ms to read: {@link packetlab.cli.model} has the compiler write them.
     */
    private CommandSpec command(String name) {
        return switch (name) {
            case "demo" -> DemoCommandModel.spec(new DemoCommand(), this);
            case "watch" -> WatchCommandModel.spec(new WatchCommand(), this);
            case "read" -> ReadCommandModel.spec(new ReadCommand(), this);
            case "record" -> RecordCommandModel.spec(new RecordCommand(), this);
            case "trace" -> TraceCommandModel.spec(new TraceCommand(), this);
            case "latency" -> LatencyCommandModel.spec(new LatencyCommand(), this);
            case "cost" -> CostCommandModel.spec(new CostCommand(), this);
            case "impair" -> ImpairCommandModel.spec(new ImpairCommand(), this);
            case "firewall" -> FirewallCommandModel.spec(new FirewallCommand(), this);
            case "send" -> SendCommandModel.spec(new SendCommand(), this);
            case "lab" -> CommandSpec.forAnnotatedObject(new LabCommand());     // its commands are methods
            case "doctor" -> DoctorCommandModel.spec(new DoctorCommand(), this);
            case "completion" -> CompletionCommandModel.spec(new CompletionCommand(), this);
            default -> throw new IllegalArgumentException("no command: " + name);
        };
    }

    /** Runs one command line to its end and returns its {@link ExitStatus}; throws nothing. */
    int run(String... args) {
        arguments = List.of(args);
        messages = new Messages(console.err(), arguments.contains("--debug"));
        try {
            if (isVersion(args)) {
                print(Version.text() + System.lineSeparator());
                return ExitStatus.DONE;
            }
            return execute(helpAsOption(args));
        } catch (Throwable thrown) {   // an Error too ends in one line; picocli hands on only exceptions
            return failed(args, messages.failure(thrown));
        }
    }

    private int execute(String... words) throws IOException {
        StringWriter help = new StringWriter();     // a PrintWriter on standard output would swallow its errors
        int status = line(words)
                .setOut(new PrintWriter(help))
                .setParameterExceptionHandler(this)
                .setExecutionExceptionHandler(this)
                .execute(words);
        print(help.toString());
        return status;
    }

    /** A method and no lambda, which would keep picocli's interface out of the class-data archive: 15 ms of each start. */
    @Override
    public int handleParseException(ParameterException wrong, String[] words) {
        return failed(words, messages.wrongUsage(wrong));
    }

    @Override
    public int handleExecutionException(Exception thrown, CommandLine command, ParseResult parsed) {
        return failed(parsed.originalArgs().toArray(String[]::new), messages.failure(thrown));
    }

    /** The status of a failure of our own; as in env(1), where it could be taken for the status of a program that we run. */
    private static int failed(String[] words, int status) {
        boolean known = status == ExitStatus.DONE || status >= ExitStatus.RAN_NOTHING;
        return words.length > 0 && RUNNERS.contains(words[0]) && !known ? ExitStatus.RAN_NOTHING : status;
    }

    /** Writes to standard output. */
    void print(String text) throws IOException {
        if (!text.isEmpty()) {
            console.out().write(text.getBytes(StandardCharsets.UTF_8));
            console.out().flush();
        }
    }

    /** {@code help NAME}, as in git and go, is {@code NAME --help}. */
    private static String[] helpAsOption(String[] args) {
        if (args.length == 0 || !args[0].equals("help")) {
            return args;
        }
        String[] words = Arrays.copyOfRange(args, 1, args.length + 1);
        words[words.length - 1] = "--help";
        return words;
    }

    /** The command line with its commands: only the one that is meant, because each costs 10 ms to look at. */
    CommandLine line(String... args) {
        CommandLine line = new CommandLine(MainModel.spec(this));
        String meant = args.length > 0 && !args[0].equals("completion") && COMMANDS.contains(args[0]) ? args[0] : null;
        for (String name : COMMANDS) {
            if (meant == null || meant.equals(name)) {
                line.addSubcommand(name, command(name));
            }
        }
        line.getCommandSpec().usageMessage().width(HELP_COLUMNS);
        for (Map.Entry<String, CommandLine> named : line.getSubcommands().entrySet()) {
            CommandLine sub = named.getValue();
            asAllCommands(sub);
            // What stands behind the name of a program are the program's own options.
            sub.setStopAtPositional(RUNNERS.contains(named.getKey()));
            sub.getSubcommands().values().forEach(Main::asAllCommands);
        }
        return line.setCaseInsensitiveEnumValuesAllowed(true);
    }

    private static void asAllCommands(CommandLine sub) {
        sub.getCommandSpec().versionProvider(new Version())
                .usageMessage().width(HELP_COLUMNS).sortOptions(false).abbreviateSynopsis(true);
    }

    /** {@code packetlab} alone. */
    @Override
    public void run() {
        throw new ParameterException(line(), "which command?");
    }
}
