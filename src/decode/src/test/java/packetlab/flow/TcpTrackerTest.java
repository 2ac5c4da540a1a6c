package packetlab.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static packetlab.flow.Conversation.NONE;
import static packetlab.wire.Tcp.ACK;
import static packetlab.wire.Tcp.FIN;
import static packetlab.wire.Tcp.RST;
import static packetlab.wire.Tcp.SYN;

import java.util.List;
import org.junit.jupiter.api.Test;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.event.EventListener;
import packetlab.event.PerSide;
import packetlab.event.Side;
import packetlab.event.TcpEvent;
import packetlab.event.TcpEvent.FindingKind;
import packetlab.wire.Packets;

/** Lives of connections: how they open, what they carry, how they end. Rows are those of the decoder checklist. */
class TcpTrackerTest {
    private static final byte[] LO_OPTIONS = Packets.bytes(2, 4, 0xFF, 0xD7, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3,
            3, 7);

    @Test
    void aWholeLife() {
        Conversation c = new Conversation().client(SYN, 0, 0, 65_495, LO_OPTIONS, "")
                .server(SYN | ACK, 0, 1, 65_483, LO_OPTIONS, "").client(ACK, 1, 1, 512, NONE, "")
                .client(ACK, 1, 1, 512, NONE, "hello").server(ACK, 1, 6, 512, NONE, "")
                .server(ACK, 1, 6, 512, NONE, "world!").client(ACK, 6, 7, 512, NONE, "")
                .client(FIN | ACK, 6, 7, 512, NONE, "").server(FIN | ACK, 7, 7, 512, NONE, "")
                .client(ACK, 7, 8, 512, NONE, "");
        assertEquals("hello", c.text(Side.CLIENT));
        assertEquals("world!", c.text(Side.SERVER));
        assertEquals(List.of("client data 5", "server data 6", "client fin", "server fin", "close FIN"), c.calls);
        assertEquals(List.of(), c.findings());
        TcpEvent.Open open = c.opened();
        assertEquals("10.0.0.1:50000", open.client().toString());
        assertEquals("10.0.0.2:80", open.server().toString());
        assertEquals(TcpEvent.Start.HANDSHAKE, open.start());
        // Row 48: the MSS of lo is 65495, not negative.
        TcpEvent.SynOptions options = new TcpEvent.SynOptions(65_495, 7, true, true, false, false);
        assertEquals(new TcpEvent.Handshake(1, 2, 3, 20_000, options, options), open.handshake());
        TcpEvent.Close close = c.closed();
        assertEquals(TcpEvent.How.FIN, close.how());
        assertEquals(10, close.frame());
        assertEquals(new PerSide(6, 4), close.frames());
        assertEquals(new PerSide(5, 6), close.bytes());
        assertEquals(new PerSide(0, 0), close.lostBytes());
        assertEquals(90_000, close.durationNs());
        assertEquals(1, c.end().events(TcpEvent.Close.class).size(), "the end closes nothing twice");
    }

    @Test
    void windowsAreScaledOnlyWhereBothSynsWereSeen() {
        Conversation scaled = new Conversation().client(SYN, 0, 0, 65_495, LO_OPTIONS, "")
                .server(SYN | ACK, 0, 1, 65_483, LO_OPTIONS, "").client(ACK, 1, 1, 512, NONE, "");
        assertEquals(List.of(65_495L, 65_483L, 512L << 7),
                scaled.events(TcpEvent.Segment.class).stream().map(TcpEvent.Segment::window).toList());
        Conversation missed = new Conversation().client(ACK, 1, 1, 512, NONE, "x"); // row 47
        assertEquals(Event.UNKNOWN, missed.events(TcpEvent.Segment.class).get(0).window());
    }

    @Test
    void aScaleThatTheSnapLengthCutAwayIsUnknownAndNotAbsent() {
        int untilMss = 14 + 20 + 20 + 4;
        Conversation c = new Conversation().cutAt(untilMss).client(SYN, 0, 0, 65_495, LO_OPTIONS, "")
                .server(SYN | ACK, 0, 1, 65_483, LO_OPTIONS, "").client(ACK, 1, 1, 512, NONE, "");
        assertEquals(Event.UNKNOWN, c.events(TcpEvent.Segment.class).get(2).window());
        assertEquals(65_495, c.opened().handshake().client().mss());
    }

