package packetlab.timeline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import packetlab.event.Event;

/** Packets that are no segments of a known connection, nearly in order of their stamps: two CPUs may swap neighbours. */
final class Packets {
    /** By how much stamps may be out of order. */
    private static final long DISORDER_NS = 50_000_000L;

    /** One packet, and what is known of its calls. */
    static final class Packet {
        final long frame;
        final long timeNs;
        final String source;
        final String destination;
        /** Payload octets of a datagram; UNKNOWN where it is none. */
        final long length;
        /** The name of an ICMP message; null where it is none. */
        final String icmp;
        /** The call that sent it, or 0. */
        long sender;
        /** By socket, the call that returned it; null for none. A datagram to a group is returned to several. */
        Map<Long, Long> takers;
        /** An ICMP error that a call has been told. */
        boolean told;

        Packet(long frame, long timeNs, String source, String destination, long length, String icmp) {
            this.frame = frame;
            this.timeNs = timeNs;
            this.source = source;
            this.destination = destination;
            this.length = length;
            this.icmp = icmp;
        }

        /** Whether another call on that socket has returned it. */
        boolean isTakenFrom(Waiting w) {
            return takers != null && takers.getOrDefault(w.sock.id, w.call.id()) != w.call.id();
        }

        void take(Waiting w) {
            takers = takers == null ? new HashMap<>(2) : takers;
            takers.put(w.sock.id, w.call.id());
        }

        boolean isDatagram() {
            return length != Event.UNKNOWN;
        }
    }

    private final List<Packet> packets = new ArrayList<>();

    void add(Packet packet) {
        packets.add(packet);
    }

    /** Takes some that came between the others. */
    void addAll(Collection<Packet> some) {
        packets.addAll(some);
        packets.sort(Comparator.comparingLong(p -> p.frame));
    }

    int size() {
        return packets.size();
    }

    void forgetFirst(int count) {
        packets.subList(0, Math.min(count, packets.size())).clear();
    }

    /** Those stamped in that interval, both ends included, in capture order. */
    List<Packet> between(long fromNs, long toNs) {
        int low = 0;
        int high = packets.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (packets.get(middle).timeNs + DISORDER_NS >= fromNs) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        List<Packet> found = new ArrayList<>();
        for (int i = low; i < packets.size() && packets.get(i).timeNs - DISORDER_NS <= toNs; i++) {
            Packet p = packets.get(i);
            if (p.timeNs >= fromNs && p.timeNs <= toNs) {
                found.add(p);
            }
        }
        return found;
    }
}
