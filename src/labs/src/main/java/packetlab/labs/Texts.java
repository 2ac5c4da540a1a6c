package packetlab.labs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Text that others wrote: read with a limit, shown without what could hurt a terminal. */
final class Texts {
    /** Octets of any file that a person writes for a course; a roster of 10,000 takes 400 KB. */
    static final int MAX_FILE = 4 << 20;

    private Texts() {}

    /** A whole file as UTF-8. */
    static String read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + (Files.isDirectory(file) ? ": is a folder, not a file" : ": no such file"));
        }
        if (Files.size(file) > MAX_FILE) {
            throw new IOException(file + ": has more than " + MAX_FILE + " octets");
        }
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(Files.readAllBytes(file))).toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new IOException(file + ": is not text in UTF-8", e);
        }
    }

    /** On one line, without control characters, at most so many characters. */
    static String cut(String text, int most) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(most).forEach(c -> shown.appendCodePoint(Character.isISOControl(c)
                || Character.getType(c) == Character.FORMAT ? '?' : c));
        return text.codePointCount(0, text.length()) > most ? shown + "..." : shown.toString();
    }

    /** Filled up with blanks to so many columns of a terminal, where Hangul takes two. */
    static String padded(String text, int columns) {
        int width = text.codePoints().map(c -> c >= 0x1100 ? 2 : 1).sum();
        return text + " ".repeat(Math.max(0, columns - width));
    }

    static String html(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '"' -> out.append("&quot;");
                default -> out.appendCodePoint(c < ' ' && c != '\n' || Character.getType(c) == Character.FORMAT ? '?' : c);
            }
        });
        return out.toString();
    }
}
