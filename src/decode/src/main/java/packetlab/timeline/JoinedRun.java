package packetlab.timeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import packetlab.event.CallEvent;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.event.PacketEvent;
import packetlab.event.TcpEvent;
import packetlab.event.WireEvent;

/**
 * A whole run, its calls joined with its packets, to be looked at from either side. Keeps no more calls and packets than
 * its limits say, and counts the others.
 */
public final class JoinedRun {
    private final int maxCalls;
    private final int maxPackets;
    private final List<CallEvent> calls = new ArrayList<>();
    private final List<Event> packets = new ArrayList<>();
    private final Map<Long, List<TcpEvent.Finding>> findings = new HashMap<>();
    private final Map<Long, List<WireEvent>> fates = new HashMap<>();
    private final Map<Long, List<Event>> said = new HashMap<>();
    private final Map<Long, List<CallEvent>> byFrame = new HashMap<>();
    private final Map<Long, List<Long>> receivers = new HashMap<>();
    private long callsLeftOut;
    private long packetsLeftOut;
    private long dropped;
    private boolean sorted;
    private Function<CallEvent, String> marks = call -> "";

    public JoinedRun(int maxCalls, int maxPackets) {
        this.maxCalls = maxCalls;
        this.maxPackets = maxPackets;
    }

    /** Who made a call, as its words are to begin, such as {@code B }; nothing unless somebody has said. */
    public void markBy(Function<CallEvent, String> words) {
        marks = words;
    }

    public String mark(CallEvent call) {
        return marks.apply(call);
    }

    /** Those of its calls, with the packets of their connections and those that they caused or received. */
    public JoinedRun of(Predicate<CallEvent> some) {
        JoinedRun part = new JoinedRun(maxCalls, maxPackets);
        part.markBy(marks);
        Set<Long> streams = new HashSet<>();
        Set<Long> frames = new HashSet<>();
        for (CallEvent call : calls()) {
            if (some.test(call)) {
                part.call(call);
                streams.add(call.stream());
                frames.addAll(call.frames());
            }
        }
        streams.remove(Event.UNKNOWN);
        for (Event packet : packets) {
            boolean its = packet instanceof TcpEvent.Segment s ? streams.contains(s.stream()) : frames.contains(packet.frame());
            if (its) {
                part.packet(packet);
                findings(packet.frame()).forEach(part::packet);
                said(packet.frame()).forEach(part::say);
            }
        }
        part.dropped = dropped;
        return part;
    }

    /** A packet's event, in capture order; findings and what a wire did follow theirs. Others are of no interest here. */
    public void packet(Event event) {
        if (event instanceof CaptureEvent.Dropped lost) {
            dropped += lost.count();
        } else if (event instanceof TcpEvent.Finding finding) {
            if (packets.size() < maxPackets) {
                findings.computeIfAbsent(finding.frame(), frame -> new ArrayList<>()).add(finding);
            }
        } else if (event instanceof WireEvent fate) {
            if (fate.frame() != 0 && packets.size() < maxPackets) {
                fates.computeIfAbsent(fate.frame(), frame -> new ArrayList<>()).add(fate);
            }
        } else if (event instanceof TcpEvent.Segment || event instanceof PacketEvent) {
            if (packets.size() < maxPackets) {
                packets.add(event);
            } else {
                packetsLeftOut++;
            }
        }
    }

    /** What the stream says with the packet that completed it, such as a head of HTTP or a frame of WebSocket. */
    public void say(Event message) {
        if (packets.size() < maxPackets) {
            said.computeIfAbsent(message.frame(), frame -> new ArrayList<>()).add(message);
        }
    }

    /** A call of which all is known that will be. */
    public void call(CallEvent call) {
        if (calls.size() == maxCalls) {
            callsLeftOut++;
            return;
        }
        sorted = false;
        calls.add(call);
        for (long frame : call.frames()) {
            byFrame.computeIfAbsent(frame, f -> new ArrayList<>()).add(call);
        }
        for (long peer : call.peers()) {
            receivers.computeIfAbsent(peer, id -> new ArrayList<>()).add(call.id());
        }
    }

    /** In the order in which they were entered. */
    public List<CallEvent> calls() {
        if (!sorted) {
            calls.sort(Comparator.comparingLong(CallEvent::timeNs).thenComparingLong(CallEvent::id));
            sorted = true;
        }
        return calls;
    }

    /** Segments, datagrams, ICMP and others, in capture order. */
    public List<Event> packets() {
        return packets;
    }

    /** What was noticed about a packet. */
    public List<TcpEvent.Finding> findings(long frame) {
        return findings.getOrDefault(frame, List.of());
    }

    /** What was completed with a packet, as far as {@link #say} was told. */
    public List<Event> said(long frame) {
        return said.getOrDefault(frame, List.of());
    }

    /** What a wire of ours did to a packet; nothing where it came out as it went in. */
    public List<WireEvent> fates(long frame) {
        return fates.getOrDefault(frame, List.of());
    }

    /** The calls that caused or received a packet. */
    public List<CallEvent> callsOf(long frame) {
        return byFrame.getOrDefault(frame, List.of());
    }

    /** The calls that received octets of that one, by their ids. */
    public List<Long> receivers(long id) {
        return receivers.getOrDefault(id, List.of());
    }

    public long callsLeftOut() {
        return callsLeftOut;
    }

    public long packetsLeftOut() {
        return packetsLeftOut;
    }

    /** Packets that the kernel dropped instead of capturing them. */
    public long dropped() {
        return dropped;
    }

    /**
     * Of the packets that calls have sent, how many were stamped while that call ran.
     *
     * @param sent   packets with a sender, each counted at its first one; repeated segments are not counted
     * @param inside those stamped between its entry and its return
     */
    public record Clock(long sent, long inside) {}

    public Clock clock() {
        Map<Long, Event> events = new HashMap<>();
        packets.forEach(p -> events.put(p.frame(), p));
        long sent = 0;
        long inside = 0;
        for (CallEvent call : calls()) {
            if (CallKind.of(call.call()) != CallKind.SEND || call.frames().isEmpty()) {
                continue;
            }
            Event first = events.get(call.frames().get(0));
            boolean whole = call.frames().size() == 1 && first != null && call.uncaptured() <= 0
                    && callsOf(first.frame()).stream().filter(c -> CallKind.of(c.call()) == CallKind.SEND).count() == 1;
            if (whole) {
                sent++;
                inside += first.timeNs() >= call.timeNs() && first.timeNs() <= call.endTimeNs() ? 1 : 0;
            }
        }
        return new Clock(sent, inside);
    }
}
