package packetlab.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static packetlab.event.Side.CLIENT;
import static packetlab.event.Side.SERVER;
import static packetlab.timeline.Script.ACK;
import static packetlab.timeline.Script.FIN;
import static packetlab.timeline.Script.PSH;
import static packetlab.timeline.Script.RST;
import static packetlab.timeline.Script.SYN;

import java.util.List;
import org.junit.jupiter.api.Test;
import packetlab.event.CallEvent;
import packetlab.event.CallEvent.Transport;
import packetlab.event.Event;
import packetlab.event.Side;

/** TCP calls and segments, written down by hand. */
class TcpTimelineTest {
    private static final long NONE = Event.UNKNOWN;
    private static final int DATA = PSH | ACK;

    private final Script script = new Script();

    @Test
    void connectSpansTheHandshakeAndAcceptReturnsIt() {
        script.handshake();
        script.timeline.finish();
        script.assertJoined(CLIENT, "connect", 100, NONE, 1L, 2L, 3L);
        script.assertJoined(SERVER, "accept", 50, NONE, 1L, 2L, 3L);
    }

    @Test
    void oneSendIsOneSegmentAndTheOtherEndReceivesItBeforeSendReturns() {
        script.handshake();
        script.server("recv", 160, 230, 15);            // ends before the send does, as on loopback
        long data = script.segment(CLIENT, 215, DATA, 1, 1, 15);
        script.segment(SERVER, 220, ACK, 1, 16, 0);
        script.client("send", 200, 250, 15);
        script.timeline.finish();
        script.assertJoined(CLIENT, "send", 200, 0, data);
        script.assertJoined(SERVER, "recv", 160, 0, data);
        assertEquals(List.of(script.of(CLIENT, "send", 200).id()), script.of(SERVER, "recv", 160).peers());
        assertEquals(0, script.of(CLIENT, "send", 200).uncaptured());
    }

    @Test
    void twoSendsInOneSegment() {
        script.handshake();
        script.client("send", 200, 210, 5);
        script.client("send", 220, 230, 7);
        long data = script.segment(CLIENT, 300, DATA, 1, 1, 12);    // Nagle held both back
        script.segment(SERVER, 310, ACK, 1, 13, 0);
        script.server("recv", 160, 320, 12);
        script.timeline.finish();
        script.assertJoined(CLIENT, "send", 200, 0, data);
        script.assertJoined(CLIENT, "send", 220, 5, data);
        script.assertJoined(SERVER, "recv", 160, 0, data);
        assertEquals(List.of(script.of(CLIENT, "send", 200).id(), script.of(CLIENT, "send", 220).id()),
                script.of(SERVER, "recv", 160).peers());
    }

    @Test
    void oneSendOverSeveralSegmentsAndThreeReceives() {
        script.handshake();
        long first = script.segment(CLIENT, 210, ACK, 1, 1, 1_000);
        long second = script.segment(CLIENT, 220, DATA, 1_001, 1, 500);
        script.segment(SERVER, 230, ACK, 1, 1_501, 0);
        script.client("send", 200, 240, 1_500);
        script.server("recv", 250, 260, 600);
        script.server("recv", 261, 270, 600);
        script.server("recv", 271, 280, 300);
        script.timeline.finish();
        script.assertJoined(CLIENT, "send", 200, 0, first, second);
        script.assertJoined(SERVER, "recv", 250, 0, first);
        script.assertJoined(SERVER, "recv", 261, 600, first, second);
        script.assertJoined(SERVER, "recv", 271, 1_200, second);
        long id = script.of(CLIENT, "send", 200).id();
        for (long at : new long[] {250, 261, 271}) {
            assertEquals(List.of(id), script.of(SERVER, "recv", at).peers());
        }
    }

