package packetlab.fuzz;

import java.io.OutputStream;
import packetlab.message.Utf8;

/**
 * Where text for people goes: nothing that a terminal would obey reaches it, only valid UTF-8, and of the control
 * characters only the line's end.
 */
final class TextLines extends OutputStream {
    private static final int DELETE = 0x7F;

    private int utf8 = Utf8.BEGIN;
    private int previous;
    private long octets;

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] a, int offset, int length) {
        octets += length;
        utf8 = Utf8.check(utf8, a, offset, offset + length);
        Check.that(utf8 != Utf8.INVALID, "printed text is UTF-8");
        for (int i = offset; i < offset + length; i++) {
            int b = a[i] & 0xFF;
            Check.that(b >= ' ' && b != DELETE || b == '\n', "control character " + b + " printed");
            // U+0080 to U+009F are control characters, too.
            Check.that(previous != 0xC2 || b >= 0xA0, "control character U+00" + Integer.toHexString(b) + " printed");
            previous = b;
        }
    }

    long octets() {
        Check.equal(Utf8.BEGIN, utf8, "the text ends between characters");
        return octets;
    }
}
