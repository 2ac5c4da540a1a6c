package packetlab.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static packetlab.event.Side.CLIENT;
import static packetlab.event.Side.SERVER;

import java.util.List;
import org.junit.jupiter.api.Test;
import packetlab.event.CallEvent;
import packetlab.event.CallEvent.Transport;
import packetlab.event.Endpoint;
import packetlab.event.Event;
import packetlab.event.Side;

/** Calls on datagram sockets and their packets, written down by hand. */
class DatagramTimelineTest {
    private static final Endpoint ONE = Script.CLIENT;
    private static final Endpoint TWO = Script.SERVER;

    private final Script script = new Script();

    private void sendto(long from, long to, long length) {
        script.call("send " + from, CLIENT, "sendto", from, to, new CallEvent.Socket(1, Transport.UDP, "0.0.0.0:50000",
                TWO.toString(), Event.NO_TIME), "", length, null, length);
    }

    private void recvfrom(long from, long to, long length, long stampNs) {
        script.call("recv " + from, SERVER, "recvfrom", from, to, new CallEvent.Socket(2, Transport.UDP, TWO.toString(),
                ONE.toString(), stampNs), "", length, null, length);
    }

    private List<Long> frames(Side side, String name, long timeNs) {
        return script.of(side, name, timeNs).frames();
    }

    @Test
    void oneSendtoIsOnePacketAndOneRecvfromTheEmptyOneToo() {
        script.datagram(ONE, TWO, 110, 13);
        sendto(100, 120, 13);
        recvfrom(50, 115, 13, 110);
        script.datagram(ONE, TWO, 210, 0);
        sendto(200, 220, 0);
        recvfrom(116, 215, 0, 210);
        script.timeline.finish();
        assertEquals(List.of(1L), frames(CLIENT, "sendto", 100));
        assertEquals(List.of(1L), frames(SERVER, "recvfrom", 50));
        assertEquals(List.of(2L), frames(CLIENT, "sendto", 200));
        assertEquals(List.of(2L), frames(SERVER, "recvfrom", 116));
        assertEquals(List.of(script.of(CLIENT, "sendto", 200).id()), script.of(SERVER, "recvfrom", 116).peers());
    }

    @Test
    void aFullReceiveBufferDropsWhatTheStampsTell() {
        for (int i = 0; i < 10; i++) {
            script.datagram(ONE, TWO, 110 + 20 * i, 100);
            sendto(100 + 20 * i, 115 + 20 * i, 100);
        }
        recvfrom(1_000, 1_001, 100, 110);
        recvfrom(1_002, 1_003, 100, 130);
        recvfrom(1_004, 1_005, 100, 270);       // frames 3 to 8 did not fit
        script.timeline.finish();
        assertEquals(List.of(1L), frames(SERVER, "recvfrom", 1_000));
        assertEquals(List.of(2L), frames(SERVER, "recvfrom", 1_002));
        assertEquals(List.of(9L), frames(SERVER, "recvfrom", 1_004));
    }

    @Test
    void withoutStampsOneOfManyIsNotGuessed() {
        script.datagram(ONE, TWO, 110, 100);
        sendto(100, 115, 100);
        script.datagram(ONE, TWO, 130, 100);
        sendto(120, 135, 100);
        recvfrom(1_000, 1_001, 100, Event.NO_TIME);
        script.timeline.finish();
        assertEquals(List.of(), frames(SERVER, "recvfrom", 1_000));
    }

    /** One call that takes all that waits takes them in their order, whatever their lengths; of one that leaves some, none is sure. */
    @Test
    void theMessagesOfOneCallAreAllThatWaited() {
        long[] lengths = {100, 300, 200, 300};
        for (int i = 0; i < lengths.length; i++) {
            script.datagram(ONE, TWO, 110 + 20 * i, (int) lengths[i]);
            sendto(100 + 20 * i, 115 + 20 * i, lengths[i]);
        }
        for (int i = 0; i < lengths.length; i++) {
            script.call("recv " + i, SERVER, "recvmmsg", 1_000 + i, 1_100, new CallEvent.Socket(2, Transport.UDP, TWO.toString(),
                    ONE.toString(), Event.NO_TIME), "\"octets\"..., 500, message " + (i + 1) + " of 4", lengths[i], null, lengths[i]);
        }
        script.datagram(ONE, TWO, 2_000, 100);
        script.datagram(ONE, TWO, 2_001, 100);
        script.datagram(ONE, TWO, 2_002, 100);
        script.call("recv some", SERVER, "recvmmsg", 2_100, 2_101, new CallEvent.Socket(2, Transport.UDP, TWO.toString(),
                ONE.toString(), Event.NO_TIME), "500, message 1 of 2", 100, null, 100);
        script.timeline.finish();
        for (int i = 0; i < lengths.length; i++) {
            assertEquals(List.of(i + 1L), frames(SERVER, "recvmmsg", 1_000 + i));
        }
        assertEquals(List.of(), frames(SERVER, "recvmmsg", 2_100));
    }

