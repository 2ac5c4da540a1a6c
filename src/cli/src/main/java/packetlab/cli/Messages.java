package packetlab.cli;

import java.io.PrintStream;
import java.util.List;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What goes to stderr: one line {@code packetlab: ...}, hints below it, and a stack trace only where asked for. */
final class Messages {
    private final PrintStream err;
    private final boolean debug;

    Messages(PrintStream err, boolean debug) {
        this.err = err;
        this.debug = debug;
    }

    /** Prints why the command failed and returns the status to leave with. */
    int failure(Throwable thrown) {
        if (find(thrown, StandardOutput.ReaderGone.class) != null) {
            return ExitStatus.DONE;
        }
        trace(thrown);
        if (thrown instanceof Failure failure) {
            print(failure.getMessage(), failure.hints());
            return failure.status();
        }
        StandardOutput.Unwritable unwritable = find(thrown, StandardOutput.Unwritable.class);
        if (unwritable != null) {
            print("cannot write to standard output: " + unwritable.getMessage(), List.of());
        } else if (thrown instanceof OutOfMemoryError) {
            print("out of memory", List.of("more for this run:   JAVA_TOOL_OPTIONS=-Xmx2g packetlab ..."));
        } else {
            print("internal error: " + thrown, debug ? List.of() : List.of("the place:   the same again with --debug"));
        }
        return ExitStatus.FAILED;
    }

    int wrongUsage(ParameterException wrong) {
        trace(wrong.getCause());
        String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
        String help = "all it takes:   " + command + " --help";
        if (wrong instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
            String argument = unmatched.getUnmatched().get(0);
            String what = unmatched.isUnknownOption() ? "unknown option "
                    : command.equals(Main.NAME) ? "unknown command " : "unexpected argument ";
            List<String> similar = unmatched.getSuggestions();
            print(what + argument, similar.isEmpty() ? List.of(help)
                    : List.of("did you mean:   " + String.join(", ", similar), help));
        } else {
            String message = wrong.getMessage().replace(" (case-insensitive)", "");
            print(Character.toLowerCase(message.charAt(0)) + message.substring(1), List.of(help));
        }
        return ExitStatus.USAGE;
    }

    /** One line, and indented below it what to do. */
    void print(String message, List<String> hints) {
        err.println(Main.NAME + ": " + message.replaceAll("\\s*\\R\\s*", " "));
        for (String hint : hints) {
            err.println("  " + hint);
        }
    }

    /** Prints a stack trace if --debug asks for it. */
    void trace(Throwable thrown) {
        if (debug && thrown != null) {
            (thrown instanceof Failure && thrown.getCause() != null ? thrown.getCause() : thrown).printStackTrace(err);
        }
    }

    static <T extends Throwable> T find(Throwable thrown, Class<T> type) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return type.cast(t);
            }
        }
        return null;
    }
}
