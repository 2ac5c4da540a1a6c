package packetlab.flow;

/**
 * Byte arrays in powers of two, handed out again when they come back, so that out-of-order segments and histories cost
 * the collector nothing in steady state. One thread.
 */
final class BytePool {
    private static final int MIN_SHIFT = 8;
    private static final int MAX_SHIFT = 17;
    /** Arrays kept of one size; more are left to the collector. */
    private static final int KEPT = 256;

    private final byte[][][] free = new byte[MAX_SHIFT + 1][][];
    private final int[] count = new int[MAX_SHIFT + 1];

    byte[] take(int atLeast) {
        int shift = shiftFor(atLeast);
        if (shift > MAX_SHIFT) {
            return new byte[atLeast];
        }
        return count[shift] > 0 ? free[shift][--count[shift]] : new byte[1 << shift];
    }

    void give(byte[] array) {
        int shift = shiftFor(array.length);
        if (shift > MAX_SHIFT || 1 << shift != array.length) {
            return;
        }
        if (free[shift] == null) {
            free[shift] = new byte[KEPT][];
        }
        if (count[shift] < KEPT) {
            free[shift][count[shift]++] = array;
        }
    }

    private static int shiftFor(int size) {
        return Math.max(MIN_SHIFT, 32 - Integer.numberOfLeadingZeros(Math.max(1, size) - 1));
    }
}
