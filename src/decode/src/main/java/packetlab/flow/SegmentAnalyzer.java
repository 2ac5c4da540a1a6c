package packetlab.flow;

import packetlab.event.Event;
import packetlab.event.TcpEvent;
import packetlab.event.TcpEvent.FindingKind;
import packetlab.wire.Fault;
import packetlab.wire.Tcp;
import packetlab.wire.TcpOptions;

/**
 * Says what is noteworthy about one segment, seen from where the capture was taken: retransmissions, acknowledgments
 * that repeat, windows that close. Names follow what network analysts use. It judges by which octets were seen, so a
 * segment that repeats nothing is never called a retransmission of something.
 */
final class SegmentAnalyzer {
    /**
     * A hole that is filled sooner than this (or than a round trip) after a higher octet was seen, without duplicate
     * ACKs, was reordering: no timer of a sender is shorter (RFC 6298 section 2.4, RFC 8985 section 7.2).
     */
    private static final long REORDERING_NS = 3_000_000;
    /** RFC 5681 section 3.2 asks for three; the first ACK of the number is not a duplicate. */
    private static final int FAST_RETRANSMIT_DUPLICATES = 2;
    /** A fast retransmission follows the duplicates at once. */
    private static final long FAST_RETRANSMIT_NS = 20_000_000;

    /** Offset of a side's first octet of data, or of the first one seen where the capture began midstream. */
    private static final long FIRST_DATA = 1;

    private final Findings findings;
    private final TcpOptions options;

    SegmentAnalyzer(Findings findings, TcpOptions options) {
        this.findings = findings;
        this.options = options;
    }

    /** Judges a segment before its octets are delivered, then brings both halves up to date with it. */
    void analyze(Segment s, Tcp.View tcp) {
        HalfStream from = s.from;
        HalfStream to = s.to;
        int kind = HalfStream.PLAIN;
        if (from.seen) {
            if (s.length == 1 && s.offset == from.maxEnd && to.window == 0 && s.isPlain()) {
                findings.add(s, FindingKind.ZERO_WINDOW_PROBE, null);
                kind = HalfStream.ZERO_WINDOW_PROBE;
            } else if (isKeepAlive(s)) {
                // RFC 9293 section 3.8.6.1: Linux asks a closed window so, too, with nothing new in the segment.
                boolean probe = to.window == 0;
                findings.add(s, probe ? FindingKind.ZERO_WINDOW_PROBE : FindingKind.KEEP_ALIVE, null);
                kind = probe ? HalfStream.EMPTY_WINDOW_PROBE : HalfStream.KEEP_ALIVE;
            } else if (s.offset > from.maxEnd && !s.has(Tcp.RST)) {
                findings.add(s, FindingKind.LOST_SEGMENT,
                        findings.wanted() ? (s.offset - from.maxEnd) + " octets before it were not captured" : null);
            } else if (s.offset < from.maxEnd && (s.length > 0 || s.has(Tcp.SYN | Tcp.FIN))) {
                repeated(s);
            }
        }
        if (s.window == 0 && s.isPlain() && kind != HalfStream.ZERO_WINDOW_PROBE
                && kind != HalfStream.EMPTY_WINDOW_PROBE) {
            findings.add(s, FindingKind.ZERO_WINDOW, null);
        }
        if (s.length > 0 && s.isPlain() && fillsWindow(from, to, s.dataOffset + s.length)) {
            findings.add(s, FindingKind.WINDOW_FULL, null);
        }
        if (s.has(Tcp.ACK)) {
            acknowledgment(s, kind);
        }
        if (s.has(Tcp.URG)) {
            findings.add(s, FindingKind.URGENT,
                    findings.wanted() ? "urgent pointer " + tcp.urgentPointer() + "; the octet stays in line" : null);
        }
        options(s, tcp);
        from.lastSegment = kind;
        if (!from.seen) {
            from.seen = true;
            from.maxEndTimeNs = s.connection.timeNs();
        }
        if (s.has(Tcp.RST)) {
            return; // it occupies nothing, and may be forged
        }
        if (s.end() > from.maxEnd) {
            from.reach(s.end(), s.connection.timeNs());
            if (from.sentTimes != null) {
                from.sentTimes.sent(s.end(), s.connection.timeNs());
            }
        } else if (from.sentTimes != null && s.end() > s.offset) {
            from.sentTimes.sentAgain(s.offset, s.end());
        }
    }

    /** RFC 9293 section 3.8.4: the octet before the next one, again, though it is not owed; or none at that place. */
    private static boolean isKeepAlive(Segment s) {
        return s.length <= 1 && s.offset == s.from.maxEnd - 1 && s.isPlain()
                && (s.length == 0 || s.to.maxAcknowledged >= s.from.maxEnd || !s.to.seen);
    }

    /** A segment that begins before the highest octet seen: sent again, or late. */
    private void repeated(Segment s) {
        HalfStream from = s.from;
        HalfStream to = s.to;
        if (s.connection.start == TcpEvent.Start.SIMULTANEOUS && s.has(Tcp.SYN) && !from.synAckSeen) {
            return; // RFC 9293 figure 7: the SYN is repeated by design
        }
        if (from.fin >= 0 && s.length > 0 && s.dataOffset >= from.fin) {
            return; // nothing that was sent before
        }
        long timeNs = s.connection.timeNs();
        boolean fast = to.duplicateAcks >= FAST_RETRANSMIT_DUPLICATES && to.acknowledged == s.offset
                && timeNs - to.acknowledgedTimeNs < FAST_RETRANSMIT_NS;
        FindingKind kind;
        if (allSeen(s)) {
            kind = to.maxAcknowledged >= s.end() ? FindingKind.SPURIOUS_RETRANSMISSION
                    : fast ? FindingKind.FAST_RETRANSMISSION : FindingKind.RETRANSMISSION;
        } else if (fast) {
            kind = FindingKind.FAST_RETRANSMISSION;
        } else {
            long reordering = Math.max(REORDERING_NS, s.connection.initialRttNs);
            kind = timeNs - from.maxEndTimeNs < reordering && s.end() < from.maxEnd ? FindingKind.OUT_OF_ORDER
                    : FindingKind.RETRANSMISSION;
        }
        findings.add(s, kind, null);
    }

