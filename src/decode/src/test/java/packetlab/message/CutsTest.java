package packetlab.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static packetlab.message.Conversation.REQUEST;
import static packetlab.message.Conversation.RESPONSE;
import static packetlab.message.Conversation.code;
import static packetlab.message.Conversation.frame;
import static packetlab.message.Conversation.hex;
import static packetlab.message.Conversation.join;
import static packetlab.message.Conversation.text;
import static packetlab.message.Conversation.utf8;
import static packetlab.message.Conversation.with;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import packetlab.event.Side;
import packetlab.event.TcpEvent.How;

/** Wherever the bytes are cut, the events are the same. */
class CutsTest {
    private static final MessageLimits SMALL = MessageLimits.DEFAULT.withShownPayload(40).with("inflated-size", 2000);

    private static Conversation everything() {
        String deflate = "Sec-WebSocket-Extensions: permessage-deflate";
        DeflateTest.Sender sender = new DeflateTest.Sender(true);
        Conversation c = new Conversation();
        byte[] long1 = sender.compress(utf8("long ".repeat(100)));
        c.client("POST /form HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na=b" + with(REQUEST, deflate))
                .server("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n0\r\nT: 1\r\n\r\n"
                        + "HTTP/1.1 103 Early Hints\r\n\r\n" + with(RESPONSE, deflate))
                .client(c.maskedText("안녕하세요"), c.masked(true, 0, 9, utf8("ping")), c.masked(false, 0, 1, utf8("frag")),
                        c.masked(true, 0, 10, utf8("?")), c.masked(true, 0, 0, hex("e282ac")), c.masked(true, 4, 1,
                                hex("f248cdc9c90700")))
                .server(text("plain"), frame(true, 4, 1, hex("f348cdc9c9070000")), frame(true, 4, 1, hex("f200110000")))
                .server(frame(false, 4, 1, java.util.Arrays.copyOf(long1, 4)), frame(true, 0, 10, utf8("ping")),
                        frame(true, 0, 0, java.util.Arrays.copyOfRange(long1, 4, long1.length)))
                .server(frame(true, 0, 2, new byte[200]), frame(true, 0, 2, new byte[0]), frame(true, 3, 5, utf8("?")),
                        frame(true, 0, 1, hex("41ff42")), frame(true, 0, 0, utf8("of nothing")), frame(true, 0, 9,
                                new byte[130]))
                .server(frame(true, 4, 2, new DeflateTest.Sender(false).compress(new byte[5000])), text("next"),
                        frame(true, 4, 1, hex("ffffff")), hex("817e0001 61"), hex("817f0000000000000001 61"))
                .client(text("bare"), c.masked(true, 0, 8, join(code(1000), utf8("끝"))), c.maskedText("late"))
                .server(frame(true, 0, 8, new byte[] {1})).server(hex("827f8000000000000000"), utf8("never ends"))
                .fin(Side.SERVER).fin(Side.CLIENT).close(How.FIN);
        return c;
    }

    @Test
    void everyStepCutInTwoEverywhere() {
        Conversation c = everything();
        List<String> whole = sorted(c, Conversation.WHOLE);
        for (int step = 0; step < c.steps(); step++) {
            for (int cut = 1; cut < c.length(step); cut++) {
                int inStep = step;
                int at = cut;
                List<String> events = sorted(c, (s, n) -> s == inStep ? new int[] {at} : new int[0]);
                assertSame(whole, events, "step " + step + " cut at " + cut);
            }
        }
    }

    @Test
    void everyByteAloneAndRandomCuts() {
        Conversation c = everything();
        List<String> whole = sorted(c, Conversation.WHOLE);
        assertSame(whole, sorted(c, Conversation.everyByte()), "every byte alone");
        randomCuts(c, whole, 150);
    }

    @Test
    @Tag("slow")
    void manyRandomCuts() {
        Conversation c = everything();
        randomCuts(c, sorted(c, Conversation.WHOLE), 5_000);
    }

    private static void randomCuts(Conversation c, List<String> whole, int rounds) {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < rounds; round++) {
            assertSame(whole, sorted(c, Conversation.random(random)), "seed " + seed + " round " + round);
        }
    }

    /** Sorted, because findings about a frame stand beneath it only if it ends in the same piece. */
    private static List<String> sorted(Conversation c, Conversation.Cutter cutter) {
        return c.play(SMALL, cutter).lines().stream().sorted().toList();
    }

    private static void assertSame(List<String> whole, List<String> cut, String how) {
        if (whole.equals(cut)) {
            return;
        }
        List<String> missing = new ArrayList<>(whole);
        cut.forEach(missing::remove);
        List<String> added = new ArrayList<>(cut);
        whole.forEach(added::remove);
        assertEquals(missing, added, how);
        assertEquals(whole, cut, how);
    }

    @Test
    void onePieceHasTheEventsThatItShould() {
        Conversation c = everything();
        List<String> findings = c.play(SMALL, Conversation.WHOLE).findings();
        assertEquals(List.of("unsolicited-pong@3 client", "reserved-bits@6 server", "reserved-opcode@6 server",
                "text-not-utf8@6 server", "continuation-without-start@6 server", "control-frame-too-long@6 server",
                "inflated-too-large@7 server", "length-not-minimal@7 server", "length-not-minimal@7 server",
                "client-frame-unmasked@8 client", "data-after-close@8 client", "close-body-one-octet@9 server",
                "length-top-bit@10 server", "data-after-close@10 server"), findings);
    }
}