    @Test
    void aPacketThatTheCaptureLostIsNotReplacedByAnother() {
        sendto(100, 115, 100);                  // its packet was not captured
        script.datagram(ONE, TWO, 130, 100);
        sendto(120, 135, 100);
        script.timeline.finish();
        assertEquals(List.of(), frames(CLIENT, "sendto", 100));
        assertEquals(List.of(2L - 1), frames(CLIENT, "sendto", 120));
    }

    @Test
    void aPacketThatWasStampedBehindItsCallIsStillIts() {
        script.datagram(ONE, TWO, 140, 100);
        sendto(100, 115, 100);
        script.timeline.settle(1_000);
        assertEquals(0, script.joined.size());
        script.timeline.finish();
        assertEquals(List.of(1L), frames(CLIENT, "sendto", 100));
    }

    @Test
    void connectionRefusedIsTheIcmpMessage() {
        CallEvent.Socket connected = new CallEvent.Socket(1, Transport.UDP, ONE.toString(), TWO.toString(), Event.NO_TIME);
        script.datagram(ONE, TWO, 110, 5);
        long icmp = script.icmp("127.0.0.1", "127.0.0.1", 112, "port-unreachable");
        script.call("send", CLIENT, "send", 100, 120, connected, "", 5, null, 5);
        script.call("recv", CLIENT, "recv", 130, 140, connected, "", -1, "ECONNREFUSED", Event.UNKNOWN);
        script.call("recv", CLIENT, "recv", 150, 160, connected, "", -1, "EAGAIN", Event.UNKNOWN);
        script.timeline.finish();
        assertEquals(List.of(1L), frames(CLIENT, "send", 100));
        assertEquals(List.of(icmp), frames(CLIENT, "recv", 130));
        assertEquals(List.of(), frames(CLIENT, "recv", 150));
    }

    @Test
    void truncationIsReceivedAllTheSame() {
        script.datagram(ONE, TWO, 110, 100);
        sendto(100, 120, 100);
        recvfrom(50, 130, 10, 110);
        script.timeline.finish();
        assertEquals(List.of(1L), frames(SERVER, "recvfrom", 50));
    }

    @Test
    void aSegmentMadeByHandIsJoinedAlsoWhereItWasCapturedBeforeItsSocketWasTold() {
        long syn = script.segment(CLIENT, 110, Script.SYN, 0, 0, 0);
        script.datagram(ONE, TWO, 115, 3);
        CallEvent.Socket raw = new CallEvent.Socket(1, Transport.OTHER, null, "127.0.0.1:80", Event.NO_TIME);
        script.call("sendto", CLIENT, "sendto", 100, 112, raw, "", 40, null, 40);
        script.call("recv", CLIENT, "recv", 113, 120, new CallEvent.Socket(1, Transport.OTHER, null, null, 110), "", 40,
                null, 40);
        script.timeline.finish();
        assertEquals(List.of(syn), frames(CLIENT, "sendto", 100));
        assertEquals(List.of(syn), frames(CLIENT, "recv", 113));
    }

    @Test
    void aRawSocketsPacketIsTheOneThatWasStampedWhileItSent() {
        CallEvent.Socket raw = new CallEvent.Socket(1, Transport.OTHER, null, "10.0.0.2:0", Event.NO_TIME);
        script.icmp("10.0.0.1", "10.0.0.2", 110, "echo-request");
        script.icmp("10.0.0.2", "10.0.0.1", 112, "echo-reply");
        script.call("sendto", CLIENT, "sendto", 100, 120, raw, "", 8, null, 8);
        script.call("recvfrom", CLIENT, "recvfrom", 125, 130, new CallEvent.Socket(1, Transport.OTHER, null,
                "10.0.0.2:0", 112), "", 28, null, 28);
        script.timeline.finish();
        assertEquals(List.of(1L), frames(CLIENT, "sendto", 100));
        assertEquals(List.of(2L), frames(CLIENT, "recvfrom", 125));
    }
}
