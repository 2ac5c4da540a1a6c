package packetlab.labs;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import packetlab.message.Opcode;
import packetlab.message.WebSocketWriter;

/** Makes frames of one side, also such as no correct program sends (RFC 6455 section 5). */
final class WsFrames {
    static final String RESPONSE_ACCEPT = "response-accept";
    /** Rules that one message of a server can break; the ids are those of our findings. */
    static final List<String> RULES = List.of("none", RESPONSE_ACCEPT, "server-frame-masked", "reserved-bits",
            "reserved-opcode", "length-not-minimal", "control-frame-fragmented", "control-frame-too-long",
            "continuation-without-start", "text-not-utf8", "close-code-invalid", "close-body-one-octet");

    private final boolean masked;
    private final IntSupplier keys;

    WsFrames(boolean masked, IntSupplier keys) {
        this.masked = masked;
        this.keys = keys;
    }

    byte[] frame(boolean fin, int rsv, int opcode, boolean mask, byte[] payload) {
        byte[] out = new byte[WebSocketWriter.headerLength(payload.length, mask) + payload.length];
        int key = mask ? keys.getAsInt() : 0;
        int at = WebSocketWriter.putHeader(out, 0, fin, rsv, opcode, payload.length, mask, key);
        for (int i = 0; i < payload.length; i++) {
            out[at + i] = (byte) (mask ? payload[i] ^ key >>> 8 * (i & 3) : payload[i]);
        }
        return out;
    }

    byte[] control(int opcode, byte[] payload) {
        return frame(true, 0, opcode, masked, payload);
    }

    /**
     * Cut into that many frames of nearly one length.
     *
     * @param compressed whether {@code data} is: then RSV1 says so in the first frame (RFC 7692 section 6.1)
     */
    List<byte[]> message(boolean text, byte[] data, int count, boolean compressed) {
        List<byte[]> frames = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < count; i++) {
            int to = (int) ((long) data.length * (i + 1) / count);
            byte[] part = java.util.Arrays.copyOfRange(data, from, to);
            int opcode = i > 0 ? Opcode.CONTINUATION : text ? Opcode.TEXT : Opcode.BINARY;
            frames.add(frame(i == count - 1, compressed && i == 0 ? 4 : 0, opcode, masked, part));
            from = to;
        }
        return frames;
    }

    /** A frame that breaks that rule; a proper text message for {@code none} and for a rule broken elsewhere. */
    List<byte[]> breaking(String rule, String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        byte[] frame = switch (rule) {
            case "server-frame-masked" -> frame(true, 0, Opcode.TEXT, !masked, payload);
            case "reserved-bits" -> frame(true, 2, Opcode.TEXT, masked, payload);
            case "reserved-opcode" -> frame(true, 0, 5, masked, payload);
            case "length-not-minimal" -> longForm(payload);
            case "control-frame-fragmented" -> frame(false, 0, Opcode.PING, masked, short125(payload));
            case "control-frame-too-long" -> frame(true, 0, Opcode.PING, masked, longer(payload));
            case "continuation-without-start" -> frame(true, 0, Opcode.CONTINUATION, masked, payload);
            case "text-not-utf8" -> frame(true, 0, Opcode.TEXT, masked, notUtf8(payload));
            case "close-code-invalid" -> frame(true, 0, Opcode.CLOSE, masked, new byte[] {0x03, (byte) 0xED});   // 1005
            case "close-body-one-octet" -> frame(true, 0, Opcode.CLOSE, masked, new byte[] {0x03});
            default -> frame(true, 0, Opcode.TEXT, masked, payload);
        };
        return List.of(frame);
    }

    private byte[] longForm(byte[] payload) {
        byte[] part = short125(payload);
        byte[] out = new byte[4 + part.length];
        out[0] = (byte) (0x80 | Opcode.TEXT);
        out[1] = 126;
        out[3] = (byte) part.length;
        System.arraycopy(part, 0, out, 4, part.length);
        return out;
    }

    private static byte[] short125(byte[] payload) {
        return java.util.Arrays.copyOf(payload, Math.min(payload.length, 125));
    }

    private static byte[] longer(byte[] payload) {
        byte[] out = new byte[126 + payload.length % 50];
        java.util.Arrays.fill(out, (byte) 'p');
        return out;
    }

    private static byte[] notUtf8(byte[] payload) {
        byte[] out = payload.length == 0 ? new byte[1] : payload.clone();
        out[out.length / 2] = (byte) 0xFF;
        return out;
    }
}
