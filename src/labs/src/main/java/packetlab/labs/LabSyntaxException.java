package packetlab.labs;

/** A file of a lab, or of a course, cannot be read. The message is one line: where, what was expected, what stands there. */
public final class LabSyntaxException extends Exception {
    private static final long serialVersionUID = 1;
    private static final int SHOWN = 40;

    private final String source;
    private final int line;
    private final String expected;

    /**
     * @param line     1-based; 0 for the file as a whole
     * @param expected in words
     * @param found    what stands there; null for the end of the line or of the file
     */
    public LabSyntaxException(String source, int line, String expected, String found) {
        super(source + (line > 0 ? ":" + line : "") + ": expected " + expected + ", found "
                + (found == null || found.isEmpty() ? line > 0 ? "the end of the line" : "nothing" : "'" + shown(found) + "'"));
        this.source = source;
        this.line = line;
        this.expected = expected;
    }

    private static String shown(String text) {
        return Texts.cut(text, SHOWN);
    }

    public String source() {
        return source;
    }

    public int line() {
        return line;
    }

    public String expected() {
        return expected;
    }
}
