package packetlab.message;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * An ASCII word to be found in bytes whatever its case: compared eight octets at a step, letters with their case bit
 * set.
 */
final class Word {
    private static final VarHandle LONG_LE =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final int length;
    private final byte[] lowerCase;
    /** The word in eights, the last filled up with zeros; the case bit where it has a letter; and which bits count. */
    private final long[] eights;
    private final long[] caseBits;
    private final long[] counting;

    Word(String word) {
        lowerCase = word.getBytes(StandardCharsets.US_ASCII);
        length = lowerCase.length;
        int count = (length + 7) / 8;
        eights = new long[count];
        caseBits = new long[count];
        counting = new long[count];
        for (int i = 0; i < length; i++) {
            int shift = (i & 7) << 3;
            eights[i >> 3] |= (long) lowerCase[i] << shift;
            counting[i >> 3] |= 0xFFL << shift;
            caseBits[i >> 3] |= lowerCase[i] >= 'a' && lowerCase[i] <= 'z' ? 0x20L << shift : 0;
        }
    }

    /** Whether {@code a[from..end)} is this word. */
    boolean is(byte[] a, int from, int end) {
        if (end - from != length) {
            return false;
        }
        if (from + eights.length * 8 > a.length) {
            return isByOctet(a, from);
        }
        for (int i = 0; i < eights.length; i++) {
            if ((((long) LONG_LE.get(a, from + i * 8) | caseBits[i]) & counting[i]) != eights[i]) {
                return false;
            }
        }
        return true;
    }

    private boolean isByOctet(byte[] a, int from) {
        for (int i = 0; i < length; i++) {
            int b = a[from + i];
            if ((b >= 'A' && b <= 'Z' ? b | 0x20 : b) != lowerCase[i]) {
                return false;
            }
        }
        return true;
    }
}
