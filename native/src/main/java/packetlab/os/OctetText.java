package packetlab.os;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The first octets of what a call carries, as its arguments show them: as text where they are text, else in hexadecimal. */
public final class OctetText {
    private static final int SHOWN = 32;
    private static final int SHOWN_IN_HEX = 10;
    private static final String CUT = "...";

    private OctetText() {}

    /**
     * @param at     where they begin in {@code data}, whose position does not count
     * @param length how many are there
     * @param whole  how many there were; what is not shown is told by dots
     */
    public static String of(ByteBuffer data, int at, int length, long whole) {
        int end = at + Math.min(length, SHOWN);
        for (int back = 0; back < 3 && end < at + length && (data.get(end) & 0xC0) == 0x80; back++) {
            end--;      // not through the middle of a character
        }
        ByteBuffer piece = data.duplicate().limit(end).position(at);
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(piece);
            if (text.chars().noneMatch(c -> c < ' ' && c != '\r' && c != '\n' || c == 0x7F)) {
                return "\"" + text + "\"" + (end - at < whole ? CUT : "");
            }
        } catch (CharacterCodingException notText) {
            // then in hexadecimal
        }
        StringBuilder hex = new StringBuilder();
        int shown = Math.min(length, SHOWN_IN_HEX);
        for (int i = at; i < at + shown; i++) {
            hex.append(hex.isEmpty() ? "" : " ").append(String.format("%02x", data.get(i)));
        }
        return hex + (shown < whole ? CUT : "");
    }
}
