package packetlab.flow;

import java.util.ArrayDeque;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.event.EventListener;
import packetlab.event.EventType;
import packetlab.event.PerSide;
import packetlab.event.Side;
import packetlab.event.TcpEvent;
import packetlab.event.TcpEvent.FindingKind;
import packetlab.wire.Checksums;
import packetlab.wire.Dissector;
import packetlab.wire.Origin;
import packetlab.wire.Tcp;
import packetlab.wire.TcpOptions;

/**
 * Follows every TCP connection of a capture (RFC 9293), from whatever packet of it comes first: tells its opening, its
 * end and what is noteworthy between, and hands the octets of each side, in order, to the connection's
 * {@link StreamHandler}. One thread. Counts everything, and builds events only where the listener wants them.
 */
public final class TcpTracker {
    private static final String LIMIT_CONNECTIONS = "connections";

    private final EventListener listener;
    private final EventListener.Segments segmentsWanted;
    private final boolean wantsOpen;
    private final boolean wantsClose;
    private final boolean wantsLimit;
    private final FlowLimits limits;
    private final Shared shared;
    private final ConnectionTable table = new ConnectionTable();
    private final ArrayDeque<Connection> closed = new ArrayDeque<>();
    private final TcpOptions options = new TcpOptions();
    private final Findings findings;
    private final SegmentAnalyzer analyzer;
    private final Reassembler reassembler;
    /** Null where every segment is told. */
    private final OrdinarySegments ordinary;
    private final Segment segment = new Segment();
    private final LastSegment last = new LastSegment();
    private long frame;
    private long timeNs = Event.NO_TIME;
    private long streams;
    private long segments;
    private long evictions;
    private int remembered;

    /**
     * @param factory  makes the handler of each connection that carries data
     * @param lastWins of octets that come twice while they wait out of order, the last stand instead of the first
     */
    public TcpTracker(EventListener listener, StreamHandler.Factory factory, FlowLimits limits, boolean lastWins) {
        this.listener = listener;
        this.limits = limits;
        this.segmentsWanted = listener.segments();
        this.wantsOpen = listener.wants(EventType.TCP_OPEN);
        this.wantsClose = listener.wants(EventType.TCP_CLOSE);
        this.wantsLimit = listener.wants(EventType.LIMIT);
        this.shared = new Shared(limits);
        this.findings = new Findings(listener, last);
        this.analyzer = new SegmentAnalyzer(findings, options);
        this.reassembler = new Reassembler(listener, factory, findings, shared, lastWins);
        this.ordinary = segmentsWanted == EventListener.Segments.ALL ? null : new OrdinarySegments(reassembler);
    }

    /**
     * From now on packets come from there; null where they cannot be read again. To be called with another, or null, while
     * the origin before can still be read.
     */
    public void readsFrom(Origin origin) {
        if (shared.origin != null && origin != shared.origin) {
            for (Connection c : table.inOrder()) {
                c.a.leaveOrigin(shared);
                c.b.leaveOrigin(shared);
            }
        }
        shared.origin = origin;
    }

    /** Number of the packet being handled. */
    long frame() {
        return frame;
    }

    long timeNs() {
        return timeNs;
    }

    /** Takes a segment that the dissector stands on; valid for this call only. */
    public void onSegment(Dissector d, long frameNumber, long packetTimeNs, int packetFlags) {
        frame = frameNumber;
        timeNs = packetTimeNs;
        segments++;
        Tcp.View tcp = d.tcp();
        int ports = tcp.ports();
        int flags = tcp.flags();
        long sourceHigh = d.sourceHigh();
        long sourceLow = d.sourceLow();
        long destinationHigh = d.destinationHigh();
        long destinationLow = d.destinationLow();
        long hash = table.hash(sourceHigh, sourceLow, destinationHigh, destinationLow, ports);
        Connection c = table.find(hash, d.ipVersion(), sourceHigh, sourceLow, destinationHigh, destinationLow, ports);
        int direction = c == null ? Connection.A : table.foundDirection();
        if (c != null && ordinary != null && ordinary.take(c, direction, tcp, frameNumber, packetTimeNs)) {
            last.ordinary(c, direction, tcp.payloadWireLength());
            return;
        }
        boolean reused = c != null && (flags & (Tcp.SYN | Tcp.ACK | Tcp.RST)) == Tcp.SYN
                && isAnother(c, direction, tcp);
        if (c == null || reused) {
            if (reused) {
                giveUp(c);
                table.remove(c);
            } else if (table.size() - remembered >= limits.connections()) {
                evict();
            }
            c = new Connection(this, streams++, d.ipVersion(), sourceHigh, sourceLow, destinationHigh, destinationLow,
                    ports, hash);
            c.firstTimeNs = packetTimeNs;
            direction = Connection.A;
            table.add(c);
            begin(c, flags);
            if (reused) {
                findings.add(c, Connection.A, FindingKind.PORT_REUSED, null);
            }
        }
        fill(c, direction, tcp);
        last.enter(c, segment);
        if (segmentsWanted == EventListener.Segments.ALL) {
            segment.checksum = Checksums.tcp(d, packetFlags);
        }
        if (c.closed != null) {
            late(c, tcp);
        } else {
            handle(c, tcp);
        }
        last.leave(c, direction);
    }

