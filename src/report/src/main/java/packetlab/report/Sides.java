package packetlab.report;

import java.util.HashMap;
import java.util.Map;
import packetlab.event.CallEvent;
import packetlab.event.Event;
import packetlab.event.PacketEvent;
import packetlab.event.Side;
import packetlab.event.TcpEvent;

/** Which side an address is of, learnt from the calls of both, else from who speaks first: only TCP says so itself. */
final class Sides {
    /** Addresses that are remembered, about; of more, packets go from left to right. */
    private static final int MAX = 4_096;

    private final Map<String, Side> byEnd = new HashMap<>();
    private final Map<String, Side> byHost = new HashMap<>();
    private long lastFrame = Event.UNKNOWN;
    private Side lastSender = Side.CLIENT;

    void learn(CallEvent call) {
        if (call.socket() == null || call.from() == null || byEnd.size() >= MAX) {
            return;
        }
        String local = call.socket().local();
        String peer = call.socket().peer();
        if (local != null) {
            know(local, call.from(), true);
        }
        if (peer != null) {
            know(peer, call.from().other(), false);
        }
    }

    /** What a socket says of itself counts more than what another says of it. */
    private void know(String end, Side side, boolean own) {
        String port = "*:" + end.substring(end.lastIndexOf(':') + 1);
        String host = host(end);
        if (own) {
            byEnd.put(end, side);
            byEnd.put(port, side);
            byHost.put(host, side);
        } else {
            byEnd.putIfAbsent(end, side);
            byEnd.putIfAbsent(port, side);
            byHost.putIfAbsent(host, side);
        }
    }

    private static String host(String end) {
        int colon = end.lastIndexOf(':');
        return colon < 0 ? end : end.substring(0, colon).replaceAll("[\\[\\]]", "");
    }

    /**
     * Who sent a packet, as far as the calls so far tell; the client where they tell nothing. To be asked in capture
     * order: where both ends are one host, what ICMP answers is the packet right before it.
     */
    Side sender(Event packet) {
        if (packet instanceof TcpEvent.Segment s) {
            return s.from();
        }
        Side side = packet instanceof PacketEvent.Icmp i && i.source().equals(i.destination()) ? ofIcmp(i)
                : byAddresses(packet);
        lastFrame = packet.frame();
        lastSender = side;
        return side;
    }

    private Side ofIcmp(PacketEvent.Icmp i) {
        boolean asks = i.name().endsWith("-request");
        return asks ? Side.CLIENT : i.frame() == lastFrame + 1 ? lastSender.other() : Side.SERVER;
    }

    private Side byAddresses(Event packet) {
        String[] ends = WireWords.ends(packet);
        Side from = find(ends[0]);
        Side to = find(ends[1]);
        if (from == null && to == null && packet instanceof PacketEvent.Datagram && byEnd.size() < MAX) {
            know(ends[0], Side.CLIENT, false);      // no call has told: who speaks first asks
            know(ends[1], Side.SERVER, false);
            return Side.CLIENT;
        }
        return from != null ? from : to != null ? to.other() : Side.CLIENT;
    }

    private Side find(String end) {
        Side exact = byEnd.get(end);
        if (exact != null) {
            return exact;
        }
        int colon = end.lastIndexOf(':');
        Side port = colon < 0 ? null : byEnd.get("*:" + end.substring(colon + 1));
        return port != null ? port : byHost.get(end);
    }
}
