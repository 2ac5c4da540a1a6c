package packetlab.timeline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import packetlab.event.CallEvent;
import packetlab.event.Event;
import packetlab.event.PacketEvent;
import packetlab.event.Side;
import packetlab.event.TcpEvent;

/** Joins the calls on TCP sockets: by their addresses with a connection, by their offsets with its segments. */
final class TcpJoin {
    private final int maxConnections;
    private final LongConsumer limitHit;
    private final Map<Long, Conn> connections = new LinkedHashMap<>();
    private final Map<String, List<Conn>> byEnds = new HashMap<>();
    private long beyondLimit;
    private int kept;

    TcpJoin(int maxConnections, LongConsumer limitHit) {
        this.maxConnections = maxConnections;
        this.limitHit = limitHit;
    }

    void add(TcpEvent.Segment s) {
        Conn conn = connections.get(s.stream());
        if (conn == null) {
            if (connections.size() >= maxConnections && !forgetOneThatIsOver()) {
                if (beyondLimit++ == 0 || beyondLimit % 1024 == 0) {
                    limitHit.accept(beyondLimit);
                }
                return;
            }
            conn = new Conn(s);
            connections.put(conn.stream, conn);
            byEnds.computeIfAbsent(conn.client + " " + conn.server, ends -> new ArrayList<>()).add(conn);
        }
        if (conn.add(s)) {
            kept++;
        }
    }

    void add(PacketEvent.Icmp e) {
        Conn conn = connections.get(e.stream());
        if (conn != null) {
            conn.add(e);
        }
    }

    int kept() {
        return kept;
    }

    private boolean forgetOneThatIsOver() {
        for (Conn conn : connections.values()) {
            if (conn.over && done(conn.clientSock) && done(conn.serverSock)) {
                connections.remove(conn.stream);
                List<Conn> same = byEnds.get(conn.client + " " + conn.server);
                same.remove(conn);
                if (same.isEmpty()) {
                    byEnds.remove(conn.client + " " + conn.server);
                }
                kept -= conn.clientHalf.data.size() + conn.serverHalf.data.size();
                return true;
            }
        }
        return false;
    }

    private static boolean done(Sock sock) {
        return sock == null || sock.endsSending != null;
    }

    /** Forgets segments that no call can be joined with any more; returns how many. */
    int forgetDone() {
        int count = 0;
        for (Conn conn : connections.values()) {
            for (Side side : Side.values()) {
                Sock sender = conn.sock(side);
                Sock receiver = conn.sock(side.other());
                Conn.Half half = conn.half(side);
                long below = half.acked;
                if (receiver != null) {
                    below = Math.min(below, receiver.received);
                }
                if (sender != null) {
                    below = Math.min(below, sender.sent);
                }
                count += half.data.forget(below - 1);
            }
        }
        kept -= count;
        return count;
    }

    void forgetOldest(int count) {
        int rest = count;
        for (Conn conn : connections.values()) {
            for (Side side : Side.values()) {
                int some = conn.half(side).data.forgetFirst(rest);
                rest -= some;
                kept -= some;
            }
        }
    }

    void place(Waiting w) {
        find(w);
        Sock sock = w.sock;
        if (sock.conn != null) {
            CallEvent call = w.call;
            w.call = call.at(call.id(), sock.conn.stream, sock.side, call.offset());
        }
    }

    /** Finds the connection of the call's socket, unless that is known. */
    private void find(Waiting w) {
        Sock sock = w.sock;
        if (sock.conn != null || sock.peer == null) {
            return;
        }
        if (w.kind == CallKind.CONNECT && !w.succeeded() && !pending(w.call.errno())) {
            claim(sock, refused(w), Side.CLIENT);
            return;
        }
        if (sock.local == null) {
            return;
        }
        for (Side side : Side.values()) {
            String ends = side == Side.CLIENT ? sock.local + " " + sock.peer : sock.peer + " " + sock.local;
            for (Conn conn : byEnds.getOrDefault(ends, List.of())) {
                boolean inTime = w.kind == CallKind.CONNECT ? conn.firstTimeNs >= w.call.timeNs()
                        : conn.firstTimeNs <= w.call.endTimeNs();
                if (conn.sock(side) == null && inTime) {
                    claim(sock, conn, side);
                    return;
                }
            }
        }
    }

