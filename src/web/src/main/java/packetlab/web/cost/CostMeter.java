package packetlab.web.cost;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import packetlab.event.CaptureEvent;
import packetlab.event.CostEvent;
import packetlab.event.Endpoint;
import packetlab.event.Event;
import packetlab.event.EventListener;
import packetlab.event.EventType;
import packetlab.event.HttpEvent;
import packetlab.event.TcpEvent;
import packetlab.event.WebEvent;
import packetlab.event.WsEvent;
import packetlab.wire.PacketHandler;

/**
 * Counts what messages cost, for each port of a server: sees each packet before it is decoded, and then what it tells.
 * From a live capture and from its recording come the same figures. One thread, except {@link #expect}.
 */
public final class CostMeter implements PacketHandler, EventListener {
    /** Ports that are told apart; packets of others are counted as such. */
    private static final int MAX_PORTS = 4_096;

    private final Map<Endpoint, PortCosts> ports = new LinkedHashMap<>();
    private final Map<Long, Carried> streams = new HashMap<>();
    private final Map<Integer, CostPlan> plans = new HashMap<>();
    private final List<Carried> told = new ArrayList<>();
    private int wireLength;
    private long packets;
    private long counted;

    /** What is going to happen on a port, before it does. */
    public synchronized void expect(CostPlan plan) {
        plans.put(plan.port(), plan);
    }

    /** Whether anybody has told what was planned. */
    public synchronized boolean isPlanned() {
        return !plans.isEmpty();
    }

    private synchronized CostPlan planOf(int port) {
        return plans.get(port);
    }

    @Override
    public void onPacket(ByteBuffer buffer, int offset, int capturedLength, int onWire, long timestampNs, int linkType,
                         int flags) {
        settle();
        packets++;
        wireLength = onWire;
    }

    @Override
    public boolean wants(EventType type) {
        return switch (type) {
            case TCP_SEGMENT, TCP_OPEN, TCP_CLOSE, HTTP_MESSAGE, HTTP_CHUNK, WS_MESSAGE, SSE_EVENT, SOCKJS_OPEN, SOCKJS_MESSAGE,
                    SOCKJS_HEARTBEAT, SOCKJS_CLOSE, ENGINEIO_OPEN, ENGINEIO_PING, ENGINEIO_PONG, ENGINEIO_UPGRADE,
                    ENGINEIO_MESSAGE, ENGINEIO_CLOSE, ENGINEIO_NOOP, SOCKETIO_EVENT, COMMENT -> true;
            default -> false;
        };
    }

    @Override
    public Segments segments() {
        return Segments.ALL;
    }

    @Override
    public void onEvent(Event event) {
        if (event instanceof TcpEvent.Segment e) {
            segment(e);
        } else if (event instanceof CaptureEvent.Comment e) {
            e.text().lines().map(CostPlan::of).filter(Objects::nonNull).forEach(this::expect);
        } else if (event instanceof TcpEvent.Open e) {
            of(e.stream(), Carried::port).ifPresent(PortCosts::opened);
        } else if (event instanceof TcpEvent.Close e) {
            settle();
            of(e.stream(), Carried::port).ifPresent(port -> port.closed(e));
            streams.remove(e.stream());
        } else if (event instanceof HttpEvent.Chunk e) {
            carried(e.stream()).ifPresent(c -> c.chunk(e));
        } else if (event instanceof HttpEvent.Message e) {
            carried(e.stream()).ifPresent(c -> c.message(e));
        } else if (event instanceof WsEvent.Message e) {
            carried(e.stream()).ifPresent(c -> c.websocket(e));
        } else if (event instanceof WebEvent e) {
            carried(e.stream()).ifPresent(c -> c.web(e));
        }
    }

    private <T> Optional<T> of(long stream, Function<Carried, T> what) {
        return Optional.ofNullable(streams.get(stream)).map(what);
    }

    private Optional<Carried> carried(long stream) {
        Carried carried = streams.get(stream);
        if (carried != null && carried.isEmpty()) {
            told.add(carried);
        }
        return Optional.ofNullable(carried);
    }

    private void segment(TcpEvent.Segment segment) {
        Carried carried = streams.get(segment.stream());
        if (carried == null) {
            PortCosts port = ports.get(segment.server());
            if (port == null) {
                if (ports.size() == MAX_PORTS) {
                    return;
                }
                port = new PortCosts(segment.server());
                ports.put(segment.server(), port);
            }
            carried = new Carried(port);
            streams.put(segment.stream(), carried);
        }
        PortCosts port = carried.port();
        if (port.plan() == null) {
            port.plan(planOf(segment.server().port()));
        }
        counted++;
        port.packet(segment, wireLength);
    }

    private void settle() {
        for (Carried carried : told) {
            carried.settle();
        }
        told.clear();
    }

    /** Packets that belong to no connection that was counted. */
    public long others() {
        return packets - counted;
    }

    /** What each port came to, in the order of their first packets. Call when all was told. */
    public List<CostEvent> results() {
        settle();
        List<CostEvent> results = new ArrayList<>();
        ports.values().forEach(port -> results.add(port.result()));
        return results;
    }
}
