package packetlab.flow;

import packetlab.event.EventListener;
import packetlab.event.EventType;
import packetlab.event.TcpEvent;
import packetlab.event.TcpEvent.FindingKind;

/** Counts findings, and tells them where somebody listens. */
final class Findings {
    private final EventListener listener;
    private final boolean wanted;
    private final long[] counts = new long[FindingKind.values().length];
    private final LastSegment last;

    /** @param last is told what was noticed about the segment that is being handled */
    Findings(EventListener listener, LastSegment last) {
        this.listener = listener;
        this.last = last;
        this.wanted = listener.wants(EventType.TCP_FINDING);
    }

    /** Whether a detail text is worth building. */
    boolean wanted() {
        return wanted;
    }

    void add(Segment segment, FindingKind kind, String detail) {
        add(segment.connection, segment.direction, kind, detail);
    }

    void add(Connection c, int direction, FindingKind kind, String detail) {
        counts[kind.ordinal()]++;
        last.note(kind);
        if (wanted) {
            listener.onEvent(new TcpEvent.Finding(c.timeNs(), c.frame(), c.number, c.side(direction), kind, detail));
        }
    }

    long count(FindingKind kind) {
        return counts[kind.ordinal()];
    }

    long total() {
        long total = 0;
        for (long count : counts) {
            total += count;
        }
        return total;
    }
}
