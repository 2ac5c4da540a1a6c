package packetlab.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static packetlab.message.Conversation.code;
import static packetlab.message.Conversation.frame;
import static packetlab.message.Conversation.hex;
import static packetlab.message.Conversation.join;
import static packetlab.message.Conversation.opened;
import static packetlab.message.Conversation.text;
import static packetlab.message.Conversation.utf8;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import packetlab.event.Event;
import packetlab.event.PerSide;
import packetlab.event.Side;
import packetlab.event.TcpEvent.How;
import packetlab.event.WsEvent;
import packetlab.message.Conversation.Log;

/** Frames and messages: rows 60 to 76 of the decoder checklist, and the vectors of RFC 6455 section 5.7. */
class FramesTest {
    @Test
    void theVectorsOfSection57() {
        Conversation c = opened().server(hex("810548656c6c6f")).client(hex("818537fa213d7f9f4d5158"))
                .server(hex("010348656c80026c6f")).server(hex("890548656c6c6f")).client(hex("8a8537fa213d7f9f4d5158"))
                .server(hex("827e0100"), new byte[256]).server(hex("827f0000000000010000"), new byte[65536]);
        Log log = c.play();
        assertEquals(List.of("3 SERVER Hello", "4 CLIENT Hello", "5 SERVER Hello", "8 SERVER " + "\0".repeat(256),
                "9 SERVER " + "\0".repeat(65536)), messages(log));
        assertEquals(List.of("masking-key-repeated@7 client"), log.findings(), "the vectors share a key");
        WsEvent.Pong pong = log.of(WsEvent.Pong.class).get(0);
        assertEquals(6, pong.pingFrame());
        assertEquals(1000, pong.rttNs());
    }

    @Test
    void row60HeadersAreReadHoweverTheyAreCut() {
        for (int length : new int[] {0, 1, 125, 126, 127, 65535, 65536}) {
            Conversation c = opened();
            c.client(c.masked(true, 0, 2, new byte[length])).server(frame(true, 0, 2, new byte[length]));
            for (int cut = 1; cut < 15; cut++) {
                int at = cut;
                Log log = c.play(MessageLimits.DEFAULT, (step, n) -> new int[] {Math.min(at, n)});
                assertEquals(List.of(length, length),
                        log.of(WsEvent.Frame.class).stream().map(f -> (int) f.length()).toList());
                assertEquals(2, log.of(WsEvent.Message.class).size());
            }
        }
    }