    @Test
    void aRefusedConnectIsItsSynAndTheReset() {
        long syn = script.segment(CLIENT, 110, SYN, 0, 0, 0);
        long reset = script.segment(SERVER, 120, RST | ACK, 0, 1, 0);
        refusedConnect(100, 130);
        script.timeline.finish();
        assertEquals(List.of(syn, reset), script.of(CLIENT, "connect", 100).frames());
        assertEquals(0, script.of(CLIENT, "connect", 100).stream());
    }

    @Test
    void aRefusedConnectIsNotGuessedWhereTwoWereTried() {
        script.segment(CLIENT, 110, SYN, 0, 0, 0);
        script.segment(SERVER, 120, RST | ACK, 0, 1, 0);
        script.connection(1, 50_001).segment(CLIENT, 115, SYN, 0, 0, 0);
        script.segment(SERVER, 125, RST | ACK, 0, 1, 0);
        refusedConnect(100, 130);
        script.timeline.finish();
        assertEquals(List.of(), script.of(CLIENT, "connect", 100).frames());
        assertEquals(NONE, script.of(CLIENT, "connect", 100).stream());
    }

    @Test
    void aRefusedConnectIsKnownByItsPortWhereTheKernelLeavesIt() {
        script.segment(CLIENT, 110, SYN, 0, 0, 0);
        script.segment(SERVER, 120, RST | ACK, 0, 1, 0);
        script.connection(1, 50_001).segment(CLIENT, 115, SYN, 0, 0, 0);
        script.segment(SERVER, 125, RST | ACK, 0, 1, 0);
        script.call("refused", CLIENT, "connect", 100, 130, new CallEvent.Socket(1, Transport.TCP, "0.0.0.0:50001",
                Script.SERVER.toString(), Event.NO_TIME), "", -1, "ECONNREFUSED", NONE);
        script.timeline.finish();
        assertEquals(List.of(3L, 4L), script.of(CLIENT, "connect", 100).frames());
    }

    /** The kernel has taken the port back, so that the recorder cannot know it. */
    private void refusedConnect(long from, long to) {
        script.call("refused", CLIENT, "connect", from, to,
                new CallEvent.Socket(1, Transport.TCP, null, Script.SERVER.toString(), Event.NO_TIME),
                Script.SERVER.toString(), -1, "ECONNREFUSED", NONE);
    }

    @Test
    void closeBecomesFinAndTheEndOfTheStreamIsReceived() {
        script.handshake();
        long fin = script.segment(CLIENT, 205, FIN | ACK, 1, 1, 0);
        script.client("close", 200, 210, NONE);
        script.server("recv", 160, 220, 0);
        script.segment(SERVER, 221, ACK, 1, 2, 0);
        long answer = script.segment(SERVER, 235, FIN | ACK, 1, 2, 0);
        script.segment(CLIENT, 240, ACK, 2, 2, 0);
        script.server("close", 230, 245, NONE);
        script.timeline.finish();
        script.assertJoined(CLIENT, "close", 200, NONE, fin);
        script.assertJoined(SERVER, "recv", 160, 0, fin);
        assertEquals(List.of(script.of(CLIENT, "close", 200).id()), script.of(SERVER, "recv", 160).peers());
        script.assertJoined(SERVER, "close", 230, NONE, answer);
    }

    @Test
    void closeBecomesResetAndTheOtherEndIsToldSo() {
        script.handshake();
        long reset = script.segment(CLIENT, 205, RST | ACK, 1, 1, 0);
        script.client("close", 200, 210, NONE);
        script.failed(SERVER, "recv", 160, 215, "ECONNRESET");
        script.timeline.finish();
        script.assertJoined(CLIENT, "close", 200, NONE, reset);
        script.assertJoined(SERVER, "recv", 160, NONE, reset);
    }

