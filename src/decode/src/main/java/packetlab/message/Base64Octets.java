package packetlab.message;

import java.util.Arrays;

/** Base64 (RFC 4648 section 4, also with the alphabet of section 5) as libraries put it into text. */
final class Base64Octets {
    private static final byte[] VALUES = new byte[256];

    static {
        Arrays.fill(VALUES, (byte) -1);
        for (int i = 0; i < 26; i++) {
            VALUES['A' + i] = (byte) i;
            VALUES['a' + i] = (byte) (26 + i);
        }
        for (int i = 0; i < 10; i++) {
            VALUES['0' + i] = (byte) (52 + i);
        }
        VALUES['+'] = VALUES['-'] = 62;
        VALUES['/'] = VALUES['_'] = 63;
    }

    private Base64Octets() {}

    /** The octets of {@code a[from..end)}; null where that is not base64. */
    static byte[] decode(byte[] a, int from, int end) {
        int stop = end;
        while (stop > from && end - stop < 2 && a[stop - 1] == '=') {
            stop--;
        }
        int count = stop - from;
        if (count % 4 == 1 || end > stop && (end - from) % 4 != 0) {
            return null;
        }
        byte[] out = new byte[(int) (count * 3L / 4)];
        int bits = 0;
        int held = 0;
        int to = 0;
        for (int at = from; at < stop; at++) {
            int value = VALUES[a[at] & 0xFF];
            if (value < 0) {
                return null;
            }
            bits = bits << 6 | value;
            held += 6;
            if (held >= 8) {
                held -= 8;
                out[to++] = (byte) (bits >> held);
            }
        }
        return out;
    }
}
