package packetlab.timeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import packetlab.event.Event;
import packetlab.event.PacketEvent;
import packetlab.event.Side;
import packetlab.event.TcpEvent;

/** The packets of one TCP connection, as far as calls can be joined with them. */
final class Conn {
    static final int FIN = 1, SYN = 2, RST = 4, ACK = 16;
    /** SYNs, FINs, resets and errors that are kept of each side. */
    private static final int MAX_CONTROL = 256;

    /** A packet that carries no octets of the stream. */
    record Control(long frame, long timeNs, int flags) {}

    final long stream;
    final String client;
    final String server;
    final long firstTimeNs;
    final Half clientHalf = new Half();
    final Half serverHalf = new Half();
    final List<Control> icmp = new ArrayList<>();
    /** The client's packet that completed the handshake; 0 where none was seen. */
    long handshakeAck;
    /** The sockets of this connection, where the run made them. */
    Sock clientSock;
    Sock serverSock;
    boolean over;

    Conn(TcpEvent.Segment first) {
        this.stream = first.stream();
        this.client = first.client().toString();
        this.server = first.server().toString();
        this.firstTimeNs = first.timeNs();
    }

    /** One direction. */
    static final class Half {
        final Segments data = new Segments();
        final List<Control> syns = new ArrayList<>();
        final List<Control> fins = new ArrayList<>();
        final List<Control> resets = new ArrayList<>();
        /** Offset behind the last octet, once a FIN told it; UNKNOWN before. */
        long finOffset = Event.UNKNOWN;
        /** Octets that the other side has acknowledged. */
        long acked;
        boolean finAcked;

        /** Offsets count from the SYN: without it nothing tells where the stream begins. */
        boolean based() {
            return !syns.isEmpty();
        }
    }

    Half half(Side side) {
        return side == Side.CLIENT ? clientHalf : serverHalf;
    }

    Sock sock(Side side) {
        return side == Side.CLIENT ? clientSock : serverSock;
    }

    /** Takes a segment; whether it is one more that is kept. */
    boolean add(TcpEvent.Segment s) {
        Half from = half(s.from());
        Half to = half(s.from().other());
        boolean syn = (s.flags() & SYN) != 0;
        long start = s.sequence() - (syn ? 0 : 1);
        boolean kept = false;
        if (syn) {
            kept = keep(from.syns, s);
        }
        if ((s.flags() & RST) != 0) {
            over = true;
            return keep(from.resets, s);
        }
        if (s.length() > 0) {
            from.data.add(s.frame(), s.timeNs(), start, start + s.length(), start + s.length() <= from.acked);
            kept = true;
        }
        if ((s.flags() & FIN) != 0) {
            from.finOffset = start + s.length();
            kept |= keep(from.fins, s);
            over |= to.finOffset != Event.UNKNOWN;
        }
        if (s.acknowledged() != Event.UNKNOWN) {
            long acked = s.acknowledged() - 1;
            to.acked = Math.max(to.acked, to.finOffset == Event.UNKNOWN ? acked : Math.min(acked, to.finOffset));
            to.finAcked |= to.finOffset != Event.UNKNOWN && acked > to.finOffset;
            if (handshakeAck == 0 && s.from() == Side.CLIENT && !syn && s.acknowledged() >= 1) {
                handshakeAck = s.frame();
            }
        }
        return kept;
    }

    private static boolean keep(List<Control> list, TcpEvent.Segment s) {
        return list.size() < MAX_CONTROL && list.add(new Control(s.frame(), s.timeNs(), s.flags()));
    }

    void add(PacketEvent.Icmp e) {
        if (icmp.size() < MAX_CONTROL) {
            icmp.add(new Control(e.frame(), e.timeNs(), 0));
        }
    }

    /** Puts in the frames that were stamped in that interval, both ends included. */
    static void within(List<Control> controls, long fromNs, long toNs, Set<Long> frames) {
        for (Control c : controls) {
            if (c.timeNs() >= fromNs && c.timeNs() <= toNs) {
                frames.add(c.frame());
            }
        }
    }
}
