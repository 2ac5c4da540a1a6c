package packetlab.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static packetlab.message.Conversation.REQUEST;
import static packetlab.message.Conversation.RESPONSE;
import static packetlab.message.Conversation.code;
import static packetlab.message.Conversation.frame;
import static packetlab.message.Conversation.hex;
import static packetlab.message.Conversation.join;
import static packetlab.message.Conversation.opened;
import static packetlab.message.Conversation.text;
import static packetlab.message.Conversation.utf8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import packetlab.event.HttpEvent;
import packetlab.event.Side;
import packetlab.event.TcpEvent;
import packetlab.event.TcpEvent.How;
import packetlab.event.WsEvent;
import packetlab.message.Conversation.Log;

/** Missing bytes, and connections met midstream: rows 32, 33, 40, 41 and 43 as far as messages are concerned. */
class GapTest {
    @Test
    void row40AHoleOfWholeFrames() {
        Conversation c = opened().server(text("one")).gap(Side.SERVER, text("two").length).server(text("three"))
                .server(text("four"));
        Log log = c.play();
        assertEquals(List.of("3 SERVER one", "5 SERVER three", "6 SERVER four"), FramesTest.messages(log));
        WsEvent.Resync resync = log.of(WsEvent.Resync.class).get(0);
        assertEquals(0, resync.skipped());
        assertTrue(resync.confidence() > 0.9 && resync.confidence() < 1, "confidence " + resync.confidence());
        assertEquals(List.of(), log.findings());
    }

    @Test
    void row41AHoleInsideAPayloadLeavesTheNextBoundaryKnown() {
        byte[] whole = text("0123456789");
        for (int cut = 2; cut < 12; cut++) {
            for (int hole = 1; cut + hole <= 12; hole++) {
                Conversation c = opened().server(Arrays.copyOf(whole, cut)).gap(Side.SERVER, hole);
                byte[] rest = join(Arrays.copyOfRange(whole, cut + hole, 12), text("next"));
                Log log = c.server(rest).play();
                WsEvent.Frame frame = log.of(WsEvent.Frame.class).get(0);
                assertFalse(frame.complete());
                assertEquals(4, frame.frame());
                assertEquals(10, frame.length());
                if (cut == 2) {
                    assertNull(frame.payload());
                } else {
                    assertArrayEquals(Arrays.copyOfRange(whole, 2, cut), frame.payload());
                }
                assertEquals(List.of("5 SERVER next"), FramesTest.messages(log));
                assertEquals(List.of(), log.of(WsEvent.Resync.class), "nothing had to be searched");
                assertEquals(2, log.of(WsEvent.Frame.class).size());
                assertEquals(List.of(), log.findings());
            }
        }
    }

    @Test
    void aMaskedFrameGoesOnInPhaseBehindAHole() {
        Conversation c = opened();
        byte[] one = c.masked(false, 0, 1, utf8("0123456789"));
        byte[] two = c.masked(true, 0, 0, utf8("abcdefghij"));
        c.client(Arrays.copyOf(one, 9)).gap(Side.CLIENT, 2).client(Arrays.copyOfRange(one, 11, one.length), two)
                .client(c.maskedText("next"));
        Log log = c.play();
        assertEquals(List.of("6 CLIENT next"), FramesTest.messages(log), "the fragmented message has a hole");
        assertArrayEquals(utf8("abcdefghij"), log.of(WsEvent.Frame.class).get(1).payload());
        assertTrue(log.of(WsEvent.Frame.class).get(1).complete());
    }

    @Test
    void aHoleInAHeader() {
        byte[] large = frame(true, 0, 2, new byte[300]);
        Conversation c = opened().server(text("one"), Arrays.copyOf(large, 3)).gap(Side.SERVER, 100)
                .server(Arrays.copyOfRange(large, 103, large.length), text("two")).server(text("three"))
                .server(text("four"));
        Log log = c.play();
        List<String> messages = FramesTest.messages(log);
        assertEquals("3 SERVER one", messages.get(0));
        assertEquals("7 SERVER four", messages.get(messages.size() - 1));
        assertEquals(List.of(), log.findings());
        assertEquals(1, log.of(WsEvent.Resync.class).size());
    }

