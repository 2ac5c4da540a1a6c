package packetlab.message;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Checks UTF-8 (RFC 3629) as it arrives. The state between two pieces is an int: {@link #BEGIN} between characters,
 * {@link #INVALID} once an octet was wrong, else positive.
 *
 * <p>ASCII is passed over eight octets at a step, all else goes through an automaton without a branch: a state is a
 * shift count, and the row of an octet holds at each state's place the state that follows. Branching on each
 * character's length instead costs a misprediction per character, and two to three times as much on Korean text.
 */
public final class Utf8 {
    public static final int BEGIN = 0;
    public static final int INVALID = -1;

    private static final VarHandle LONG_LE =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    /** How many more octets the character needs; and where the next has narrower bounds, after which octet. */
    private static final int WRONG = 6, ONE = 12, TWO = 18, THREE = 24, AFTER_E0 = 30, AFTER_ED = 36, AFTER_F0 = 42,
            AFTER_F4 = 48;
    private static final long[] ROWS = rows();

    private Utf8() {}

    /** The state after {@code a[from..to)}, begun in {@code state}. A text is valid if it ends in {@link #BEGIN}. */
    public static int check(int state, byte[] a, int from, int to) {
        if (state == INVALID) {
            return INVALID;
        }
        long s = state;
        int i = from;
        while (i + 8 <= to) {
            long eight = (long) LONG_LE.get(a, i);
            if ((eight & HIGH_BITS | s & 63) != 0) {
                s = ROWS[(int) eight & 0xFF] >>> s;
                s = ROWS[(int) (eight >>> 8) & 0xFF] >>> s;
                s = ROWS[(int) (eight >>> 16) & 0xFF] >>> s;
                s = ROWS[(int) (eight >>> 24) & 0xFF] >>> s;
                s = ROWS[(int) (eight >>> 32) & 0xFF] >>> s;
                s = ROWS[(int) (eight >>> 40) & 0xFF] >>> s;
                s = ROWS[(int) (eight >>> 48) & 0xFF] >>> s;
                s = ROWS[(int) (eight >>> 56)] >>> s;
                i += 8;
                continue;
            }
            i = pastAscii(a, i + 8, to);
        }
        // The last few, in one look together with some before them if they are ASCII.
        if (i < to && ((s & 63) != 0 || to < 8
                || ((long) LONG_LE.get(a, to - 8) >>> (8 - (to - i) << 3) & HIGH_BITS) != 0)) {
            for (; i < to; i++) {
                s = ROWS[a[i] & 0xFF] >>> s;
            }
        }
        int end = (int) s & 63;
        return end == WRONG ? INVALID : end;
    }

    /** Where eight octets that are not all ASCII may begin, or fewer are left: 32 at a step. */
    private static int pastAscii(byte[] a, int from, int to) {
        int i = from;
        while (i + 32 <= to && (((long) LONG_LE.get(a, i) | (long) LONG_LE.get(a, i + 8)
                | (long) LONG_LE.get(a, i + 16) | (long) LONG_LE.get(a, i + 24)) & HIGH_BITS) == 0) {
            i += 32;
        }
        return i;
    }

    /** Index of the octet in {@code a[from..to)} that cannot be there; {@code to} if there is none. */
    public static int firstInvalid(int state, byte[] a, int from, int to) {
        long s = state;
        for (int i = from; i < to; i++) {
            s = ROWS[a[i] & 0xFF] >>> s;
            if ((s & 63) == WRONG) {
                return i;
            }
        }
        return to;
    }

    private static long[] rows() {
        long[] rows = new long[256];
        for (int octet = 0; octet < 256; octet++) {
            // In one state an octet leads to one other, in all the rest it is wrong.
            long row = 0;
            for (int s = 0; s <= AFTER_F4; s += 6) {
                row |= (long) next(s, octet) << s;
            }
            rows[octet] = row;
        }
        return rows;
    }

    private static int next(int state, int octet) {
        boolean continues = octet >= 0x80 && octet <= 0xBF;
        switch (state) {
            case BEGIN: return begun(octet);
            case ONE: return continues ? BEGIN : WRONG;
            case TWO: return continues ? ONE : WRONG;
            case THREE: return continues ? TWO : WRONG;
            // E0 would be overlong below A0, ED a surrogate above 9F, F0 overlong below 90, F4 past U+10FFFF above 8F.
            case AFTER_E0: return continues && octet >= 0xA0 ? ONE : WRONG;
            case AFTER_ED: return continues && octet <= 0x9F ? ONE : WRONG;
            case AFTER_F0: return continues && octet >= 0x90 ? TWO : WRONG;
            case AFTER_F4: return continues && octet <= 0x8F ? TWO : WRONG;
            default: return WRONG;
        }
    }

    private static int begun(int octet) {
        if (octet < 0x80) {
            return BEGIN;
        }
        switch (octet) {
            case 0xE0: return AFTER_E0;
            case 0xED: return AFTER_ED;
            case 0xF0: return AFTER_F0;
            case 0xF4: return AFTER_F4;
            default: return octet < 0xC2 || octet > 0xF4 ? WRONG : octet < 0xE0 ? ONE : octet < 0xF0 ? TWO : THREE;
        }
    }
}
