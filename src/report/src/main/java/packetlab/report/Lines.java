package packetlab.report;

/** Lines made of parts with a dot between them; a part that does not fit begins the next line, indented. */
final class Lines {
    private final ByteSink out;
    private final Cell cell;
    private final Glyphs glyphs;
    private final int columns;
    private int indent;
    private int width;

    Lines(ByteSink out, int columns, Glyphs glyphs) {
        this.out = out;
        this.columns = columns;
        this.glyphs = glyphs;
        this.cell = new Cell(glyphs);
    }

    /** @param indent of the lines that follow the first one */
    void begin(int indent) {
        this.indent = indent;
        width = 0;
        cell.reset(columns - indent);
    }

    /** Begins another part. */
    Lines part() {
        settle();
        return this;
    }

    /** Begins another part on a line of its own. */
    Lines newLine() {
        settle();
        width = columns;
        return this;
    }

    Lines add(String text) {
        cell.add(text);
        return this;
    }

    Lines text(String captured) {
        cell.text(captured);
        return this;
    }

    Lines number(long value) {
        cell.number(value);
        return this;
    }

    Lines plain(long value) {
        cell.plain(value);
        return this;
    }

    Lines count(long value, String unit) {
        cell.count(value, unit);
        return this;
    }

    void end() {
        settle();
        out.put('\n');
    }

    private void settle() {
        if (cell.isEmpty()) {
            return;
        }
        if (width > 0 && width + glyphs.dot.length() + cell.width() > columns) {
            out.put('\n');
            out.spaces(indent);
            width = indent;
        } else if (width > 0) {
            out.put(glyphs.dotBytes);
            width += glyphs.dot.length();
        }
        out.put(cell.bytes(), 0, cell.size());
        width += cell.width();
        cell.reset(columns - indent);
    }
}
