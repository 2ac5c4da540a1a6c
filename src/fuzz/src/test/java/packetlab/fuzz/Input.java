package packetlab.fuzz;

import java.util.Arrays;

/** Reads numbers and pieces from an input; behind its end everything is 0 or empty. */
final class Input {
    private final byte[] a;
    private int at;

    Input(byte[] a) {
        this.a = a;
    }

    boolean more() {
        return at < a.length;
    }

    int left() {
        return a.length - at;
    }

    int u8() {
        return at < a.length ? a[at++] & 0xFF : 0;
    }

    int u16() {
        return u8() << 8 | u8();
    }

    int i32() {
        return u16() << 16 | u16();
    }

    /** The next octets, as many as there are of {@code length}. */
    byte[] take(int length) {
        int end = Math.min(a.length, at + length);
        byte[] piece = Arrays.copyOfRange(a, at, end);
        at = end;
        return piece;
    }

    byte[] rest() {
        return take(left());
    }
}
