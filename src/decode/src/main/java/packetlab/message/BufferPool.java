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

    private final byte[][][] free = new byte[LARGEST_BITS - SMALLEST_BITS + 1][][];
    private final int[] count = new int[LARGEST_BITS - SMALLEST_BITS + 1];

    /** An array of at least that size, with anything in it. */
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
