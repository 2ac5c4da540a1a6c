package packetlab.report;

import java.util.Locale;
import packetlab.event.Event;
import packetlab.event.LatencyEvent.Result;

/**
 * Whether two rows differ at their medians. A difference counts that is larger than the spread between the rounds of
 * either: on a machine that does other things, too, a smaller one may be anybody's.
 */
public record LatencyDifference(long ns, double ratio, long spreadNs, Verdict verdict) {
    /** What can be said. */
    public enum Verdict { FASTER, SLOWER, WITHIN_SPREAD, UNKNOWN }

    /** Of the second row, as seen from the first. */
    public static LatencyDifference between(Result first, Result second) {
        if (first.p50Ns() == Event.UNKNOWN || second.p50Ns() == Event.UNKNOWN) {
            return new LatencyDifference(0, 1, Event.UNKNOWN, Verdict.UNKNOWN);
        }
        long ns = second.p50Ns() - first.p50Ns();
        double ratio = (double) second.p50Ns() / Math.max(1, first.p50Ns());
        if (first.spreadNs() == Event.UNKNOWN || second.spreadNs() == Event.UNKNOWN) {
            return new LatencyDifference(ns, ratio, Event.UNKNOWN, Verdict.UNKNOWN);
        }
        long spread = Math.max(first.spreadNs(), second.spreadNs());
        Verdict verdict = Math.abs(ns) <= spread ? Verdict.WITHIN_SPREAD : ns < 0 ? Verdict.FASTER : Verdict.SLOWER;
        return new LatencyDifference(ns, ratio, spread, verdict);
    }

    /** In words that follow the name of the second row. */
    public String words(String first) {
        String amount = LatencyTable.us(Math.abs(ns)) + " us";
        return switch (verdict) {
            case FASTER, SLOWER -> String.format(Locale.ROOT, "%s %s than %s (%.2f x); the rounds spread by %s us", amount,
                    verdict == Verdict.FASTER ? "faster" : "slower", first, ratio, LatencyTable.us(spreadNs));
            case WITHIN_SPREAD -> String.format(Locale.ROOT, "no difference from %s: %s us lies within the %s us by which "
                    + "the rounds spread", first, LatencyTable.us(Math.abs(ns)), LatencyTable.us(spreadNs));
            case UNKNOWN -> spreadNs == Event.UNKNOWN && ns != 0
                    ? String.format(Locale.ROOT, "%s %s than %s (%.2f x), but one round tells no spread", amount,
                            ns < 0 ? "less" : "more", first, ratio)
                    : "not comparable with " + first + ": too few samples";
        };
    }
}
