package packetlab.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import packetlab.event.Side;
import packetlab.event.WireEvent;
import packetlab.wire.LinkType;
import packetlab.wire.Packets;
import packetlab.wire.Tcp;

/** What becomes of packets: rules against the connection tracking, and seeded chance. */
class JudgeTest {
    private static final int ACK = Tcp.ACK, DATA = Tcp.ACK | Tcp.PSH;

    private static Traffic talk(String rules) throws RuleSyntaxException {
        Traffic t = new Traffic(rules).open();
        t.fromClient(DATA, 1, 1, "one");        // 4
        t.fromServer(ACK, 1, 4, "");            // 5
        t.fromClient(DATA, 4, 1, "two");        // 6
        t.fromClient(DATA, 7, 1, "three");      // 7
        t.fromClient(DATA, 4, 1, "two");        // 8, again
        t.fromServer(DATA, 1, 12, "answer");    // 9
        t.fromClient(ACK, 12, 7, "");           // 10
        return t;
    }

    private static void drops(String rule, Integer... packets) throws RuleSyntaxException {
        assertEquals(List.of(packets), talk(rule).dropped(), rule);
    }

    @Test
    void aRuleNamesWhatAPersonWould() throws RuleSyntaxException {
        drops("drop the server's SYN/ACK", 2);
        drops("drop the client's syn", 1);
        drops("drop the third data segment of the client", 7);
        drops("drop the 2nd to 3rd data segments of the client", 6, 7);
        drops("drop every 2nd data segment of the client", 6, 8);
        drops("drop the 1st data segment of the server", 9);
        drops("drop retransmissions of stream 0", 8);
        drops("drop retransmissions of stream 1");
        drops("drop not data", 1, 2, 3, 5, 10);
        drops("drop ack", 3, 5, 10);
        drops("drop to the client", 2, 5, 9);
        drops("drop new", 1);
        drops("drop established data", 4, 6, 7, 8, 9);
        drops("drop syn or fin", 1);
        drops("drop flags ack,psh", 4, 6, 7, 8, 9);
        drops("drop flags syn,!ack", 1);
        drops("drop containing \"answer\"", 9);
        drops("drop longer than 44", 7, 9);
        drops("drop from 127.0.0.0/8 to port 80 data", 4, 6, 7, 8);
        drops("drop from port 80", 2, 5, 9);
        drops("drop host 10.0.0.1 syn", 1);
        drops("drop udp");
    }

    @Test
    void theFirstRuleThatIsAboutAPacketDecides() throws RuleSyntaxException {
        Traffic t = talk("allow data from the client\ndrop log data\ndefault reject");
        assertEquals(List.of(1, 2, 3, 5, 9, 10), t.dropped());
        assertEquals(4, t.rules.rules().get(0).packets());
        assertEquals(1, t.rules.rules().get(1).packets());
        assertEquals(5, t.rules.defaultPackets());
    }

    @Test
    void eachConnectionIsCountedForItself() throws RuleSyntaxException {
        Traffic t = new Traffic("drop the 2nd data segment of the client");
        for (int stream = 0; stream < 2; stream++) {
            t.open();
            t.fromClient(DATA, 1, 1, "a");
            t.fromClient(DATA, 2, 1, "b");
            t.next();
        }
        assertEquals(List.of(5, 10), t.dropped());
    }

    @Test
    void twoChangePlaces() throws RuleSyntaxException {
        Traffic t = new Traffic("swap the 1st and 2nd data segment of the client").open();
        Fate first = t.fromClient(DATA, 1, 1, "one");
        Fate second = t.fromClient(DATA, 4, 1, "two");
        assertNotEquals(Fate.NONE, first.holds());
        assertEquals(first.holds(), second.releases());
        assertEquals(Fate.NONE, second.holds());
        assertTrue(t.told().endsWith("reordered ."), t.told());
    }

    @Test
    void datagramsHaveConversationsToo() throws RuleSyntaxException {
        Traffic t = new Traffic("allow new to port 53\nallow established\ndefault deny");
        t.udp(true, 53, "who?");
        t.udp(false, 53, "me");
        t.udp(true, 53, "thanks");
        t.udp(true, 54, "and you?");
        t.udp(false, 55, "nobody asked");
        assertEquals(List.of(4, 5), t.dropped());
    }

    @Test
    void aConnectionWhoseBeginningWasNotSeenIsInvalid() throws RuleSyntaxException {
        Traffic t = new Traffic("deny invalid");
        t.fromClient(DATA, 1, 1, "from nowhere");
        assertEquals(List.of(1), t.dropped());
        t.next().open();
        assertEquals(List.of(1), t.dropped());
    }

