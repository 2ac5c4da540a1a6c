package packetlab.report;

import java.io.Closeable;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.event.EventListener;
import packetlab.event.EventType;
import packetlab.event.HttpEvent;
import packetlab.event.Side;
import packetlab.event.TcpEvent;
import packetlab.event.WebEvent;
import packetlab.event.WsEvent;
import packetlab.message.Opcode;

/**
 * The ladder: who said what, top to bottom, one line an event, client at the left and server at the right. Captured
 * bytes never reach the terminal as anything but visible characters.
 *
 * <p>Some events complete one another (the ACK that opens a connection and how it opened, a compressed frame and its
 * inflated message, a pong and its round-trip time, a message of Engine.IO and the Socket.IO packet that it is): the first of them waits for the next event, or for
 * {@link #flush}, which a live capture calls whenever its source is idle. A failing write is an
 * {@link java.io.UncheckedIOException}. Not thread-safe.
 */
public final class TextReport implements EventListener, Closeable {
    /**
     * @param columns width of a line
     * @param colour  whether the terminal shows colours
     * @param unicode whether the output is UTF-8; without, every line is ASCII
     * @param verbose also each packet: all segments, datagrams, ICMP, what is not decoded
     */
    public record Options(int columns, boolean colour, boolean unicode, boolean verbose, EventFilter filter) {
        public static final Options DEFAULT = new Options(100, false, true, false, EventFilter.ALL);
    }

    /** Remarks that may wait for the line they belong under. */
    private static final int MAX_WAITING = 64;

    private final ByteSink out;
    private final Options options;
    private final Glyphs glyphs;
    private final Ladder ladder;
    private final StreamTable streams = new StreamTable();
    private final TcpLines tcp;
    private final HttpLines http;
    private final WsLines ws;
    private final WebLines web;
    private final OtherLines other;
    /** Prints frames; pings, pongs and close frames are then told with theirs. */
    private final boolean frames;
    private final boolean closes;
    private final Segments segments;
    /** Waits for its other half. */
    private Event pending;
    /** Remarks about {@link #pending}, or, where nothing is pending, about the frame that comes next. */
    private final List<Event> remarks = new ArrayList<>();

    /** @param target taken over: closed with this */
    public TextReport(OutputStream target, Options options) {
        this.out = new ByteSink(target);
        this.options = options;
        this.glyphs = options.unicode() ? Glyphs.UNICODE : Glyphs.ASCII;
        this.ladder = new Ladder(out, options.columns(), options.colour(), glyphs);
        this.frames = accepts(EventType.WS_FRAME);
        this.closes = accepts(EventType.TCP_CLOSE);
        EventFilter filter = options.filter();
        this.segments = filter.accepts(EventType.TCP_SEGMENT, options.verbose()) ? Segments.ALL
                : filter.accepts(EventType.TCP_SEGMENT, true) ? Segments.CONTROL : Segments.NONE;
        this.tcp = new TcpLines(ladder, options.verbose());
        this.http = new HttpLines(ladder, glyphs);
        this.ws = new WsLines(ladder, glyphs, frames);
        this.web = new WebLines(ladder);
        this.other = new OtherLines(ladder, glyphs);
    }

    private boolean accepts(EventType type) {
        return options.filter().accepts(type, options.verbose());
    }

    @Override
    public boolean wants(EventType type) {
        return switch (type) {
            // Who the ends are is told even where nothing else of TCP is.
            case TCP_OPEN, TCP_CLOSE -> true;
            case TCP_SEGMENT -> segments != Segments.NONE;
            case WS_PONG, WS_CLOSE -> frames || accepts(type);
            case WS_OPEN, WS_REFUSED -> accepts(EventType.HTTP_RESPONSE) || accepts(type);
            case WS_END -> closes || accepts(type);
            case WS_VERDICT -> false;
            // The title names the link type, which is enough for most.
            case INTERFACE -> options.verbose();
            default -> accepts(type);
        };
    }

    /**
     * Times are told from this one on, the first packet's. Without this call they are told from the first event's on,
     * which may come of a later packet. To be called before the first event.
     */
    public void firstPacketAt(long timeNs) {
        ladder.startAt(timeNs);
    }

