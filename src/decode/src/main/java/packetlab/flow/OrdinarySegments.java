package packetlab.flow;

import packetlab.wire.Tcp;
import packetlab.wire.TcpOptions;

/**
 * Segments about which nothing is noteworthy: of an open connection, where they are due, whole, with an acknowledgment
 * that says something new or comes with data. Most segments are that. All that {@link SegmentAnalyzer} and
 * {@link Reassembler} would do for one is done here, without asking their questions one by one: following connections
 * that send small frames takes a fifth less time so.
 */
final class OrdinarySegments {
    private static final int CONTROL = Tcp.SYN | Tcp.FIN | Tcp.RST | Tcp.URG | Tcp.ACK;

    private final Reassembler reassembler;

    OrdinarySegments(Reassembler reassembler) {
        this.reassembler = reassembler;
    }

    /**
     * Takes the segment that {@code tcp} stands on, if it is one of those. Not where every segment is told.
     *
     * @return false where it is not: then nothing was done
     */
    boolean take(Connection c, int direction, Tcp.View tcp, long frame, long timeNs) {
        if ((tcp.flags() & CONTROL) != Tcp.ACK || !c.open || c.closed != null) {
            return false;
        }
        HalfStream from = direction == Connection.A ? c.a : c.b;
        HalfStream to = direction == Connection.A ? c.b : c.a;
        if (!from.seen || !to.baseKnown() || from.fin >= 0 || to.fin >= 0 || from.synData > 0) {
            return false;
        }
        int length = tcp.payloadWireLength();
        long offset = from.offset(tcp.sequence());
        if (offset != from.maxEnd || tcp.payloadCapturedLength() != length) {
            return false;
        }
        int window = tcp.window();
        long acknowledged = to.offset(tcp.acknowledgment());
        if (window == 0 || to.window == 0 || acknowledged > Math.max(to.maxEnd, from.maxAcknowledged) && to.seen) {
            return false;
        }
        int options = tcp.optionsLength();
        if (options != 0 && !TcpOptions.onlyTimestamps(tcp.array(), tcp.optionsOffset(), options)) {
            return false;
        }
        if (length == 0 ? acknowledged == from.acknowledged
                : offset != from.next || from.waiting() || SegmentAnalyzer.fillsWindow(from, to, offset + length)) {
            return false;
        }
        from.frames++;
        c.lastFrame = frame;
        c.lastTimeNs = timeNs;
        from.lastSegment = HalfStream.PLAIN;
        from.acknowledge(to, acknowledged, window, timeNs);
        from.acknowledgedNews(frame);
        if (length > 0) {
            from.reach(offset + length, timeNs);
            reassembler.inOrder(c, direction, tcp.array(), tcp.payloadOffset(), length);
        }
        reassembler.ackedHoles(c, direction);
        return true;
    }
}
