package packetlab.message;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Checks UTF-8 (RFC 3629) as it arrives. The state between two pieces is an int: {@link #BEGIN} between characters,
 * {@link #INVALID} once an octet was wrong, else how many octets the character still needs and the bounds of the next.
 */
public final class Utf8 {
    public static final int BEGIN = 0;
    public static final int INVALID = -1;

    private static final VarHandle LONG_LE =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private Utf8() {}

    /** The state after {@code a[from..to)}, begun in {@code state}. A text is valid if it ends in {@link #BEGIN}. */
    public static int check(int state, byte[] a, int from, int to) {
        int s = state;
        int i = from;
        while (s > 0 && i < to) {
            s = continued(s, a[i++]);
        }
        if (s != BEGIN) {
            return s;
        }
        while (true) {
            while (i + 8 <= to) {
                long high = (long) LONG_LE.get(a, i) & HIGH_BITS;
                if (high != 0) {
                    i += Long.numberOfTrailingZeros(high) >> 3;
                    break;
                }
                i += 8;
            }
            if (i < to && a[i] >= 0) {
                i = asciiTail(a, i, to);
            }
            // Text that is not ASCII seldom comes one character at a time: stay here until the next ASCII octet.
            while (i < to && a[i] < 0) {
                int whole = whole(a, i, to);
                if (whole > 0) {
                    i += whole;
                    continue;
                }
                s = begun(a[i++]);
                while (s > 0 && i < to) {
                    s = continued(s, a[i++]);
                }
                if (s != BEGIN) {
                    return s;
                }
            }
            if (i >= to) {
                return BEGIN;
            }
        }
    }

    /** Index of the next octet that is not ASCII, or {@code to}, where fewer than eight are left. */
    private static int asciiTail(byte[] a, int from, int to) {
        if (to >= 8) {
            // The last eight octets at once; those before from are shifted out.
            long high = ((long) LONG_LE.get(a, to - 8) & HIGH_BITS) >>> 8 * (8 - (to - from));
            return high == 0 ? to : from + (Long.numberOfTrailingZeros(high) >> 3);
        }
        int i = from;
        while (i < to && a[i] >= 0) {
            i++;
        }
        return i;
    }

    /**
     * Octets of the valid character that begins at {@code i} with an octet that is not ASCII, or 0 where it is not all
     * there or not valid: the step-by-step way then says which. Twice as fast as that way.
     */
    private static int whole(byte[] a, int i, int to) {
        int b = a[i] & 0xFF;
        if (b < 0xE0) {
            return b >= 0xC2 && i + 1 < to && a[i + 1] < -64 ? 2 : 0;
        }
        if (b < 0xF0) {
            if (i + 2 >= to || a[i + 1] >= -64 || a[i + 2] >= -64) {
                return 0;
            }
            int second = a[i + 1] & 0xFF;
            return b == 0xE0 && second < 0xA0 || b == 0xED && second > 0x9F ? 0 : 3;
        }
        if (b > 0xF4 || i + 3 >= to || a[i + 1] >= -64 || a[i + 2] >= -64 || a[i + 3] >= -64) {
            return 0;
        }
        int second = a[i + 1] & 0xFF;
        return b == 0xF0 && second < 0x90 || b == 0xF4 && second > 0x8F ? 0 : 4;
    }

    /** Index of the octet in {@code a[from..to)} that cannot be there; {@code to} if there is none. */
    public static int firstInvalid(int state, byte[] a, int from, int to) {
        int s = state;
        for (int i = from; i < to; i++) {
            s = s > 0 ? continued(s, a[i]) : a[i] >= 0 ? BEGIN : begun(a[i]);
            if (s == INVALID) {
                return i;
            }
        }
        return to;
    }

    /** After the first octet of a character that is not ASCII. */
    private static int begun(int octet) {
        int b = octet & 0xFF;
        if (b < 0xC2 || b > 0xF4) {
            return INVALID;
        }
        if (b < 0xE0) {
            return state(1, 0x80, 0xBF);
        }
        if (b < 0xF0) {
            // E0 would be overlong below A0; ED would be a surrogate above 9F.
            return state(2, b == 0xE0 ? 0xA0 : 0x80, b == 0xED ? 0x9F : 0xBF);
        }
        // F0 would be overlong below 90; F4 would be past U+10FFFF above 8F.
        return state(3, b == 0xF0 ? 0x90 : 0x80, b == 0xF4 ? 0x8F : 0xBF);
    }

    private static int continued(int state, int octet) {
        int b = octet & 0xFF;
        if (b < (state >> 8 & 0xFF) || b > (state & 0xFF)) {
            return INVALID;
        }
        int left = (state >> 16) - 1;
        return left == 0 ? BEGIN : state(left, 0x80, 0xBF);
    }

    private static int state(int left, int lowest, int highest) {
        return left << 16 | lowest << 8 | highest;
    }
}