    @Override
    public Segments segments() {
        return segments;
    }

    @Override
    public void onEvent(Event event) {
        if (event.frame() > 0) {
            ladder.startAt(event.timeNs());
        }
        if (!options.filter().acceptsStreamOf(event)) {
            return;
        }
        if (pending != null || !remarks.isEmpty()) {
            if (await(event)) {
                return;
            }
        } else if (precedes(event)) {
            remarks.add(event);
            return;
        }
        if (mayBeJoined(event)) {
            pending = event;
        } else {
            print(event, null);
            if (event instanceof WsEvent.Frame) {
                printRemarks();
            }
        }
    }

    /** Something waits: whether the event was what it waited for, or waits with it. */
    private boolean await(Event event) {
        if (pending != null && joins(pending, event)) {
            Event first = pending;
            pending = null;
            print(first, event);
            printRemarks();
            return true;
        }
        Event waiting = pending != null ? pending : remarks.get(0);
        boolean samePacket = samePacket(event, waiting);
        if (isRemark(event) && samePacket && remarks.size() < MAX_WAITING && (pending == null || !precedes(event))) {
            remarks.add(event);
            return true;
        }
        boolean theirs = pending == null && samePacket
                && (event instanceof WsEvent.Frame || event instanceof TcpEvent.Segment);
        if (!theirs) {
            settle();
        }
        if (precedes(event)) {
            remarks.add(event);
            return true;
        }
        return false;
    }

    private static boolean samePacket(Event one, Event other) {
        return one.frame() == other.frame() && EventFilter.streamOf(one) == EventFilter.streamOf(other);
    }

    /**
     * Whether a remark belongs under the line that comes next: a rule that a frame's header breaks is told as soon as the
     * header is there, and a port's reuse before the connection's first segment.
     */
    private boolean precedes(Event event) {
        if (event instanceof WsEvent.Finding finding) {
            return frames && RuleWords.aboutNextFrame(finding);
        }
        return event instanceof TcpEvent.Finding finding && finding.kind() == TcpEvent.FindingKind.PORT_REUSED
                && segments != Segments.NONE;
    }

    private boolean mayBeJoined(Event event) {
        if (event instanceof WebEvent) {
            return !options.verbose() && carries(event);
        }
        if (event instanceof WsEvent.Frame frame) {
            return frame.opcode() >= Opcode.CLOSE || frame.rsv() != 0 && frame.fin() && frame.opcode() != 0;
        }
        return event instanceof TcpEvent.Segment || event instanceof HttpEvent.Response;
    }

    /** What is told better as what it carries, where something is: a message of Engine.IO, an event that holds a frame. */
    private static boolean carries(Event event) {
        return event instanceof WebEvent.Sse
                || event instanceof WebEvent.EngineIo e && e.type() == EventType.ENGINEIO_MESSAGE && !e.binary();
    }

    private static boolean joins(Event first, Event second) {
        if (!samePacket(first, second)) {
            return false;
        }
        if (first instanceof WebEvent) {
            return first instanceof WebEvent.Sse ? second instanceof WebEvent.SockJs : second instanceof WebEvent.SocketIo;
        }
        if (first instanceof WsEvent.Frame frame) {
            return switch (second.type()) {
                case WS_PONG -> frame.opcode() == Opcode.PONG;
                case WS_CLOSE -> frame.opcode() == Opcode.CLOSE;
                case WS_MESSAGE -> frame.opcode() < Opcode.CLOSE && ((WsEvent.Message) second).frames() == 1;
                default -> false;
            };
        }
        return first instanceof TcpEvent.Segment && second instanceof TcpEvent.Open
                || first instanceof HttpEvent.Response
                        && (second instanceof WsEvent.Open || second instanceof WsEvent.Refused);
    }

    private static boolean isRemark(Event event) {
        return event instanceof WsEvent.Finding || event instanceof TcpEvent.Finding;
    }

    private void settle() {
        if (pending != null) {
            Event event = pending;
            pending = null;
            print(event, null);
        }
        printRemarks();
    }

    private void printRemarks() {
        for (int i = 0; i < remarks.size(); i++) {
            print(remarks.get(i), null);
        }
        remarks.clear();
    }

