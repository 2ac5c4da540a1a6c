package packetlab.flow;

import packetlab.event.CaptureEvent;
import packetlab.event.EventListener;
import packetlab.event.EventType;
import packetlab.event.TcpEvent.FindingKind;
import packetlab.flow.StreamHandler.GapCause;

/**
 * Brings one side's octets into order and hands each of them on once. In order they pass through uncopied (but for the
 * {@link History}); out of order they wait, within limits. Of octets that come twice the first stand; with
 * {@code lastWins} those that still wait are replaced.
 */
final class Reassembler {
    /**
     * How many packets of a side, or how much time, may pass between an ACK of octets that are missing and their being
     * called lost: a capture of several queues puts an ACK before its data.
     */
    private static final int ACKED_HOLE_PACKETS = 64;
    private static final long ACKED_HOLE_NS = 1_000_000_000;
    private static final String LIMIT_PER_SIDE = "out-of-order-per-side";

    private final EventListener listener;
    private final StreamHandler.Factory factory;
    private final Findings findings;
    private final Shared shared;
    private final boolean lastWins;
    private final boolean wantsGap;
    private final boolean wantsLimit;
    private long limitHits;
    private long lostBytes;

    Reassembler(EventListener listener, StreamHandler.Factory factory, Findings findings, Shared shared,
                boolean lastWins) {
        this.listener = listener;
        this.factory = factory;
        this.findings = findings;
        this.shared = shared;
        this.lastWins = lastWins;
        this.wantsGap = listener.wants(EventType.GAP);
        this.wantsLimit = listener.wants(EventType.LIMIT);
    }

    /** Takes the payload of a segment that is no keep-alive. */
    void data(Segment s) {
        HalfStream from = s.from;
        long offset = s.dataOffset;
        int length = s.length;
        if (from.fin >= 0 && offset + length > from.fin) {
            findings.add(s, FindingKind.DATA_AFTER_FIN, null);
            length = (int) Math.max(0, from.fin - offset);
            if (length == 0) {
                return;
            }
        }
        int captured = Math.min(length, s.captured);
        int cut = length - captured;
        if (cut > 0) {
            findings.add(s, FindingKind.CUT_BY_SNAPLEN,
                    findings.wanted() ? cut + " of " + length + " octets were not captured" : null);
        }
        int skipped = 0;
        if (offset < from.next) {
            compare(s, offset, captured);
            long behind = from.next - offset;
            if (behind >= length) {
                return;
            }
            skipped = (int) behind;
        }
        if (offset <= from.next) {
            int fresh = Math.max(0, captured - skipped);
            int missing = length - Math.max(skipped, captured);
            if (from.waiting()) {
                inOrderBesideWaiting(s, skipped, fresh, missing);
                return;
            }
            if (fresh > 0) {
                deliver(s, skipped, fresh);
            }
            if (missing > 0) {
                gap(s.connection, s.direction, missing, GapCause.SNAPLEN);
            }
            finish(s.connection, s.direction);
            return;
        }
        keep(s, offset, captured, cut);
    }

    /** Takes octets that are due, of a side that has sent no FIN, while none wait. */
    void inOrder(Connection c, int direction, byte[] array, int offset, int length) {
        deliver(c, direction, array, offset, length, shared.position(array, offset));
    }

    /** Keeps the data of a SYN until the other side's SYN/ACK says whether it takes it. */
    void hold(Segment s) {
        keep(s, s.dataOffset, s.captured, s.length - s.captured);
    }

    /** In order, while later octets wait: what overlaps them is compared with them, then all that fits goes on. */
    private void inOrderBesideWaiting(Segment s, int skipped, int fresh, int missing) {
        HalfStream from = s.from;
        long start = s.dataOffset + skipped;
        if (from.outOfOrder.first().start >= start + fresh + missing) {
            if (fresh > 0) {
                deliver(s, skipped, fresh);
            }
            if (missing > 0) {
                gap(s.connection, s.direction, missing, GapCause.SNAPLEN);
            }
        } else if (!insert(s, start, s.payloadAt + skipped, fresh, missing)) {
            overflow(s);
            return;
        }
        drain(s.connection, s.direction);
    }

