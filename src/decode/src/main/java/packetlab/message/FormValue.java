package packetlab.message;

import java.util.Arrays;

/** A value of {@code application/x-www-form-urlencoded} (WHATWG URL section 5). */
final class FormValue {
    private FormValue() {}

    /** The octets of the value that begins at {@code from} and ends at {@code &} or {@code end}. */
    static byte[] decode(byte[] a, int from, int end) {
        byte[] out = new byte[end - from];
        int to = 0;
        for (int at = from; at < end && a[at] != '&'; at++) {
            int high = a[at] == '%' && at + 2 < end ? Character.digit(a[at + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(a[at + 2], 16);
            if (low >= 0) {
                out[to++] = (byte) (high << 4 | low);
                at += 2;
            } else {
                out[to++] = a[at] == '+' ? (byte) ' ' : a[at];
            }
        }
        return Arrays.copyOf(out, to);
    }
}
