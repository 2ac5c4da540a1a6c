package packetlab.fuzz;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.event.EventListener;
import packetlab.event.EventType;
import packetlab.event.PacketEvent;
import packetlab.event.Side;
import packetlab.event.TcpEvent;
import packetlab.event.WsEvent;
import packetlab.flow.StreamHandler;

/**
 * Hears everything that is told of a capture and what reaches the message room, and holds both to what readers rely on:
 * a connection opens before it closes and closes once, counts add up, packet numbers do not run back. Hands each event
 * on to the sinks.
 */
final class Witness implements EventListener, StreamHandler.Factory {
    /** What is known of one connection. */
    private static final class Known {
        boolean open;
        boolean closed;
        boolean webSocket;
        boolean webSocketEnded;
        final long[] delivered = new long[2];
        final long[] lost = new long[2];
    }

    private final int shownPayload;
    private final LongSupplier packets;
    private final List<EventListener> sinks;
    private final Map<Long, Known> streams = new HashMap<>();
    private StreamHandler.Factory next;
    private long lastSegment;
    private long lastOther;
    private long events;

    /** @param packets how many there were so far */
    Witness(int shownPayload, LongSupplier packets, List<EventListener> sinks) {
        this.shownPayload = shownPayload;
        this.packets = packets;
        this.sinks = sinks;
    }

    /** Where octets go on to. */
    void before(StreamHandler.Factory factory) {
        next = factory;
    }

    @Override
    public boolean wants(EventType type) {
        return true;
    }

    @Override
    public EventListener.Segments segments() {
        return EventListener.Segments.ALL;
    }

    long events() {
        return events;
    }

    @Override
    public void onEvent(Event event) {
        events++;
        Check.that(event.frame() >= 0 && event.type() != null, "an event of packet " + event.frame());
        if (event instanceof TcpEvent tcp) {
            lastSegment = behind(lastSegment, event);
            tcp(tcp, streams.computeIfAbsent(tcp.stream(), n -> new Known()));
        } else if (event instanceof CaptureEvent.Gap) {
            lastSegment = behind(lastSegment, event);
        } else if (event instanceof PacketEvent) {
            lastOther = behind(lastOther, event);
        } else if (event instanceof WsEvent ws) {
            // These may be of an earlier packet, whose octets waited until it was known what they are.
            Check.that(event.frame() <= packets.getAsLong(), "packet " + event.frame() + " is yet to come");
            webSocket(ws, streams.computeIfAbsent(ws.stream(), n -> new Known()));
        }
        for (EventListener sink : sinks) {
            sink.onEvent(event);
        }
    }

    private static long behind(long last, Event event) {
        Check.that(event.frame() >= last, "packet " + event.frame() + " behind packet " + last + ": " + event);
        return event.frame();
    }

    private static void tcp(TcpEvent event, Known known) {
        if (event instanceof TcpEvent.Open) {
            Check.that(!known.open && !known.closed, "opened once: " + event);
            known.open = true;
        } else if (event instanceof TcpEvent.Close close) {
            Check.that(!known.closed, "closed once: " + event);
            known.closed = true;
            Check.that(!known.webSocket || known.webSocketEnded, "the WebSocket ends before its connection");
            Check.equal(known.delivered[0], close.bytes().client(), "octets of the client");
            Check.equal(known.delivered[1], close.bytes().server(), "octets of the server");
            Check.equal(known.lost[0], close.lostBytes().client(), "octets lost of the client");
            Check.equal(known.lost[1], close.lostBytes().server(), "octets lost of the server");
        } else if (event instanceof TcpEvent.Protocol protocol) {
            Check.that(!known.closed && protocol.protocol() != null, "protocol: " + event);
        }
    }

    private void webSocket(WsEvent event, Known known) {
        if (event instanceof WsEvent.Open open) {
            Check.that(!known.webSocket, "a WebSocket opens once");
            Check.that(open.confidence() >= 0 && open.confidence() <= 1, "confidence " + open.confidence());
            known.webSocket = true;
        } else if (event instanceof WsEvent.End) {
            Check.that(known.webSocket && !known.webSocketEnded, "a WebSocket ends once");
            known.webSocketEnded = true;
        } else if (event instanceof WsEvent.Frame frame) {
            inside(known, event);
            Check.that(frame.opcode() >> 4 == 0 && frame.rsv() >> 3 == 0, "header of " + frame);
            Check.that(frame.payload() == null || frame.payload().length <= Math.max(shownPayload, 125)
                    && Long.compareUnsigned(frame.payload().length, frame.length()) <= 0, "payload of " + frame);
        } else if (event instanceof WsEvent.Message message) {
            inside(known, event);
            Check.that(message.frames() > 0 && (message.data() == null) == (message.undecodable() != null)
                    && (message.data() == null) == (message.length() == Event.UNKNOWN), "shape of " + message);
            Check.that(message.data() == null || message.data().length <= Math.min(shownPayload, message.length())
                    && message.dataCut() == message.data().length < message.length(), "data of " + message);
        } else if (event instanceof WsEvent.Resync resync) {
            inside(known, event);
            Check.that(resync.skipped() >= 0 && resync.confidence() > 0 && resync.confidence() <= 1, "" + resync);
        } else if (event instanceof WsEvent.Close close) {
            inside(known, event);
            Check.that(close.code() >= -1 && close.code() <= 0xFFFF && close.reason() != null, "" + close);
        }
    }

    private static void inside(Known known, WsEvent event) {
        Check.that(known.webSocket && !known.webSocketEnded, "between open and end: " + event);
    }

    /** The capture is over: nothing is left open. */
    void end() {
        streams.forEach((stream, known) -> Check.that(known.closed && known.webSocket == known.webSocketEnded,
                "stream " + stream + " is closed"));
    }

    @Override
    public StreamHandler open(StreamHandler.Stream stream) {
        StreamHandler handler = next.open(stream);
        Known known = streams.computeIfAbsent(stream.stream(), n -> new Known());
        return new StreamHandler() {
            private final boolean[] ended = new boolean[2];
            private boolean closed;

            @Override
            public void onData(Side from, byte[] array, int offset, int length) {
                Check.that(length > 0 && !ended[from.ordinal()] && !closed, "data of " + length + " octets");
                known.delivered[from.ordinal()] += length;
                handler.onData(from, array, offset, length);
            }

            @Override
            public void onGap(Side from, long length, GapCause cause) {
                Check.that(length > 0 && !ended[from.ordinal()] && !closed, "gap of " + length + " octets");
                known.lost[from.ordinal()] += length;
                handler.onGap(from, length, cause);
            }

            @Override
            public void onFin(Side from) {
                Check.that(!ended[from.ordinal()] && !closed, "a second FIN");
                ended[from.ordinal()] = true;
                handler.onFin(from);
            }

            @Override
            public void onClose(TcpEvent.How how) {
                Check.that(!closed, "closed again");
                closed = true;
                handler.onClose(how);
            }
        };
    }
}