    /** @param second what completes it, or null */
    private void print(Event event, Event second) {
        if (event instanceof WsEvent e) {
            StreamTable.Stream stream = streams.get(e.stream());
            stream.webSocket |= !(event instanceof WsEvent.Refused);
            if (prints(event, stream)) {
                head(stream);
                ws.print(e, second, stream);
            } else {
                learn(e, stream);
            }
            if (second instanceof WsEvent.Message m) {
                stream.countMessage(m.from());
            }
        } else if (event instanceof TcpEvent e) {
            StreamTable.Stream stream = streams.get(e.stream());
            learn(e, stream);
            if (event instanceof TcpEvent.Segment ? segments != Segments.NONE : accepts(event.type())) {
                head(stream);
                tcp.print(e, second, stream);
            }
            if (event instanceof TcpEvent.Close) {
                streams.close(stream);
            }
        } else if (event instanceof HttpEvent e) {
            StreamTable.Stream stream = streams.get(e.stream());
            if (prints(e, stream)) {
                head(stream);
                http.print(e, second);
            }
            if (second instanceof WsEvent.Open) {
                stream.webSocket = true;
            }
        } else if (event instanceof WebEvent e) {
            StreamTable.Stream stream = streams.get(e.stream());
            told(stream, e.from(), true);
            head(stream);
            web.print(second instanceof WebEvent inside ? inside : e);
        } else {
            long stream = EventFilter.streamOf(event);
            if (stream != Event.UNKNOWN && !(event instanceof CaptureEvent.Limit)) {
                head(streams.get(stream));
            }
            other.print(event);
        }
    }

    /** Some events are only read for what they tell of others. */
    private boolean prints(Event event, StreamTable.Stream stream) {
        if (event instanceof WsEvent.End) {
            return !closes;
        }
        if (event instanceof WsEvent.Message e) {
            stream.countMessage(e.from());
            // A message in one frame, as it is on the wire, was told with its frame.
            return !frames || e.frames() > 1 || e.compressed();
        }
        if (event instanceof WsEvent.Ping || event instanceof WsEvent.Pong || event instanceof WsEvent.Close) {
            return !frames;
        }
        return true;
    }

    /** What a message holds is told when it is over, unless it was empty, or was told as what it carries. */
    private boolean prints(HttpEvent event, StreamTable.Stream stream) {
        if (event instanceof HttpEvent.Message e) {
            boolean told = e.from() == Side.CLIENT ? stream.clientTold : stream.serverTold;
            return e.length() > 0 && (!told || options.verbose());
        }
        if (event instanceof HttpEvent.Head) {
            told(stream, event.from(), false);
        }
        return true;
    }

    private static void told(StreamTable.Stream stream, Side from, boolean told) {
        if (from == Side.CLIENT) {
            stream.clientTold = told;
        } else {
            stream.serverTold = told;
        }
    }

    private static void learn(WsEvent event, StreamTable.Stream stream) {
        if (event instanceof WsEvent.End e) {
            stream.end = e;
        }
    }

    private static void learn(TcpEvent event, StreamTable.Stream stream) {
        if (event instanceof TcpEvent.Segment e) {
            stream.ends(e.client(), e.server());
        } else if (event instanceof TcpEvent.Open e) {
            stream.ends(e.client(), e.server());
        } else if (event instanceof TcpEvent.Close e) {
            stream.ends(e.client(), e.server());
        }
    }

    /** Introduces a connection of which nothing was printed yet. */
    private void head(StreamTable.Stream stream) {
        if (!stream.headed) {
            boolean alone = streams.headedAndOpen() == 0;
            streams.head(stream);
            ladder.header(stream.number, stream.client, stream.server, alone);
        }
    }

    /** The last lines: what the capture came to. */
    public void summary(CaptureEvent.End end, Summary.Figures figures) {
        settle();
        out.put('\n');
        Summary.print(new Lines(out, options.columns(), glyphs), end, figures);
    }

    /** Hands on every line so far. */
    public void flush() {
        settle();
        out.flush();
    }

    @Override
    public void close() {
        settle();
        out.close();
    }
}
