package packetlab.fuzz;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import packetlab.message.Utf8;

/** The check of UTF-8, over the input in pieces, against the JDK's decoder. The first octet says how it is cut. */
public final class Utf8Target {
    private static final int AROUND = 9;

    private Utf8Target() {}

    public static void fuzzerTestOneInput(byte[] input) {
        Effort effort = new Effort();
        Input in = new Input(input);
        int cut = in.u8();
        byte[] text = in.rest();
        // Among octets that would change the answer if they were read.
        byte[] a = new byte[text.length + 2 * AROUND];
        java.util.Arrays.fill(a, (byte) 0xFF);
        System.arraycopy(text, 0, a, AROUND, text.length);
        int end = AROUND + text.length;

        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer octets = ByteBuffer.wrap(text);
        CoderResult result = decoder.decode(octets, CharBuffer.allocate(text.length), true);
        int whole = Utf8.check(Utf8.BEGIN, a, AROUND, end);
        Check.equal(!result.isError(), whole == Utf8.BEGIN, "the JDK's verdict on " + text.length + " octets");

        int state = Utf8.BEGIN;
        int step = 1 + cut % 17;
        for (int at = AROUND; at < end; at += step) {
            int stop = Math.min(end, at + step);
            int before = state;
            state = Utf8.check(state, a, at, stop);
            int invalid = Utf8.firstInvalid(before, a, at, stop);
            if (state == Utf8.INVALID) {
                Check.that(before == Utf8.INVALID || invalid < stop, "an invalid octet is found");
                break;
            }
            Check.equal(stop, invalid, "nothing invalid");
        }
        Check.equal(whole, state, "the state after pieces of " + step);
        effort.wasWorth(text.length);
    }
}
