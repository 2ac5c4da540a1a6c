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
    /** What is written past the end, eight bytes at a time, and a last character with its escapes. */
    private static final int SLACK = 2 * Long.BYTES + 4 * GROWTH;
    /** Divides by 3, so that no chunk but the last ends in padding. */
    private static final int BASE64_CHUNK = 3 * 4096;

    /** For each ASCII character what follows the backslash; 0 where it stands for itself. */
    private static final byte[] ESCAPES = new byte[128];

    static {
        Arrays.fill(ESCAPES, 0, 0x20, (byte) 'u');
        ESCAPES[0x7F] = 'u';
        ESCAPES['"'] = '"';
        ESCAPES['\\'] = '\\';
        ESCAPES['\n'] = 'n';
        ESCAPES['\r'] = 'r';
        ESCAPES['\t'] = 't';
        ESCAPES['\b'] = 'b';
        ESCAPES['\f'] = 'f';
    }

    private final ByteSink out;
    private byte[] before;
    private boolean beforeCut;
    private long beforeStart;
    private long beforeEnd;
    private final byte[] chunk = new byte[BASE64_CHUNK];
    private final byte[] base64 = new byte[BASE64_CHUNK / 3 * 4];

    JsonPayload(ByteSink out) {
        this.out = out;
    }

    /**
     * A field with its value: text under one name where it is, else base64 under the other.
     *
     * @param mayBeText otherwise base64, whatever the bytes are
     * @param cut       the payload was shortened: a character at its end that is not whole is left out
     */
    void field(byte[] textName, byte[] base64Name, byte[] payload, boolean mayBeText, boolean cut) {
        if (!mayBeText || !text(textName, payload, cut)) {
            out.put(base64Name);
            base64(payload);
        }
        out.put('"');
    }

    private boolean text(byte[] name, byte[] payload, boolean cut) {
        out.ensure(name.length + Math.min(payload.length, CHUNK) * GROWTH + SLACK);
        int begin = out.size();
        out.put(name);
        if (cut == beforeCut && before != null && beforeStart >= out.bufferStart()
                && (payload == before || Arrays.equals(payload, before))) {
            int size = (int) (beforeEnd - beforeStart);
            if (size <= out.bytes().length - out.size()) {
                byte[] bytes = out.bytes();
                System.arraycopy(bytes, (int) (beforeStart - out.bufferStart()), bytes, out.size(), size);
                out.size(out.size() + size);
                return true;
            }
        }
        int length = payload.length;
        if (length > CHUNK) {
            // What is handed on cannot be taken back: first look whether all of it is text.
            length = Text.length(payload, length, cut);
            if (length < 0) {
                out.size(begin);
                return false;
            }
        }
        long start = out.position();
        for (int at = 0; at < length; ) {
            // Of a short payload nothing is handed on here: it has its room, and can be taken back.
            out.ensure(Math.min(length - at, CHUNK) * GROWTH + SLACK);
            int next = escape(payload, at, Math.min(length, at + CHUNK), cut);
            if (next < 0) {
                out.size(begin);
                return false;
            }
            at = next == at ? length : next;
        }
        before = payload;
        beforeCut = cut;
        beforeStart = start;
        beforeEnd = out.position();
        return true;
    }

    /**
     * Escapes up to {@code end}, or a little past it where a character straddles it. Returns where it stopped: before the
     * end only at a character whose rest was cut off; -1 where the bytes are not UTF-8, and then nothing is put.
     */
    private int escape(byte[] payload, int from, int end, boolean cut) {
        byte[] bytes = out.bytes();
        int length = payload.length;
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
            byte b = payload[at];
            if (b >= 0) {
                to = ascii(bytes, to, b);
                at++;
                continue;
            }
            int size = Text.size(b);
            int codePoint = Text.valid(payload, at, size);
            if (codePoint < 0) {
                if (codePoint == Text.INCOMPLETE && cut) {
                    break;
                }
                return -1;
            }
            if (mayBeHazard(codePoint) && Hazard.is(codePoint)) {
                to = unicode(bytes, to, codePoint);
                at += size;
            } else {
                for (int i = 0; i < size; i++) {
                    bytes[to++] = payload[at++];
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

    private static int ascii(byte[] bytes, int to, byte b) {
        byte letter = ESCAPES[b];
        if (letter == 0) {
            bytes[to++] = b;
        } else if (letter == 'u') {
            to = unicode(bytes, to, b);
        } else {
            bytes[to++] = '\\';
            bytes[to++] = letter;
        }
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

    private void base64(byte[] payload) {
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
