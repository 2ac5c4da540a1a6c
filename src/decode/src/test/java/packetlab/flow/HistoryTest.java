package packetlab.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static packetlab.flow.Conversation.NONE;
import static packetlab.wire.Tcp.ACK;
import static packetlab.wire.Tcp.RST;
import static packetlab.wire.Tcp.SYN;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import packetlab.event.EventListener;
import packetlab.event.Side;
import packetlab.event.TcpEvent.FindingKind;

/** What is delivered is compared with what comes again, whether it was copied or is read again from its file. */
class HistoryTest {
    private static Conversation conversation(boolean lastWins) {
        return new Conversation(-70, 5000, FlowLimits.DEFAULT, lastWins, EventListener.Segments.NONE);
    }

    private static long conflicts(Conversation c) {
        return c.tracker.findings(FindingKind.OVERLAP_CONFLICT);
    }

    @Test
    void otherOctetsAreReadFromTheFileAgain() {
        Tape tape = new Tape();
        Conversation c = conversation(false).from(tape).handshake().client(ACK, 1, 1, "some GOOD ").client(ACK, 11, 1, "words")
                .client(ACK, 6, 1, "GOOD wo");
        assertEquals(0, conflicts(c));
        assertEquals(2, tape.reads);
        c.client(ACK, 6, 1, "EVIL wo");
        assertEquals("some GOOD words", c.text(Side.CLIENT));
        assertEquals("from octet 5 on came 474f4f4420776f, then 4556494c20776f; the first stands",
                c.detail(FindingKind.OVERLAP_CONFLICT));
    }

    @Test
    void whatWaitedIsReadFromTheFileAgainUnlessItWasReplaced() {
        for (boolean lastWins : new boolean[] {false, true}) {
            Conversation c = conversation(lastWins).from(new Tape()).handshake().client(ACK, 3, 1, "cdef")
                    .client(ACK, 4, 1, "DE").client(ACK, 1, 1, "abc");
            assertEquals(lastWins ? "abcDEf" : "abcdef", c.text(Side.CLIENT));
            long before = conflicts(c);
            c.client(ACK, 1, 1, lastWins ? "abcDEf" : "abcdef");
            assertEquals(before, conflicts(c), "the same again");
            c.client(ACK, 1, 1, lastWins ? "abcdEf" : "abcDef");
            assertEquals(before + 1, conflicts(c), "other octets");
        }
    }

    @Test
    void octetsBehindAGapAndBeforeItAreBothKnown() {
        Conversation c = conversation(false).from(new Tape()).handshake().client(ACK, 1, 1, "before")
                .cutAt(14 + 20 + 20 + 2).client(ACK, 7, 1, "cut").cutAt(Integer.MAX_VALUE).client(ACK, 10, 1, "behind");
        assertEquals("beforecu?behind", c.text(Side.CLIENT));
        c.client(ACK, 1, 1, "beforecut!ehind");
        assertEquals("from octet 9 on came 626568696e64, then 216568696e64; the first stands", c.detail(FindingKind.OVERLAP_CONFLICT));
        c.client(ACK, 1, 1, "before.ut");
        assertEquals(2, conflicts(c));
    }

    @Test
    void whatOneFileHeldIsKnownWhileTheNextIsRead() {
        for (boolean waits : new boolean[] {false, true}) {
            Tape first = new Tape();
            Conversation c = conversation(false).from(first).handshake()
                    .client(ACK, waits ? 4 : 1, 1, waits ? "two" : "one").from(null);
            first.erase();
            c.from(new Tape()).client(ACK, waits ? 1 : 4, 1, waits ? "one" : "two").client(ACK, 1, 1, "onetwo");
            assertEquals("onetwo", c.text(Side.CLIENT));
            assertEquals(0, conflicts(c));
            c.client(ACK, 1, 1, "0netwo").client(ACK, 1, 1, "onetw0").client(ACK, 1, 1, "onetwo");
            assertEquals(2, conflicts(c));
        }
    }

    @Test
    void aFileThatCannotBeReadAnyMoreTellsNothing() {
        Tape tape = new Tape();
        Conversation c = conversation(false).from(tape).handshake().client(ACK, 1, 1, "abc");
        tape.erase();
        c.client(ACK, 1, 1, "xyz").from(null).client(ACK, 1, 1, "xyz").client(ACK, 4, 1, "def").client(ACK, 4, 1, "dEf");
        assertEquals("abcdef", c.text(Side.CLIENT));
        assertEquals(1, conflicts(c));
    }

    /** All that is in flight is known, however it is cut; and what is copied when the file is left is the same. */
    @Test
    void allThatIsInFlightIsKnown() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 60; round++) {
            boolean small = random.nextBoolean();
            Conversation c = conversation(false).from(random.nextInt(4) == 0 ? null : new Tape()).handshake();
            byte[] stream = new byte[1 + random.nextInt(small ? 900 : 60_000)];
            random.nextBytes(stream);
            for (int at = 0, n; at < stream.length; at += n) {
                n = Math.min(stream.length - at, 1 + random.nextInt(small ? 3 : 9_000));
                c.segment(Side.CLIENT, ACK, 1 + at, 1, 65_000, NONE, Arrays.copyOfRange(stream, at, at + n), -1);
            }
            for (int retransmission = 0; retransmission < 20; retransmission++) {
                if (retransmission == 10) {
                    c.from(null);
                }
                int from = random.nextInt(stream.length);
                byte[] again = Arrays.copyOfRange(stream, from, from + 1 + random.nextInt(stream.length - from));
                boolean same = random.nextBoolean();
                if (!same) {
                    again[random.nextInt(again.length)]++;
                }
                long before = conflicts(c);
                c.segment(Side.CLIENT, ACK, 1 + from, 1, 65_000, NONE, again, -1);
                assertEquals(same ? before : before + 1, conflicts(c), "seed " + seed + ", round " + round);
            }
        }
    }

    @Test
    void historiesOfManyConnectionsStayWithinTheirLimitAndAreGivenBack() {
        FlowLimits few = FlowLimits.DEFAULT.with("history-in-all", 8 * 128);
        Conversation c = new Conversation(1, 1, few, false, EventListener.Segments.NONE).from(new Tape());
        for (int round = 0; round < 3; round++) {
            for (int port = 0; port < 10; port++) {
                c.fromPort(50_000 + port).client(SYN, 100 * round, 0, "").client(ACK, 100 * round + 1, 1, "abc")
                        .client(ACK, 100 * round + 1, 1, "xyz");
            }
            assertEquals(8L * (round + 1), conflicts(c), "of ten connections eight are remembered");
            for (int port = 0; port < 10; port++) {
                c.fromPort(50_000 + port).client(RST, 100 * round + 4, 0, "");
            }
        }
        assertTrue(c.tracker.streams() >= 30);
    }
}
