package packetlab.report;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import packetlab.event.CallEvent;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.event.EventListener;
import packetlab.event.EventType;
import packetlab.event.HttpEvent;
import packetlab.event.PacketEvent;
import packetlab.event.TcpEvent;
import packetlab.event.WebEvent;
import packetlab.event.WireEvent;
import packetlab.event.WsEvent;

/**
 * Which events somebody asked to see: {@code --only} and {@code --stream}. What is told about the capture itself
 * (start, end, drops, limits) always passes, and so do the gaps of a stream that does.
 */
public final class EventFilter {
    public static final EventFilter ALL = new EventFilter(null, Set.of(), null);

    private static final Set<EventType> ABOUT_CAPTURE = EnumSet.of(EventType.START, EventType.END, EventType.DROPPED,
            EventType.LIMIT, EventType.GAP, EventType.ODDITY);
    /** One event for each packet: only with {@code -v}, or where somebody names them. */
    private static final Set<EventType> PER_PACKET = EnumSet.of(EventType.TCP_SEGMENT, EventType.UDP_DATAGRAM,
            EventType.ICMP_MESSAGE, EventType.OTHER, EventType.PACKET_ORIGIN, EventType.WIRE_DELAYED,
            EventType.HTTP_CHUNK);

    /** Families that were named; null for all. */
    private final Set<EventType> types;
    /** Asked for one by one: no other reason to leave them out counts. */
    private final Set<EventType> named;
    private final long[] streams;

    private EventFilter(Set<EventType> types, Set<EventType> named, long[] streams) {
        this.types = types;
        this.named = named;
        this.streams = streams;
    }

    /**
     * @param only    families such as {@code ws} and event names such as {@code ws.ping}; empty for all
     * @param streams numbers of connections; empty for all
     * @throws IllegalArgumentException for a name that no event has, with the names that there are
     */
    public static EventFilter of(Collection<String> only, Collection<Long> streams) {
        Set<EventType> types = only.isEmpty() ? null : EnumSet.noneOf(EventType.class);
        Set<EventType> named = EnumSet.noneOf(EventType.class);
        for (String name : only) {
            List<EventType> found = Arrays.stream(EventType.values())
                    .filter(t -> t.wireName().equals(name) || family(t).equals(name))
                    .toList();
            if (found.isEmpty()) {
                throw new IllegalArgumentException("no event is called " + name + "; there are "
                        + String.join(", ", families()) + ", and single events such as ws.ping");
            }
            types.addAll(found);
            if (found.size() == 1) {
                named.addAll(found);
            }
        }
        long[] sorted = streams.isEmpty() ? null : streams.stream().mapToLong(Long::longValue).sorted().toArray();
        return new EventFilter(types, named, sorted);
    }

    /** The same with one more event, such as {@code ws.verdict}, which comes only where it is asked for. */
    public EventFilter and(EventType type) {
        Set<EventType> more = EnumSet.of(type);
        more.addAll(named);
        return new EventFilter(types, more, streams);
    }

    /** What {@code --only} takes beside the names of single events. */
    public static Set<String> families() {
        Set<String> families = new TreeSet<>();
        for (EventType type : EventType.values()) {
            families.add(family(type));
        }
        return families;
    }

    private static String family(EventType type) {
        String name = type.wireName();
        int dot = name.indexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    /** @param verbose whether events that come with each packet are asked for, too */
    public boolean accepts(EventType type, boolean verbose) {
        if (named.contains(type)) {
            return true;
        }
        if (types != null && !types.contains(type)) {
            return ABOUT_CAPTURE.contains(type);
        }
        if (PER_PACKET.contains(type)) {
            // --only udp names its one event; --only tcp means what is told of connections, not of each segment.
            return verbose;
        }
        return type != EventType.WS_VERDICT;
    }

    public boolean acceptsStream(long stream) {
        return streams == null || Arrays.binarySearch(streams, stream) >= 0;
    }

    /** Whether the event is of a stream that somebody asked for, or is about the capture as a whole. */
    public boolean acceptsStreamOf(Event event) {
        if (streams == null || (event instanceof CaptureEvent || event instanceof WireEvent.Rule) && streamOf(event) == Event.UNKNOWN) {
            return true;
        }
        return acceptsStream(streamOf(event));
    }

    /** The connection that an event belongs to, or UNKNOWN. */
    public static long streamOf(Event event) {
        if (event instanceof WsEvent e) {
            return e.stream();
        }
        if (event instanceof TcpEvent e) {
            return e.stream();
        }
        if (event instanceof HttpEvent e) {
            return e.stream();
        }
        if (event instanceof WebEvent e) {
            return e.stream();
        }
        if (event instanceof WireEvent e) {
            return e.stream();
        }
        if (event instanceof CaptureEvent.Gap e) {
            return e.stream();
        }
        if (event instanceof CaptureEvent.Limit e) {
            return e.stream();
        }
        if (event instanceof CallEvent e) {
            return e.stream();
        }
        return event instanceof PacketEvent.Icmp e ? e.stream() : Event.UNKNOWN;
    }

    /** The same listener, which is told only what passes. */
    public EventListener on(EventListener listener) {
        return new EventListener() {
            @Override
            public void onEvent(Event event) {
                if (accepts(event.type(), true) && acceptsStreamOf(event)) {
                    listener.onEvent(event);
                }
            }

            @Override
            public boolean wants(EventType type) {
                return accepts(type, true) && listener.wants(type);
            }

            @Override
            public Segments segments() {
                return accepts(EventType.TCP_SEGMENT, true) ? listener.segments() : Segments.NONE;
            }
        };
    }
}