    private static boolean allSeen(Segment s) {
        HalfStream from = s.from;
        if (s.has(Tcp.FIN) && from.fin < 0) {
            return false;
        }
        if (s.dataOffset < FIRST_DATA) {
            return false; // from before the capture met the connection
        }
        long start = Math.max(s.dataOffset, from.next);
        long end = s.dataOffset + s.length;
        return end <= start || from.waiting() && from.outOfOrder.covers(start, end);
    }

    /** Whether data up to {@code end} is the last that the receiver has room for. */
    static boolean fillsWindow(HalfStream from, HalfStream to, long end) {
        long window = scaledWindow(to, from, to.window);
        return to.acknowledged >= 0 && window > 0 && end == to.acknowledged + window;
    }

    /** A window in octets, or UNKNOWN where a SYN with its scale was not captured (RFC 7323 section 2). */
    static long scaledWindow(HalfStream owner, HalfStream peer, int window) {
        if (window < 0 || !owner.synSeen || !peer.synSeen || owner.scaleCut || peer.scaleCut) {
            return Event.UNKNOWN;
        }
        return owner.offeredScale < 0 || peer.offeredScale < 0 ? window : (long) window << owner.offeredScale;
    }

    private void acknowledgment(Segment s, int kind) {
        HalfStream from = s.from;
        HalfStream to = s.to;
        boolean repeats = false;
        if (from.seen && s.length == 0 && s.isPlain() && s.offset == from.maxEnd) {
            if (s.acknowledged == from.acknowledged) {
                repeats = repeatedAck(s);
            } else if (s.window == 0 && to.lastSegment == HalfStream.ZERO_WINDOW_PROBE
                    && s.acknowledged == from.acknowledged + 1) {
                findings.add(s, FindingKind.ZERO_WINDOW_PROBE_ACK, null);
            }
        }
        long known = Math.max(to.maxEnd, from.maxAcknowledged);
        if (s.acknowledged > known && to.seen) {
            findings.add(s, FindingKind.ACKED_UNSEEN,
                    findings.wanted() ? (s.acknowledged - known) + " octets were acknowledged, not captured" : null);
        }
        if (!repeats) {
            from.acknowledgedNews(s.connection.frame());
        }
        from.acknowledge(to, s.acknowledged, s.window, s.connection.timeNs());
    }

    /** An ACK that acknowledges nothing new. Returns whether it is a duplicate in the sense of RFC 5681 section 2. */
    private boolean repeatedAck(Segment s) {
        HalfStream from = s.from;
        if (s.window != from.window) {
            if (s.window != 0) {
                findings.add(s, FindingKind.WINDOW_UPDATE, null);
            }
            return false;
        }
        switch (s.to.lastSegment) {
            case HalfStream.KEEP_ALIVE -> findings.add(s, FindingKind.KEEP_ALIVE_ACK, null);
            case HalfStream.ZERO_WINDOW_PROBE, HalfStream.EMPTY_WINDOW_PROBE ->
                    findings.add(s, FindingKind.ZERO_WINDOW_PROBE_ACK, null);
            default -> {
                if (s.window != 0) {
                    from.duplicateAcks++;
                    findings.add(s, FindingKind.DUPLICATE_ACK, findings.wanted()
                            ? "#" + from.duplicateAcks + " of frame " + from.acknowledgedFrame : null);
                    return true;
                }
            }
        }
        return false;
    }

    /** Options of a segment that is no SYN: whether they can be read, and a duplicate SACK. */
    void options(Segment s, Tcp.View tcp) {
        int length = tcp.optionsLength();
        if (length == 0 || s.has(Tcp.SYN) || TcpOptions.onlyTimestamps(tcp.array(), tcp.optionsOffset(), length)) {
            return;
        }
        if (options.parse(tcp.array(), tcp.optionsOffset(), length) == Fault.BAD_OPTION
                && length == tcp.headerLength() - Tcp.HEADER_LENGTH) {
            findings.add(s, FindingKind.MALFORMED, Fault.BAD_OPTION.words());
        }
        if (options.sackBlocks() > 0 && s.has(Tcp.ACK) && !s.has(Tcp.RST) && isDuplicateSack(tcp.acknowledgment())) {
            findings.add(s, FindingKind.D_SACK, findings.wanted()
                    ? (options.sackRight(0) - options.sackLeft(0)) + " octets were received twice" : null);
        }
    }

    /** RFC 2883 section 4: the first block is covered by the cumulative ACK, or by the second block. */
    private boolean isDuplicateSack(int acknowledgment) {
        int left = options.sackLeft(0);
        int right = options.sackRight(0);
        if (right - left <= 0) {
            return false;
        }
        return right - acknowledgment <= 0 || options.sackBlocks() > 1 && left - options.sackLeft(1) >= 0
                && options.sackRight(1) - right >= 0;
    }
}
