package packetlab.report;

import java.io.Closeable;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import packetlab.event.CallEvent;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.event.EventListener;
import packetlab.event.EventType;
import packetlab.event.NoteEvent;
import packetlab.event.PacketEvent;
import packetlab.event.TcpEvent;
import packetlab.timeline.CallKind;

/**
 * The timeline as text: the calls of the client at the left, those of the server at the right, packets between them,
 * one line for each thing that happened, in the order of their times. A call that went on while something else happened
 * has two lines and a bar between them.
 *
 * <p>Calls are told when they have returned, so lines wait until {@link #release}; a call that took longer than they
 * waited has one line, at its return, that says since when it ran. Captured bytes never reach the terminal as anything
 * but visible characters. A failing write is an {@link java.io.UncheckedIOException}. Not thread-safe.
 */
public final class TimelineReport implements EventListener, Closeable {
    /** Lines that may wait; beyond it the oldest go out. */
    private static final int MAX_WAITING = 1 << 17;
    private static final int MAX_FRAME_COLUMNS = 7;

    private enum What { ENTRY, EXIT, EVENT }

    private record Line(long timeNs, What what, Event event) {}

    private final ByteSink out;
    private final Glyphs glyphs;
    private final TimelineColumns columns;
    private final TimelineWire wire;
    private final Cell measure;
    private final Sides sides = new Sides();
    private final Set<Long> streams = new HashSet<>();
    private final List<Line> waiting = new ArrayList<>();
    private long lastTimeNs = Event.NO_TIME;
    private Function<CallEvent, String> marks = call -> "";
    private boolean headed;
    private int frameColumns = 4;

    /** @param target taken over: closed with this */
    public TimelineReport(OutputStream target, boolean colour, boolean unicode) {
        out = new ByteSink(target);
        glyphs = unicode ? Glyphs.UNICODE : Glyphs.ASCII;
        columns = new TimelineColumns(out, colour, glyphs);
        wire = new TimelineWire(glyphs);
        measure = new Cell(glyphs);
    }

    @Override
    public boolean wants(EventType type) {
        return switch (type) {
            case CALL, TCP_SEGMENT, TCP_FINDING, TCP_CLOSE, UDP_DATAGRAM, ICMP_MESSAGE, OTHER, GAP, LIMIT, DROPPED, START,
                    NOTE, WIRE_DROPPED, WIRE_DELAYED, WIRE_CHANGED, WIRE_PASSED -> true;
            default -> false;
        };
    }

    @Override
    public Segments segments() {
        return Segments.ALL;
    }

    @Override
    public void onEvent(Event event) {
        if (event instanceof CaptureEvent.Start start) {
            title(start);
        } else if (event instanceof CallEvent call) {
            sides.learn(call);
            if (lastTimeNs == Event.NO_TIME || call.timeNs() >= lastTimeNs) {
                waiting.add(new Line(call.timeNs(), What.ENTRY, call));
            }
            waiting.add(new Line(call.returned() ? call.endTimeNs() : Long.MAX_VALUE, What.EXIT, call));
        } else if (wants(event.type())) {
            waiting.add(new Line(event.timeNs(), What.EVENT, event));
        }
        if (waiting.size() > MAX_WAITING) {
            sort();
            release(waiting.get(MAX_WAITING / 2).timeNs());
        }
    }

    private void title(CaptureEvent.Start e) {
        Cell title = new Cell(glyphs).reset(TimelineColumns.COLUMNS).add("packetlab");
        for (String part : e.source().split(" · ")) {
            title.part().text(part);
        }
        for (String known : new String[] {e.link(), OtherLines.backend(e), e.filter()}) {
            if (known != null) {
                title.part().text(known);
            }
        }
        out.put(title.bytes(), 0, title.size());
        out.put('\n');
    }

    private void sort() {
        // Stable: a finding stays behind its packet, and what has no time of its own where it came.
        for (int i = 1; i < waiting.size(); i++) {
            Line line = waiting.get(i);
            if (line.timeNs() == Event.NO_TIME) {
                waiting.set(i, new Line(waiting.get(i - 1).timeNs(), line.what(), line.event()));
            }
        }
        waiting.sort(Comparator.comparingLong(Line::timeNs));
    }

