package packetlab.message;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import packetlab.event.Side;

/**
 * Writes the frames that one side sends, RFC 6455 section 5: lengths in their shortest form, and masked with a fresh
 * key where the side is the client. One thread.
 */
public final class WebSocketWriter {
    private static final VarHandle SHORT_BE = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG_BE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT_LE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final SecureRandom keys;

    public WebSocketWriter(Side sender) {
        keys = sender == Side.CLIENT ? new SecureRandom() : null;
    }

    public byte[] text(String message) {
        byte[] payload = message.getBytes(StandardCharsets.UTF_8);
        return frame(true, 0, Opcode.TEXT, payload, 0, payload.length);
    }

    public byte[] binary(byte[] message) {
        return frame(true, 0, Opcode.BINARY, message, 0, message.length);
    }

    /** @param payload at most 125 octets */
    public byte[] ping(byte[] payload) {
        return frame(true, 0, Opcode.PING, payload, 0, payload.length);
    }

    /** @param payload that of the ping that it answers */
    public byte[] pong(byte[] payload) {
        return frame(true, 0, Opcode.PONG, payload, 0, payload.length);
    }

    /**
     * A Close frame.
     *
     * @param code   below 0 for an empty body
     * @param reason cut to the 123 octets that a control frame has room for, between two characters
     */
    public byte[] close(int code, String reason) {
        if (code < 0) {
            return frame(true, 0, Opcode.CLOSE, new byte[0], 0, 0);
        }
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(text.length, 123);
        while (length < text.length && length > 0 && (text[length] & 0xC0) == 0x80) {
            length--;
        }
        byte[] body = new byte[2 + length];
        body[0] = (byte) (code >> 8);
        body[1] = (byte) code;
        System.arraycopy(text, 0, body, 2, length);
        return frame(true, 0, Opcode.CLOSE, body, 0, body.length);
    }

    /** Any frame, allowed or not: {@code rsv} is 0 to 7, RSV1 is 4. */
    public byte[] frame(boolean fin, int rsv, int opcode, byte[] payload, int from, int length) {
        boolean masked = keys != null;
        byte[] out = new byte[headerLength(length, masked) + length];
        int at = putHeader(out, 0, fin, rsv, opcode, length, masked, masked ? keys.nextInt() : 0);
        if (masked) {
            Unmask.apply(payload, from, out, at, length, (int) INT_LE.get(out, at - 4));
        } else {
            System.arraycopy(payload, from, out, at, length);
        }
        return out;
    }

    /** Octets of the header of a frame with that payload. */
    public static int headerLength(long length, boolean masked) {
        return (length < 126 ? 2 : length <= 0xFFFF ? 4 : 10) + (masked ? 4 : 0);
    }

    /**
     * Writes a header.
     *
     * @param maskKey as {@link Unmask} takes it; written if {@code masked}
     * @return the index behind it
     */
    public static int putHeader(byte[] out, int at, boolean fin, int rsv, int opcode, long length, boolean masked,
                                int maskKey) {
        out[at] = (byte) ((fin ? 0x80 : 0) | rsv << 4 | opcode);
        int mask = masked ? 0x80 : 0;
        int next = at + 2;
        if (length < 126) {
            out[at + 1] = (byte) (mask | length);
        } else if (length <= 0xFFFF) {
            out[at + 1] = (byte) (mask | 126);
            SHORT_BE.set(out, next, (short) length);
            next += 2;
        } else {
            out[at + 1] = (byte) (mask | 127);
            LONG_BE.set(out, next, length);
            next += 8;
        }
        if (masked) {
            INT_LE.set(out, next, maskKey);
            next += 4;
        }
        return next;
    }
}
