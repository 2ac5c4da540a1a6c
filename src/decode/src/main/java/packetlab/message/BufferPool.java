package packetlab.message;

/**
 * Byte arrays for what has to wait: parts of heads, frames and messages. They come back when the part is complete, so
 * that idle connections hold none and a busy one allocates none. Sizes are powers of two.
 */
final class BufferPool {
    private static final int SMALLEST_BITS = 8;
    private static final int LARGEST_BITS = 18;
    /** Octets kept for reuse of one size. */
    private static final int KEPT_PER_SIZE = 1 << 18;

    private final long maxLent;
    private final Runnable onRefused;
    private long lent;
    private final byte[][][] free = new byte[LARGEST_BITS - SMALLEST_BITS + 1][][];
    private final int[] count = new int[LARGEST_BITS - SMALLEST_BITS + 1];

    /**
     * @param maxLent   octets that may be lent at a time
     * @param onRefused told each time when that is reached
     */
    BufferPool(long maxLent, Runnable onRefused) {
        this.maxLent = maxLent;
        this.onRefused = onRefused;
    }

    /** Whether so many more octets may wait; if so they count as lent. */
    boolean lend(long octets) {
        if (lent + octets > maxLent) {
            onRefused.run();
            return false;
        }
        lent += octets;
        return true;
    }

    void returned(long octets) {
        lent -= octets;
    }

    /** Octets that wait just now. */
    long lent() {
        return lent;
    }

    /** Octets of the array that {@link #take} gives. */
    static int sizeFor(int atLeast) {
        int bits = Math.max(SMALLEST_BITS, 32 - Integer.numberOfLeadingZeros(atLeast - 1));
        return bits > LARGEST_BITS && atLeast > 1 << 30 ? atLeast : 1 << bits;
    }

    /** An array of at least that size, with anything in it; what is lent is counted by {@link #lend}. */
    byte[] take(int atLeast) {
        int bits = Math.max(SMALLEST_BITS, 32 - Integer.numberOfLeadingZeros(atLeast - 1));
        if (bits > LARGEST_BITS) {
            return new byte[atLeast <= 1 << 30 ? 1 << bits : atLeast];
        }
        int size = bits - SMALLEST_BITS;
        return count[size] > 0 ? free[size][--count[size]] : new byte[1 << bits];
    }

    void give(byte[] a) {
        int bits = 31 - Integer.numberOfLeadingZeros(a.length);
        if (bits > LARGEST_BITS || bits < SMALLEST_BITS) {
            return;
        }
        int size = bits - SMALLEST_BITS;
        if (free[size] == null) {
            free[size] = new byte[Math.min(64, KEPT_PER_SIZE >> bits)][];
        }
        if (count[size] < free[size].length) {
            free[size][count[size]++] = a;
        }
    }
}