    @Test
    void lostSynAndLostSynAckAreRetransmissions() { // row 28
        Conversation c = new Conversation().client(SYN, 0, 0, "").after(1_000_000).client(SYN, 0, 0, "")
                .server(SYN | ACK, 0, 1, "").after(1_000_000).server(SYN | ACK, 0, 1, "").client(ACK, 1, 1, "");
        assertEquals(List.of("2 retransmission", "4 retransmission"), c.findings());
        assertEquals(1, c.events(TcpEvent.Open.class).size());
        assertEquals(1_000_030_000L, c.opened().handshake().rttNs(), "from the last SYN");
    }

    @Test
    void timesThatGoBackMeasureNothingAndTheOrderIsTheCaptures() { // row 10
        Conversation c = new Conversation().client(SYN, 0, 0, "").server(SYN | ACK, 0, 1, "").after(-1_000_000)
                .client(ACK, 1, 1, "").client(ACK, 1, 1, "ab").after(-50).server(ACK, 1, 3, "").after(-50)
                .client(ACK, 3, 1, "cd").end();
        assertEquals(Event.UNKNOWN, c.opened().handshake().rttNs());
        assertEquals("abcd", c.text(Side.CLIENT));
        assertEquals(List.of(), c.findings());
        assertEquals(Event.UNKNOWN, c.events(TcpEvent.Segment.class).get(4).ackRttNs(), "acknowledged before it was sent");
        assertEquals(Event.UNKNOWN, c.closed().durationNs());
    }

    @Test
    void multipathTcpIsNamedAndReadAsAnyOther() { // row 50; RFC 8684 sections 3.1 to 3.3
        byte[] capable = Packets.bytes(30, 4, 1, 0x81);
        byte[] dataSequence = Packets.bytes(30, 20, 0x20, 5, 0, 0, 0, 9, 0, 0, 0, 7, 0, 0, 0, 1, 0, 2, 0, 0);
        Conversation c = new Conversation().client(SYN, 0, 0, 65_000, capable, "")
                .server(SYN | ACK, 0, 1, 65_000, NONE, "").client(ACK, 1, 1, 65_000, dataSequence, "ab")
                .client(ACK, 3, 1, "cd").end(); // the server fell back, then the client
        assertTrue(c.opened().handshake().client().multipath());
        assertFalse(c.opened().handshake().server().multipath());
        assertEquals("abcd", c.text(Side.CLIENT));
        assertEquals(List.of(), c.findings());
    }

    @Test
    void simultaneousOpenHasNoRetransmissions() { // row 29; RFC 9293 figure 7
        Conversation c = new Conversation().client(SYN, 0, 0, "").server(SYN, 0, 0, "")
                .client(SYN | ACK, 0, 1, "").server(SYN | ACK, 0, 1, "").client(ACK, 1, 1, "hi");
        assertEquals(List.of(), c.findings());
        assertEquals(TcpEvent.Start.SIMULTANEOUS, c.opened().start());
        assertEquals("hi", c.text(Side.CLIENT));
    }

    @Test
    void fastOpenDataThatIsTaken() { // row 30
        byte[] cookie = Packets.bytes(34, 10, 1, 2, 3, 4, 5, 6, 7, 8);
        Conversation c = new Conversation().client(SYN, 0, 0, 65_000, cookie, "GET").server(SYN | ACK, 0, 4, "")
                .client(ACK, 4, 1, "").client(ACK, 4, 1, " /").end();
        assertEquals("GET /", c.text(Side.CLIENT));
        assertEquals(TcpEvent.Start.FASTOPEN, c.opened().start());
        assertTrue(c.opened().handshake().client().fastOpen());
        assertEquals(List.of(), c.findings());
    }

    @Test
    void fastOpenDataThatIsRefusedAndSentAgain() { // row 31
        Conversation c = new Conversation().client(SYN, 0, 0, "GET").server(SYN | ACK, 0, 1, "")
                .client(ACK, 1, 1, "GET").server(ACK, 1, 4, "ok").end();
        assertEquals("GET", c.text(Side.CLIENT));
        assertEquals("ok", c.text(Side.SERVER));
        assertEquals("2 fast-open-refused", c.findings().get(0));
        assertEquals(TcpEvent.Start.HANDSHAKE, c.opened().start());
    }

