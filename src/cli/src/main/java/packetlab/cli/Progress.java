package packetlab.cli;

import java.io.PrintStream;
import java.util.Locale;
import packetlab.event.Event;

/**
 * One line on stderr that says how far the work is, written over again; only on a terminal, only when it lasts over a
 * second, and not where the lines of the product scroll by on the same terminal.
 */
final class Progress {
    private static final long FIRST_AFTER_NS = 1_000_000_000L;
    private static final long THEN_EVERY_NS = 500_000_000L;
    private static final double NS_PER_S = 1e9;
    private static final String ERASE_LINE = "\r\u001b[K";

    private final PrintStream err;
    private final boolean shown;
    private final long beganNs = System.nanoTime();
    private long nextNs = beganNs + FIRST_AFTER_NS;
    private boolean onScreen;

    private Progress(PrintStream err, boolean shown) {
        this.err = err;
        this.shown = shown;
    }

    /** @param printsLines whether the command prints lines while it works */
    static Progress of(Console console, boolean printsLines) {
        return new Progress(console.err(), console.errIsTerminal() && !(printsLines && console.outIsTerminal()));
    }

    /** @param dropped UNKNOWN where nobody counts */
    void tick(long packets, long bytes, long dropped) {
        if (!shown || System.nanoTime() - nextNs < 0) {
            return;
        }
        nextNs = System.nanoTime() + THEN_EVERY_NS;
        double seconds = (System.nanoTime() - beganNs) / NS_PER_S;
        err.print(ERASE_LINE + line(packets, bytes, dropped, seconds));
        err.flush();
        onScreen = true;
    }

    static String line(long packets, long bytes, long dropped, double seconds) {
        return String.format(Locale.ROOT, "%,d packets  %,.1f MB%s  %,.0f packets/s  %,.0f s", packets, bytes / 1e6,
                dropped == Event.UNKNOWN ? "" : String.format(Locale.ROOT, "  %,d dropped", dropped),
                packets / seconds, seconds);
    }

    /** Makes room for other lines. */
    void clear() {
        if (onScreen) {
            err.print(ERASE_LINE);
            err.flush();
            onScreen = false;
        }
    }
}
