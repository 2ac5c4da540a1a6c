package packetlab.cli;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every command takes. */
final class CommonOptions {
    /** For {@link #colored(int)}: text that goes to a file. */
    static final int NO_TERMINAL = -1;

    /** When to colour text. */
    enum Color {
        auto, always, never
    }

    @Option(names = "--json", order = 50, description = "print NDJSON, one object a line, instead of text")
    boolean json;

    @Option(names = "--color", order = 51, paramLabel = "WHEN", defaultValue = "auto",
            description = "colour the text: ${COMPLETION-CANDIDATES} (default: auto, on a terminal unless NO_COLOR is set)")
    Color color;

    @Option(names = {"-q", "--quiet"}, order = 52, description = "print only the summary")
    boolean quiet;

    @Option(names = {"-v", "--verbose"}, order = 53, description = "print a line for every packet")
    boolean verbose;

    @Mixin
    HelpOptions help;

    /** Whether text goes out in colour. NO_COLOR counts when it is set and not empty (no-color.org). */
    boolean colored() {
        return colored(Terminal.STDOUT);
    }

    /** The same for text that goes to another stream, or to none that a person could read directly. */
    boolean colored(int stream) {
        if (color != Color.auto) {
            return color == Color.always;
        }
        String noColor = System.getenv("NO_COLOR");
        return (noColor == null || noColor.isEmpty()) && !"dumb".equals(System.getenv("TERM"))
                && stream != NO_TERMINAL && Terminal.isTerminal(stream);
    }
}
