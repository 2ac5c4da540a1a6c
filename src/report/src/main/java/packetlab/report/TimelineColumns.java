package packetlab.report;

import java.nio.charset.StandardCharsets;
import packetlab.event.CallEvent;
import packetlab.event.Event;
import packetlab.event.Side;

/**
 * Lays out the lines of the timeline: time, the client's calls, the wire, the server's calls. A call that goes on has a
 * bar beside the wire, in a lane of its own; text of the client ends at its bar and text of the server begins there.
 * Every line has at most {@link #COLUMNS} columns.
 */
final class TimelineColumns {
    static final int COLUMNS = 100;
    static final int TIME = 10, CALLS = 30, WIRE = 27;
    /** Calls of one side that may have bars at one time. */
    static final int LANES = 4;
    /** A line without a time. */
    static final long NO_TIME = Event.NO_TIME;

    /** What stands where a call's bar begins or ends. */
    enum Mark { NONE, BEGIN, END, POINT }

    /** What one side's column of a line says. */
    static final class Column {
        final Cell text;
        final long[] lanes = new long[LANES];
        Mark mark = Mark.NONE;
        int lane;
        boolean failed;

        Column(Glyphs glyphs) {
            text = new Cell(glyphs);
        }

        /** The number of lanes in use, counted from the wire to the outermost. */
        int depth() {
            int depth = mark == Mark.NONE ? 0 : lane + 1;
            for (int i = 0; i < LANES; i++) {
                depth = lanes[i] != 0 ? Math.max(depth, i + 1) : depth;
            }
            return Math.max(1, depth);
        }

        /** Takes the lane of a call that begins, or returns -1 where all are taken. */
        int take(CallEvent call) {
            for (int i = 0; i < LANES; i++) {
                if (lanes[i] == 0) {
                    lanes[i] = call.id();
                    return i;
                }
            }
            return -1;
        }

        int laneOf(CallEvent call) {
            for (int i = 0; i < LANES; i++) {
                if (lanes[i] == call.id()) {
                    return i;
                }
            }
            return -1;
        }
    }

    private final ByteSink out;
    private final Palette palette;
    private final byte[] bar;
    private final byte[] dash;
    private final byte[] cross;
    private final byte[] point;
    private final byte[][] clientMarks;
    private final byte[][] serverMarks;
    final Cell wire;
    final Column client;
    final Column server;
    /** Who sent what the wire shows; null where it shows no arrow. */
    Side from;
    private long firstTimeNs = NO_TIME;
    /** Spaces that come before whatever is put next. */
    private int gap;

    TimelineColumns(ByteSink out, boolean colour, Glyphs glyphs) {
        this.out = out;
        this.palette = Palette.of(colour);
        boolean ascii = glyphs == Glyphs.ASCII;
        bar = utf8(ascii ? "|" : "│");
        dash = utf8(ascii ? "-" : "─");
        cross = utf8(ascii ? "+" : "┼");
        point = utf8(ascii ? "*" : "•");
        clientMarks = new byte[][] {utf8(ascii ? "." : "┐"), utf8(ascii ? "'" : "┘")};
        serverMarks = new byte[][] {utf8(ascii ? "." : "┌"), utf8(ascii ? "'" : "└")};
        wire = new Cell(glyphs);
        client = new Column(glyphs);
        server = new Column(glyphs);
        clear();
    }

    Column of(Side side) {
        return side == Side.SERVER ? server : client;
    }

    /** Columns that a call's text has, now that it stands in that lane. */
    static int room(Column column) {
        return CALLS - 2 * column.depth();
    }

    /** Prints the line that was filled in and empties it. */
    void print(long timeNs) {
        time(timeNs);
        gap += 1;
        clientColumn();
        gap += 1;
        put(from == null ? NOTHING : from == Side.CLIENT ? palette.client() : palette.server());
        put(wire.bytes(), 0, wire.size());
        put(from == null ? NOTHING : palette.plain());
        gap += WIRE - wire.width() + 1;
        serverColumn();
        gap = 0;
        out.put('\n');
        clear();
    }

    private void put(byte[] bytes) {
        put(bytes, 0, bytes.length);
    }

