package packetlab.flow;

import packetlab.event.Event;
import packetlab.event.Side;
import packetlab.event.TcpEvent;
import packetlab.event.TcpEvent.FindingKind;

/**
 * What is known of the segment that a {@link TcpTracker} has just taken, for whoever has to decide about it at once. A
 * cursor: overwritten by the next segment, nothing is allocated.
 */
public final class LastSegment {
    /** Where a segment stands in the life of its connection, as it was before the segment. */
    public enum State {
        /** Its sender has opened the connection, and nobody has answered. */
        NEW,
        /** The other end has answered. */
        ESTABLISHED,
        /** Both ends had closed: a late repetition. */
        AFTER_FIN,
        /** The connection was reset. */
        AFTER_RESET,
        /** Of a connection whose beginning was never seen. */
        UNKNOWN
    }

    private long stream = Event.UNKNOWN;
    private Side from = Side.CLIENT;
    private State state = State.UNKNOWN;
    private long dataOffset;
    private int length;
    private long findings;
    /** Its connection, where nothing was noteworthy about it: the rest is only worked out if somebody asks. */
    private Connection ordinary;
    private int direction;

    LastSegment() {}

    /** Before the connection takes it. */
    void enter(Connection c, Segment s) {
        ordinary = null;
        stream = c.number;
        findings = 0;
        if (c.closed != null) {
            state = c.closed == TcpEvent.How.RESET ? State.AFTER_RESET : State.AFTER_FIN;
        } else if (c.start == TcpEvent.Start.MIDSTREAM) {
            state = State.UNKNOWN;
        } else {
            state = s.to.seen ? State.ESTABLISHED : State.NEW;
        }
        dataOffset = s.dataOffset;
        length = s.length;
    }

    /** When the connection has taken it: by then it is known who the client is. */
    void leave(Connection c, int direction) {
        from = c.side(direction);
    }

    /** In place of both, when the connection has taken one about which nothing is noteworthy. */
    void ordinary(Connection c, int fromDirection, int payload) {
        ordinary = c;
        direction = fromDirection;
        length = payload;
        findings = 0;
    }

    private void settle() {
        Connection c = ordinary;
        if (c != null) {
            ordinary = null;
            stream = c.number;
            state = c.start == TcpEvent.Start.MIDSTREAM ? State.UNKNOWN
                    : c.half(1 - direction).seen ? State.ESTABLISHED : State.NEW;
            dataOffset = c.half(direction).maxEnd - length;
            from = c.side(direction);
        }
    }

    void note(FindingKind kind) {
        findings |= bit(kind);
    }

    private static long bit(FindingKind kind) {
        return 1L << kind.ordinal();
    }

    /** A set of findings, for {@link #hasAny}. */
    public static long set(FindingKind... kinds) {
        long set = 0;
        for (FindingKind kind : kinds) {
            set |= bit(kind);
        }
        return set;
    }

    /** 0-based number of its connection. */
    public long stream() {
        settle();
        return stream;
    }

    public Side from() {
        settle();
        return from;
    }

    public State state() {
        settle();
        return state;
    }

    /** Offset of its first payload octet in its side's stream, the SYN being 0. */
    public long dataOffset() {
        settle();
        return dataOffset;
    }

    /** Payload octets of the stream. */
    public int length() {
        return length;
    }

    /** Whether one of these was noticed about it; see {@link #set}. */
    public boolean hasAny(long set) {
        return (findings & set) != 0;
    }
}