    private static boolean pending(String errno) {
        return errno.equals("EINPROGRESS") || errno.equals("EALREADY") || errno.equals("EINTR");
    }

    /**
     * The connection of a connect() that failed: its socket has lost its address by then and perhaps its port, so it is
     * the one that was tried to that address in this interval and came to nothing, if there is just one.
     */
    private Conn refused(Waiting w) {
        Conn found = null;
        for (Conn conn : connections.values()) {
            boolean tried = conn.server.equals(w.sock.peer)
                    && (w.sock.local == null || Ends.matches(w.sock.local, conn.client)) && conn.clientSock == null && conn.handshakeAck == 0
                    && conn.firstTimeNs >= w.call.timeNs() && conn.firstTimeNs <= w.call.endTimeNs();
            if (tried && found != null) {
                return null;
            }
            found = tried ? conn : found;
        }
        return found;
    }

    private static void claim(Sock sock, Conn conn, Side side) {
        if (conn != null) {
            sock.conn = conn;
            sock.side = side;
            if (side == Side.CLIENT) {
                conn.clientSock = sock;
            } else {
                conn.serverSock = sock;
            }
        }
    }

    CallEvent join(Waiting w, Moment moment) {
        place(w);
        Conn conn = w.sock.conn;
        boolean late = moment.tooLateFor(w.call);
        if (conn == null) {
            if (w.kind == CallKind.CLOSE && w.sock.peer == null && w.sock.local != null) {
                return w.call.joined(resetUnaccepted(w), List.of(), Event.UNKNOWN);
            }
            boolean hopeless = w.kind == CallKind.OTHER || w.sock.peer == null;
            return late || hopeless ? w.call : null;
        }
        Set<Long> frames = new TreeSet<>();
        long fromNs = w.call.timeNs();
        long toNs = w.call.endTimeNs();
        Conn.Half own = conn.half(w.sock.side);
        Conn.Half other = conn.half(w.sock.side.other());
        switch (w.kind) {
            case CONNECT -> {
                if (w.succeeded() || pending(w.call.errno())) {
                    if (conn.handshakeAck == 0 && !late && !conn.over) {
                        return null;
                    }
                    handshake(conn, frames);
                } else {
                    Conn.within(own.syns, fromNs, toNs, frames);
                    Conn.within(other.resets, fromNs, toNs, frames);
                    Conn.within(conn.icmp, fromNs, toNs, frames);
                }
            }
            case ACCEPT -> {
                if (conn.handshakeAck == 0 && !late) {
                    return null;
                }
                handshake(conn, frames);
            }
            case SHUTDOWN, CLOSE -> {
                boolean its = w.sock.endsSending != null && w.sock.endsSending.id() == w.call.id();
                if (its && !late && !own.finAcked && own.resets.isEmpty() && other.resets.isEmpty()) {
                    return null;
                }
                if (its) {
                    Conn.within(own.fins, fromNs, Long.MAX_VALUE, frames);
                }
                activeResets(own.resets, fromNs, toNs, frames);
            }
            case SEND, RECEIVE -> {
                if (!w.succeeded()) {
                    Conn.within(other.resets, Long.MIN_VALUE, toNs, frames);
                    if (isReset(w.call.errno())) {
                        return w.call.joined(List.copyOf(frames), List.of(), Event.UNKNOWN);
                    }
                    return w.call;
                }
                return w.kind == CallKind.SEND ? send(w, own, late) : receive(w, other, moment);
            }
            default -> { }
        }
        return w.call.joined(List.copyOf(frames), List.of(), Event.UNKNOWN);
    }

