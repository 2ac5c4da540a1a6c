package packetlab.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static packetlab.flow.Conversation.NONE;
import static packetlab.wire.Tcp.ACK;
import static packetlab.wire.Tcp.FIN;
import static packetlab.wire.Tcp.URG;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import packetlab.event.TcpEvent.FindingKind;
import packetlab.wire.Packets;

/** What is said about one segment in the light of those before it. */
class SegmentAnalyzerTest {
    private static byte[] sack(int... edges) {
        ByteBuffer b = ByteBuffer.allocate(4 + 4 * edges.length).put(Packets.bytes(1, 1, 5, 2 + 4 * edges.length));
        for (int edge : edges) {
            b.putInt(edge);
        }
        return b.array();
    }

    @Test
    void reorderedIsNotRetransmitted() { // row 34
        Conversation c = new Conversation().handshake().client(ACK, 1, 1, "a").client(ACK, 3, 1, "c")
                .client(ACK, 2, 1, "b");
        assertEquals(List.of("5 lost-segment", "6 out-of-order"), c.findings());
    }

    @Test
    void aHoleFilledLateIsARetransmission() {
        Conversation c = new Conversation().handshake().client(ACK, 1, 1, "a").client(ACK, 3, 1, "c").after(50_000)
                .client(ACK, 2, 1, "b");
        assertEquals(List.of("5 lost-segment", "6 retransmission"), c.findings());
    }

    @Test
    void threeDuplicateAcksAndAFastRetransmission() {
        Conversation c = new Conversation().handshake().client(ACK, 1, 1, "ab").client(ACK, 5, 1, "ef")
                .server(ACK, 1, 3, "").server(ACK, 1, 3, "").server(ACK, 1, 3, "").client(ACK, 3, 1, "cd");
        assertEquals(List.of("5 lost-segment", "7 duplicate-ack", "8 duplicate-ack", "9 fast-retransmission"),
                c.findings());
        assertEquals("#1 of frame 6", c.detail(FindingKind.DUPLICATE_ACK));
    }

    @Test
    void whatWasAcknowledgedIsRetransmittedInVain() {
        Conversation c = new Conversation().handshake().client(ACK, 1, 1, "ab").server(ACK, 1, 3, "")
                .client(ACK, 1, 1, "ab");
        assertEquals(List.of("6 spurious-retransmission"), c.findings());
    }

    @Test
    void aRepeatedFin() {
        Conversation c = new Conversation().handshake().client(FIN | ACK, 1, 1, "").after(300_000)
                .client(FIN | ACK, 1, 1, "");
        assertEquals(List.of("5 retransmission"), c.findings());
    }

    @Test
    void acknowledgedButNeverCaptured() {
        Conversation c = new Conversation().handshake().client(ACK, 1, 1, "ab").server(ACK, 1, 100, "");
        assertEquals(List.of("5 acked-unseen"), c.findings());
        assertEquals("97 octets were acknowledged, not captured", c.detail(FindingKind.ACKED_UNSEEN));
    }

    @Test
    void windowsThatFillAndOpen() {
        Conversation c = new Conversation().client(packetlab.wire.Tcp.SYN, 0, 0, "")
                .server(packetlab.wire.Tcp.SYN | ACK, 0, 1, 4, NONE, "").client(ACK, 1, 1, "")
                .client(ACK, 1, 1, "abcd").server(ACK, 1, 5, 0, NONE, "").server(ACK, 1, 5, 4, NONE, "");
        assertEquals(List.of("4 window-full", "5 zero-window", "6 window-update"), c.findings());
    }

    @Test
    void aClosedWindowIsProbedWithNothingNew() { // as Linux does it; row 39
        Conversation c = new Conversation().handshake().client(ACK, 1, 1, "ab").server(ACK, 1, 3, 0, NONE, "")
                .after(200_000).client(ACK, 2, 1, "").server(ACK, 1, 3, 0, NONE, "")
                .after(400_000).client(ACK, 2, 1, "?").server(ACK, 1, 3, "").client(ACK, 3, 1, "cd");
        assertEquals(List.of("5 zero-window", "6 zero-window-probe", "7 zero-window", "7 zero-window-probe-ack",
                "8 zero-window-probe", "9 window-update"), c.findings());
        assertEquals("abcd", c.text(packetlab.event.Side.CLIENT));
    }

    @Test
    void whatWasSentBeforeTheFirstSegmentIsNoRepetition() {
        Conversation c = new Conversation().server(ACK, 100, 50, "later").server(ACK, 90, 50, "earlier...")
                .client(ACK, 50, 105, "");
        assertEquals(List.of("2 out-of-order"), c.findings());
        assertEquals("later", c.text(packetlab.event.Side.SERVER));
        Conversation empty = new Conversation().server(ACK, 100, 50, "").server(ACK, 90, 50, "earlier");
        assertEquals(List.of("2 out-of-order"), empty.findings());
    }

    @Test
    void duplicateSelectiveAcknowledgment() { // row 47; RFC 2883
        Conversation c = new Conversation().handshake().client(ACK, 1, 1, "abcd").server(ACK, 1, 5, "")
                .server(ACK, 1, 5, 64_000, sack(1001, 1005), "");
        assertEquals(List.of("6 window-update", "6 d-sack"), c.findings());
        assertEquals("4 octets were received twice", c.detail(FindingKind.D_SACK));
        Conversation ordinary = new Conversation().handshake().client(ACK, 1, 1, "ab").client(ACK, 5, 1, "ef")
                .server(ACK, 1, 3, 65_000, sack(1005, 1007), "");
        assertEquals(0, ordinary.tracker.findings(FindingKind.D_SACK));
    }

    @Test
    void duplicateSelectiveAcknowledgmentAfterTheEnd() {
        Conversation c = new Conversation().handshake().client(FIN | ACK, 1, 1, "a").server(FIN | ACK, 1, 3, "")
                .client(ACK, 3, 2, "").server(ACK, 2, 3, 65_000, sack(1001, 1003), "");
        assertEquals(List.of("7 d-sack"), c.findings());
    }

    @Test
    void urgentData() { // row 49
        Conversation c = new Conversation().handshake().client(ACK | URG, 1, 1, "!");
        assertEquals(List.of("4 urgent"), c.findings());
        assertEquals("!", c.text(packetlab.event.Side.CLIENT));
    }

    @Test
    void impossibleOptionsAreSaidAndTheDataStands() { // row 26
        Conversation c = new Conversation().handshake().client(ACK, 1, 1, 65_000, Packets.bytes(5, 0, 1, 1), "abc");
        assertEquals(List.of("4 malformed"), c.findings());
        assertEquals("abc", c.text(packetlab.event.Side.CLIENT));
    }

    @Test
    void oneOctetSentAgainIsNoKeepAliveWhileItIsOwed() {
        Conversation c = new Conversation().handshake().client(ACK, 1, 1, "a").after(300_000).client(ACK, 1, 1, "a");
        assertEquals(List.of("5 retransmission"), c.findings());
    }
}
