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

    /** {@link #valid}: what is there is right, but the end comes first. */
    static final int INCOMPLETE = -1;
    /** {@link #valid}: not UTF-8. */
    static final int INVALID = -2;

    /** The character whose first byte stands at {@code at} and asks for {@code size} bytes, more than one, or why not. */
    static int valid(byte[] bytes, int at, int size) {
        int first = bytes[at] & 0xFF;
        if (first < 0xC2 || first > 0xF4) {
            return INVALID;
        }
        int codePoint = first & 0xFF >> size + 1;
        for (int i = 1; i < size; i++) {
            if (at + i == bytes.length) {
                return begins(codePoint, i, size) ? INCOMPLETE : INVALID;
            }
            int next = bytes[at + i];
            if ((next & 0xC0) != 0x80) {
                return INVALID;
            }
            codePoint = codePoint << 6 | next & 0x3F;
        }
        boolean minimal = size == 2 || codePoint >= (size == 3 ? 0x800 : 0x10000);
        return minimal && (codePoint >>> 11 != 0x1B) && codePoint <= 0x10FFFF ? codePoint : INVALID;
    }

    /** Whether the first {@code count} bytes of {@code size} can still become a character. */
    private static boolean begins(int bits, int count, int size) {
        if (count == 1) {
            return true;
        }
        int lowest = bits << 6 * (size - count);
        int highest = lowest | (1 << 6 * (size - count)) - 1;
        return highest >= (size == 3 ? 0x800 : 0x10000) && lowest <= 0x10FFFF
                && !(lowest >= 0xD800 && highest <= 0xDFFF);
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
