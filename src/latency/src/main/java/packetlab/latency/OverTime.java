package packetlab.latency;

/** Latency over time in a fixed number of cells, each of equally many consecutive messages. */
public final class OverTime {
    static final int CELLS = 1_000;

    private final long messagesPerCell;
    private final long[] atNs = new long[CELLS];
    private final long[] sumNs = new long[CELLS];
    private final long[] maxNs = new long[CELLS];
    private final int[] counts = new int[CELLS];

    OverTime(long messages) {
        messagesPerCell = Math.max(1, (messages + CELLS - 1) / CELLS);
    }

    void add(long index, long plannedNs, long ns) {
        int cell = (int) Math.min(CELLS - 1, index / messagesPerCell);
        if (counts[cell]++ == 0 || plannedNs < atNs[cell]) {
            atNs[cell] = plannedNs;
        }
        sumNs[cell] += ns;
        maxNs[cell] = Math.max(maxNs[cell], ns);
    }

    void add(OverTime other) {
        for (int i = 0; i < CELLS; i++) {
            if (other.counts[i] > 0) {
                atNs[i] = counts[i] == 0 ? other.atNs[i] : Math.min(atNs[i], other.atNs[i]);
                counts[i] += other.counts[i];
                sumNs[i] += other.sumNs[i];
                maxNs[i] = Math.max(maxNs[i], other.maxNs[i]);
            }
        }
    }

    public int cells() {
        return CELLS;
    }

    /** Samples in a cell; of one without any nothing else is known. */
    public int count(int cell) {
        return counts[cell];
    }

    /** When the first of its messages was to be sent, in System.nanoTime. */
    public long atNs(int cell) {
        return atNs[cell];
    }

    public long meanNs(int cell) {
        return sumNs[cell] / counts[cell];
    }

    public long maxNs(int cell) {
        return maxNs[cell];
    }
}
