package packetlab.report;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import packetlab.event.Endpoint;
import packetlab.event.Event;
import packetlab.event.Side;

/**
 * Lays out the lines of the ladder: time, packet number, stream number where it changes, an arrow between client (left)
 * and server (right) with a label in it, and what there is to say at the right. Every line keeps within
 * {@code columns}. A time or number that needs more room than its column has widens the column from then on, and the
 * arrows become shorter.
 */
final class Ladder {
    /** How a line is meant. */
    enum Tone { PLAIN, QUIET, NOTE, WARNING }

    private static final int MIN_COLUMNS = 72;
    private static final int MIN_ARROW = 24;
    private static final int MAX_ARROW = 40;
    /** An arrow's columns that its label leaves: two before it, the head behind. */
    private static final int ARROW_ENDS = 3;
    private static final int GAP = 2;
    /** A long remark goes on below; more than this is cut. */
    private static final int REMARK_LINES = 4;
    private static final byte[] NO_COLOUR = {};

    private final Cell label;
    private final Cell detail;
    private final Cell margin;
    private final ByteSink out;
    private final Glyphs glyphs;
    private final int columns;
    private final Palette palette;
    private int timeWidth = 10;
    private int frameWidth = 6;
    private int streamWidth = 4;
    private int arrowEnd;

    private boolean timed;
    private long firstTimeNs;
    /** Of the line that is being made; negative where there is none to print. */
    private long micros;
    private boolean hasTime;
    private long frame;
    private long stream;
    /** Of the line before, so that what has not changed is not said again. */
    private long lastFrame;
    private long lastStream = Event.UNKNOWN;
    /** The columns have their names above them. */
    private boolean named;

    Ladder(ByteSink out, int columns, boolean colour, Glyphs glyphs) {
        this.out = out;
        this.columns = Math.max(MIN_COLUMNS, columns);
        this.glyphs = glyphs;
        this.label = new Cell(glyphs);
        this.detail = new Cell(glyphs);
        this.margin = new Cell(glyphs);
        this.arrowEnd = arrowStart() + Math.max(MIN_ARROW, Math.min(MAX_ARROW, this.columns * 2 / 5));
        this.palette = Palette.of(colour);
    }

    private int arrowStart() {
        return timeWidth + frameWidth + streamWidth + GAP;
    }

    private int detailStart() {
        return arrowEnd + GAP;
    }

    /** Times are told from the first one that is given here. */
    void startAt(long timeNs) {
        if (!timed && timeNs != Event.NO_TIME) {
            timed = true;
            firstTimeNs = timeNs;
        }
    }

    /** Begins a line; its cells are empty. */
    void begin(long timeNs, long lineFrame, long lineStream) {
        hasTime = timeNs != Event.NO_TIME;
        if (hasTime) {
            startAt(timeNs);
            micros = Math.floorDiv(timeNs - firstTimeNs, 1000L);
            long magnitude = Math.abs(micros);
            int digits = ByteSink.count(magnitude);
            timeWidth = Math.max(timeWidth, digits + (digits - 1) / 3 + (micros < 0 ? 1 : 0));
        }
        frame = lineFrame;
        stream = lineStream;
        if (frame > 99_999) {
            frameWidth = Math.max(frameWidth, 1 + ByteSink.count(frame));
        }
        if (stream > 999) {
            streamWidth = Math.max(streamWidth, 1 + ByteSink.count(stream));
        }
        arrowEnd = Math.max(arrowEnd, arrowStart() + MIN_ARROW);
        label.reset(0);
        detail.reset(0);
        margin.reset(0);
    }

    /** What stands at the right margin; to be filled before the others, which get the room that it leaves. */
    Cell margin() {
        return margin.reset(columns - detailStart());
    }

    /** What stands in the arrow. */
    Cell label() {
        return label.reset(arrowEnd - arrowStart() - ARROW_ENDS - 2);
    }