    /** What the last segment was. */
    public LastSegment last() {
        return last;
    }

    /** Whether a SYN for a known 4-tuple opens another connection, and is no repetition of the one that opened it. */
    private static boolean isAnother(Connection c, int direction, Tcp.View tcp) {
        HalfStream from = c.half(direction);
        return from.baseKnown() && from.offset(tcp.sequence()) != 0 || c.closed != null && !from.synSeen;
    }

    /** Reads the segment into stream offsets. */
    private void fill(Connection c, int direction, Tcp.View tcp) {
        Segment s = segment;
        s.connection = c;
        s.direction = direction;
        HalfStream from = direction == Connection.A ? c.a : c.b;
        HalfStream to = direction == Connection.A ? c.b : c.a;
        s.from = from;
        s.to = to;
        int flags = tcp.flags();
        s.flags = flags;
        int syn = flags >>> 1 & 1;
        int sequence = tcp.sequence();
        if (!from.baseKnown()) {
            from.setBase(sequence, 1 - syn);
        } else if (!from.seen && from.offset(sequence) != 1 - syn && !from.waiting() && from.next <= 1) {
            // Only ACKs of this side's octets were seen so far: now it says itself where it stands.
            long acked = to.maxAcknowledged;
            if (syn == 1 || from.offset(sequence) < acked) {
                from.setBase(sequence, 1 - syn);
                to.maxAcknowledged = -1;
            }
        }
        s.rawSequence = sequence;
        s.offset = from.offset(sequence);
        s.dataOffset = s.offset + syn;
        s.window = tcp.window();
        s.array = tcp.array();
        s.payloadAt = tcp.payloadOffset();
        s.wireLength = tcp.payloadWireLength();
        s.length = (flags & Tcp.RST) != 0 ? 0 : s.wireLength; // RFC 9293 section 3.5.3: text about the reset, no data
        s.captured = Math.min(s.length, tcp.payloadCapturedLength());
        if ((flags & Tcp.ACK) != 0) {
            int acknowledgment = tcp.acknowledgment();
            if (!to.baseKnown()) {
                to.setBase(acknowledgment, 1);
            }
            s.rawAcknowledgment = acknowledgment;
            s.acknowledged = to.offset(acknowledgment);
        } else {
            s.acknowledged = Event.UNKNOWN;
        }
        from.frames++;
        c.lastFrame = frame;
        c.lastTimeNs = timeNs;
    }

    /** A connection whose first packet has these flags, sent by A. */
    private void begin(Connection c, int flags) {
        if ((flags & (Tcp.SYN | Tcp.ACK)) == (Tcp.SYN | Tcp.ACK)) {
            c.sideOfA = Side.SERVER;
        } else if ((flags & Tcp.SYN) == 0) {
            c.start = TcpEvent.Start.MIDSTREAM;
            // Nothing says who opened it: servers listen on the lower port, nearly always.
            c.sideOfA = (c.ports >>> 16) < (c.ports & 0xFFFF) ? Side.SERVER : Side.CLIENT;
        }
        if (segmentsWanted == EventListener.Segments.ALL) {
            c.a.sentTimes = new SentTimes();
            c.b.sentTimes = new SentTimes();
        }
    }