    /** Prints what happened up to then; what comes later and happened before is told late. */
    public void release(long untilNs) {
        sort();
        int count = 0;
        while (count < waiting.size() && waiting.get(count).timeNs() <= untilNs) {
            Line line = waiting.get(count++);
            if (!headed) {
                columns.header(glyphs);
                headed = true;
            }
            boolean both = line.what() == What.ENTRY && count < waiting.size()
                    && waiting.get(count).what() == What.EXIT && waiting.get(count).event() == line.event();
            if (both && fits((CallEvent) line.event())) {
                count++;
                point((CallEvent) line.event());
            } else {
                print(line);
            }
            lastTimeNs = line.timeNs() == Long.MAX_VALUE ? lastTimeNs : line.timeNs();
        }
        waiting.subList(0, count).clear();
    }

    /** Who made a call, as its line is to begin, such as {@code B }; nothing unless somebody says. */
    public void markBy(Function<CallEvent, String> words) {
        marks = words;
    }

    private String whole(CallEvent call) {
        return marks.apply(call) + CallWords.whole(call);
    }

    private boolean fits(CallEvent call) {
        return width(whole(call)) <= TimelineColumns.room(columns.of(call.from()));
    }

    /** A call during which nothing else happened: one line. */
    private void point(CallEvent call) {
        TimelineColumns.Column column = columns.of(call.from());
        int lane = column.take(call);
        if (lane >= 0) {
            column.lanes[lane] = 0;
            column.mark = TimelineColumns.Mark.POINT;
            column.lane = lane;
        }
        column.failed = CallWords.failed(call);
        column.text.reset(TimelineColumns.room(column)).text(whole(call));
        handedOver(call);
        columns.print(call.timeNs());
        library(call);
    }

    private void print(Line line) {
        if (line.event() instanceof CallEvent call) {
            if (line.what() == What.ENTRY) {
                entry(call);
            } else {
                exit(call);
            }
        } else {
            event(line);
        }
    }

    private void entry(CallEvent call) {
        TimelineColumns.Column column = columns.of(call.from());
        int lane = column.take(call);
        if (lane < 0) {
            return;         // it is told when it returns
        }
        column.mark = TimelineColumns.Mark.BEGIN;
        column.lane = lane;
        long timeNs = call.timeNs();
        StringBuilder row = new StringBuilder();
        List<String> parts = CallWords.entryParts(call);
        parts.set(0, marks.apply(call) + parts.get(0));
        for (String part : parts) {
            int room = TimelineColumns.room(column);
            if (row.length() > 0 && width(row + ", " + part) > room) {
                column.text.reset(room).text(row + ",");
                columns.print(timeNs);
                timeNs = TimelineColumns.NO_TIME;
                row.setLength(0);
            }
            row.append(row.length() == 0 ? "" : ", ").append(part);
        }
        column.text.reset(TimelineColumns.room(column)).text(row.toString());
        columns.print(timeNs);
        library(call);
    }

    private int width(String text) {
        return measure.reset(TimelineColumns.COLUMNS * 4).text(text).width();
    }

    private void exit(CallEvent call) {
        TimelineColumns.Column column = columns.of(call.from());
        int lane = column.laneOf(call);
        column.failed = CallWords.failed(call);
        if (lane >= 0) {
            column.mark = TimelineColumns.Mark.END;
            column.lane = lane;
            column.text.reset(TimelineColumns.room(column)).text(CallWords.exit(call));
            handedOver(call);
            columns.print(call.endTimeNs());
            column.lanes[lane] = 0;
            return;
        }
        boolean fits = fits(call);
        column.text.reset(TimelineColumns.room(column)).text(fits ? whole(call) : marks.apply(call) + CallWords.entry(call));
        handedOver(call);
        columns.print(call.endTimeNs());
        if (!fits) {
            column.text.reset(TimelineColumns.room(column)).text(CallWords.exit(call));
            columns.print(TimelineColumns.NO_TIME);
        }
        column.text.reset(TimelineColumns.room(column)).add("(since ").number(columns.micros(call.timeNs())).add(")");
        columns.print(TimelineColumns.NO_TIME);
    }