    /** What stands right of the arrow. */
    Cell detail() {
        return detail.reset(columns - detailStart() - (margin.isEmpty() ? 0 : GAP + margin.width()));
    }

    /** What stands in the arrow's place, with a detail at its right. */
    Cell caption() {
        return label.reset(arrowEnd - arrowStart());
    }

    /** What a line without an arrow says; there is no detail then. */
    Cell words() {
        return label.reset(columns - arrowStart() - (margin.isEmpty() ? 0 : GAP + margin.width()));
    }

    /** What a remark says: it may take several lines. */
    Cell remark() {
        return label.reset((columns - arrowStart() - GAP) * REMARK_LINES);
    }

    void arrow(Side from, boolean thick) {
        place();
        int fill = arrowEnd - arrowStart() - ARROW_ENDS - label.width();
        byte[] line = thick ? glyphs.thick : glyphs.thin;
        int unit = line.length / Glyphs.MAX_ARROW;
        if (from == Side.CLIENT) {
            out.put(palette.client());
            out.put(line, 0, 2 * unit);
            out.put(label.bytes(), 0, label.size());
            out.put(line, 0, fill * unit);
            out.put(glyphs.headRight);
        } else {
            out.put(palette.server());
            out.put(glyphs.headLeft);
            out.put(line, 0, fill * unit);
            out.put(label.bytes(), 0, label.size());
            out.put(line, 0, 2 * unit);
        }
        out.put(palette.plain());
        tail(arrowEnd);
    }

    /** A line without an arrow. */
    void level(Tone tone) {
        place();
        coloured(tone, label.bytes(), 0, label.size());
        tail(arrowStart() + label.width());
    }

    private void tail(int at) {
        if (!detail.isEmpty()) {
            out.spaces(detailStart() - at);
            out.put(detail.bytes(), 0, detail.size());
            at = detailStart() + detail.width();
        }
        if (!margin.isEmpty()) {
            out.spaces(columns - margin.width() - at);
            out.put(palette.quiet());
            out.put(margin.bytes(), 0, margin.size());
            out.put(palette.plain());
        }
        out.put('\n');
    }

    /**
     * One or more lines about a packet, each part broken between words; the packet is not named again where the line
     * above was its.
     */
    void remark(Tone tone, char mark) {
        boolean known = frame == lastFrame && stream == lastStream;
        byte[] bytes = label.bytes();
        int end = label.size();
        int room = columns - arrowStart() - GAP;
        int at = 0;
        boolean first = true;
        while (at < end) {
            int next = lineEnd(bytes, at, end, room);
            if (first && !known) {
                place();
            } else {
                out.spaces(arrowStart());
            }
            out.put(colour(tone));
            out.put(first ? mark : ' ');
            out.put(' ');
            out.put(bytes, at, next - at);
            out.put(tone == Tone.PLAIN ? NO_COLOUR : palette.plain());
            out.put('\n');
            first = false;
            at = next;
            while (at < end && bytes[at] == ' ') {
                at++;
            }
        }
    }

    /** Where a line that begins at {@code at} must end: behind a word if there is one, else at the margin. */
    private static int lineEnd(byte[] bytes, int at, int end, int room) {
        int width = 0;
        int space = -1;
        int i = at;
        while (i < end) {
            int size = Text.size(bytes[i]);
            width += CharWidth.of(Text.codePoint(bytes, i, size));
            if (width > room) {
                return space > at ? space : i;
            }
            if (bytes[i] == ' ') {
                space = i;
            }
            i += size;
        }
        return end;
    }

    private void coloured(Tone tone, byte[] bytes, int offset, int length) {
        out.put(colour(tone));
        out.put(bytes, offset, length);
        out.put(tone == Tone.PLAIN ? NO_COLOUR : palette.plain());
    }

    private byte[] colour(Tone tone) {
        return switch (tone) {
            case PLAIN -> NO_COLOUR;
            case QUIET -> palette.quiet();
            case NOTE -> palette.note();
            case WARNING -> palette.warning();
        };
    }