    private void handle(Connection c, Tcp.View tcp) {
        Segment s = segment;
        HalfStream from = s.from;
        HalfStream to = s.to;
        boolean handshake = !c.open;
        if (s.has(Tcp.SYN)) {
            syn(s, tcp);
        }
        if (handshake) {
            opening(c, s);
        }
        if (segmentsWanted != EventListener.Segments.NONE) {
            tellSegment(s, handshake && c.open);
        }
        if (handshake && c.open) {
            tellOpen(c);
        }
        analyzer.analyze(s, tcp);
        from.synAckSeen |= s.has(Tcp.SYN) && s.has(Tcp.ACK);
        if (s.has(Tcp.RST)) {
            reset(c, s);
            return;
        }
        if (to.synData > 0 && s.has(Tcp.SYN) && s.has(Tcp.ACK)) {
            fastOpenAnswer(c, s);
        }
        if (s.has(Tcp.FIN) && from.fin < 0) {
            from.fin = s.dataOffset + s.length;
            if (from.maxEnd > from.fin + 1) {
                findings.add(s, FindingKind.DATA_AFTER_FIN,
                        findings.wanted() ? "data behind this FIN came before it" : null);
            }
        }
        if (s.length > 0 && from.lastSegment != HalfStream.KEEP_ALIVE
                && from.lastSegment != HalfStream.EMPTY_WINDOW_PROBE) {
            data(c, s);
        }
        if (s.has(Tcp.FIN)) {
            reassembler.fin(c, s.direction);
        }
        reassembler.ackedHoles(c, s.direction);
        if (from.fin >= 0 && to.fin >= 0 && from.maxAcknowledged > to.fin && to.maxAcknowledged > from.fin) {
            close(c, TcpEvent.How.FIN);
        }
    }

    private void data(Connection c, Segment s) {
        HalfStream from = s.from;
        HalfStream to = s.to;
        if (s.has(Tcp.SYN) && !s.has(Tcp.ACK)) {
            // RFC 7413: whether the other side takes it, its SYN/ACK will say.
            if (from.synData == 0 && from.next == 1) {
                from.synData = s.length;
                reassembler.hold(s);
            }
            return;
        }
        if (!c.open) {
            c.open = true;
            tellOpen(c);
        }
        if (to.fin >= 0 && from.maxAcknowledged > to.fin && !from.halfCloseTold && s.end() > from.next) {
            from.halfCloseTold = true;
            findings.add(s, FindingKind.HALF_CLOSE,
                    findings.wanted() ? "sends on after the other side's FIN" : null);
        }
        if (from.synData > 0) {
            from.synData = 0; // no SYN/ACK was captured, and the conversation goes on: it was taken
            reassembler.drain(c, s.direction);
        }
        reassembler.data(s);
    }

    private void syn(Segment s, Tcp.View tcp) {
        HalfStream from = s.from;
        if (!from.synSeen) {
            from.synSeen = true;
            from.synFrame = frame;
            options.parse(tcp.array(), tcp.optionsOffset(), tcp.optionsLength());
            from.mss = options.mss();
            from.offeredScale = options.windowScale();
            from.scaleCut = from.offeredScale < 0 && tcp.optionsLength() < tcp.headerLength() - Tcp.HEADER_LENGTH;
            from.sackPermitted = options.sackPermitted();
            from.timestamps = options.timestamps();
            from.fastOpen = options.fastOpen();
            from.multipath = options.multipath();
            if (s.to.synSeen && !s.has(Tcp.ACK) && !s.to.synAckSeen) {
                s.connection.start = TcpEvent.Start.SIMULTANEOUS;
            }
        }
        from.synTimeNs = timeNs; // of the last one, where it was repeated: the others tell no round-trip time
        if (from.next == 0) {
            from.next = 1;
        }
    }

    /** Looks whether this segment completes the handshake: each SYN that was seen is acknowledged. */
    private void opening(Connection c, Segment s) {
        if (c.start == TcpEvent.Start.MIDSTREAM) {
            c.open = true;
            return;
        }
        if (!s.has(Tcp.ACK) || s.acknowledged < 1 || s.has(Tcp.RST)) {
            return;
        }
        s.to.synAcked = true;
        HalfStream client = c.half(Side.CLIENT);
        HalfStream server = c.half(Side.SERVER);
        if (server.synAcked && (client.synAcked || !client.synSeen)) {
            c.handshakeAckFrame = s.has(Tcp.SYN) ? Event.UNKNOWN : frame;
            if (client.synSeen) {
                c.initialRttNs = Event.elapsedNs(client.synTimeNs, timeNs);
            }
            c.open = true;
        }
    }

