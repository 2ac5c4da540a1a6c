package packetlab.web.cost;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import packetlab.event.CostEvent;
import packetlab.event.Endpoint;
import packetlab.event.Event;
import packetlab.event.Side;
import packetlab.event.TcpEvent;

/** What came to and went from one port of a server. */
final class PortCosts {
    /** Messages that are told apart; of more, lost and duplicated are not known. */
    private static final int MAX_MESSAGES = 1 << 21;
    /** A percentile is told where so many samples lie beyond it. */
    private static final int BEYOND = 10;
    private static final int FIN = 1, SYN = 2, RST = 4;

    private final Endpoint server;
    private CostPlan plan;
    private final TreeSet<String> seen = new TreeSet<>();
    private final Map<Long, Integer> deliveries = new HashMap<>();
    private long[] latenciesNs = new long[256];
    private int latencies;
    private long packets;
    private long connections;
    private long payload;
    private long heads;
    private long headers;
    private long acks;
    private long tcpPayload;
    private long inOrder;
    private long sent;
    private long delivered;
    private boolean tooMany;
    private long idlePackets;
    private long idleBytes;
    private long lastNs;

    PortCosts(Endpoint server) {
        this.server = server;
    }

    void plan(CostPlan told) {
        plan = told;
    }

    CostPlan plan() {
        return plan;
    }

    /** @param wireLength octets of the packet, with its link-layer header */
    void packet(TcpEvent.Segment segment, int wireLength) {
        lastNs = segment.timeNs();
        packets++;
        tcpPayload += segment.length();
        if (segment.length() == 0 && (segment.flags() & (SYN | FIN | RST)) == 0) {
            acks += wireLength;
        } else {
            headers += wireLength - segment.length();
        }
        if (plan != null && plan.isIdle() && lastNs >= plan.beginNs() && lastNs - plan.beginNs() < plan.durationNs()) {
            idlePackets++;
            idleBytes += wireLength;
        }
    }

    void opened() {
        connections++;
    }

    void closed(TcpEvent.Close close) {
        inOrder += close.bytes().total();
    }

    void head(long octets) {
        heads += octets;
    }

    /** What is spoken there, for captures that do not tell the plan. */
    void speaks(String protocol) {
        if (plan == null && seen.size() < 8) {
            seen.add(protocol);
        }
    }

    /** @param octets that the text takes where it is carried, compressed where it is */
    void message(Side from, CharSequence text, long octets, long timeNs) {
        Stamp stamp = plan == null || plan.isIdle() ? null : Stamp.of(text);
        if (plan == null) {
            payload += octets;
            sent += from == Side.CLIENT ? 1 : 0;
            delivered += from == Side.SERVER ? 1 : 0;
        } else if (stamp != null && stamp.client() < plan.clients() && stamp.number() < plan.messages()) {
            payload += octets;
            if (from == Side.CLIENT) {
                sent++;
            } else {
                deliver(stamp, timeNs);
            }
        }
    }

    private void deliver(Stamp stamp, long timeNs) {
        long id = (long) stamp.client() * plan.messages() + stamp.number();
        if (deliveries.size() == MAX_MESSAGES && !deliveries.containsKey(id)) {
            tooMany = true;
            delivered++;
            return;
        }
        if (deliveries.merge(id, 1, Integer::sum) == 1) {
            delivered++;
            if (timeNs != Event.NO_TIME) {
                if (latencies == latenciesNs.length) {
                    latenciesNs = Arrays.copyOf(latenciesNs, 2 * latencies);
                }
                latenciesNs[latencies++] = timeNs - stamp.plannedNs();
            }
        }
    }

    /** What it came to; a result for messages, or for a time without them. */
    CostEvent result() {
        if (plan != null && plan.isIdle()) {
            return new CostEvent.Idle(lastNs, plan.transport(), server.toString(), plan.clients(), plan.durationNs(),
                    idlePackets, idleBytes);
        }
        long resent = tcpPayload - inOrder;
        long framing = inOrder - heads - payload;
        long twice = deliveries.values().stream().mapToLong(n -> n - 1).sum();
        long planned = plan == null ? Event.UNKNOWN : (long) plan.clients() * plan.messages();
        long[] sorted = Arrays.copyOf(latenciesNs, latencies);
        Arrays.sort(sorted);
        return new CostEvent.Result(lastNs, plan == null ? String.join("+", seen) : plan.transport(), server.toString(),
                plan == null ? Event.UNKNOWN : plan.clients(), plan == null ? Event.UNKNOWN : plan.size(), sent, delivered,
                plan == null || tooMany ? Event.UNKNOWN : planned - delivered,
                plan == null || tooMany ? Event.UNKNOWN : twice, packets, connections,
                new CostEvent.Octets(payload, framing, heads, headers, acks, resent), percentile(sorted, 50),
                percentile(sorted, 99), latencies == 0 ? Event.UNKNOWN : sorted[latencies - 1]);
    }

    private static long percentile(long[] sorted, int percent) {
        int at = (int) Math.ceil(sorted.length * percent / 100.0) - 1;
        return at < 0 || sorted.length - 1 - at < BEYOND ? Event.UNKNOWN : sorted[at];
    }
}