    @Test
    void row61ThirtyThousandFramesInOneSegment() {
        byte[][] frames = new byte[30_000][];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = text("n" + i);
        }
        Log log = opened().server(frames).play();
        assertEquals(30_000, log.of(WsEvent.Message.class).size());
        assertEquals("n29999", string(log.of(WsEvent.Message.class).get(29_999).data()));
    }

    @Test
    void row62LengthsOf64BitsAreNotCut() {
        Log log = opened().server(hex("827f0000000100000005"), utf8("Hello"), text("later")).close(How.OPEN).play();
        WsEvent.Frame frame = log.of(WsEvent.Frame.class).get(0);
        assertEquals((1L << 32) + 5, frame.length());
        assertFalse(frame.complete());
        assertEquals(List.of(), messages(log));
        assertEquals(List.of(), log.findings());
        assertEquals(List.of("message-size"), limits(log));
    }

    @Test
    void row62TheTopBitOfALength() {
        Log log = opened().server(hex("827f8000000000000005"), utf8("Hello")).close(How.OPEN).play();
        WsEvent.Frame frame = log.of(WsEvent.Frame.class).get(0);
        assertEquals("9223372036854775813", Long.toUnsignedString(frame.length()));
        assertFalse(frame.complete());
        assertArrayEquals(utf8("Hello"), frame.payload());
        assertEquals(List.of("length-top-bit@3 server"), log.findings());
    }

    @Test
    void row63LengthsInALongerFormThanNeeded() {
        Log log = opened().server(hex("817e0005"), utf8("Hello")).server(hex("817f0000000000000005"), utf8("Hello"))
                .server(hex("817f000000000000ffff"), new byte[65535]).play();
        assertEquals(List.of("length-not-minimal@3 server", "length-not-minimal@4 server",
                "length-not-minimal@5 server"), log.findings());
        assertEquals(3, messages(log).size());
    }

    @Test
    void row64MaskingOnTheWrongSide() {
        Log log = opened().client(text("bare")).server(Conversation.masked(0x01020304, true, 0, 1, utf8("hidden")))
                .play();
        assertEquals(List.of("client-frame-unmasked@3 client", "server-frame-masked@4 server"), log.findings());
        assertEquals(List.of("3 CLIENT bare", "4 SERVER hidden"), messages(log));
    }

    @Test
    void row65RsvBitsWithoutAnExtension() {
        for (int rsv = 1; rsv < 8; rsv++) {
            Log log = opened().server(frame(true, rsv, 1, utf8("Hello")), text("next")).play();
            assertEquals(List.of("reserved-bits@3 server"), log.findings());
            assertEquals(rsv, log.of(WsEvent.Frame.class).get(0).rsv());
            WsEvent.Message message = log.of(WsEvent.Message.class).get(0);
            assertNull(message.data());
            assertEquals("its RSV bits have no meaning that was agreed on", message.undecodable());
            assertEquals(Event.UNKNOWN, message.length());
            assertEquals("3 SERVER next", messages(log).get(1));
        }
        assertEquals(List.of("reserved-bits@3 server"), opened().server(frame(true, 4, 9, utf8("p"))).play()
                .findings());
    }

    @Test
    void row66ReservedOpcodes() {
        for (int opcode : new int[] {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
            Log log = opened().server(frame(true, 0, opcode, utf8("?"))).server(text("next")).play();
            assertEquals(List.of("reserved-opcode@3 server"), log.findings());
            assertEquals(opcode, log.of(WsEvent.Frame.class).get(0).opcode());
            assertEquals(List.of("4 SERVER next"), messages(log));
        }
    }

    @Test
    void row67ControlFramesBetweenFragments() {
        Log log = opened().server(frame(false, 0, 1, utf8("one "))).server(frame(true, 0, 9, utf8("p")))
                .server(frame(false, 0, 0, utf8("two "))).server(frame(true, 0, 10, utf8("?")))
                .server(frame(true, 0, 0, utf8("three"))).play();
        assertEquals(List.of("7 SERVER one two three"), messages(log));
        WsEvent.Message message = log.of(WsEvent.Message.class).get(0);
        assertEquals(3, message.frames());
        assertEquals(13, message.wireLength());
        assertEquals(List.of("unsolicited-pong@6 server"), log.findings());
    }

    @Test
    void row68ControlFramesThatAreFragmentedOrTooLong() {
        Log log = opened().server(frame(false, 0, 9, utf8("p"))).server(frame(true, 0, 9, new byte[126]))
                .server(text("next")).play();
        assertEquals(List.of("control-frame-fragmented@3 server", "control-frame-too-long@4 server"), log.findings());
        assertEquals(List.of("5 SERVER next"), messages(log));
        assertEquals(126, log.of(WsEvent.Ping.class).get(1).payload().length);
    }

    @Test
    void row69ContinuationWithoutStartAndMessageInsideMessage() {
        Log log = opened().server(frame(true, 0, 0, utf8("of nothing"))).server(frame(false, 0, 1, utf8("lost ")))
                .server(text("inside")).server(frame(true, 0, 0, utf8("of nothing"))).server(text("next")).play();
        assertEquals(List.of("continuation-without-start@3 server", "message-inside-message@5 server",
                "continuation-without-start@6 server"), log.findings());
        assertEquals(List.of("5 SERVER inside", "7 SERVER next"), messages(log));
    }

    @Test
    void row70AnEmptyFinalContinuationCompletesTheMessage() {
        Log log = opened().server(frame(false, 0, 1, utf8("Hello"))).server(frame(true, 0, 0, new byte[0])).play();
        assertEquals(List.of("4 SERVER Hello"), messages(log));
        log = opened().server(frame(false, 0, 1, new byte[0])).server(frame(false, 0, 0, new byte[0]))
                .server(frame(true, 0, 0, new byte[0])).play();
        assertEquals(List.of("5 SERVER "), messages(log));
    }

    @Test
    void row71BothSidesFragmentAtOnce() {
        Conversation c = opened();
        c.client(c.masked(false, 0, 1, utf8("C1-"))).server(frame(false, 0, 2, utf8("S1-")))
                .client(c.masked(false, 0, 0, utf8("C2-"))).server(frame(false, 0, 0, utf8("S2-")))
                .client(c.masked(true, 0, 0, utf8("C3"))).server(frame(true, 0, 0, utf8("S3")));
        Log log = c.play();
        assertEquals(List.of("7 CLIENT C1-C2-C3", "8 SERVER S1-S2-S3"), messages(log));
        assertEquals(List.of(), log.findings());
    }

    @Test
    void row72TheOpcodeOfAMessageIsItsFirstFrames() {
        Log log = opened().server(frame(true, 0, 2, utf8("b"))).server(frame(false, 0, 1, utf8("te")))
                .server(frame(true, 0, 0, utf8("xt"))).server(frame(false, 0, 2, utf8("bi")))
                .server(frame(true, 0, 0, utf8("n"))).play();
        assertEquals(List.of(2, 1, 2), log.of(WsEvent.Message.class).stream().map(WsEvent.Message::opcode).toList());
    }

    @Test
    void row73CloseCodes() {
        for (int code = 0; code < 65536; code += code < 5100 ? 1 : 997) {
            boolean allowed = code >= 1000 && code <= 1003 || code >= 1007 && code <= 1014 || code >= 3000
                    && code <= 4999;
            assertEquals(allowed, FrameRules.isWireCloseCode(code), "code " + code);
        }
        assertEquals(List.of("close-code-invalid@3 server"), opened().server(frame(true, 0, 8, code(1005))).play()
                .findings());
        assertEquals(List.of(), opened().server(frame(true, 0, 8, code(1014))).play().findings());
    }

    @Test
    void row73CloseBodies() {
        Log log = opened().server(frame(true, 0, 8, new byte[0])).play();
        assertEquals(List.of(), log.findings());
        assertEquals(Event.UNKNOWN, log.of(WsEvent.Close.class).get(0).code());
        log = opened().server(frame(true, 0, 8, new byte[] {3})).play();
        assertEquals(List.of("close-body-one-octet@3 server"), log.findings());
        assertEquals(Event.UNKNOWN, log.of(WsEvent.Close.class).get(0).code());
        log = opened().server(frame(true, 0, 8, join(code(1000), utf8("끝")))).play();
        assertEquals("끝", log.of(WsEvent.Close.class).get(0).reason());
        assertEquals(List.of(), log.findings());
        log = opened().server(frame(true, 0, 8, join(code(1000), hex("eda080")))).play();
        assertEquals(List.of("close-reason-not-utf8@3 server"), log.findings());
        assertTrue(log.of(WsEvent.Close.class).get(0).reason().startsWith("\uFFFD"));
    }

    @Test
    void row74DataAfterCloseAndASecondClose() {
        Conversation c = opened();
        c.client(c.masked(true, 0, 8, code(1000))).client(c.maskedText("late")).client(c.masked(true, 0, 8, code(1001)))
                .client(c.masked(true, 0, 9, utf8("p"))).server(frame(true, 0, 8, code(1000))).fin(Side.SERVER)
                .fin(Side.CLIENT).close(How.FIN);
        Log log = c.play();
        assertEquals(List.of("data-after-close@4 client", "close-repeated@5 client"), log.findings());
        assertEquals(List.of("4 CLIENT late"), messages(log));
        WsEvent.End end = log.of(WsEvent.End.class).get(0);
        assertTrue(end.clean());
        assertEquals(1000, end.code());
    }

    @Test
    void row74AConnectionThatEndsWithoutClose() {
        Log log = opened().server(text("bye")).fin(Side.CLIENT).fin(Side.SERVER).close(How.FIN).play();
        assertEquals(List.of("ended-without-close@6 client"), log.findings());
        WsEvent.End end = log.of(WsEvent.End.class).get(0);
        assertFalse(end.clean());
        assertEquals(1006, end.code());
        log = opened().server(text("bye")).close(How.RESET).play();
        assertEquals(List.of("ended-without-close@4"), log.findings());
        log = opened().server(text("bye")).close(How.OPEN).play();
        assertEquals(List.of(), log.findings());
        assertEquals(1006, log.of(WsEvent.End.class).get(0).code());
    }

    @Test
    void row74ACloseThatIsNotAnswered() {
        Conversation c = opened();
        c.client(c.masked(true, 0, 8, code(1001))).fin(Side.SERVER).fin(Side.CLIENT).close(How.FIN);
        Log log = c.play();
        assertEquals(List.of("close-unanswered@6 server"), log.findings());
        assertEquals(1001, log.of(WsEvent.End.class).get(0).code());
        assertFalse(log.of(WsEvent.End.class).get(0).clean());
    }

    @Test
    void aSideMayGoWithoutCloseWhenTheOtherBrokeARule() {
        // RFC 6455 section 7.1.7
        Log log = opened().client(text("unmasked")).fin(Side.SERVER).fin(Side.CLIENT).close(How.FIN).play();
        assertEquals(List.of("client-frame-unmasked@3 client"), log.findings());
    }

    @Test
    void row75Utf8AcrossFragmentsAndFrames() {
        byte[] greeting = utf8("안녕");
        for (int cut = 0; cut <= greeting.length; cut++) {
            byte[] first = java.util.Arrays.copyOf(greeting, cut);
            byte[] rest = java.util.Arrays.copyOfRange(greeting, cut, greeting.length);
            Log log = opened().server(frame(false, 0, 1, first)).server(frame(true, 0, 0, rest)).play();
            assertEquals(List.of("4 SERVER 안녕"), messages(log));
            assertEquals(List.of(), log.findings());
        }
    }

    @Test
    void row75InvalidUtf8StandsOnItsPacket() {
        Conversation c = opened();
        c.server(frame(false, 0, 1, hex("e284"))).server(frame(false, 0, 0, hex("ac20ed"))).server(frame(true, 0, 0,
                hex("a080")))
                .client(c.masked(true, 0, 1, hex("41c3"))).server(frame(true, 0, 2, hex("ff"))).server(text("ok"));
        Log log = c.play();
        assertEquals(List.of("text-not-utf8@5 server", "text-not-utf8@6 client"), log.findings());
        List<WsEvent.Finding> findings = log.of(WsEvent.Finding.class);
        assertEquals("octet 0xa0 at offset 5 of the message", findings.get(0).detail());
        assertEquals("the message ends inside a character", findings.get(1).detail());
        assertEquals(4, log.of(WsEvent.Message.class).size());
    }

    @Test
    void row76PingsAndPongs() {
        Conversation c = opened();
        c.client(c.masked(true, 0, 9, utf8("a"))).client(c.masked(true, 0, 9, utf8("b")))
                .client(c.masked(true, 0, 9, utf8("c"))).server(frame(true, 0, 10, utf8("b")))
                .server(frame(true, 0, 10, utf8("a"))).server(frame(true, 0, 10, utf8("c")))
                .server(frame(true, 0, 9, utf8("c"))).server(frame(true, 0, 10, utf8("c"))).closed();
        Log log = c.play();
        List<WsEvent.Pong> pongs = log.of(WsEvent.Pong.class);
        assertEquals(List.of(4L, -1L, 5L, -1L), pongs.stream().map(WsEvent.Pong::pingFrame).toList());
        assertEquals(List.of(2000L, -1L, 3000L, -1L), pongs.stream().map(WsEvent.Pong::rttNs).toList());
        assertEquals(List.of("unsolicited-pong@7 server", "unsolicited-pong@10 server"), log.findings());
    }

    @Test
    void row76APingThatIsNeverAnswered() {
        Conversation c = opened();
        c.client(c.masked(true, 0, 9, utf8("a"))).closed();
        assertEquals(List.of("ping-unanswered@8 server"), c.play().findings());
    }

    @Test
    void manyPingsMayBeAnsweredByTheLatestPong() {
        Conversation c = opened();
        for (int i = 0; i < 100; i++) {
            c.client(c.masked(true, 0, 9, utf8("n" + i)));
        }
        c.server(frame(true, 0, 10, utf8("n3"))).server(frame(true, 0, 10, utf8("n99"))).closed();
        assertEquals(List.of(), c.play().findings());
    }

    @Test
    void row76MaskingKeys() {
        Conversation c = opened();
        c.client(Conversation.masked(0, true, 0, 1, utf8("a")), Conversation.masked(7, true, 0, 1, utf8("b")),
                Conversation.masked(7, true, 0, 1, utf8("c")), Conversation.masked(8, true, 0, 1, utf8("d")));
        Log log = c.play();
        assertEquals(List.of("masking-key-zero@3 client", "masking-key-repeated@3 client"), log.findings());
        assertEquals("the key is 0x07000000 again", log.of(WsEvent.Finding.class).get(1).detail());
        assertEquals(List.of("3 CLIENT a", "3 CLIENT b", "3 CLIENT c", "3 CLIENT d"), messages(log));
    }

    @Test
    void findingsStandBeneathTheirFrame() {
        Log log = opened().server(frame(true, 2, 3, new byte[0]), text("next")).play();
        List<String> types = log.events.stream().map(e -> e.type().wireName()).toList();
        assertEquals(List.of("ws.frame", "ws.finding", "ws.finding", "ws.frame", "ws.message"),
                types.subList(types.size() - 5, types.size()));
    }

    @Test
    void payloadIsShownUpToTheLimit() {
        MessageLimits limits = MessageLimits.DEFAULT.withShownPayload(10);
        for (Conversation.Cutter cutter : List.of(Conversation.WHOLE, Conversation.everyByte())) {
            Conversation c = opened();
            c.client(c.maskedText("0123456789")).client(c.maskedText("0123456789a"))
                    .server(frame(false, 0, 1, utf8("012345")), frame(true, 0, 0, utf8("6789abcdef")));
            Log log = c.play(limits, cutter);
            List<WsEvent.Frame> frames = log.of(WsEvent.Frame.class);
            assertEquals(List.of(10, 10, 6, 10), frames.stream().map(f -> f.payload().length).toList());
            assertEquals(List.of(false, true, false, false), frames.stream().map(WsEvent.Frame::payloadCut).toList());
            List<WsEvent.Message> messages = log.of(WsEvent.Message.class);
            assertEquals(List.of(false, true, true), messages.stream().map(WsEvent.Message::dataCut).toList());
            assertEquals(List.of(10L, 11L, 16L), messages.stream().map(WsEvent.Message::length).toList());
            assertEquals("0123456789", string(messages.get(2).data()));
        }
    }

    @Test
    void aMessagePastTheLimitIsFollowedButNotKept() {
        Log log = opened().server(frame(false, 0, 1, utf8("0123456")), frame(false, 0, 0, utf8("789abcdef")),
                frame(true, 0, 0, hex("ff")), text("next")).play(MessageLimits.DEFAULT.with("message-size", 10),
                Conversation.WHOLE);
        assertEquals(List.of("message-size"), limits(log));
        assertEquals("3 SERVER 0123456789", messages(log).get(0));
        assertTrue(log.of(WsEvent.Message.class).get(0).dataCut());
        assertEquals(List.of("text-not-utf8@3 server"), log.findings());
    }

    @Test
    void everythingIsCountedThoughNobodyWantsIt() {
        Conversation c = opened();
        c.client(c.maskedText("one")).client(c.masked(true, 0, 9, utf8("p"))).server(frame(true, 0, 10, utf8("p")))
                .server(frame(false, 0, 1, utf8("two "))).server(frame(true, 0, 0, hex("ff"))).closed();
        Log log = new Log(type -> false);
        MessageDecoder decoder = new MessageDecoder(log, MessageLimits.DEFAULT);
        c.play(decoder, 0, Conversation.WHOLE);
        assertEquals(List.of(), log.events);
        MessageCounters counters = decoder.counters();
        assertEquals(new PerSide(1, 1), counters.frames(1));
        assertEquals(new PerSide(3, 4), counters.frames());
        assertEquals(new PerSide(1, 1), counters.messages());
        assertEquals(new PerSide(3 + 1 + 2, 1 + 4 + 1 + 2), counters.payloadBytes());
        assertEquals(1, counters.broken(WsRule.TEXT_UTF8));
        assertEquals(1, counters.broken(WsEvent.Level.VIOLATION));
        assertEquals(0, counters.broken(WsEvent.Level.NOTE));
        assertEquals(1, counters.webSockets());
        assertEquals(0, counters.webSocketsOpen());
        assertEquals(1, counters.httpRequests());
        assertEquals(1, counters.httpResponses());
    }

    static List<String> messages(Log log) {
        List<String> lines = new ArrayList<>();
        for (WsEvent.Message m : log.of(WsEvent.Message.class)) {
            lines.add(m.frame() + " " + m.from() + " " + string(m.data()));
        }
        return lines;
    }

    static List<String> limits(Log log) {
        return log.of(packetlab.event.CaptureEvent.Limit.class).stream().map(l -> l.name()).toList();
    }

    private static String string(byte[] bytes) {
        return bytes == null ? "(null)" : new String(bytes, StandardCharsets.UTF_8);
    }
}
