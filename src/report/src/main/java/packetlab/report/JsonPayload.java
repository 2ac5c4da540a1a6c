package packetlab.report;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * Payload bytes as the inside of a JSON string: text escaped on the way into the sink without becoming a String, or
 * base64. The escapes are those that JSON demands and those of {@link Hazard}. A payload equal to the one before, as
 * that of a message in one frame is, is copied as it was written.
 */
final class JsonPayload {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x80 * ONES;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    /** Bytes taken at a time; each may become twelve (a surrogate pair of escapes for four, six for one). */
    private static final int CHUNK = 8192;
    private static final int GROWTH = 6;
    /** Divides by 3, so that no chunk but the last ends in padding. */
    private static final int BASE64_CHUNK = 3 * 4096;

    private final ByteSink out;
    private byte[] before;
    private int beforeLength;
    private long beforeStart;
    private long beforeEnd;
    private final byte[] chunk = new byte[BASE64_CHUNK];
    private final byte[] base64 = new byte[BASE64_CHUNK / 3 * 4];

    JsonPayload(ByteSink out) {
        this.out = out;
    }

    /** The first {@code length} bytes, which are valid UTF-8. */
    void text(byte[] payload, int length) {
        if (isBefore(payload, length)) {
            int size = (int) (beforeEnd - beforeStart);
            out.ensure(size);
            if (beforeStart >= out.bufferStart()) {
                byte[] bytes = out.bytes();
                System.arraycopy(bytes, (int) (beforeStart - out.bufferStart()), bytes, out.size(), size);
                out.size(out.size() + size);
                return;
            }
        }
        long start = out.position();
        for (int at = 0; at < length; ) {
            at = escape(payload, at, Math.min(length, at + CHUNK), length);
        }
        before = payload;
        beforeLength = length;
        beforeStart = start;
        beforeEnd = out.position();
    }

    private boolean isBefore(byte[] payload, int length) {
        return length == beforeLength && before != null && beforeStart >= out.bufferStart()
                && (payload == before || Arrays.equals(payload, before));
    }

    /** Escapes up to {@code end}, or a little past it where a character straddles it; returns where it stopped. */
    private int escape(byte[] payload, int from, int end, int length) {
        out.ensure(CHUNK * GROWTH + 2 * Long.BYTES + 4 * GROWTH);
        byte[] bytes = out.bytes();
        int to = out.size();
        int at = from;
        while (at < end) {
            while (at <= length - Long.BYTES && at < end) {
                long eight = (long) LONGS.get(payload, at);
                LONGS.set(bytes, to, eight);
                // A byte's high bit is set where the byte is below 0x20, is '"', '\' or DEL, or is not ASCII;
                // carries only set bits behind the first such byte, and only the first is looked at.
                long quote = eight ^ 0x22 * ONES;
                long backslash = eight ^ 0x5C * ONES;
                long special = (eight - 0x20 * ONES | quote - ONES | backslash - ONES | eight + ONES | eight)
                        & HIGH_BITS;
                if (special != 0) {
                    int plain = Long.numberOfTrailingZeros(special) >>> 3;
                    at += plain;
                    to += plain;
                    break;
                }
                at += Long.BYTES;
                to += Long.BYTES;
            }
            if (at >= end) {
                break;
            }
            int b = payload[at];
            if (b >= 0) {
                to = ascii(bytes, to, b);
                at++;
            } else {
                int size = Text.size((byte) b);
                int codePoint = Text.codePoint(payload, at, size);
                if (mayBeHazard(codePoint) && Hazard.is(codePoint)) {
                    to = unicode(bytes, to, codePoint);
                    at += size;
                } else {
                    for (int i = 0; i < size; i++) {
                        bytes[to++] = payload[at++];
                    }
                }
            }
        }
        out.size(to);
        return at;
    }

    /** Leaves out the two blocks that fill most of the world's non-ASCII text: CJK to Hangul. */
    private static boolean mayBeHazard(int codePoint) {
        return codePoint < 0x3000 || codePoint > 0xD7A3;
    }

    private static int ascii(byte[] bytes, int to, int b) {
        if (b >= 0x20 && b != '"' && b != '\\' && b != 0x7F) {
            bytes[to++] = (byte) b;
            return to;
        }
        int letter = switch (b) {
            case '"', '\\' -> b;
            case '\n' -> 'n';
            case '\r' -> 'r';
            case '\t' -> 't';
            case '\b' -> 'b';
            case '\f' -> 'f';
            default -> 0;
        };
        if (letter == 0) {
            return unicode(bytes, to, b);
        }
        bytes[to++] = '\\';
        bytes[to++] = (byte) letter;
        return to;
    }

    private static int unicode(byte[] bytes, int to, int codePoint) {
        if (codePoint > 0xFFFF) {
            to = unicode(bytes, to, Character.highSurrogate(codePoint));
            return unicode(bytes, to, Character.lowSurrogate(codePoint));
        }
        bytes[to++] = '\\';
        bytes[to++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
            bytes[to++] = HEX[codePoint >>> shift & 0xF];
        }
        return to;
    }

    void base64(byte[] payload) {
        Base64.Encoder encoder = Base64.getEncoder();
        for (int at = 0; at < payload.length; at += BASE64_CHUNK) {
            byte[] source = chunk;
            if (payload.length - at >= BASE64_CHUNK) {
                System.arraycopy(payload, at, chunk, 0, BASE64_CHUNK);
            } else {
                source = at == 0 ? payload : Arrays.copyOfRange(payload, at, payload.length);
            }
            out.put(base64, 0, encoder.encode(source, base64));
        }
    }
}
