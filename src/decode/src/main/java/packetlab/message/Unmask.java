package packetlab.message;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Masking, RFC 6455 section 5.3: octet {@code i} of the payload is combined with octet {@code i mod 4} of the key. A
 * key is an int whose lowest octet comes first on the wire.
 */
public final class Unmask {
    /** Octets past the end of both arrays' parts that are read and written, if they are there, to spare a tail loop. */
    public static final int SLACK = 8;

    private static final VarHandle LONG_LE =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private Unmask() {}

    /** The key for a payload that continues behind {@code taken} octets. */
    public static int turned(int key, long taken) {
        return Integer.rotateRight(key, (int) (taken & 3) << 3);
    }

    /**
     * Writes {@code length} octets of {@code from}, unmasked, to {@code to}; up to {@link #SLACK} octets behind them
     * may be overwritten. The parts must not overlap, unless they are the same.
     *
     * @return whether all of them are below 0x80 (ASCII), which costs nothing to learn here
     */
    public static boolean apply(byte[] from, int fromAt, byte[] to, int toAt, int length, int key) {
        long pattern = (key & 0xFFFF_FFFFL) * 0x1_0000_0001L;
        int i = length & -8;
        long seen = words(from, fromAt, to, toAt, i, pattern);
        if (i < length) {
            if (fromAt + i + 8 <= from.length && toAt + i + 8 <= to.length) {
                long clear = (long) LONG_LE.get(from, fromAt + i) ^ pattern;
                LONG_LE.set(to, toAt + i, clear);
                seen |= clear & -1L >>> (8 - (length - i) << 3);
            } else {
                for (; i < length; i++) {
                    byte clear = (byte) (from[fromAt + i] ^ key >> ((i & 3) << 3));
                    to[toAt + i] = clear;
                    seen |= clear;
                }
            }
        }
        return (seen & HIGH_BITS) == 0;
    }

    /** The first part, a multiple of eight. On its own, so that this compiled loop outlives what rarely comes behind it. */
    private static long words(byte[] from, int fromAt, byte[] to, int toAt, int length, long pattern) {
        long seen = 0;
        int i = 0;
        for (int whole = length - 31; i < whole; i += 32) {
            long one = (long) LONG_LE.get(from, fromAt + i) ^ pattern;
            long two = (long) LONG_LE.get(from, fromAt + i + 8) ^ pattern;
            long three = (long) LONG_LE.get(from, fromAt + i + 16) ^ pattern;
            long four = (long) LONG_LE.get(from, fromAt + i + 24) ^ pattern;
            LONG_LE.set(to, toAt + i, one);
            LONG_LE.set(to, toAt + i + 8, two);
            LONG_LE.set(to, toAt + i + 16, three);
            LONG_LE.set(to, toAt + i + 24, four);
            seen |= one | two | three | four;
        }
        for (; i < length; i += 8) {
            long clear = (long) LONG_LE.get(from, fromAt + i) ^ pattern;
            LONG_LE.set(to, toAt + i, clear);
            seen |= clear;
        }
        return seen;
    }
}
