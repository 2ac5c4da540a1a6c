package packetlab.cli;

/** One line on stderr that says what is being done, written over again; only on a terminal. */
final class StatusLine {
    private static final String ERASE_LINE = "\r\u001b[K";

    private final Console console;
    private boolean onScreen;

    StatusLine(Console console) {
        this.console = console;
    }

    void show(String words) {
        if (console.errIsTerminal()) {
            console.err().print(ERASE_LINE + words);
            console.err().flush();
            onScreen = true;
        }
    }

    /** Makes room for other lines. */
    void clear() {
        if (onScreen) {
            console.err().print(ERASE_LINE);
            console.err().flush();
            onScreen = false;
        }
    }
}
