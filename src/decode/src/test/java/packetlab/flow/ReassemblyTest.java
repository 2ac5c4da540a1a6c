package packetlab.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static packetlab.flow.Conversation.NONE;
import static packetlab.wire.Tcp.ACK;
import static packetlab.wire.Tcp.FIN;
import static packetlab.wire.Tcp.RST;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import packetlab.event.CaptureEvent;
import packetlab.event.EventListener;
import packetlab.event.Side;
import packetlab.event.TcpEvent.FindingKind;

/** In-order delivery against a plain map of octets, and what is said about what is missing or contradicts itself. */
class ReassemblyTest {
    private record Piece(int start, byte[] data) {}

    /** What a receiver that keeps the first (or the last undelivered) of each octet reads. */
    private static final class Reference {
        private final TreeMap<Integer, Byte> octets = new TreeMap<>();
        private int next = 1;
        final StringBuilder delivered = new StringBuilder();

        void add(Piece piece, boolean lastWins) {
            for (int i = 0; i < piece.data.length; i++) {
                int at = piece.start + i;
                if (at >= next && (lastWins || !octets.containsKey(at))) {
                    octets.put(at, piece.data[i]);
                }
            }
            while (octets.containsKey(next)) {
                delivered.append((char) (octets.get(next++) & 0xFF));
            }
        }
    }

