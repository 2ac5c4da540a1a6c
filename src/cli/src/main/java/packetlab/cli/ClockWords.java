package packetlab.cli;

import java.util.Locale;
import packetlab.os.ClockCheck;
import packetlab.os.OsException;
import packetlab.timeline.JoinedRun;

/** How exactly calls and packets are on one clock, in words: what was measured in this run, and nothing else. */
final class ClockWords {
    /** A clock that NTP slews drifts by less than this in the minute that a demo may take. */
    private static final long SLEWING_NS = 50_000_000L;

    private final ClockCheck check = ClockCheck.begin();
    private final JoinedRun run;
    private String line;

    ClockWords(JoinedRun run) {
        this.run = run;
    }

    /** Parts, with {@code "; "} between them. Measured once. */
    String line(boolean utf8) {
        if (line == null) {
            line = measure();
        }
        return utf8 ? line : line.replace("µs", "us");
    }

    private String measure() {
        StringBuilder words = new StringBuilder("one clock (CLOCK_REALTIME) for calls and packets");
        try {
            ClockCheck.Result result = check.end();
            words.append("; a reading takes ").append(micros(result.readingNs()))
                    .append("; an empty call takes ").append(micros(result.emptyCallNs())).append(" by its stamps");
            if (Math.abs(result.setByNs()) > SLEWING_NS) {
                words.append("; the clock was set by ").append(micros(result.setByNs())).append(" meanwhile");
            }
        } catch (OsException e) {
            words.append("; how exactly could not be measured: ").append(e.getMessage());
        }
        JoinedRun.Clock clock = run.clock();
        if (clock.sent() > 0) {
            words.append("; ").append(clock.inside()).append(" of ").append(clock.sent()).append(
                    clock.sent() == 1 ? " packet" : " packets").append(" stamped inside the call that sent it alone");
        }
        return words.toString();
    }

    private static String micros(long ns) {
        return String.format(Locale.ROOT, ns < 10_000 ? "%.2f µs" : "%.0f µs", ns / 1000.0);
    }
}
