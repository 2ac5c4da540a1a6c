package packetlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.event.EventListener;
import packetlab.event.EventType;
import packetlab.event.WireEvent;

class EventFilterTest {
    private static final Set<EventType> CAPTURE = EnumSet.of(EventType.START, EventType.END, EventType.DROPPED,
            EventType.LIMIT, EventType.GAP, EventType.ODDITY);

    @Test
    void aFamilyBringsItsEventsAndWhatIsToldOfTheCapture() {
        EventFilter filter = EventFilter.of(List.of("http", "sse"), List.of());
        Set<EventType> expected = EnumSet.copyOf(CAPTURE);
        expected.addAll(List.of(EventType.HTTP_REQUEST, EventType.HTTP_RESPONSE, EventType.HTTP_MESSAGE,
                EventType.SSE_EVENT));
        assertEquals(expected, accepted(filter, false));
    }

    @Test
    void eventsOfEachPacketAreAMatterOfVerbosityOrOfTheirName() {
        assertFalse(accepted(EventFilter.ALL, false).contains(EventType.UDP_DATAGRAM));
        assertTrue(accepted(EventFilter.ALL, true).contains(EventType.UDP_DATAGRAM));
        assertTrue(accepted(EventFilter.of(List.of("udp"), List.of()), false).contains(EventType.UDP_DATAGRAM));
        assertFalse(accepted(EventFilter.of(List.of("tcp"), List.of()), false).contains(EventType.TCP_SEGMENT));
        assertTrue(accepted(EventFilter.of(List.of("tcp"), List.of()), true).contains(EventType.TCP_SEGMENT));
        assertTrue(accepted(EventFilter.of(List.of("tcp.segment"), List.of()), false).contains(EventType.TCP_SEGMENT));
    }

    @Test
    void aVerdictComesOnlyWhereItIsAskedFor() {
        assertFalse(accepted(EventFilter.ALL, true).contains(EventType.WS_VERDICT));
        assertFalse(accepted(EventFilter.of(List.of("ws"), List.of()), true).contains(EventType.WS_VERDICT));
        assertTrue(accepted(EventFilter.ALL.and(EventType.WS_VERDICT), false).contains(EventType.WS_VERDICT));
    }

    @Test
    void anUnknownNameIsAnsweredWithThoseThatThereAre() {
        String message = assertThrows(IllegalArgumentException.class, () -> EventFilter.of(List.of("wss"), List.of()))
                .getMessage();
        assertTrue(message.startsWith("no event is called wss; there are "), message);
        assertTrue(message.contains(" ws, "), message);
    }

    @Test
    void aStreamBringsItsEventsAndTheCaptures() {
        EventFilter three = EventFilter.of(List.of(), List.of(3L));
        EventFilter both = EventFilter.of(List.of(), List.of(3L, 0L));
        for (Event event : Examples.all()) {
            long stream = EventFilter.streamOf(event);
            boolean ofCapture = (event instanceof CaptureEvent || event instanceof WireEvent.Rule) && stream == Event.UNKNOWN;
            assertEquals(stream == 3 || ofCapture, three.acceptsStreamOf(event), event.toString());
            assertEquals(stream >= 0 || ofCapture, both.acceptsStreamOf(event), event.toString());
            assertTrue(EventFilter.ALL.acceptsStreamOf(event));
        }
    }

    @Test
    void aWrappedListenerIsToldWhatPassesAndWantsNoMore() {
        List<EventType> told = new ArrayList<>();
        EventListener listener = EventFilter.of(List.of("ws"), List.of(0L)).on(new EventListener() {
            @Override
            public void onEvent(Event event) {
                told.add(event.type());
            }

            @Override
            public boolean wants(EventType type) {
                return type != EventType.WS_PING;
            }
        });
        assertFalse(listener.wants(EventType.WS_PING));
        assertFalse(listener.wants(EventType.TCP_OPEN));
        assertEquals(EventListener.Segments.NONE, listener.segments());
        Examples.all().forEach(listener::onEvent);
        assertTrue(told.contains(EventType.WS_FRAME));
        assertTrue(told.stream().allMatch(t -> t.wireName().startsWith("ws.") || CAPTURE.contains(t)));
    }

    private static Set<EventType> accepted(EventFilter filter, boolean verbose) {
        Set<EventType> accepted = EnumSet.noneOf(EventType.class);
        for (EventType type : EventType.values()) {
            if (filter.accepts(type, verbose)) {
                accepted.add(type);
            }
        }
        return accepted;
    }
}