    @Test
    void startInTheMiddle() { // row 32
        Conversation c = new Conversation().server(ACK, 700, 300, "abc").client(ACK, 300, 703, "de").end();
        assertEquals(TcpEvent.Start.MIDSTREAM, c.opened().start());
        assertNull(c.opened().handshake());
        assertEquals("10.0.0.1:50000", c.opened().client().toString(), "the lower port is the server's");
        assertEquals("abc", c.text(Side.SERVER));
        assertEquals("de", c.text(Side.CLIENT));
        assertEquals(TcpEvent.How.OPEN, c.closed().how());
        assertEquals(List.of(), c.findings());
    }

    @Test
    void oneDirectionOnly() { // row 33
        Conversation c = new Conversation().client(SYN, 0, 0, "").client(ACK, 1, 1, "").client(ACK, 1, 1, "abc")
                .client(ACK, 4, 900, "def").client(FIN | ACK, 7, 1000, "").end();
        assertEquals("abcdef", c.text(Side.CLIENT));
        assertEquals(999, c.closed().lostBytes().server(), "what the client acknowledged was sent, and not captured");
    }

    @Test
    void synAckFirst() {
        Conversation c = new Conversation().server(SYN | ACK, 0, 1, "").client(ACK, 1, 1, "").client(ACK, 1, 1, "x");
        assertEquals(Side.CLIENT, c.events(TcpEvent.Segment.class).get(1).from());
        assertEquals(TcpEvent.Start.HANDSHAKE, c.opened().start());
        assertEquals(Event.UNKNOWN, c.opened().handshake().syn());
        assertEquals(2, c.opened().handshake().ack());
        assertEquals("x", c.text(Side.CLIENT));
    }

    @Test
    void refused() {
        Conversation c = new Conversation().client(SYN, 0, 0, "").server(RST | ACK, 0, 1, "").end();
        assertEquals(0, c.events(TcpEvent.Open.class).size());
        assertEquals(TcpEvent.How.RESET, c.closed().how());
        assertEquals(List.of(), c.findings());
    }

    @Test
    void halfCloseThenTheServerSendsOn() { // row 44
        Conversation c = new Conversation().handshake().client(ACK, 1, 1, "ask").client(FIN | ACK, 4, 1, "")
                .server(ACK, 1, 5, "").server(ACK, 1, 5, "answer").server(FIN | ACK, 7, 5, "").client(ACK, 5, 8, "");
        assertEquals(List.of("7 half-close"), c.findings());
        assertEquals("answer", c.text(Side.SERVER));
        assertEquals(TcpEvent.How.FIN, c.closed().how());
    }

    @Test
    void dataWithFin() { // row 45
        Conversation c = new Conversation().handshake().client(FIN | ACK, 1, 1, "bye").server(FIN | ACK, 1, 5, "")
                .client(ACK, 5, 2, "");
        assertEquals(List.of("client data 3", "client fin", "server fin", "close FIN"), c.calls);
    }

    @Test
    void finBeforeItsDataWaits() {
        Conversation c = new Conversation().handshake().client(FIN | ACK, 4, 1, "").client(ACK, 1, 1, "abc");
        assertEquals(List.of("client data 3", "client fin"), c.calls);
    }

    @Test
    void newSynOnTheSameAddressesIsAnotherConnection() { // row 46
        Conversation c = new Conversation().handshake().client(ACK, 1, 1, "one").client(RST, 4, 0, "")
                .client(SYN, 90_000, 0, "").server(SYN | ACK, 40_000, 90_001, "").client(ACK, 90_001, 40_001, "two");
        assertEquals(List.of(0L, 1L), c.events(TcpEvent.Open.class).stream().map(TcpEvent.Open::stream).toList());
        assertEquals("onetwo", c.text(Side.CLIENT));
        assertTrue(c.findings().contains("6 port-reused"), c.findings().toString());
    }

    @Test
    void resetThenData() {
        Conversation c = new Conversation().handshake().client(ACK, 1, 1, "abc").server(RST, 1, 0, "")
                .client(ACK, 4, 1, "def").end();
        assertEquals(List.of("6 data-after-reset"), c.findings());
        assertEquals("abc", c.text(Side.CLIENT));
        assertEquals(1, c.tracker.streams());
    }

    @Test
    void aFinThatCrossesAResetIsNoRepetitionAndASecondOneIs() {
        Conversation c = new Conversation().handshake().client(ACK, 1, 1, "abc").client(RST, 4, 0, "")
                .server(FIN | ACK, 1, 4, "").end();
        assertEquals(List.of(), c.findings());
        Conversation twice = new Conversation().handshake().server(FIN | ACK, 1, 1, "").client(RST | ACK, 1, 2, "")
                .server(FIN | ACK, 1, 1, "").end();
        assertEquals(List.of("6 spurious-retransmission"), twice.findings());
    }