    @Test
    void aResetThatAnswersASegmentIsNobodysCall() {
        script.handshake();
        long fin = script.segment(SERVER, 205, FIN | ACK, 1, 1, 0);
        script.segment(CLIENT, 206, ACK, 1, 2, 0);
        script.server("close", 200, 225, NONE);
        long data = script.segment(CLIENT, 215, DATA, 1, 2, 5);
        script.segment(SERVER, 220, RST, 2, 0, 0);          // no ACK: nobody has that socket any more
        script.client("send", 212, 230, 5);
        script.timeline.finish();
        script.assertJoined(SERVER, "close", 200, NONE, fin);
        script.assertJoined(CLIENT, "send", 212, 0, data);
    }

    @Test
    void afterShutdownTheFinIsNotDueToClose() {
        script.handshake();
        long fin = script.segment(CLIENT, 205, FIN | ACK, 1, 1, 0);
        script.segment(SERVER, 206, ACK, 1, 2, 0);
        script.call("shutdown", CLIENT, "shutdown", 200, 210, script.clientSocket(), "SHUT_WR", 0, null, NONE);
        script.client("close", 300, 310, NONE);
        script.timeline.finish();
        script.assertJoined(CLIENT, "shutdown", 200, NONE, fin);
        script.assertJoined(CLIENT, "close", 300, NONE);
    }

    @Test
    void closingAListenerResetsWhomNobodyHasAccepted() {
        script.segment(CLIENT, 110, SYN, 0, 0, 0);
        script.segment(SERVER, 120, SYN | ACK, 0, 1, 0);
        script.segment(CLIENT, 130, ACK, 1, 1, 0);
        script.client("connect", 100, 140, NONE);
        long reset = script.segment(SERVER, 205, RST | ACK, 1, 1, 0);
        script.call("close", SERVER, "close", 200, 210, new CallEvent.Socket(2, Transport.TCP, "0.0.0.0:80", null,
                Event.NO_TIME), "", 0, null, NONE);
        script.timeline.finish();
        assertEquals(List.of(reset), script.of(SERVER, "close", 200).frames());
    }

    @Test
    void aRepeatedSegmentIsOfTheSameSendAndEitherCopyMayHaveBeenReceived() {
        script.handshake();
        long first = script.segment(CLIENT, 210, DATA, 1, 1, 10);
        script.client("send", 200, 220, 10);
        long again = script.segment(CLIENT, 900, DATA, 1, 1, 10);
        script.segment(SERVER, 905, ACK, 1, 11, 0);
        script.server("recv", 160, 910, 10);
        long spurious = script.segment(CLIENT, 950, DATA, 1, 1, 10);    // acknowledged already: nobody received this
        script.timeline.finish();
        script.assertJoined(CLIENT, "send", 200, 0, first, again, spurious);
        script.assertJoined(SERVER, "recv", 160, 0, first, again);
    }

    @Test
    void aCopyThatCameAfterTheCallReturnedWasNotReceivedByIt() {
        script.handshake();
        long first = script.segment(CLIENT, 210, DATA, 1, 1, 10);
        script.client("send", 200, 220, 10);
        script.server("recv", 160, 225, 10);
        long again = script.segment(CLIENT, 900, DATA, 1, 1, 10);       // its acknowledgment was lost
        script.segment(SERVER, 905, ACK, 1, 11, 0);
        script.timeline.finish();
        script.assertJoined(CLIENT, "send", 200, 0, first, again);
        script.assertJoined(SERVER, "recv", 160, 0, first);
    }

    @Test
    void callsThatFailHaveNoPackets() {
        script.handshake();
        script.failed(CLIENT, "recv", 200, 300, "EAGAIN");
        script.failed(CLIENT, "send", 310, 320, "EAGAIN");
        long data = script.segment(CLIENT, 335, DATA, 1, 1, 3);
        script.segment(SERVER, 336, ACK, 1, 4, 0);
        script.client("send", 330, 340, 3);
        script.timeline.finish();
        script.assertJoined(CLIENT, "recv", 200, NONE);
        script.assertJoined(CLIENT, "send", 310, NONE);
        script.assertJoined(CLIENT, "send", 330, 0, data);
    }

