package packetlab.report;

import packetlab.message.Utf8;

/** Captured bytes as text: which of them are, and the characters in those that are. */
final class Text {
    private Text() {}

    /**
     * How many of the first {@code length} bytes are text, or -1 where they are not.
     *
     * @param cut the bytes were shortened somewhere: a character that misses its end is then left out
     */
    static int length(byte[] bytes, int length, boolean cut) {
        int state = Utf8.check(Utf8.BEGIN, bytes, 0, length);
        if (state == Utf8.BEGIN) {
            return length;
        }
        if (state == Utf8.INVALID || !cut) {
            return -1;
        }
        int end = length - 1;
        while ((bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return end;
    }

    /**
     * The same for a piece of a text that may begin and end inside a character.
     *
     * @return how many bytes at the beginning belong to a character before it, or -1 where the rest is no text
     */
    static int fragmentStart(byte[] bytes, int length) {
        int start = 0;
        while (start < length && start < 3 && (bytes[start] & 0xC0) == 0x80) {
            start++;
        }
        return Utf8.check(Utf8.BEGIN, bytes, start, length) == Utf8.INVALID ? -1 : start;
    }

    /** How many bytes the character takes that begins with this one; the text is valid. */
    static int size(byte first) {
        return first >= 0 ? 1 : (first & 0xFF) < 0xE0 ? 2 : (first & 0xFF) < 0xF0 ? 3 : 4;
    }

    /** The character of {@code size} bytes that begins at {@code at}; the text is valid. */
    static int codePoint(byte[] bytes, int at, int size) {
        return switch (size) {
            case 1 -> bytes[at];
            case 2 -> (bytes[at] & 0x1F) << 6 | bytes[at + 1] & 0x3F;
            case 3 -> (bytes[at] & 0x0F) << 12 | (bytes[at + 1] & 0x3F) << 6 | bytes[at + 2] & 0x3F;
            default -> (bytes[at] & 0x07) << 18 | (bytes[at + 1] & 0x3F) << 12 | (bytes[at + 2] & 0x3F) << 6
                    | bytes[at + 3] & 0x3F;
        };
    }
}
