package packetlab.rules;

/** A rule cannot be read. The message is one line: where, what was expected, what stands there instead. */
public final class RuleSyntaxException extends Exception {
    private static final long serialVersionUID = 1;

    private final String source;
    private final int line;
    private final int column;
    private final String expected;

    /**
     * @param source   file, or the option that the rule came from
     * @param line     1-based
     * @param column   1-based, in characters
     * @param expected in words
     * @param found    what stands there; null for the end of the line
     */
    RuleSyntaxException(String source, int line, int column, String expected, String found) {
        super(source + ":" + line + ":" + column + ": expected " + expected + ", found "
                + (found == null ? "the end of the line" : "'" + shown(found) + "'"));
        this.source = source;
        this.line = line;
        this.column = column;
        this.expected = expected;
    }

    private static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(40).forEach(c -> shown.appendCodePoint(Character.isISOControl(c) ? '?' : c));
        return text.codePointCount(0, text.length()) > 40 ? shown + "..." : shown.toString();
    }

    public String source() {
        return source;
    }

    public int line() {
        return line;
    }

    public int column() {
        return column;
    }

    public String expected() {
        return expected;
    }
}
