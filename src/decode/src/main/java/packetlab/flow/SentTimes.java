package packetlab.flow;

import packetlab.event.Event;

/** When the last segments of one side were sent, to tell how long their acknowledgment took. A small ring. */
final class SentTimes {
    private static final int SIZE = 256;

    private final long[] ends = new long[SIZE];
    private final long[] timesNs = new long[SIZE];
    private int head;
    private int count;

    /** Octets up to {@code end} were sent now, for the first time. */
    void sent(long end, long timeNs) {
        int at = (head + count) & (SIZE - 1);
        ends[at] = end;
        timesNs[at] = timeNs;
        if (count < SIZE) {
            count++;
        } else {
            head = (head + 1) & (SIZE - 1);
        }
    }

    /** A range was sent again: an acknowledgment of it tells no round-trip time (Karn's rule, RFC 6298 section 3). */
    void sentAgain(long start, long end) {
        for (int i = 0; i < count; i++) {
            int at = (head + i) & (SIZE - 1);
            if (ends[at] > start && ends[at] <= end) {
                timesNs[at] = Event.NO_TIME;
            }
        }
    }

    /** Time since the newest segment that {@code acknowledged} covers and no ACK before it did, or UNKNOWN. */
    long acknowledged(long acknowledged, long timeNs) {
        long sentNs = Event.NO_TIME;
        while (count > 0 && ends[head] <= acknowledged) {
            sentNs = timesNs[head];
            head = (head + 1) & (SIZE - 1);
            count--;
        }
        return Event.elapsedNs(sentNs, timeNs);
    }
}
