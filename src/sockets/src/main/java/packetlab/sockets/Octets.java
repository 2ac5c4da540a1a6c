package packetlab.sockets;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** What a call carries, as its arguments show it: the first octets, as text where they are text, and how many. */
final class Octets {
    private static final int SHOWN = 32;
    private static final int SHOWN_IN_HEX = 10;
    private static final String CUT = "...";

    private Octets() {}

    /** A text as it is sent, in memory that a call can take it from. */
    static ByteBuffer of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    /** What was received so far, as text. */
    static String text(ByteBuffer received) {
        return StandardCharsets.UTF_8.decode(received.duplicate().flip()).toString();
    }

    /** What is about to be sent: the octets between position and limit. */
    static String sent(ByteBuffer data) {
        return shown(data, data.position(), data.remaining()) + ", " + data.remaining();
    }

    /** What was received from {@code at} up to the position, into that much room. */
    static String received(ByteBuffer data, int at, int room) {
        return shown(data, at, data.position() - at) + ", " + room;
    }

    private static String shown(ByteBuffer data, int at, int length) {
        int end = at + Math.min(length, SHOWN);
        for (int back = 0; back < 3 && end < at + length && (data.get(end) & 0xC0) == 0x80; back++) {
            end--;      // not through the middle of a character
        }
        String cut = end < at + length ? CUT : "";
        ByteBuffer piece = data.duplicate().limit(end).position(at);
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(piece);
            if (text.chars().noneMatch(c -> c < ' ' && c != '\r' && c != '\n' || c == 0x7F)) {
                return "\"" + text + "\"" + cut;
            }
        } catch (CharacterCodingException notText) {
            // then in hexadecimal
        }
        StringBuilder hex = new StringBuilder();
        int shown = Math.min(length, SHOWN_IN_HEX);
        for (int i = at; i < at + shown; i++) {
            hex.append(hex.isEmpty() ? "" : " ").append(String.format("%02x", data.get(i)));
        }
        return hex + (shown < length ? CUT : "");
    }
}