    @Test
    void offsetsGoOnBeyond32Bits() {
        script.handshake();
        long gigabyte = 1L << 30;
        long timeNs = 200;
        long sequence = 1;
        for (int i = 0; i < 5; i++) {
            script.segment(CLIENT, timeNs + 1, ACK, sequence, 1, gigabyte);
            script.segment(SERVER, timeNs + 2, ACK, 1, sequence + gigabyte, 0);
            script.client("send", timeNs, timeNs + 5, gigabyte);
            script.server("recv", timeNs + 3, timeNs + 6, gigabyte);
            sequence += gigabyte;
            timeNs += 10;
        }
        script.timeline.finish();
        script.assertJoined(CLIENT, "send", 240, 4 * gigabyte, 12L);
        script.assertJoined(SERVER, "recv", 243, 4 * gigabyte, 12L);
        assertTrue(4 * gigabyte > 0xFFFF_FFFFL - gigabyte);
    }

    @Test
    void whatTheCaptureLostIsSaidAndNotMadeUp() {
        script.handshake();
        // The segment with octets 0 to 9 was not captured, its acknowledgment was.
        script.segment(SERVER, 220, ACK, 1, 11, 0);
        long second = script.segment(CLIENT, 310, DATA, 11, 1, 5);
        script.segment(SERVER, 320, ACK, 1, 16, 0);
        script.client("send", 200, 230, 10);
        script.client("send", 300, 330, 5);
        script.server("recv", 160, 340, 15);
        script.timeline.finish();
        script.assertJoined(CLIENT, "send", 200, 0);
        assertEquals(10, script.of(CLIENT, "send", 200).uncaptured());
        script.assertJoined(CLIENT, "send", 300, 10, second);
        assertEquals(0, script.of(CLIENT, "send", 300).uncaptured());
        script.assertJoined(SERVER, "recv", 160, 0, second);
        assertEquals(10, script.of(SERVER, "recv", 160).uncaptured());
    }

    @Test
    void withoutItsSynNothingTellsWhereAStreamBegins() {
        script.segment(CLIENT, 210, DATA, 1, 1, 10);
        script.segment(SERVER, 220, ACK, 1, 11, 0);
        script.client("connect", 100, 140, NONE);
        script.client("send", 200, 230, 10);
        script.timeline.finish();
        assertEquals(List.of(), script.of(CLIENT, "send", 200).frames());
        assertEquals(NONE, script.of(CLIENT, "send", 200).uncaptured());
    }

    @Test
    void octetsThatWereNeverSentAreNotCalledLost() {
        script.handshake();
        long data = script.segment(CLIENT, 210, DATA, 1, 1, 4);
        script.segment(SERVER, 220, ACK, 1, 5, 0);
        script.client("send", 200, 230, 10);                // six of them wait in the send buffer when the reset comes
        script.segment(SERVER, 300, RST | ACK, 1, 5, 0);
        script.timeline.finish();
        script.assertJoined(CLIENT, "send", 200, 0, data);
        assertEquals(0, script.of(CLIENT, "send", 200).uncaptured());
    }

    @Test
    void twoSendsAtOnceOnOneSocketHaveNoOrder() {
        script.handshake();
        script.segment(CLIENT, 210, DATA, 1, 1, 5);
        script.segment(CLIENT, 215, DATA, 6, 1, 5);
        script.client("send", 200, 220, 5);
        script.client("send", 205, 225, 5);
        long third = script.segment(CLIENT, 310, DATA, 11, 1, 5);
        script.segment(SERVER, 320, ACK, 1, 16, 0);
        script.client("send", 300, 330, 5);
        script.timeline.finish();
        script.assertJoined(CLIENT, "send", 200, NONE);
        script.assertJoined(CLIENT, "send", 205, NONE);
        script.assertJoined(CLIENT, "send", 300, 10, third);
    }