    @Test
    void aRefusedWebSocketMessageStopsItsSideThere() throws RuleSyntaxException {
        Traffic t = new Traffic("deny ws text messages longer than 5").open();
        String request = "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
        String response = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
        t.fromClient(DATA, 1, 1, request);
        t.fromServer(DATA, 1, 1 + request.length(), response);
        int at = 1 + request.length();
        int acknowledged = 1 + response.length();
        byte[] small = frame("short");
        byte[] large = frame("longer");
        assertFalse(t.bytesFromClient(at, acknowledged, small).isDropped());
        assertTrue(t.bytesFromClient(at + small.length, acknowledged, large).isDropped());
        assertTrue(t.bytesFromClient(at + small.length + large.length, acknowledged, small).isDropped(), "behind it");
        assertTrue(t.bytesFromClient(at + small.length, acknowledged, large).isDropped(), "again");
        assertFalse(t.bytesFromClient(at, acknowledged, small).isDropped(), "before it");
        assertFalse(t.fromServer(ACK, acknowledged, at + small.length, "").isDropped());
        assertEquals(3, t.rules.rules().get(0).packets());
    }

    private static byte[] frame(String text) {
        byte[] payload = text.getBytes(StandardCharsets.US_ASCII);
        byte[] masked = new byte[payload.length];
        byte[] mask = {1, 2, 3, 4};
        for (int i = 0; i < payload.length; i++) {
            masked[i] = (byte) (payload[i] ^ mask[i & 3]);
        }
        return Packets.concat(new byte[] {(byte) 0x81, (byte) (0x80 | payload.length)}, mask, masked);
    }

    private static Impairments faults(double loss, double reorder, double duplicate, double corrupt, Side only) {
        return new Impairments(5_000_000, 2_000_000, loss, reorder, duplicate, corrupt, false, 0, 100, only);
    }

    private static Traffic chance(long seed, int acks) throws RuleSyntaxException {
        Traffic t = new Traffic("", faults(0.1, 0.1, 0.1, 0.1, null), seed).open();
        for (int i = 0; i < 400; i++) {
            t.fromClient(DATA, 1 + i, 1, "x");
            for (int n = 0; n < acks; n++) {
                t.fromServer(ACK, 1, 2 + i, "");
            }
        }
        return t;
    }

    @Test
    void theSameSeedDecidesAlikeAndAnotherDoesNot() throws RuleSyntaxException {
        assertEquals(chance(7, 1).told(), chance(7, 1).told());
        assertNotEquals(chance(7, 1).told(), chance(8, 1).told());
    }

    /** How often a kernel acknowledges depends on the time; what becomes of data must not. */
    @Test
    void whatOneKindOfPacketMeetsDoesNotDependOnHowManyThereAreOfAnother() throws RuleSyntaxException {
        List<String> without = every(chance(7, 0).told(), 1);
        List<String> with = every(chance(7, 3).told(), 4);
        assertEquals(without, with);
    }

    private static List<String> every(String told, int step) {
        String[] all = told.split(" ");
        return IntStream.iterate(3, i -> i < all.length, i -> i + step).mapToObj(i -> all[i]).toList();
    }

    @Test
    void sharesAreKeptAndFateIsTold() throws RuleSyntaxException {
        Traffic t = new Traffic("", faults(0.25, 0, 0, 0, Side.CLIENT), 3).open();
        for (int i = 0; i < 4_000; i++) {
            t.fromClient(DATA, 1 + i, 1, "x");
        }
        t.fromServer(DATA, 1, 4_001, "never");
        int lost = t.dropped().size();
        assertTrue(lost > 900 && lost < 1_100, "lost " + lost);
        assertFalse(t.dropped().contains(4_004), "the server's packets do not suffer");
    }

    @Test
    void jitterStaysWithinItsLimits() throws RuleSyntaxException {
        Traffic t = new Traffic("", faults(0, 0, 0, 0, null), 3).open();
        boolean differ = false;
        long before = -1;
        for (int i = 0; i < 200; i++) {
            Fate fate = t.fromClient(DATA, 1 + i, 1, "x");
            assertTrue(fate.delayNs() >= 3_000_000 && fate.delayNs() <= 7_000_000, "" + fate.delayNs());
            differ |= before >= 0 && before != fate.delayNs();
            before = fate.delayNs();
        }
        assertTrue(differ);
    }

    @Test
    void aCorruptedPacketLosesOneBitOfItsPayload() throws RuleSyntaxException {
        Traffic t = new Traffic("corrupt mended data").open();
        Fate fate = t.fromClient(DATA, 1, 1, "abcdef");
        assertTrue(fate.corruptAt() >= 54 && fate.corruptAt() < 60, "octet " + fate.corruptAt());
        assertEquals(1, Integer.bitCount(fate.corruptMask()));
        assertTrue(fate.mends());
        WireEvent.Changed told = (WireEvent.Changed) fate.events(0, 1).get(0);
        assertEquals(WireEvent.Change.CORRUPTED, told.kind());
    }

    @Test
    void aPacketThatIsNoPacketHasAFateToo() throws RuleSyntaxException {
        PacketWatch watch = new PacketWatch(false);
        Judge judge = new Judge(new RuleSet(), faults(0, 0, 0, 1, null), 1);
        Fate fate = new Fate();
        for (int length = 0; length < 64; length++) {
            ByteBuffer b = ByteBuffer.allocate(length);
            judge.decide(watch.onPacket(b, 0, length, length, 0, LinkType.EN10MB, 0), fate);
            assertEquals(length > 0, fate.corruptAt() >= 0 && fate.corruptAt() < length, "octet " + fate.corruptAt());
        }
    }
}