    @Test
    void aSideThatMasksWronglyIsFoundAgainAllTheSame() {
        Log log = opened().client(text("one")).gap(Side.CLIENT, 10).client(text("three")).client(text("four")).play();
        assertEquals(List.of("3 CLIENT one", "5 CLIENT three", "6 CLIENT four"), FramesTest.messages(log));
    }

    @Test
    void row43TheEndInsideAFrame() {
        for (How how : How.values()) {
            Log log = opened().server(Arrays.copyOf(text("0123456789"), 7)).close(how).play();
            WsEvent.Frame frame = log.of(WsEvent.Frame.class).get(0);
            assertFalse(frame.complete());
            assertArrayEquals(utf8("01234"), frame.payload());
            assertEquals(List.of(), FramesTest.messages(log));
        }
        Log log = opened().server(Arrays.copyOf(text("0123456789"), 7)).fin(Side.SERVER).play();
        assertEquals(4, log.of(WsEvent.Frame.class).get(0).frame(), "told when no more can come");
    }

    @Test
    void aBoundaryIsFoundAgainInsideASegment() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        int right = 0;
        int mistaken = 0;
        int rounds = 200;
        for (int round = 0; round < rounds; round++) {
            // A stream of frames, cut into segments anywhere; some segments are lost.
            Conversation plain = opened();
            List<byte[]> frames = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                String json = "{\"id\":" + i + ",\"text\":\"" + "값".repeat(random.nextInt(40))
                        + "x".repeat(random.nextInt(200)) + "\"}";
                frames.add(round % 2 == 0 ? text(json) : plain.maskedText(json));
            }
            byte[] stream = join(frames.toArray(new byte[0][]));
            Conversation c = opened();
            int lost = 3000 + random.nextInt(2000);
            int gap = 1 + random.nextInt(3000);
            Side side = round % 2 == 0 ? Side.SERVER : Side.CLIENT;
            segments(c, side, stream, 0, lost);
            c.gap(side, gap);
            segments(c, side, stream, lost + gap, stream.length);
            Log log = c.play();
            int expected = whole(frames, 0, lost) + whole(frames, lost + gap, stream.length);
            int seen = log.of(WsEvent.Message.class).size();
            // Octets that look like several frames in a row by chance are possible: that is what confidence says.
            mistaken += log.findings().isEmpty() ? 0 : 1;
            if (seen == expected) {
                right++;
            }
            for (WsEvent.Resync resync : log.of(WsEvent.Resync.class)) {
                assertTrue(resync.confidence() >= FrameSearch.SURE_IF_KNOWN, "seed " + seed);
            }
        }
        System.out.println("GapTest: " + right + " of " + rounds + " holes cost no frame that was captured whole");
        assertTrue(right >= rounds * 0.95, "seed " + seed + ": " + right + " of " + rounds);
        assertTrue(mistaken <= rounds * 0.01, "seed " + seed + ": " + mistaken + " of " + rounds);
    }

    private static void segments(Conversation c, Side side, byte[] stream, int from, int to) {
        for (int at = from; at < to; at += 1448) {
            byte[] segment = Arrays.copyOfRange(stream, at, Math.min(to, at + 1448));
            if (side == Side.CLIENT) {
                c.client(segment);
            } else {
                c.server(segment);
            }
        }
    }

    /** Frames that lie in that part of the stream as a whole. */
    private static int whole(List<byte[]> frames, int from, int to) {
        int count = 0;
        int at = 0;
        for (byte[] frame : frames) {
            count += at >= from && at + frame.length <= to ? 1 : 0;
            at += frame.length;
        }
        return count;
    }

    @Test
    void row32AConnectionMetMidstream() {
        Conversation c = new Conversation().midstream();
        c.client(c.maskedText("안녕하세요")).server(text("hello there")).client(c.masked(true, 0, 9, utf8("p")))
                .server(frame(true, 0, 10, utf8("p"))).client(c.masked(true, 0, 8, code(1000)))
                .server(frame(true, 0, 8, code(1000))).close(How.FIN);
        Log log = c.play();
        WsEvent.Open open = log.of(WsEvent.Open.class).get(0);
        assertTrue(open.midstream());
        assertTrue(open.confidence() >= 0.99, "confidence " + open.confidence());
        assertEquals(1, open.frame());
        assertNull(open.acceptValid());
        assertEquals(List.of("1 CLIENT 안녕하세요", "2 SERVER hello there"), FramesTest.messages(log));
        assertEquals(3, log.of(WsEvent.Pong.class).get(0).pingFrame());
        assertEquals(List.of(), log.findings());
        assertTrue(log.of(WsEvent.End.class).get(0).clean());
    }

    @Test
    void row32MetInTheMiddleOfAFrame() {
        Conversation c = new Conversation().midstream();
        byte[] large = text("한국어 문장이 ".repeat(300));
        c.server(Arrays.copyOfRange(large, 1000, large.length), text("one"));
        for (int i = 0; i < 20; i++) {
            c.server(text("message number " + i));
        }
        Log log = c.play();
        List<String> messages = FramesTest.messages(log);
        assertTrue(messages.size() >= 20, "messages " + messages);
        assertEquals("21 SERVER message number 19", messages.get(messages.size() - 1));
        assertEquals(List.of(), log.findings());
        assertTrue(log.of(WsEvent.Resync.class).get(0).skipped() > 2000);
    }

    @Test
    void row32CompressedAndMetMidstream() {
        DeflateTest.Sender sender = new DeflateTest.Sender(true);
        Conversation c = new Conversation().midstream();
        sender.compress(utf8("something that was not captured"));
        for (int i = 0; i < 10; i++) {
            c.client(c.masked(true, 4, 1, sender.compress(utf8("something that was not captured, " + i))));
            c.client(c.maskedText("plain " + i));
        }
        Log log = c.play();
        for (WsEvent.Message m : log.of(WsEvent.Message.class)) {
            assertEquals(m.compressed(), m.data() == null);
        }
        assertEquals(20, log.of(WsEvent.Message.class).size());
        assertEquals(List.of(), log.findings());
    }

    @Test
    void row33OnlyTheClientWasCaptured() {
        Conversation c = new Conversation().client(REQUEST);
        for (int i = 0; i < 20; i++) {
            c.client(c.maskedText("message " + i));
        }
        Log log = c.close(How.OPEN).play();
        assertEquals(20, log.of(WsEvent.Message.class).size());
        assertEquals("2 CLIENT message 0", FramesTest.messages(log).get(0));
        WsEvent.Open open = log.of(WsEvent.Open.class).get(0);
        assertEquals("/chat", open.target());
        assertTrue(open.midstream());
        assertNull(open.acceptValid());
        assertEquals(List.of(), log.findings());
        c = new Conversation().client(REQUEST);
        c.client(c.maskedText("only one")).close(How.FIN);
        assertEquals(List.of("2 CLIENT only one"), FramesTest.messages(c.play()));
    }

    @Test
    void row33OnlyTheServerWasCaptured() {
        Log log = new Conversation().server(RESPONSE).server(text("one")).server(text("two")).close(How.OPEN).play();
        assertEquals(List.of("2 SERVER one", "3 SERVER two"), FramesTest.messages(log));
        assertNull(log.of(WsEvent.Open.class).get(0).acceptValid());
        assertEquals(List.of(), log.findings());
        log = new Conversation().midstream().server(text("{\"one\":1}")).server(text("{\"two\":2}"))
                .server(text("{\"three\":3}")).close(How.OPEN).play();
        assertEquals(3, log.of(WsEvent.Message.class).size());
    }

    @Test
    void the101WasLost() {
        Conversation c = new Conversation().client(REQUEST).gap(Side.SERVER, RESPONSE.length()).server(text("one"));
        c.client(c.maskedText("two")).server(text("three"));
        Log log = c.play();
        assertEquals(List.of("3 SERVER one", "4 CLIENT two", "5 SERVER three"), FramesTest.messages(log));
        assertEquals("/chat", log.of(WsEvent.Open.class).get(0).target());
        assertTrue(log.of(WsEvent.Open.class).get(0).confidence() < 1);
        assertEquals(List.of(), log.findings());
    }

    @Test
    void theRequestWasLost() {
        Conversation c = new Conversation().gap(Side.CLIENT, REQUEST.length()).server(RESPONSE).server(text("one"));
        c.client(c.maskedText("two"));
        Log log = c.play();
        assertEquals(List.of("3 SERVER one", "4 CLIENT two"), FramesTest.messages(log));
        assertEquals(List.of(), log.findings());
    }

    @Test
    void httpIsFoundAgainBehindAHole() {
        Conversation c = new Conversation().client("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
                .server("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01").gap(Side.SERVER, 8)
                .client("GET /b HTTP/1.1\r\nHost: a\r\n\r\n").server("HTTP/1.1 201 OK\r\nContent-Length: 10\r\n\r\n01")
                .gap(Side.SERVER, 20).client("GET /c HTTP/1.1\r\nHost: a\r\n\r\n").server("89abcdef0123456789abcdef")
                .server("HTTP/1.1 202 OK\r\nContent-Length: 0\r\n\r\n").client(REQUEST).server(RESPONSE)
                .server(text("in"));
        Log log = c.play();
        assertEquals(List.of(200, 201, 202, 101), log.of(HttpEvent.Response.class).stream()
                .map(HttpEvent.Response::status).toList());
        assertEquals(1, FramesTest.messages(log).size());
        assertEquals(List.of(), log.findings());
    }

    @Test
    void whatIsMetMidstreamAndIsNotWebSocketIsNotTakenForIt() {
        long seed = 20250101;
        SplittableRandom random = new SplittableRandom(seed);
        int taken = 0;
        for (int round = 0; round < 350; round++) {
            Conversation c = new Conversation().midstream();
            for (int i = 0; i < 30; i++) {
                byte[] data = notWebSocket(random, round % 7, i);
                if (round % 7 == 5 || random.nextBoolean()) {
                    c.client(data);
                } else {
                    c.server(data);
                }
            }
            List<WsEvent.Open> opens = c.close(How.OPEN).play().of(WsEvent.Open.class);
            taken += opens.size();
            opens.forEach(o -> assertTrue(o.confidence() >= FrameSearch.SURE_IF_UNKNOWN));
        }
        System.out.println("GapTest: " + taken + " of 350 connections that are not WebSocket were taken for it");
        assertTrue(taken <= 3, taken + " of 350 (seed " + seed + ")");
    }

    private static byte[] notWebSocket(SplittableRandom random, int kind, int i) {
        byte[] data = new byte[1 + random.nextInt(1448)];
        switch (kind) {
            case 0:
                random.nextBytes(data);
                break;
            case 1:
                break;
            case 2:
                data = utf8("{\"번호\":" + i + ",\"내용\":\"" + "한글 텍스트 ".repeat(random.nextInt(100)) + "\"}\n");
                break;
            case 3:
                data = utf8("*" + random.nextInt(9) + "\r\n$3\r\nSET\r\n$5\r\nkey:" + i + "\r\n");
                break;
            case 4:
                // Length-prefixed records of random bytes.
                random.nextBytes(data);
                data[0] = (byte) ((data.length - 2) >> 8);
                if (data.length > 1) {
                    data[1] = (byte) (data.length - 2);
                }
                break;
            case 5:
                // MQTT subscriptions: 0x82, length, packet identifier, filter.
                data = join(hex("82"), new byte[] {(byte) 20}, new byte[] {0, (byte) i}, hex("000f"),
                        utf8("sensors/1/state"), hex("00"));
                break;
            default:
                for (int b = 0; b < data.length; b++) {
                    data[b] = (byte) (random.nextInt(8) == 0 ? random.nextInt() : 0);
                }
                break;
        }
        return data;
    }

    @Test
    void tlsMetMidstreamIsNamed() {
        Log log = new Conversation().midstream().client(hex("1703030020"), new byte[32]).close(How.OPEN).play();
        assertEquals("TLS", log.of(TcpEvent.Protocol.class).get(0).protocol());
    }

    @Test
    void theOtherSideGoesOnWhileOneIsSearched() {
        Conversation c = opened().gap(Side.SERVER, 50);
        c.client(c.maskedText("one")).server(hex("ffffff")).client(c.maskedText("two")).fin(Side.CLIENT).close(How.FIN);
        Log log = c.play();
        assertEquals(List.of("4 CLIENT one", "6 CLIENT two"), FramesTest.messages(log));
        assertEquals(List.of(), log.findings(), "what the server lost may have been its Close");
    }
}
