package packetlab.message;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The frames of one direction, RFC 6455 section 5.2: structure only, whatever the header says. It can stop and go on at
 * any byte, and judges nothing ({@link FrameRules} does).
 * <pre>
 *  0               1               2        or 2..9         the 4 that follow if masked
 *  |F|RSV |opcode | |M| length 7  | | 16 or 64-bit length | | masking key |  payload ...
 * </pre>
 * Use: feed bytes to {@link #header} until {@link #inPayload}, take {@link #length} bytes of payload and tell with
 * {@link #took}, until that says that the frame is complete; then the next header. One thread.
 */
public final class FrameParser {
    public static final int MAX_HEADER_LENGTH = 14;
    private static final int SIXTEEN_BITS = 126, SIXTY_FOUR_BITS = 127;

    private static final VarHandle SHORT_BE = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG_BE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT_LE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private int first;
    private int lengthForm;
    private long length;
    private int maskKey;
    private boolean masked;
    private boolean inPayload;
    private long taken;
    /** The beginning of a header that a segment's end has cut; made when that first happens. */
    private byte[] partial;
    private int partialLength;

    /**
     * Reads header bytes from {@code a[at..end)}.
     *
     * @return the index behind what was taken: of the payload if {@link #inPayload} now, else {@code end}
     */
    public int header(byte[] a, int at, int end) {
        if (partialLength == 0) {
            int available = end - at;
            if (available >= 2) {
                int needed = headerLength(a[at + 1]);
                if (available >= needed) {
                    decode(a, at);
                    return at + needed;
                }
            }
            if (available <= 0) {
                return at;
            }
        }
        return headerInPieces(a, at, end);
    }

    private int headerInPieces(byte[] a, int from, int end) {
        if (partial == null) {
            partial = new byte[MAX_HEADER_LENGTH];
        }
        for (int at = from; at < end;) {
            partial[partialLength++] = a[at++];
            if (partialLength >= 2 && partialLength == headerLength(partial[1])) {
                decode(partial, 0);
                partialLength = 0;
                return at;
            }
        }
        return end;
    }

    /** Octets of a header whose second octet is that one. */
    static int headerLength(int second) {
        int form = second & 0x7F;
        int needed = form < SIXTEEN_BITS ? 2 : form == SIXTEEN_BITS ? 4 : 10;
        return second < 0 ? needed + 4 : needed;
    }

    private void decode(byte[] a, int at) {
        first = a[at];
        int second = a[at + 1];
        lengthForm = second & 0x7F;
        masked = second < 0;
        int next = at + 2;
        if (lengthForm < SIXTEEN_BITS) {
            length = lengthForm;
        } else if (lengthForm == SIXTEEN_BITS) {
            length = (short) SHORT_BE.get(a, next) & 0xFFFF;
            next += 2;
        } else {
            length = (long) LONG_BE.get(a, next);
            next += 8;
        }
        maskKey = masked ? maskKey(a, next) : 0;
        taken = 0;
        inPayload = true;
    }

    /** The masking key that stands at that index, as {@link Unmask} takes it. */
    static int maskKey(byte[] a, int at) {
        return (int) INT_LE.get(a, at);
    }

    /** Whether a header is complete and its frame is not. */
    public boolean inPayload() {
        return inPayload;
    }

    /** Whether the next octet begins a header. */
    boolean atFrameStart() {
        return !inPayload && partialLength == 0;
    }

    /** Whether the beginning of a header is known, and its end is not. */
    public boolean inHeader() {
        return partialLength > 0;
    }

    /**
     * Counts {@code count} octets of payload as passed.
     *
     * @return whether the frame is complete; then the next octet begins a header
     */
    public boolean took(long count) {
        taken += count;
        if (taken != length) {
            return false;
        }
        inPayload = false;
        return true;
    }

    /** Octets of payload still to come, of at most {@code available}. */
    public int next(int available) {
        long left = length - taken;
        // A length with its top bit set is larger than anything that can come.
        return left < 0 || left > available ? available : (int) left;
    }

    /** Octets of payload still to come, an unsigned number. */
    public long remaining() {
        return length - taken;
    }

    /** Octets of payload that have passed: how far the masking key is turned. */
    public long taken() {
        return taken;
    }

    /** Forgets the frame or the piece of a header: the next octet begins a header. */
    public void reset() {
        inPayload = false;
        partialLength = 0;
    }

    public boolean fin() {
        return first < 0;
    }

    /** RSV1 to RSV3 as a number: RSV1 is 4. */
    public int rsv() {
        return first >> 4 & 7;
    }

    public int opcode() {
        return first & 15;
    }

    public boolean masked() {
        return masked;
    }

    /** Octets of payload as the header announces them: an unsigned 64-bit number. */
    public long length() {
        return length;
    }

    /** The masking key as {@link Unmask} takes it; 0 where the frame is not masked. */
    public int maskKey() {
        return maskKey;
    }

    /** Whether the length has its shortest form. */
    public boolean lengthMinimal() {
        return lengthForm < SIXTEEN_BITS
                || (lengthForm == SIXTEEN_BITS ? length >= SIXTEEN_BITS : length < 0 || length > 0xFFFF);
    }
}