    private void fastOpenAnswer(Connection c, Segment s) {
        HalfStream client = s.to;
        if (s.acknowledged > 1) {
            c.start = TcpEvent.Start.FASTOPEN;
            client.synData = 0;
            if (!c.open) {
                c.open = true;
                tellOpen(c);
            }
            reassembler.drain(c, 1 - s.direction);
        } else {
            findings.add(c, 1 - s.direction, FindingKind.FAST_OPEN_REFUSED,
                    findings.wanted() ? client.synData + " octets in the SYN were not accepted" : null);
            client.synData = 0;
            client.outOfOrder.release(shared);
        }
    }

    private void reset(Connection c, Segment s) {
        long expected = s.to.maxAcknowledged;
        // RFC 9293 section 3.10.7.4: a RST outside the window is dropped by who receives it.
        if (expected >= 0 && s.to.seen && (s.offset < expected - 1 || s.offset > Math.max(s.from.maxEnd, expected) + 1
                + Math.max(0, SegmentAnalyzer.scaledWindow(s.to, s.from, Math.max(0, s.to.window))))) {
            findings.add(s, FindingKind.RESET_IGNORED,
                    findings.wanted() ? "its sequence number lies outside the window" : null);
            return;
        }
        close(c, TcpEvent.How.RESET);
    }

    /** A packet of a connection that is over. */
    private void late(Connection c, Tcp.View tcp) {
        Segment s = segment;
        if (segmentsWanted == EventListener.Segments.ALL || segmentsWanted == EventListener.Segments.CONTROL
                && !s.isPlain()) {
            tellSegment(s, false);
        }
        if (s.length > 0 && c.closed == TcpEvent.How.RESET) {
            findings.add(s, FindingKind.DATA_AFTER_RESET, null);
        } else if (s.length > 0 && s.from.fin >= 0 && s.dataOffset + s.length > s.from.fin) {
            findings.add(s, FindingKind.DATA_AFTER_FIN, null);
        } else if (s.length > 0 || s.has(Tcp.SYN) || s.has(Tcp.FIN) && s.from.fin >= 0) {
            findings.add(s, FindingKind.SPURIOUS_RETRANSMISSION, null);     // a first FIN can cross a reset
        }
        if (c.closed == TcpEvent.How.FIN) {
            analyzer.options(s, tcp);
        }
    }

    private void tellSegment(Segment s, boolean completesHandshake) {
        boolean all = segmentsWanted == EventListener.Segments.ALL;
        if (!all && s.isPlain() && !completesHandshake) {
            return;
        }
        Connection c = s.connection;
        long rtt = s.to.sentTimes != null && s.has(Tcp.ACK)
                ? s.to.sentTimes.acknowledged(s.acknowledged, timeNs) : Event.UNKNOWN;
        long window = s.has(Tcp.SYN) ? s.window : SegmentAnalyzer.scaledWindow(s.from, s.to, s.window);
        listener.onEvent(new TcpEvent.Segment(timeNs, frame, c.number, c.client(), c.server(), c.side(s.direction),
                s.flags, s.offset, s.acknowledged, Integer.toUnsignedLong(s.rawSequence),
                s.has(Tcp.ACK) ? Integer.toUnsignedLong(s.rawAcknowledgment) : Event.UNKNOWN, s.wireLength, window,
                s.has(Tcp.SYN) ? synOptions(s.from) : null, rtt, s.checksum));
    }

    private static TcpEvent.SynOptions synOptions(HalfStream half) {
        return half.synSeen ? new TcpEvent.SynOptions(half.mss, half.offeredScale, half.sackPermitted, half.timestamps,
                half.fastOpen, half.multipath) : null;
    }