    /** Octets that no packet carried: between Unix-domain sockets the kernel hands them over. */
    private void handedOver(CallEvent call) {
        boolean unix = call.socket() != null && call.socket().transport().wireName().startsWith("unix");
        if (unix && call.from() != null && CallKind.of(call.call()) == CallKind.RECEIVE && call.errno() == null
                && call.length() > 0) {
            columns.from = call.from().other();
            wire.handedOver(columns.wire, call, frameColumns);
        }
    }

    /** Which system calls a library made of this one, below it. */
    private void library(CallEvent call) {
        String words = CallWords.library(call);
        if (words == null) {
            return;
        }
        TimelineColumns.Column column = columns.of(call.from());
        for (String row : wrapped("(" + words + ")", TimelineColumns.room(column))) {
            column.text.reset(TimelineColumns.room(column)).text(row);
            columns.print(TimelineColumns.NO_TIME);
        }
    }

    /** The text in rows of at most so many columns, broken between words; a longer word has a row of its own. */
    private List<String> wrapped(String text, int room) {
        List<String> rows = new ArrayList<>();
        String row = "";
        for (String word : text.split(" ")) {
            String longer = row.isEmpty() ? word : row + " " + word;
            if (!row.isEmpty() && width(longer) > room) {
                rows.add(row);
                longer = word;
            }
            row = longer;
        }
        rows.add(row);
        return rows;
    }

    /** How a connection ended, across all columns. */
    private void close(TcpEvent.Close e) {
        Lines lines = across();
        lines.part().add(streams.size() > 1 ? "= stream " + e.stream() + " " : "= ").add(switch (e.how()) {
            case FIN -> "closed";
            case RESET -> "reset";
            case OPEN -> "still open when the capture ends";
        });
        long client = e.bytes().client();
        long server = e.bytes().server();
        if (client == server) {
            lines.part().count(client, "byte").add(" each way");
        } else {
            lines.part().count(client, "byte").add(" from the client, ").number(server).add(" from the server");
        }
        if (e.lostBytes().total() > 0) {
            lines.part().count(e.lostBytes().total(), "byte").add(" never captured");
        }
        lines.end();
    }

    /** What a demo says of itself, across all columns. */
    private void note(NoteEvent note) {
        for (String row : wrapped("= " + note.text(), TimelineColumns.COLUMNS - TimelineColumns.TIME - 3)) {
            Lines lines = across();
            lines.part().text(row);
            lines.end();
        }
    }

    private Lines across() {
        Lines lines = new Lines(out, TimelineColumns.COLUMNS - TimelineColumns.TIME - 1, glyphs);
        out.spaces(TimelineColumns.TIME + 1);
        lines.begin(2);
        return lines;
    }

    private void event(Line line) {
        Event event = line.event();
        if (event instanceof TcpEvent.Close close) {
            close(close);
            return;
        }
        if (event instanceof NoteEvent note) {
            note(note);
            return;
        }
        if (event instanceof TcpEvent.Segment s && streams.add(s.stream())) {
            columns.client.text.reset(TimelineColumns.room(columns.client)).text(s.client().toString());
            columns.server.text.reset(TimelineColumns.room(columns.server)).text(s.server().toString());
            columns.wire.add("stream ").plain(s.stream());
            columns.print(TimelineColumns.NO_TIME);
        }
        if (event instanceof TcpEvent.Segment || event instanceof PacketEvent) {
            frameColumns = Math.min(MAX_FRAME_COLUMNS, Math.max(frameColumns, 2 + ByteSink.count(event.frame())));
            columns.from = sides.sender(event);
            wire.arrow(columns.wire, event, columns.from, frameColumns, streams.size() > 1);
            columns.print(line.timeNs());
        } else {
            wire.remark(columns.wire, event);
            columns.print(TimelineColumns.NO_TIME);
        }
    }

    /** Hands on every line that was printed. */
    public void flush() {
        out.flush();
    }

    /** Prints all that waits. */
    public void finish() {
        release(Long.MAX_VALUE);
    }

    @Override
    public void close() {
        finish();
        out.close();
    }

    /** A line of our own words below the timeline. */
    public void say(String text) {
        Lines lines = new Lines(out, TimelineColumns.COLUMNS, glyphs);
        out.put('\n');
        lines.begin(2);
        for (String part : text.split("; ")) {
            lines.part().add(glyphs == Glyphs.ASCII ? part.replace("µs", "us") : part);
        }
        lines.end();
    }
}