    /** Out of order: waits for those in front of it. */
    private void keep(Segment s, long offset, int captured, int cut) {
        if (s.from.outOfOrder == null) {
            s.from.outOfOrder = new OutOfOrder();
        }
        if (!insert(s, offset, s.payloadAt, captured, cut)) {
            overflow(s);
        }
    }

    private boolean insert(Segment s, long offset, int at, int captured, int cut) {
        OutOfOrder waiting = s.from.outOfOrder;
        if (!waiting.insert(offset, s.array, at, captured, cut, lastWins, shared)) {
            return false;
        }
        conflict(s, lastWins);
        return true;
    }

    /** No room: what waits goes on with a gap in front of it, then this segment behind it. */
    private void overflow(Segment s) {
        limitHits++;
        if (wantsLimit) {
            listener.onEvent(new CaptureEvent.Limit(s.connection.timeNs(), s.connection.frame(), s.connection.number,
                    s.connection.side(s.direction), LIMIT_PER_SIDE, shared.limits.outOfOrderPerSide(), limitHits));
        }
        flush(s.connection, s.direction, GapCause.LIMIT);
        HalfStream from = s.from;
        if (from.finDelivered) {
            return;
        }
        long end = s.dataOffset + s.length;
        if (from.fin >= 0) {
            end = Math.min(end, from.fin);
        }
        if (end <= from.next) {
            return;
        }
        if (s.dataOffset > from.next) {
            gap(s.connection, s.direction, s.dataOffset - from.next, GapCause.LIMIT);
        }
        int skipped = (int) (from.next - s.dataOffset);
        int fresh = (int) Math.min(end - from.next, Math.max(0, s.captured - skipped));
        if (fresh > 0) {
            deliver(s, skipped, fresh);
        }
        if (end > from.next) {
            gap(s.connection, s.direction, end - from.next, GapCause.SNAPLEN);
        }
        finish(s.connection, s.direction);
    }

    private void compare(Segment s, long offset, int captured) {
        s.from.compareWithHistory(offset, s.array, s.payloadAt, captured, shared);
        conflict(s, false);
    }

    private void conflict(Segment s, boolean secondStands) {
        if (shared.conflict.found()) {
            findings.add(s, FindingKind.OVERLAP_CONFLICT,
                    findings.wanted() ? shared.conflict.words(secondStands) : null);
        }
    }

    /** Whatever can go on now goes on: waiting pieces, then the FIN. */
    void drain(Connection c, int direction) {
        HalfStream half = c.half(direction);
        long limit = half.fin < 0 ? Long.MAX_VALUE : half.fin;
        while (half.waiting() && half.outOfOrder.first().start <= half.next && half.next < limit) {
            OutOfOrder.Piece piece = half.outOfOrder.removeFirst(shared);
            int skipped = (int) Math.min(piece.length, half.next - piece.start);
            int length = (int) Math.min(piece.length, limit - piece.start);
            if (length > skipped) {
                deliver(c, direction, piece.data, skipped, length - skipped,
                        piece.position < 0 ? piece.position : piece.position + skipped);
            }
            long end = Math.min(piece.end(), limit);
            if (end > half.next) {
                gap(c, direction, end - half.next, GapCause.SNAPLEN);
            }
            OutOfOrder.recycle(piece, shared);
        }
        finish(c, direction);
    }

    private void finish(Connection c, int direction) {
        HalfStream half = c.half(direction);
        if (half.fin >= 0 && half.next >= half.fin && !half.finDelivered) {
            half.finDelivered = true;
            dropWaiting(half); // behind the FIN, which came later and says that they are no part of the stream
            if (c.handler != null) {
                c.handler.onFin(c.side(direction));
            }
        }
    }

    private void dropWaiting(HalfStream half) {
        if (half.waiting()) {
            half.outOfOrder.release(shared);
        }
    }

    /** The side has said where its stream ends. */
    void fin(Connection c, int direction) {
        finish(c, direction);
    }

