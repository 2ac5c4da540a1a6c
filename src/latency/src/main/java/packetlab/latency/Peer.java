package packetlab.latency;

import java.io.IOException;

/** Another program that measures round trips, run beside ours so that both can be compared. */
public interface Peer {
    /** What its rows are called. */
    String name();

    /** What else must be known of its figures, in one line; null for nothing. */
    String remark();

    /** Whether it can measure the same thing. */
    boolean measures(Setting setting);

    /** One round of whole round trips, on the same processors. */
    Figures measure(Setting setting, long messages) throws IOException;

    /**
     * What it says, in nanoseconds; UNKNOWN for what it does not.
     *
     * @param madNs mean absolute deviation
     */
    record Figures(long count, long lost, long minNs, long p50Ns, long p90Ns, long p99Ns, long p999Ns, long maxNs,
                   long madNs) {}
}