    @Test
    void aResetOutsideTheWindowEndsNothing() { // row 43
        Conversation c = new Conversation().handshake().client(ACK, 1, 1, "abc").server(RST, 900_000, 0, "")
                .client(ACK, 4, 1, "def").end();
        assertEquals(List.of("5 reset-ignored"), c.findings());
        assertEquals("abcdef", c.text(Side.CLIENT));
    }

    @Test
    void lateAcksDoNotOpenAnotherConnection() {
        Conversation c = new Conversation().handshake().client(FIN | ACK, 1, 1, "").server(FIN | ACK, 1, 2, "")
                .client(ACK, 2, 2, "").server(ACK, 2, 2, "").server(FIN | ACK, 1, 2, "").end();
        assertEquals(1, c.tracker.streams());
        assertEquals(List.of("8 spurious-retransmission"), c.findings());
    }

    @Test
    void sequenceNumbersWrap() { // row 27
        Conversation c = new Conversation(-3, 0x7FFF_FFFE, FlowLimits.DEFAULT, false, EventListener.Segments.ALL)
                .handshake().client(ACK, 1, 1, "abcdef").server(ACK, 1, 7, "ghijkl").client(ACK, 7, 7, "m");
        assertEquals("abcdefm", c.text(Side.CLIENT));
        assertEquals("ghijkl", c.text(Side.SERVER));
        assertEquals(List.of(), c.findings());
        List<TcpEvent.Segment> segments = c.events(TcpEvent.Segment.class);
        assertEquals(7, segments.get(segments.size() - 1).sequence());
    }

    @Test
    void moreThanFourGibibytesAreCounted() {
        Conversation c = new Conversation().handshake();
        byte[] much = new byte[65_000];
        for (long sent = 1; sent < (1L << 32) + 200_000; sent += 65_000L * 8) {
            // One segment in eight is shown; the others were acknowledged, not captured.
            c.segment(Side.CLIENT, ACK, sent, 1, 65_000, NONE, much, 0);
            c.server(ACK, 1, sent + 65_000L * 8, "");
        }
        c.events.clear();
        c.end();
        assertTrue(c.closed().lostBytes().client() + c.closed().bytes().client() > 1L << 32);
    }

    @Test
    void acknowledgedRoundTripTimes() {
        Conversation c = new Conversation().handshake().client(ACK, 1, 1, "abc").after(90).server(ACK, 1, 4, "")
                .client(ACK, 4, 1, "d").client(ACK, 5, 1, "e").after(200).client(ACK, 4, 1, "d").server(ACK, 1, 6, "");
        List<TcpEvent.Segment> segments = c.events(TcpEvent.Segment.class);
        assertEquals(100_000, segments.get(4).ackRttNs());
        assertEquals(Event.UNKNOWN, segments.get(3).ackRttNs());
        assertEquals(230_000 - 10_000, segments.get(8).ackRttNs(), "of the segment that was sent once");
    }

    @Test
    void theConnectionsIdleLongestAreGivenUp() {
        FlowLimits few = new FlowLimits(64, 16, 1 << 20, 1 << 20, 0, 0, 1, 1);
        Conversation c = new Conversation(1, 1, few, false, EventListener.Segments.NONE);
        for (int i = 0; i < 1000; i++) {
            c.fromPort(10_000 + i).client(SYN, 0, 0, "");
        }
        assertEquals(1000, c.tracker.streams());
        assertTrue(c.events(CaptureEvent.Limit.class).size() > 10);
        assertEquals(1000, c.end().events(TcpEvent.Close.class).size(), "each is told its end once");
        assertEquals(c.tracker.limitHits(), 1000 - 64 + closedBetween(c));
    }

    /** Eviction takes a sixteenth at once, so that at the end a few places may be free. */
    private static long closedBetween(Conversation c) {
        long free = c.tracker.limitHits() - (1000 - 64);
        assertTrue(free >= 0 && free <= 5, "free " + free);
        return free;
    }

    @Test
    void findingsAreCountedWithoutAListener() {
        Conversation c = new Conversation().handshake().client(ACK, 1, 1, "abc").client(ACK, 1, 1, "abc");
        assertEquals(1, c.tracker.findings(FindingKind.RETRANSMISSION));
        assertEquals(1, c.tracker.findings());
    }
}
