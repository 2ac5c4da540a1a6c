package packetlab.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static packetlab.event.Side.CLIENT;
import static packetlab.event.Side.SERVER;

import java.util.List;
import org.junit.jupiter.api.Test;
import packetlab.event.CallEvent;
import packetlab.event.CallEvent.Transport;
import packetlab.event.Event;
import packetlab.event.Side;

/** Calls on Unix-domain sockets, joined with one another. */
class UnixTimelineTest {
    private static final String PATH = "/run/echo.sock";

    private final Script script = new Script();

    private void stream(Side side, long socket, String name, long from, long to, long length) {
        boolean connects = side == CLIENT;
        script.call(name + from, side, name, from, to, new CallEvent.Socket(socket, Transport.UNIX_STREAM,
                connects ? null : PATH, connects ? PATH : null, Event.NO_TIME), "", Math.max(0, length), null, length);
    }

    @Test
    void readsAreJoinedWithTheWritesWhoseOctetsTheyReturn() {
        stream(CLIENT, 1, "connect", 100, 110, -1);
        stream(SERVER, 2, "accept", 50, 120, -1);
        stream(CLIENT, 1, "write", 200, 210, 5);
        stream(CLIENT, 1, "write", 220, 230, 10);
        stream(SERVER, 2, "read", 130, 240, 7);
        stream(SERVER, 2, "read", 250, 260, 8);
        stream(CLIENT, 1, "close", 270, 280, -1);
        stream(SERVER, 2, "read", 265, 285, 0);
        script.timeline.finish();
        long first = script.of(CLIENT, "write", 200).id();
        long second = script.of(CLIENT, "write", 220).id();
        assertEquals(List.of(first, second), script.of(SERVER, "read", 130).peers());
        assertEquals(List.of(second), script.of(SERVER, "read", 250).peers());
        assertEquals(7, script.of(SERVER, "read", 250).offset());
        assertEquals(List.of(script.of(CLIENT, "close", 270).id()), script.of(SERVER, "read", 265).peers());
    }

    @Test
    void twoConnectionsKeepTheirOctetsApart() {
        stream(CLIENT, 1, "connect", 100, 110, -1);
        stream(CLIENT, 3, "connect", 111, 115, -1);
        stream(SERVER, 2, "accept", 120, 125, -1);
        stream(SERVER, 4, "accept", 126, 130, -1);
        stream(CLIENT, 3, "write", 200, 210, 5);
        stream(CLIENT, 1, "write", 220, 230, 5);
        stream(SERVER, 2, "read", 240, 245, 5);
        stream(SERVER, 4, "read", 250, 255, 5);
        script.timeline.finish();
        assertEquals(List.of(script.of(CLIENT, "write", 220).id()), script.of(SERVER, "read", 240).peers());
        assertEquals(List.of(script.of(CLIENT, "write", 200).id()), script.of(SERVER, "read", 250).peers());
    }

    @Test
    void connectionsThatWereMadeAtOnceAreNotTakenForOneAnother() {
        stream(CLIENT, 1, "connect", 100, 110, -1);
        stream(CLIENT, 3, "connect", 105, 115, -1);
        stream(SERVER, 2, "accept", 120, 125, -1);
        stream(SERVER, 4, "accept", 126, 130, -1);
        stream(CLIENT, 3, "write", 200, 210, 5);
        stream(SERVER, 2, "read", 240, 245, 5);
        stream(SERVER, 4, "read", 250, 255, 5);
        script.timeline.finish();
        assertEquals(List.of(), script.of(SERVER, "read", 240).peers());
        assertEquals(List.of(), script.of(SERVER, "read", 250).peers());
    }

    @Test
    void datagramsComeOneByOneTheEmptyOneToo() {
        datagram(CLIENT, 1, "sendto", 100, 110, null, PATH, 5);
        datagram(CLIENT, 1, "sendto", 120, 130, null, PATH, 0);
        datagram(SERVER, 2, "recvfrom", 50, 115, PATH, null, 5);
        datagram(SERVER, 2, "recvfrom", 116, 135, PATH, null, 0);
        datagram(SERVER, 2, "recvfrom", 136, 140, PATH, null, 3);       // of a sender that is not ours
        script.timeline.finish();
        assertEquals(List.of(script.of(CLIENT, "sendto", 100).id()), script.of(SERVER, "recvfrom", 50).peers());
        assertEquals(List.of(script.of(CLIENT, "sendto", 120).id()), script.of(SERVER, "recvfrom", 116).peers());
        assertEquals(List.of(), script.of(SERVER, "recvfrom", 136).peers());
    }

    private void datagram(Side side, long socket, String name, long from, long to, String local, String peer,
                          long length) {
        script.call(name + from, side, name, from, to, new CallEvent.Socket(socket, Transport.UNIX_DATAGRAM, local, peer,
                Event.NO_TIME), "", length, null, length);
    }
}
