package packetlab.report;

/**
 * Writes XML elements. Every text and attribute value goes through here and is escaped; characters that XML forbids, that
 * turn the reading direction or that nobody sees are shown as escapes, as in the terminal.
 */
final class Markup {
    private final StringBuilder out = new StringBuilder(1 << 14);

    Markup open(String element) {
        out.append('<').append(element);
        return this;
    }

    /** Attributes of the element that was opened. */
    Markup with(String name, String value) {
        out.append(' ').append(name).append("=\"");
        escape(value);
        out.append('"');
        return this;
    }

    Markup with(String name, long value) {
        out.append(' ').append(name).append("=\"").append(value).append('"');
        return this;
    }

    /** The attributes are complete; content follows. */
    Markup body() {
        out.append('>');
        return this;
    }

    /** The element that was opened has no content. */
    Markup empty() {
        out.append("/>\n");
        return this;
    }

    Markup text(String text) {
        escape(text);
        return this;
    }

    Markup close(String element) {
        out.append("</").append(element).append(">\n");
        return this;
    }

    /** Our own markup, as it is. */
    Markup raw(String markup) {
        out.append(markup);
        return this;
    }

    private void escape(String text) {
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            switch (c) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (Hazard.is(c)) {
                        out.append(String.format(c < 0x80 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\u{%x}", c));
                    } else {
                        out.appendCodePoint(c);
                    }
                }
            }
        }
    }

    /** The text, cut to so many columns of a terminal, which is what a fixed-width font shows. */
    static String cut(String text, int columns) {
        int width = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            int next = i + Character.charCount(c);
            width += Hazard.is(c) ? 6 : CharWidth.of(c);
            if (width > columns) {
                int end = i;
                int kept = width;
                while (end > 0 && kept > columns - 1) {
                    int before = text.codePointBefore(end);
                    end -= Character.charCount(before);
                    kept -= Hazard.is(before) ? 6 : CharWidth.of(before);
                }
                return text.substring(0, end) + "…";
            }
            i = next;
        }
        return text;
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
