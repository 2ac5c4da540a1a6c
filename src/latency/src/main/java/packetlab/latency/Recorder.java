package packetlab.latency;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.PackedHistogram;

/**
 * Takes the samples of one round, or of one of its receivers: a histogram with three significant digits, cells over
 * time, and what became of datagrams. Everything is made before the first sample; recording allocates nothing. One
 * thread; {@link #add} joins two that have ended.
 */
final class Recorder {
    /** Longer ones count as this long. */
    static final long HIGHEST_NS = 100_000_000_000L;
    private static final int DIGITS = 3;

    /** From the planned time, or from the send call where nothing was planned. */
    final Histogram latency = histogram();
    /** From the send call: what a measurement says that forgets how long a message waited to be sent. */
    final Histogram fromSend = histogram();
    final OverTime overTime;
    private final long first;
    private final long[] answered;
    private long highest = -1;
    long lost;
    long late;
    long duplicated;
    long reordered;
    long beganNs = Long.MAX_VALUE;
    long endedNs = Long.MIN_VALUE;

    /** @param first number of the first message */
    Recorder(long first, long count) {
        this.first = first;
        this.answered = new long[(int) ((count + 63) >>> 6)];
        this.overTime = new OverTime(count);
    }

    static Histogram histogram() {
        return new Histogram(1, HIGHEST_NS, DIGITS);
    }

    /** The same in a tenth of the memory, to be kept. */
    static Histogram packed(Histogram h) {
        Histogram packed = new PackedHistogram(1, HIGHEST_NS, DIGITS);
        packed.add(h);
        return packed;
    }

    /**
     * An answer came.
     *
     * @param plannedNs when its message was to be sent
     * @param sentNs    when it was
     * @return whether it is the first one to this message
     */
    boolean record(long number, long plannedNs, long sentNs, long receivedNs) {
        if (!isFirst(number)) {
            return false;
        }
        long ns = clamp(receivedNs - plannedNs);
        latency.recordValue(ns);
        fromSend.recordValue(clamp(receivedNs - sentNs));
        overTime.add(number - first, plannedNs, ns);
        beganNs = Math.min(beganNs, plannedNs);
        endedNs = Math.max(endedNs, receivedNs);
        return true;
    }

    private static long clamp(long ns) {
        return Math.max(1, Math.min(HIGHEST_NS, ns));
    }

    /** Counts what an answer says beside its time: whether it came before, or after one that was sent later. */
    private boolean isFirst(long number) {
        long index = number - first;
        if (index < 0 || index >>> 6 >= answered.length) {
            late++;             // to a message of the warm-up
            return false;
        }
        int word = (int) (index >>> 6);
        long bit = 1L << index;
        if ((answered[word] & bit) != 0) {
            duplicated++;
            return false;
        }
        answered[word] |= bit;
        if (number < highest) {
            reordered++;
        } else {
            highest = number;
        }
        return true;
    }

    /** The closed loop waits for it no longer. */
    void lose() {
        lost++;
    }

    /** An answer to a message that was given up came after all. */
    void stray(long number) {
        if (isFirst(number)) {
            late++;
        }
    }

    void add(Recorder other) {
        latency.add(other.latency);
        fromSend.add(other.fromSend);
        overTime.add(other.overTime);
        lost += other.lost;
        late += other.late;
        duplicated += other.duplicated;
        reordered += other.reordered;
        beganNs = Math.min(beganNs, other.beganNs);
        endedNs = Math.max(endedNs, other.endedNs);
    }
}
