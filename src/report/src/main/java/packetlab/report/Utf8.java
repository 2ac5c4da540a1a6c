package packetlab.report;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Which bytes are UTF-8 (RFC 3629: no surrogates, no overlong forms, nothing above U+10FFFF). */
final class Utf8 {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080808080808080L;

    private Utf8() {}

    /**
     * How many of the first bytes are text, or -1 where they are not.
     *
     * @param cut the bytes were shortened somewhere: a character that misses its end is then left out
     */
    static int textLength(byte[] bytes, boolean cut) {
        int length = bytes.length;
        int at = 0;
        while (at < length) {
            if (bytes[at] >= 0) {
                at = skipAscii(bytes, at + 1);
                continue;
            }
            int size = sequence(bytes, at, length);
            if (size <= 0) {
                return cut && size == INCOMPLETE ? at : -1;
            }
            at += size;
        }
        return length;
    }

    private static int skipAscii(byte[] bytes, int at) {
        while (at <= bytes.length - Long.BYTES) {
            long high = (long) LONGS.get(bytes, at) & HIGH_BITS;
            if (high != 0) {
                return at + (Long.numberOfTrailingZeros(high) >>> 3);
            }
            at += Long.BYTES;
        }
        while (at < bytes.length && bytes[at] >= 0) {
            at++;
        }
        return at;
    }

    /** {@link #sequence}: no character begins so. */
    static final int INVALID = 0;
    /** {@link #sequence}: what is there is right, but the end comes first. */
    static final int INCOMPLETE = -1;

    /** How many bytes the character takes that begins with the non-ASCII byte at {@code at}. */
    static int sequence(byte[] bytes, int at, int end) {
        int lead = bytes[at] & 0xFF;
        int size = lead >= 0xC2 && lead < 0xE0 ? 2 : lead >= 0xE0 && lead < 0xF0 ? 3 : lead >= 0xF0 && lead < 0xF5 ? 4
                : 0;
        if (size == 0) {
            return INVALID;
        }
        for (int i = 1; i < size; i++) {
            if (at + i == end) {
                return INCOMPLETE;
            }
            int next = bytes[at + i] & 0xFF;
            int low = i > 1 ? 0x80 : lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
            int high = i > 1 ? 0xBF : lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
            if (next < low || next > high) {
                return INVALID;
            }
        }
        return size;
    }

    /** The character whose whole and valid sequence of {@code size} bytes begins at {@code at}. */
    static int codePoint(byte[] bytes, int at, int size) {
        return switch (size) {
            case 1 -> bytes[at];
            case 2 -> (bytes[at] & 0x1F) << 6 | bytes[at + 1] & 0x3F;
            case 3 -> (bytes[at] & 0x0F) << 12 | (bytes[at + 1] & 0x3F) << 6 | bytes[at + 2] & 0x3F;
            default -> (bytes[at] & 0x07) << 18 | (bytes[at + 1] & 0x3F) << 12 | (bytes[at + 2] & 0x3F) << 6
                    | bytes[at + 3] & 0x3F;
        };
    }
}