    private void tellOpen(Connection c) {
        if (!wantsOpen) {
            return;
        }
        HalfStream client = c.half(Side.CLIENT);
        HalfStream server = c.half(Side.SERVER);
        TcpEvent.Handshake handshake = client.synSeen || server.synSeen ? new TcpEvent.Handshake(
                client.synSeen ? client.synFrame : Event.UNKNOWN, server.synSeen ? server.synFrame : Event.UNKNOWN,
                c.handshakeAckFrame, c.initialRttNs, synOptions(client), synOptions(server)) : null;
        listener.onEvent(new TcpEvent.Open(timeNs, frame, c.number, c.client(), c.server(), handshake, c.start));
    }

    private void close(Connection c, TcpEvent.How how) {
        for (int direction = Connection.A; direction <= Connection.B; direction++) {
            reassembler.flush(c, direction, StreamHandler.GapCause.LOST_UNACKED);
        }
        c.closed = how;
        if (c.handler != null) {
            c.handler.onClose(how);
            c.handler = null;
        }
        if (wantsClose) {
            HalfStream client = c.half(Side.CLIENT);
            HalfStream server = c.half(Side.SERVER);
            listener.onEvent(new TcpEvent.Close(timeNs, frame, c.number, c.client(), c.server(), how,
                    new PerSide(client.frames, server.frames), new PerSide(client.bytes, server.bytes),
                    new PerSide(client.lostBytes, server.lostBytes),
                    Event.elapsedNs(c.firstTimeNs, c.lastTimeNs)));
        }
        c.a.release(shared);
        c.b.release(shared);
        remember(c);
    }

    /** Late packets of a connection that is over must not open another: it is remembered for a while. */
    private void remember(Connection c) {
        closed.addLast(c);
        c.remembered = true;
        remembered++;
        if (closed.size() > limits.closedConnections()) {
            Connection oldest = closed.removeFirst();
            forget(oldest);
            table.remove(oldest);
        }
    }

    private void forget(Connection c) {
        if (c.remembered) {
            c.remembered = false;
            remembered--;
        }
    }

    /** Ends a connection for which the capture will not show an end. */
    private void giveUp(Connection c) {
        if (c.closed == null) {
            close(c, c.a.fin >= 0 && c.b.fin >= 0 ? TcpEvent.How.FIN : TcpEvent.How.OPEN);
        }
        forget(c);
    }

    /** Too many connections at once: the sixteenth part that was idle longest is given up, in order of their numbers. */
    private void evict() {
        Connection[] idle = table.idleLongest(1.0 / 16);
        for (Connection c : idle) {
            evictions++;
            giveUp(c);
            table.remove(c);
        }
        if (wantsLimit && idle.length > 0) {
            listener.onEvent(new CaptureEvent.Limit(timeNs, frame, Event.UNKNOWN, null, LIMIT_CONNECTIONS,
                    limits.connections(), evictions));
        }
    }

    /** The capture ends: every connection that is still open is told so, in order of their numbers. */
    public void finish() {
        for (Connection c : table.inOrder()) {
            giveUp(c);
        }
    }

    /**
     * An ICMP error quotes a segment that was sent with these addresses: a finding of its connection, on the side that
     * had sent it.
     *
     * @return the connection, or UNKNOWN
     */
    public long onIcmpError(String name, long frameNumber, long packetTimeNs, int version, long sourceHigh,
                            long sourceLow, long destinationHigh, long destinationLow, int ports) {
        frame = frameNumber;
        timeNs = packetTimeNs;
        long hash = table.hash(sourceHigh, sourceLow, destinationHigh, destinationLow, ports);
        Connection c = table.find(hash, version, sourceHigh, sourceLow, destinationHigh, destinationLow, ports);
        if (c == null) {
            return Event.UNKNOWN;
        }
        findings.add(c, table.foundDirection(), FindingKind.ICMP_ERROR, name);
        return c.number;
    }

    /** Connections seen so far. */
    public long streams() {
        return streams;
    }

    /** TCP segments seen so far. */
    public long segments() {
        return segments;
    }

    public long findings() {
        return findings.total();
    }

    public long findings(FindingKind kind) {
        return findings.count(kind);
    }

    /** Octets that were never captured. */
    public long lostBytes() {
        return reassembler.lostBytes();
    }

    /** How often a limit was hit. */
    public long limitHits() {
        return evictions + reassembler.limitHits();
    }
}