    private static boolean isReset(String errno) {
        return errno.equals("ECONNRESET") || errno.equals("EPIPE") || errno.equals("ECONNREFUSED");
    }

    private static void handshake(Conn conn, Set<Long> frames) {
        Conn.within(conn.clientHalf.syns, Long.MIN_VALUE, Long.MAX_VALUE, frames);
        Conn.within(conn.serverHalf.syns, Long.MIN_VALUE, Long.MAX_VALUE, frames);
        if (conn.handshakeAck > 0) {
            frames.add(conn.handshakeAck);
        }
    }

    /**
     * Resets that a close() sent. One that only answers a segment carries no ACK (RFC 9293 section 3.10.7.1, where the
     * segment has one), and is nobody's call.
     */
    private static void activeResets(List<Conn.Control> resets, long fromNs, long toNs, Set<Long> frames) {
        for (Conn.Control reset : resets) {
            if ((reset.flags() & Conn.ACK) != 0 && reset.timeNs() >= fromNs && reset.timeNs() <= toNs) {
                frames.add(reset.frame());
            }
        }
    }

    /** close() of a listening socket resets the connections that nobody has accepted. */
    private List<Long> resetUnaccepted(Waiting w) {
        Set<Long> frames = new TreeSet<>();
        for (Conn conn : connections.values()) {
            if (conn.serverSock == null && Ends.matches(w.sock.local, conn.server)) {
                activeResets(conn.serverHalf.resets, w.call.timeNs(), w.call.endTimeNs(), frames);
            }
        }
        return List.copyOf(frames);
    }

    private static CallEvent send(Waiting w, Conn.Half own, boolean late) {
        CallEvent call = w.call;
        if (call.offset() == Event.UNKNOWN || !own.based()) {
            return call;
        }
        long end = call.offset() + call.length();
        boolean gone = w.sock.conn.over;
        if (!late && !gone && (own.acked < end || own.data.missing(call.offset(), end) > 0)) {
            return null;
        }
        return carried(call, own, end, call.offset(), Long.MAX_VALUE, List.of());
    }

    private static CallEvent receive(Waiting w, Conn.Half other, Moment moment) {
        CallEvent call = w.call;
        if (call.offset() == Event.UNKNOWN || !other.based()) {
            return call;
        }
        List<Long> senders = Streams.senders(w, w.sock.conn.sock(w.sock.side.other()), moment);
        if (senders == null) {
            return null;
        }
        if (call.length() == 0) {
            Set<Long> frames = new TreeSet<>();
            if (other.finOffset == call.offset()) {
                Conn.within(other.fins, Long.MIN_VALUE, call.endTimeNs(), frames);
            }
            return call.joined(List.copyOf(frames), senders, Event.UNKNOWN);
        }
        long end = call.offset() + call.length();
        if (!moment.tooLateFor(call) && other.data.missing(call.offset(), end) > 0) {
            return null;
        }
        return carried(call, other, end, call.offset(), call.endTimeNs(), senders);
    }

    private static CallEvent carried(CallEvent call, Conn.Half half, long end, long start, long byNs,
                                     List<Long> senders) {
        Segments data = half.data;
        if (data.forgotten(start)) {
            return call.joined(List.of(), senders, Event.UNKNOWN);
        }
        Set<Long> frames = new TreeSet<>();
        if (byNs == Long.MAX_VALUE) {
            data.sent(start, end, frames);
        } else {
            data.received(start, end, byNs, frames);
        }
        // What lies behind all that was seen and acknowledged was perhaps never sent.
        long shown = byNs != Long.MAX_VALUE ? end : Math.min(end, Math.max(data.maxEnd(), half.acked));
        return call.joined(List.copyOf(frames), senders, start < shown ? data.missing(start, shown) : 0);
    }
}
