package packetlab.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import packetlab.event.Event;
import packetlab.event.EventListener.Segments;
import packetlab.event.Side;
import packetlab.event.TcpEvent;
import packetlab.wire.Packets;
import packetlab.wire.Tcp;

/** What is passed over quickly is judged as if every question had been asked, as it is where every segment is told. */
class OrdinarySegmentsTest {
    private static final int TALKS = 400;
    private static final int SEGMENTS = 60;
    private static final byte[] TIMES = Packets.bytes(1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2);
    private static final byte[] SACK = Packets.bytes(1, 1, 5, 10, 0, 0, 0, 1, 0, 0, 0, 2);

    @Test
    void nothingIsOverlookedInTalksThatGoWrongNowAndThen() {
        int judged = 0;
        for (int seed = 0; seed < TALKS; seed++) {
            Conversation quick = talk(seed, Segments.CONTROL);
            Conversation thorough = talk(seed, Segments.ALL);
            assertEquals(thorough.calls, quick.calls, "talk " + seed);
            assertEquals(noteworthy(thorough), noteworthy(quick), "talk " + seed);
            assertEquals(thorough.text(Side.CLIENT), quick.text(Side.CLIENT), "talk " + seed);
            judged += quick.findings().size();
        }
        assertTrue(judged > TALKS, "only " + judged + " findings: these talks test nothing");
    }

    private static List<Event> noteworthy(Conversation c) {
        return c.events.stream().filter(e -> !(e instanceof TcpEvent.Segment)).toList();
    }

    /** Both sides send what is due, but for each eighth segment, in which something is not as it ought to be. */
    private static Conversation talk(int seed, Segments segments) {
        Random random = new Random(seed);
        Conversation c = new Conversation(-50, 5000, FlowLimits.DEFAULT, false, segments);
        if (random.nextInt(4) > 0) {
            c.handshake();
        }
        int[] sent = {1, 1};
        int[] heard = {1, 1};
        for (int i = 0; i < SEGMENTS; i++) {
            int side = random.nextInt(2);
            int length = random.nextInt(3) == 0 ? 0 : random.nextInt(5);
            int sequence = sent[side];
            int acknowledged = heard[side] = random.nextInt(3) == 0 ? heard[side] : sent[1 - side];
            int window = 500;
            int flags = Tcp.ACK | (random.nextBoolean() ? Tcp.PSH : 0);
            int captured = -1;
            byte[] options = random.nextBoolean() ? TIMES : Conversation.NONE;
            switch (random.nextInt(8) == 0 ? random.nextInt(12) : -1) {
                case 0 -> sequence -= random.nextInt(6);
                case 1 -> sequence += random.nextInt(6);
                case 2 -> acknowledged += random.nextInt(9);
                case 3 -> acknowledged -= random.nextInt(9);
                case 4 -> window = 0;
                case 5 -> window = length;
                case 6 -> options = SACK;
                case 7 -> flags |= Tcp.FIN;
                case 8 -> flags |= random.nextBoolean() ? Tcp.URG : Tcp.SYN;
                case 9 -> flags = random.nextInt(4) == 0 ? Tcp.RST : 0;
                case 10 -> captured = length / 2;
                case 11 -> c.after(random.nextInt(2_000_000));
                default -> { }
            }
            c.segment(side == 0 ? Side.CLIENT : Side.SERVER, flags, sequence, acknowledged, window, options,
                    letters(sequence, length), captured);
            sent[side] = Math.max(sent[side], sequence + length + (flags & Tcp.FIN));
        }
        return c.end();
    }

    private static byte[] letters(int from, int length) {
        byte[] letters = new byte[length];
        for (int i = 0; i < length; i++) {
            letters[i] = (byte) ('a' + Math.floorMod(from + i, 26));
        }
        return letters;
    }
}