    /** Puts the spaces that are due, and then that: no line ends with spaces. */
    private void put(byte[] bytes, int offset, int length) {
        if (length > 0) {
            out.spaces(gap);
            gap = 0;
            out.put(bytes, offset, length);
        }
    }

    private void clear() {
        wire.reset(WIRE);
        for (Column column : new Column[] {client, server}) {
            column.text.reset(CALLS);
            column.mark = Mark.NONE;
            column.failed = false;
        }
        from = null;
    }

    private void time(long timeNs) {
        if (timeNs == NO_TIME) {
            gap = TIME;
            return;
        }
        if (firstTimeNs == NO_TIME) {
            firstTimeNs = timeNs;
        }
        long micros = micros(timeNs);
        Cell cell = times.reset(COLUMNS).number(micros);
        if (cell.width() > TIME) {
            cell.reset(COLUMNS).plain(micros);
        }
        if (cell.width() > TIME) {
            cell.reset(TIME).number(micros / 1_000_000).add(" s");
        }
        out.put(palette.quiet());
        out.spaces(Math.max(0, TIME - cell.width()));
        out.put(cell.bytes(), 0, cell.size());
        out.put(palette.plain());
    }

    private final Cell times = new Cell(Glyphs.ASCII);

    /** Microseconds since the first line. */
    long micros(long timeNs) {
        return firstTimeNs == NO_TIME ? 0 : Math.floorDiv(timeNs - firstTimeNs, 1000L);
    }

    private void clientColumn() {
        Column c = client;
        int depth = c.depth();
        gap += CALLS - 2 * depth - c.text.width();
        coloured(c, palette.client(), c.text);
        for (int lane = depth - 1; lane >= 0; lane--) {
            boolean reaching = c.mark != Mark.NONE && lane >= c.lane && !c.text.isEmpty() && lane < depth - 1;
            lane(c, palette.client(), reaching ? dash : SPACE, glyph(c, lane, clientMarks));
        }
    }

    private void serverColumn() {
        Column c = server;
        int depth = c.depth();
        for (int lane = 0; lane < depth; lane++) {
            boolean reaching = c.mark != Mark.NONE && lane > c.lane && !c.text.isEmpty();
            lane(c, palette.server(), lane == 0 ? NOTHING : reaching ? dash : SPACE, glyph(c, lane, serverMarks));
        }
        gap += 1;
        coloured(c, palette.server(), c.text);
    }

    private void coloured(Column c, byte[] colour, Cell text) {
        if (!text.isEmpty()) {
            put(c.failed ? palette.warning() : colour);
            put(text.bytes(), 0, text.size());
            put(palette.plain());
        }
    }

    private void lane(Column c, byte[] colour, byte[] before, byte[] glyph) {
        for (byte[] piece : new byte[][] {before, glyph}) {
            if (piece == SPACE) {
                gap++;
            } else if (piece != NOTHING) {
                put(c.failed ? palette.warning() : colour);
                put(piece);
                put(palette.plain());
            }
        }
    }

    private static final byte[] NOTHING = {};
    private static final byte[] SPACE = {' '};

    private byte[] glyph(Column c, int lane, byte[][] marks) {
        if (c.mark != Mark.NONE && lane == c.lane) {
            return c.mark == Mark.POINT ? point : marks[c.mark == Mark.BEGIN ? 0 : 1];
        }
        boolean crossed = c.mark != Mark.NONE && lane > c.lane && !c.text.isEmpty();
        return c.lanes[lane] != 0 ? crossed ? cross : bar : crossed ? dash : SPACE;
    }

    /** The names of the columns. */
    void header(Glyphs glyphs) {
        out.put('\n');
        out.put(palette.quiet());
        out.spaces(TIME - glyphs.timeNameColumns);
        out.put(glyphs.timeName);
        out.put(palette.plain());
        out.spaces(1 + CALLS - 2 - "client".length());
        out.put(palette.client());
        out.put(utf8("client"));
        out.put(palette.plain());
        out.spaces(3);
        out.put(palette.quiet());
        out.put(utf8("wire"));
        out.put(palette.plain());
        out.spaces(WIRE - "wire".length() + 3);
        out.put(palette.server());
        out.put(utf8("server"));
        out.put(palette.plain());
        out.put('\n');
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