    @Test
    void everyOrderOfUpToSixOverlappingSegments() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        int checked = 0;
        for (int count = 1; count <= 6; count++) {
            for (int round = 0; round < 3; round++) {
                List<Piece> pieces = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    byte[] data = new byte[1 + random.nextInt(8)];
                    Arrays.fill(data, (byte) ('a' + i));
                    pieces.add(new Piece(1 + random.nextInt(12), data));
                }
                checked += permute(pieces, 0, seed);
            }
        }
        assertTrue(checked >= 3 * 2 * (720 + 120 + 24 + 6 + 2 + 1), "checked " + checked);
    }

    private int permute(List<Piece> pieces, int fixed, long seed) {
        if (fixed == pieces.size()) {
            check(pieces, false, seed);
            check(pieces, true, seed);
            return 2;
        }
        int checked = 0;
        for (int i = fixed; i < pieces.size(); i++) {
            List<Piece> next = new ArrayList<>(pieces);
            Piece swapped = next.get(fixed);
            next.set(fixed, next.get(i));
            next.set(i, swapped);
            checked += permute(next, fixed + 1, seed);
        }
        return checked;
    }

    private void check(List<Piece> pieces, boolean lastWins, long seed) {
        Conversation c = new Conversation(-5, 9, FlowLimits.DEFAULT, lastWins, EventListener.Segments.NONE).handshake();
        Reference reference = new Reference();
        for (Piece piece : pieces) {
            c.segment(Side.CLIENT, ACK, piece.start, 1, 65_000, NONE, piece.data, -1);
            reference.add(piece, lastWins);
            assertEquals(reference.delivered.toString(), c.text(Side.CLIENT), () -> "seed " + seed + " " + pieces);
        }
    }

    @Test
    void aSegmentThatOverlapsBothNeighboursFillsTheHoleOnly() {
        Conversation c = new Conversation().handshake().client(ACK, 1, 1, "abc").client(ACK, 7, 1, "ghi")
                .client(ACK, 3, 1, "cdefg");
        assertEquals("abcdefghi", c.text(Side.CLIENT));
        assertEquals(0, c.tracker.findings(FindingKind.OVERLAP_CONFLICT));
    }

    @Test
    void otherBytesForTheSamePlaceAreAConflictAndTheFirstStand() { // rows 36, 37
        Conversation c = new Conversation().handshake().client(ACK, 1, 1, "GOOD").client(ACK, 1, 1, "EVIL");
        assertEquals("GOOD", c.text(Side.CLIENT));
        assertEquals("from octet 0 on came 474f4f44, then 4556494c; the first stands",
                c.detail(FindingKind.OVERLAP_CONFLICT));
    }

    @Test
    void aConflictAmongWaitingOctetsIsReadBothWays() {
        for (boolean lastWins : new boolean[] {false, true}) {
            Conversation c = new Conversation(1, 1, FlowLimits.DEFAULT, lastWins, EventListener.Segments.NONE)
                    .handshake().client(ACK, 2, 1, "good").client(ACK, 2, 1, "evil").client(ACK, 1, 1, "-");
            assertEquals(lastWins ? "-evil" : "-good", c.text(Side.CLIENT));
            assertEquals("from octet 1 on came 676f6f64, then 6576696c; the " + (lastWins ? "second" : "first")
                    + " stands", c.detail(FindingKind.OVERLAP_CONFLICT));
        }
    }

    @Test
    void aRetransmissionOfTheSameBytesIsNoConflict() { // row 35
        Conversation c = new Conversation().handshake().client(ACK, 1, 1, "abcdef").client(ACK, 4, 1, "defghi");
        assertEquals("abcdefghi", c.text(Side.CLIENT));
        assertEquals(List.of("5 retransmission"), c.findings());
    }

    @Test
    void theKeepAliveByteIsNotData() { // row 38
        Conversation c = new Conversation().handshake().client(ACK, 1, 1, "abc").server(ACK, 1, 4, "")
                .after(10_000_000).client(ACK, 3, 1, "\0").server(ACK, 1, 4, "").client(ACK, 4, 1, "d");
        assertEquals("abcd", c.text(Side.CLIENT));
        assertEquals(List.of("6 keep-alive", "7 keep-alive-ack"), c.findings());
    }

    @Test
    void theZeroWindowProbeByteIsData() { // row 39
        Conversation c = new Conversation().handshake().client(ACK, 1, 1, "abc").server(ACK, 1, 4, 0, NONE, "")
                .after(200_000).client(ACK, 4, 1, "d").server(ACK, 1, 4, 0, NONE, "").after(400_000)
                .client(ACK, 4, 1, "d").server(ACK, 1, 5, 4000, NONE, "").client(ACK, 5, 1, "efg");
        assertEquals("abcdefg", c.text(Side.CLIENT));
        assertEquals("5 zero-window", c.findings().get(0));
        assertEquals("6 zero-window-probe", c.findings().get(1));
    }

    @Test
    void lostAndAcknowledgedIsToldApartFromLostAndNot() { // row 42
        Conversation acked = new Conversation().handshake().client(ACK, 1, 1, "abc").client(ACK, 7, 1, "ghi")
                .server(ACK, 1, 10, "");
        for (int i = 0; i < 64; i++) {
            assertEquals("abc", acked.text(Side.CLIENT));
            acked.client(ACK, 10 + i, 1, "j");
        }
        assertEquals("abc???ghi" + "j".repeat(64), acked.text(Side.CLIENT));
        assertTrue(acked.calls.contains("client gap 3 LOST_ACKED"), acked.calls.toString());
        assertEquals(3, acked.gaps().get(0).bytes());
        assertTrue(acked.gaps().get(0).acked());

        Conversation not = new Conversation().handshake().client(ACK, 1, 1, "abc").client(ACK, 7, 1, "ghi")
                .server(ACK, 1, 4, "").end();
        assertEquals("abc???ghi", not.text(Side.CLIENT));
        assertTrue(not.calls.contains("client gap 3 LOST_UNACKED"), not.calls.toString());
        assertEquals(3, not.closed().lostBytes().client());
    }

    @Test
    void aSlowConversationDoesNotWaitForManyPackets() {
        Conversation c = new Conversation().handshake().client(ACK, 1, 1, "abc").client(ACK, 7, 1, "ghi")
                .server(ACK, 1, 10, "").after(1_000_000).server(ACK, 1, 10, "");
        assertEquals("abc???ghi", c.text(Side.CLIENT));
    }

    @Test
    void anAckBeforeItsDataIsNoLoss() {
        Conversation c = new Conversation().handshake().server(ACK, 1, 4, "").client(ACK, 1, 1, "abc").end();
        assertEquals("abc", c.text(Side.CLIENT));
        assertEquals(0, c.closed().lostBytes().client());
    }

    @Test
    void octetsCutBySnaplenAreAHole() { // row 3
        Conversation c = new Conversation().handshake();
        c.segment(Side.CLIENT, ACK, 1, 1, 65_000, NONE, "abcdef".getBytes(StandardCharsets.US_ASCII), 2);
        c.client(ACK, 7, 1, "gh");
        assertEquals("ab????gh", c.text(Side.CLIENT));
        assertEquals(List.of("client data 2", "client gap 4 SNAPLEN", "client data 2"), c.calls);
        assertEquals(List.of("4 cut-by-snaplen"), c.findings());
    }

    @Test
    void octetsCutBySnaplenOutOfOrder() {
        Conversation c = new Conversation().handshake();
        c.segment(Side.CLIENT, ACK, 4, 1, 65_000, NONE, "defg".getBytes(StandardCharsets.US_ASCII), 1);
        c.client(ACK, 1, 1, "abc").client(ACK, 8, 1, "h");
        assertEquals("abcd???h", c.text(Side.CLIENT));
    }

    @Test
    void aResetGivesWhatWaits() {
        Conversation c = new Conversation().handshake().client(ACK, 1, 1, "ab").client(ACK, 5, 1, "ef")
                .server(RST, 1, 0, "");
        assertEquals(List.of("client data 2", "client gap 2 LOST_UNACKED", "client data 2", "close RESET"), c.calls);
    }

    @Test
    void dataThatWaitsBehindALaterFinIsNoPartOfTheStream() {
        Conversation c = new Conversation().handshake().client(ACK, 4, 1, "defg").client(ACK, 20, 1, "z")
                .client(FIN | ACK, 6, 1, "").client(ACK, 1, 1, "abc").server(ACK, 1, 22, "").end();
        assertEquals("abcde", c.text(Side.CLIENT));
        assertEquals(List.of("client data 3", "client data 2", "client fin", "close OPEN"), c.calls);
        assertTrue(c.findings().contains("6 data-after-fin"), "" + c.findings());
        c = new Conversation().handshake().client(ACK, 9, 1, "z").client(FIN | ACK, 6, 1, "").server(ACK, 1, 22, "").end();
        assertEquals(List.of("client gap 5 LOST_ACKED", "client fin", "close OPEN"), c.calls);
    }

    @Test
    void dataBehindTheFinIsNotDelivered() {
        Conversation c = new Conversation().handshake().client(FIN | ACK, 1, 1, "ab").client(ACK, 3, 1, "cd");
        assertEquals("ab", c.text(Side.CLIENT));
        assertEquals(List.of("5 data-after-fin"), c.findings());
    }

    @Test
    void outOfOrderOctetsHaveALimit() {
        FlowLimits few = new FlowLimits(64, 16, 8 * (OutOfOrder.OVERHEAD + 100), 1 << 20, 1 << 16, 1 << 20,
                1, 1);
        Conversation c = new Conversation(1, 1, few, false, EventListener.Segments.NONE).handshake();
        String hundred = "x".repeat(100);
        for (int i = 0; i < 9; i++) {
            c.client(ACK, 101 + 100 * i, 1, hundred);
        }
        assertEquals(1000, c.text(Side.CLIENT).length());
        assertEquals("client gap 100 LIMIT", c.calls.get(0));
        CaptureEvent.Limit limit = c.events(CaptureEvent.Limit.class).get(0);
        assertEquals("out-of-order-per-side", limit.name());
        assertEquals(1, limit.count());
        assertEquals(100, c.end().closed().lostBytes().client());
    }

    @Test
    void manyTinySegmentsBackwardsStayCheap() {
        Conversation c = new Conversation(1, 1, FlowLimits.DEFAULT, false, EventListener.Segments.NONE).handshake();
        for (int i = 10_000; i >= 1; i--) {
            c.client(ACK, i, 1, "y");
        }
        assertEquals(10_000, c.text(Side.CLIENT).length());
    }
}
