package packetlab.rules;

import java.util.ArrayList;
import java.util.List;
import packetlab.event.Event;
import packetlab.event.Side;
import packetlab.event.WsEvent;
import packetlab.flow.LastSegment;
import packetlab.wire.Dissector;

/**
 * All that a rule may ask about the packet at hand. A cursor, owned by a {@link PacketWatch} and overwritten by its next
 * packet.
 */
public final class PacketFacts {
    /** Kinds of packets that are counted apart, so that how many acknowledgments a kernel sends moves nothing else. */
    public enum Kind {
        /** A segment with payload. */
        DATA,
        /** SYN, FIN or RST without payload. */
        CONTROL,
        /** A segment that only acknowledges. */
        ACK,
        DATAGRAM,
        OTHER
    }

    /** Flows that are no TCP connections are numbered apart. */
    private static final long NO_CONNECTION = 1L << 40;

    Dissector dissector;
    Dissector.Result result;
    LastSegment segment;
    long frame;
    int offset;
    int capturedLength;
    int wireLength;
    int packetLength;
    boolean tcp;
    boolean answered;
    boolean conversationServer;
    long conversation;
    Kind kind = Kind.OTHER;
    long place;
    final List<WsEvent> webSocket = new ArrayList<>();

    PacketFacts() {}

    /** 1-based number of the packet. */
    public long frame() {
        return frame;
    }

    /** Octets of the whole frame on the wire. */
    public int wireLength() {
        return wireLength;
    }

    /** Where the frame begins in its buffer. */
    int offset() {
        return offset;
    }

    int capturedLength() {
        return capturedLength;
    }

    /** Octets of the packet behind the link-layer header. */
    public int packetLength() {
        return packetLength;
    }

    public Dissector dissector() {
        return dissector;
    }

    public Dissector.Result result() {
        return result;
    }

    public boolean isTcp() {
        return tcp;
    }

    /** What the connection tracking says of it; only of a TCP segment. */
    public LastSegment segment() {
        return segment;
    }

    /** The TCP connection, or UNKNOWN. */
    public long stream() {
        return tcp ? segment.stream() : Event.UNKNOWN;
    }

    /** A number for the conversation, whatever its protocol. */
    public long flow() {
        return tcp ? segment.stream() : NO_CONNECTION | conversation;
    }

    public boolean fromServer() {
        return tcp ? segment.from() == Side.SERVER : conversationServer;
    }

    /** Who sent it; null where it belongs to no conversation. */
    public Side from() {
        return dissector.ipVersion() == 0 ? null : fromServer() ? Side.SERVER : Side.CLIENT;
    }

    public Kind kind() {
        return kind;
    }

    /** Its place among the packets of its kind that its side of its conversation has sent, from 1. */
    public long place() {
        return place;
    }

    /** Whether it opens a conversation, and nobody has answered. */
    public boolean isNew() {
        return tcp ? segment.state() == LastSegment.State.NEW : dissector.ipVersion() != 0 && !answered;
    }

    public boolean isEstablished() {
        return tcp ? segment.state() == LastSegment.State.ESTABLISHED || segment.state() == LastSegment.State.AFTER_FIN
                : answered;
    }

    public boolean isClosed() {
        return tcp && (segment.state() == LastSegment.State.AFTER_FIN
                || segment.state() == LastSegment.State.AFTER_RESET);
    }

    /** Of a connection whose beginning was not seen. */
    public boolean isInvalid() {
        return tcp && segment.state() == LastSegment.State.UNKNOWN;
    }

    /** What the packet completed of WebSocket messages. */
    public List<WsEvent> webSocket() {
        return webSocket;
    }
}
