package packetlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import packetlab.event.Endpoint;
import packetlab.event.Event;
import packetlab.event.PacketEvent;
import packetlab.event.Side;

class SidesTest {
    private static final Endpoint ASKS = new Endpoint("10.77.0.1", 40_000);
    private static final Endpoint ANSWERS = new Endpoint("10.77.0.2", 53);
    private static final Endpoint CLOSED = new Endpoint("10.77.0.2", 54);

    private final Sides sides = new Sides();
    private long frame;

    @Test
    void whoSpeaksFirstAsksWhereNoCallTells() {
        assertEquals(Side.CLIENT, sides.sender(datagram(ASKS, ANSWERS)));
        assertEquals(Side.SERVER, sides.sender(datagram(ANSWERS, ASKS)));
        assertEquals(Side.CLIENT, sides.sender(datagram(ASKS, CLOSED)));
        assertEquals(Side.SERVER, sides.sender(new PacketEvent.Icmp(Event.NO_TIME, ++frame, "10.77.0.2", "10.77.0.1", 4, 3, 3,
                "port-unreachable", 36, 3)));
    }

    private Event datagram(Endpoint source, Endpoint destination) {
        return new PacketEvent.Datagram(Event.NO_TIME, ++frame, source, destination, 8, null);
    }
}