    @Test
    void lookingAtOctetsDoesNotTakeThem() {
        script.handshake();
        long data = script.segment(CLIENT, 210, DATA, 1, 1, 5);
        script.segment(SERVER, 215, ACK, 1, 6, 0);
        script.client("send", 200, 220, 5);
        script.call("peek", SERVER, "recv", 230, 235, Script.serverSocket(), "\"MSG_PE\", 5, MSG_PEEK", 5, null, 5);
        script.call("recv", SERVER, "recv", 240, 245, Script.serverSocket(), "\"MSG_PEEK\", 5", 5, null, 5);
        script.server("recv", 250, 255, 0);
        script.timeline.finish();
        script.assertJoined(SERVER, "recv", 230, 0, data);
        script.assertJoined(SERVER, "recv", 240, 0, data);
        assertEquals(5, script.of(SERVER, "recv", 250).offset());
    }

    @Test
    void aPortThatIsUsedAgainIsAnotherConnection() {
        script.handshake();
        script.segment(CLIENT, 205, RST | ACK, 1, 1, 0);
        script.client("close", 200, 210, NONE);
        script.connection(1, 50_000).segment(CLIENT, 310, SYN, 0, 0, 0);
        script.segment(SERVER, 320, SYN | ACK, 0, 1, 0);
        script.segment(CLIENT, 330, ACK, 1, 1, 0);
        CallEvent.Socket again = new CallEvent.Socket(9, Transport.TCP, Script.CLIENT.toString(),
                Script.SERVER.toString(), Event.NO_TIME);
        script.call("connect", CLIENT, "connect", 300, 340, again, "", 0, null, NONE);
        script.timeline.finish();
        assertEquals(0, script.of(CLIENT, "connect", 100).stream());
        assertEquals(1, script.of(CLIENT, "connect", 300).stream());
        assertEquals(List.of(5L, 6L, 7L), script.of(CLIENT, "connect", 300).frames());
    }

    @Test
    void aCallGoesOutOnceItsPacketsAreKnownAndNotBefore() {
        script.handshake();
        script.timeline.settle(1_000);
        assertEquals(2, script.joined.size());
        script.segment(CLIENT, 1_210, DATA, 1, 1, 10);
        script.client("send", 1_200, 1_220, 10);
        script.timeline.settle(2_000);
        assertEquals(2, script.joined.size(), "not acknowledged yet: it may be sent again");
        assertEquals(3, script.placed.size());
        script.segment(SERVER, 2_500, ACK, 1, 11, 0);
        script.timeline.settle(3_000);
        script.assertJoined(CLIENT, "send", 1_200, 0, 4L);
        script.client("send", 3_100, 3_200, 5);
        script.timeline.settle(3_150);
        assertEquals(3, script.placed.size(), "it had not returned by then");
    }

    @Test
    void whatNeverComesIsNotWaitedForForever() {
        script.handshake();
        script.client("send", 200, 220, 10);
        script.timeline.settle(1_000);
        assertEquals(2, script.joined.size());
        script.timeline.settle(220 + Moment.PATIENCE_NS + 1);
        script.assertJoined(CLIENT, "send", 200, 0);
    }

    @Test
    void acceptedAddressesOfIpv6SocketsAreThoseOnTheWire() {
        script.segment(CLIENT, 110, SYN, 0, 0, 0);
        script.segment(SERVER, 120, SYN | ACK, 0, 1, 0);
        script.segment(CLIENT, 130, ACK, 1, 1, 0);
        script.call("accept", SERVER, "accept", 50, 150, new CallEvent.Socket(3, Transport.TCP,
                "[::ffff:127.0.0.1]:80", "[::ffff:127.0.0.1]:50000", Event.NO_TIME), "", 6, null, NONE);
        script.timeline.finish();
        script.assertJoined(Side.SERVER, "accept", 50, NONE, 1L, 2L, 3L);
    }
}