    /** Looks on both sides for octets that were acknowledged and are missing; the packet in hand is that direction's. */
    void ackedHoles(Connection c, int direction) {
        HalfStream from = c.half(direction);
        HalfStream to = c.half(1 - direction);
        if (to.next < from.maxAcknowledged) {
            ackedHole(c, 1 - direction, false);
        }
        if (from.next < to.maxAcknowledged) {
            ackedHole(c, direction, true);
        }
    }

    /**
     * Octets that the other side acknowledged are missing: after some patience they are called lost.
     *
     * @param own whether the packet being handled is that side's own
     */
    private void ackedHole(Connection c, int direction, boolean own) {
        HalfStream half = c.half(direction);
        HalfStream peer = c.half(1 - direction);
        long acked = half.fin >= 0 ? Math.min(peer.maxAcknowledged, half.fin) : peer.maxAcknowledged;
        if (acked <= half.next || half.synData > 0) {
            half.ackedHolePackets = 0;
            return;
        }
        if (half.ackedHolePackets == 0 || half.ackedHoleAt != half.next) {
            half.ackedHolePackets = 1;
            half.ackedHoleAt = half.next;
            half.ackedHoleSinceNs = c.timeNs();
        } else if (own) {
            half.ackedHolePackets++;
        }
        if (half.ackedHolePackets <= ACKED_HOLE_PACKETS && c.timeNs() - half.ackedHoleSinceNs < ACKED_HOLE_NS) {
            return;
        }
        half.ackedHolePackets = 0;
        long end = half.waiting() ? Math.min(acked, half.outOfOrder.first().start) : acked;
        gap(c, direction, end - half.next, GapCause.LOST_ACKED);
        drain(c, direction);
    }

    /** Gives up all holes of a side: what waits goes on behind gaps. */
    void flush(Connection c, int direction, GapCause cause) {
        HalfStream half = c.half(direction);
        HalfStream peer = c.half(1 - direction);
        while (half.waiting()) {
            if (half.fin >= 0 && half.outOfOrder.first().start >= half.fin) {
                dropWaiting(half);
                break;
            }
            hole(c, direction, half.outOfOrder.first().start, peer, cause);
            drain(c, direction);
        }
        if (cause != GapCause.LIMIT) {
            long end = half.fin >= 0 ? half.fin : peer.maxAcknowledged;
            if (half.synData == 0 && end > half.next) {
                hole(c, direction, end, peer, cause);
            }
            finish(c, direction);
        }
    }

    /** A hole up to {@code end}; what of it the other side acknowledged is told apart from what it did not. */
    private void hole(Connection c, int direction, long end, HalfStream peer, GapCause cause) {
        HalfStream half = c.half(direction);
        long acked = Math.min(end, peer.maxAcknowledged);
        if (acked > half.next) {
            gap(c, direction, acked - half.next, cause == GapCause.LIMIT ? cause : GapCause.LOST_ACKED);
        }
        if (end > half.next) {
            gap(c, direction, end - half.next, cause);
        }
    }

    private void deliver(Segment s, int skipped, int length) {
        int offset = s.payloadAt + skipped;
        deliver(s.connection, s.direction, s.array, offset, length, shared.position(s.array, offset));
    }

    private void deliver(Connection c, int direction, byte[] array, int offset, int length, long position) {
        HalfStream half = c.half(direction);
        long inFlight = half.next + length - Math.max(0, c.half(1 - direction).maxAcknowledged);
        half.keep(half.next, array, offset, length, position, inFlight, shared);
        half.next += length;
        half.bytes += length;
        handler(c).onData(c.side(direction), array, offset, length);
    }

    private void gap(Connection c, int direction, long length, GapCause cause) {
        HalfStream half = c.half(direction);
        half.next += length;
        half.lostBytes += length;
        lostBytes += length;
        if (wantsGap) {
            boolean acked = c.half(1 - direction).maxAcknowledged >= half.next;
            listener.onEvent(new CaptureEvent.Gap(c.timeNs(), c.frame(), c.number, c.side(direction), length, acked));
        }
        handler(c).onGap(c.side(direction), length, cause);
    }

    private StreamHandler handler(Connection c) {
        if (c.handler == null) {
            c.handler = factory.open(c);
        }
        return c.handler;
    }

    long limitHits() {
        return limitHits;
    }

    long lostBytes() {
        return lostBytes;
    }
}