    /** Time, packet number, stream number where it is another one than above, and the gap behind them. */
    private void place() {
        if (!named) {
            columnNames();
            out.put('\n');
        }
        int width = arrowStart();
        out.ensure(width + palette.quiet().length + palette.plain().length);
        out.put(palette.quiet());
        byte[] bytes = out.bytes();
        int start = out.size();
        Arrays.fill(bytes, start, start + width, (byte) ' ');
        int at = start + timeWidth;
        if (hasTime) {
            grouped(bytes, at);
        }
        at += frameWidth;
        if (frame > 0) {
            digits(bytes, at, frame);
        }
        at += streamWidth;
        if (stream != Event.UNKNOWN && stream != lastStream) {
            digits(bytes, at, stream);
        }
        out.size(start + width);
        out.put(palette.plain());
        lastFrame = frame;
        lastStream = stream == Event.UNKNOWN ? lastStream : stream;
    }

    private static void digits(byte[] bytes, int end, long value) {
        do {
            long quotient = value / 10;
            bytes[--end] = (byte) ('0' + (value - quotient * 10));
            value = quotient;
        } while (value != 0);
    }

    private void grouped(byte[] bytes, int end) {
        long value = Math.abs(micros);
        int written = 0;
        do {
            if (written > 0 && written % 3 == 0) {
                bytes[--end] = ',';
            }
            long quotient = value / 10;
            bytes[--end] = (byte) ('0' + (value - quotient * 10));
            value = quotient;
            written++;
        } while (value != 0);
        if (micros < 0) {
            bytes[--end] = '-';
        }
    }

    /**
     * Introduces a connection: who is at the left and who at the right.
     *
     * @param client null where it is not known
     * @param alone  whether no other connection is open: then an empty line and the names of the columns come before
     */
    void header(long number, Endpoint client, Endpoint server, boolean alone) {
        lastStream = number;
        lastFrame = 0;
        if (alone || !named) {
            columnNames();
            out.spaces(streamWidth + GAP);
        } else {
            out.spaces(arrowStart());
        }
        int at = arrowStart();
        if (client != null) {
            at = end(palette.client(), "client ", client, at, at);
            // "server" ends where the arrows do, its address stands above what is said at the right.
            int right = Math.max(at + GAP, arrowEnd - "server".length());
            if (right + "server ".length() + server.toString().length() > columns) {
                // Long addresses: the server's goes below.
                out.put('\n');
                out.spaces(arrowStart());
                at = arrowStart();
                right = at;
            }
            at = end(palette.server(), "server ", server, at, right);
        }
        label.reset(columns).add("stream ").plain(number);
        int start = Math.max(at + GAP, columns - label.width());
        if (start + label.width() > columns) {
            out.put('\n');
            at = 0;
            start = arrowStart();
        }
        out.spaces(start - at);
        coloured(Tone.QUIET, label.bytes(), 0, label.size());
        out.put('\n');
    }

    /** An end's address from column {@code start} on; returns where it ends. */
    private int end(byte[] colour, String who, Endpoint address, int at, int start) {
        label.reset(columns - arrowStart()).add(who).text(address.toString());
        out.spaces(start - at);
        out.put(colour);
        out.put(label.bytes(), 0, label.size());
        out.put(palette.plain());
        return start + label.width();
    }

    private void columnNames() {
        out.put('\n');
        out.put(palette.quiet());
        out.spaces(timeWidth - glyphs.timeNameColumns);
        out.put(glyphs.timeName);
        out.spaces(frameWidth - 1);
        out.put('#');
        out.put(palette.plain());
        named = true;
    }

    /** A line of its own, at the left; to be followed by {@link #printTitle}. */
    Cell title() {
        return label.reset(columns);
    }

    void printTitle() {
        out.put(label.bytes(), 0, label.size());
        out.put('\n');
    }
}
