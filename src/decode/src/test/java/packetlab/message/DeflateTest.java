package packetlab.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static packetlab.message.Conversation.frame;
import static packetlab.message.Conversation.hex;
import static packetlab.message.Conversation.join;
import static packetlab.message.Conversation.opened;
import static packetlab.message.Conversation.text;
import static packetlab.message.Conversation.utf8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import packetlab.event.Event;
import packetlab.event.Side;
import packetlab.event.WsEvent;
import packetlab.message.Conversation.Log;

/**
 * permessage-deflate in every shape: rows 77 to 87 of the decoder checklist, and the vectors of RFC 7692 section 7.2.3.
 */
class DeflateTest {
    private static final String DEFLATE = "permessage-deflate";
    private static final int RSV1 = 4;

    /** Compresses messages as one side does. */
    static final class Sender {
        private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        private final boolean takeover;

        Sender(boolean takeover) {
            this.takeover = takeover;
        }

        byte[] compress(byte[] message) {
            if (!takeover) {
                deflater.reset();
            }
            byte[] all = deflate(message, Deflater.SYNC_FLUSH);
            return Arrays.copyOf(all, all.length - 4);
        }

        /** With a final block; what follows may still refer to it, as far as this sender remembers. */
        byte[] compressFinal(byte[] message, byte[] history) {
            deflater.reset();
            if (history.length > 0) {
                deflater.setDictionary(history);
            }
            deflater.finish();
            return deflate(message, Deflater.NO_FLUSH);
        }

        private byte[] deflate(byte[] message, int flush) {
            deflater.setInput(message);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] piece = new byte[1000];
            int n;
            while ((n = deflater.deflate(piece, 0, piece.length, flush)) > 0) {
                out.write(piece, 0, n);
            }
            return out.toByteArray();
        }
    }

    private static Conversation deflated() {
        return opened(DEFLATE, DEFLATE);
    }

    private static byte[] compressed(byte[] data) {
        return frame(true, RSV1, 1, data);
    }

    @Test
    void theVectorsOfSection723() {
        Log log = deflated().server(hex("c107 f248cdc9c90700")).play();
        assertEquals(List.of("3 SERVER Hello"), FramesTest.messages(log));
        WsEvent.Message message = log.of(WsEvent.Message.class).get(0);
        assertTrue(message.compressed());
        assertEquals(7, message.wireLength());
        assertEquals(5, message.length());
        assertEquals(List.of(), log.findings());
        assertEquals(List.of("3 SERVER Hello"), FramesTest.messages(deflated().server(hex("4103f248cd 8004c9c90700"))
                .play()),
                "7.2.3.1 in two fragments");
        assertEquals(List.of("3 SERVER Hello", "4 SERVER Hello"),
                FramesTest.messages(deflated().server(hex("c107f248cdc9c90700")).server(hex("c105f200110000")).play()),
                "7.2.3.2 sharing the window");
        assertEquals(List.of("3 SERVER Hello"),
                FramesTest.messages(deflated().server(hex("c10b 000500faff48656c6c6f00")).play()),
                        "7.2.3.3 no compression");
        assertEquals(List.of("3 SERVER Hello"),
                FramesTest.messages(deflated().server(hex("c108 f348cdc9c9070000")).play()), "7.2.3.4 BFINAL set");
        assertEquals(List.of("3 SERVER Hello"),
                FramesTest.messages(deflated().server(hex("c10d f248050000 00ffffcac9c90700")).play()),
                        "7.2.3.5 two blocks");
        assertEquals(List.of("3 SERVER "), FramesTest.messages(deflated().server(hex("c10100")).play()),
                "7.2.3.6 empty");
    }

    @Test
    void row77ContextTakeoverBothWays() {
        Conversation c = deflated();
        Sender client = new Sender(true);
        Sender server = new Sender(true);
        for (int i = 0; i < 200; i++) {
            c.client(c.masked(true, RSV1, 1, client.compress(utf8(json(i)))));
            c.server(compressed(server.compress(utf8(json(i * 7)))));
        }
        Log log = c.play();
        assertEquals(List.of(), log.findings());
        for (int i = 0; i < 200; i++) {
            assertArrayEquals(utf8(json(i)), log.of(WsEvent.Message.class).get(2 * i).data());
            assertArrayEquals(utf8(json(i * 7)), log.of(WsEvent.Message.class).get(2 * i + 1).data());
        }
        assertTrue(log.of(WsEvent.Message.class).get(399).wireLength() < 40, "the context was used");
    }

    @Test
    void row78OneSideWithoutContextTakeover() {
        for (String answer : List.of("server_no_context_takeover", "client_no_context_takeover")) {
            boolean serverTakes = !answer.startsWith("server");
            Sender client = new Sender(serverTakes);
            Sender server = new Sender(!serverTakes);
            // The names are of the side that must not take over.
            client = new Sender(!answer.startsWith("client"));
            server = new Sender(serverTakes);
            Conversation c = opened(DEFLATE, DEFLATE + "; " + answer);
            for (int i = 0; i < 5; i++) {
                c.client(c.masked(true, RSV1, 1, client.compress(utf8(json(i)))));
                c.server(compressed(server.compress(utf8(json(i)))));
            }
            Log log = c.play();
            assertEquals(10, log.of(WsEvent.Message.class).size());
            assertEquals(List.of(), log.findings());
            log.of(WsEvent.Message.class).forEach(m -> assertNull(m.undecodable()));
        }
    }

    @Test
    void whoPromisedNoTakeoverMayNotReferBack() {
        Log log = opened(DEFLATE, DEFLATE + "; server_no_context_takeover").server(hex("c107f248cdc9c90700"))
                .server(hex("c105f200110000")).play();
        assertEquals(List.of("deflate-data-invalid@4 server"), log.findings());
        assertEquals("its compressed data is invalid", log.of(WsEvent.Message.class).get(1).undecodable());
    }

    @Test
    void row79CompressedAndFragmented() {
        byte[] message = utf8(json(1).repeat(100));
        byte[] data = new Sender(true).compress(message);
        for (int pieces : new int[] {2, 3, data.length}) {
            Conversation c = deflated();
            for (int i = 0; i < pieces; i++) {
                int from = data.length * i / pieces;
                int to = data.length * (i + 1) / pieces;
                c.server(frame(i == pieces - 1, i == 0 ? RSV1 : 0, i == 0 ? 1 : 0, Arrays.copyOfRange(data, from, to)));
                c.server(frame(true, 0, 9, utf8("between")));
            }
            Log log = c.play();
            WsEvent.Message m = log.of(WsEvent.Message.class).get(0);
            assertArrayEquals(message, m.data());
            assertEquals(pieces, m.frames());
            assertEquals(data.length, m.wireLength());
            assertEquals(List.of(), log.findings());
        }
    }

    @Test
    void row80Rsv1OnlyOnTheFirstFrame() {
        byte[] data = hex("f248cdc9c90700");
        Log log = deflated().server(frame(false, RSV1, 1, Arrays.copyOf(data, 3)))
                .server(frame(true, RSV1, 0, Arrays.copyOfRange(data, 3, 7))).server(frame(true, RSV1, 9, utf8("p")))
                .play();
        assertEquals(List.of("rsv1-on-continuation@4 server", "rsv1-on-control-frame@5 server"), log.findings());
        assertEquals(List.of("4 SERVER Hello"), FramesTest.messages(log));
        assertEquals(List.of("reserved-bits@3 server"),
                deflated().server(frame(true, 6, 1, data)).play().findings(), "RSV2 has no meaning here");
    }

    @Test
    void row81PlainAndCompressedMixed() {
        Sender sender = new Sender(true);
        Log log = deflated().server(compressed(sender.compress(utf8("one one one")))).server(text("plain"))
                .server(compressed(sender.compress(utf8("one one one")))).play();
        assertEquals(List.of("3 SERVER one one one", "4 SERVER plain", "5 SERVER one one one"),
                FramesTest.messages(log));
        assertEquals(List.of(true, false, true),
                log.of(WsEvent.Message.class).stream().map(WsEvent.Message::compressed).toList());
    }

    @Test
    void row82FinalBlocksDoNotEndTheContext() {
        Sender sender = new Sender(true);
        byte[] one = utf8(json(1).repeat(30));
        byte[] two = utf8(json(2).repeat(30));
        byte[] three = utf8(json(3).repeat(30));
        Conversation c = deflated();
        byte[] zero = {0};
        c.server(compressed(join(sender.compressFinal(one, new byte[0]), zero)))
                .server(compressed(join(sender.compressFinal(two, one), zero)))
                // without the empty block behind it, which section 7.2.3.4 has
                .server(compressed(sender.compressFinal(three, join(one, two))))
                .server(compressed(join(sender.compressFinal(one, join(one, two, three)), zero)));
        for (Conversation.Cutter cutter : List.of(Conversation.WHOLE, Conversation.everyByte())) {
            Log log = c.play(MessageLimits.DEFAULT, cutter);
            List<WsEvent.Message> messages = log.of(WsEvent.Message.class);
            assertArrayEquals(one, messages.get(0).data());
            assertArrayEquals(two, messages.get(1).data());
            assertArrayEquals(three, messages.get(2).data());
            assertArrayEquals(one, messages.get(3).data());
            assertTrue(messages.get(3).wireLength() < 60, "it refers back over three messages");
            assertEquals(List.of(), log.findings());
        }
    }

    @Test
    void row82FinalBlocksInsideAMessageAndTheirLimit() {
        // Empty final blocks: 03 00 each.
        byte[] blocks = new byte[2 * 1000];
        for (int i = 0; i < blocks.length; i += 2) {
            blocks[i] = 3;
        }
        byte[] hello = hex("f248cdc9c90700");
        Log log = deflated().server(compressed(join(blocks, hello))).server(compressed(hello)).play();
        assertEquals(List.of("3 SERVER Hello", "4 SERVER Hello"), FramesTest.messages(log));
        log = deflated().server(compressed(join(blocks, new byte[] {3, 0}, hello))).server(compressed(hello)).play();
        assertEquals(List.of("final-blocks"), FramesTest.limits(log));
        assertEquals("it has more final blocks than the limit", log.of(WsEvent.Message.class).get(0).undecodable());
        assertEquals("4 SERVER Hello", FramesTest.messages(log).get(1));
    }

    @Test
    void row83EmptyMessages() {
        Sender sender = new Sender(true);
        Log log = deflated().server(compressed(new byte[] {0})).server(compressed(sender.compress(new byte[0])))
                .server(compressed(new byte[0])).server(frame(false, RSV1, 1, new byte[0]))
                .server(frame(true, 0, 0, new byte[0])).server(hex("c107f248cdc9c90700")).play();
        assertEquals(List.of("3 SERVER ", "4 SERVER ", "5 SERVER ", "7 SERVER ", "8 SERVER Hello"),
                FramesTest.messages(log));
        assertEquals(List.of(), log.findings());
    }

    @Test
    void row84AllWindowBits() {
        for (int bits = 8; bits <= 15; bits++) {
            Conversation c = opened(DEFLATE + "; client_max_window_bits",
                    DEFLATE + "; server_max_window_bits=" + bits + "; client_max_window_bits=" + bits);
            int window = 1 << bits;
            SplittableRandom random = new SplittableRandom(bits);
            byte[] noise = new byte[window];
            random.nextBytes(noise);
            // What a sender with that window does: refers back no farther than the window, here by exactly that much.
            byte[] first = stored(noise);
            byte[] second = reference(window);
            c.server(frame(true, RSV1, 2, first)).server(frame(true, RSV1, 2, second)).server(frame(true, RSV1, 2,
                    second));
            for (Conversation.Cutter cutter : List.of(Conversation.WHOLE, Conversation.random(random))) {
                Log log = c.play(MessageLimits.DEFAULT, cutter);
                assertEquals(List.of(), log.findings());
                byte[] all = Arrays.copyOf(noise, window + 2 * 258);
                for (int i = window; i < all.length; i++) {
                    all[i] = all[i - window];
                }
                assertArrayEquals(Arrays.copyOfRange(all, window, window + 258),
                        log.of(WsEvent.Message.class).get(1).data(), "bits " + bits);
                assertArrayEquals(Arrays.copyOfRange(all, window + 258, all.length),
                        log.of(WsEvent.Message.class).get(2).data(), "bits " + bits);
            }
        }
    }

    @Test
    void row84EvictedContextsGoOnExactly() {
        // More connections than inflaters: each loses its own again and again and is given its history back.
        MessageLimits few = new MessageLimits(1 << 16, 1 << 16, 1 << 24, 100, 1 << 20, 1 << 20, 10, 2, 1 << 22,
                1 << 16);
        Log log = new Log(type -> true);
        MessageDecoder decoder = new MessageDecoder(log, few);
        Interleaved talk = new Interleaved(decoder, 10);
        talk.run(40);
        assertEquals(List.of(), log.findings());
        assertEquals(400, log.of(WsEvent.Message.class).size());
        for (WsEvent.Message m : log.of(WsEvent.Message.class)) {
            assertArrayEquals(talk.expected.remove(0), m.data());
        }
        assertTrue(decoder.inflaters.inflaters() <= 2);
    }

    @Test
    void historiesPastTheirLimitCostMessagesButNeverMakeGarbage() {
        MessageLimits few = new MessageLimits(1 << 16, 1 << 16, 1 << 24, 100, 1 << 20, 1 << 20, 10, 2, 1 << 12,
                1 << 16);
        Log log = new Log(type -> true);
        MessageDecoder decoder = new MessageDecoder(log, few);
        Interleaved talk = new Interleaved(decoder, 10);
        talk.run(40);
        assertTrue(FramesTest.limits(log).contains("inflate-history"));
        assertEquals(List.of(), log.findings());
        int lost = 0;
        for (WsEvent.Message m : log.of(WsEvent.Message.class)) {
            byte[] expected = talk.expected.remove(0);
            if (m.data() == null) {
                assertEquals("it refers to earlier messages that are not known", m.undecodable());
                lost++;
            } else {
                assertArrayEquals(expected, m.data());
            }
        }
        assertTrue(lost > 0 && lost < 400, "lost: " + lost);
        assertEquals(lost, decoder.counters().undecodableMessages());
    }

    /** Several connections whose servers take turns. */
    private static final class Interleaved {
        final List<byte[]> expected = new java.util.ArrayList<>();
        private final MessageDecoder decoder;
        private final packetlab.flow.StreamHandler[] handlers;
        private final Sender[] senders;

        Interleaved(MessageDecoder decoder, int connections) {
            this.decoder = decoder;
            handlers = new packetlab.flow.StreamHandler[connections];
            senders = new Sender[connections];
        }

        void run(int rounds) {
            for (int i = 0; i < handlers.length; i++) {
                handlers[i] = decoder.open(new FakeStream(i));
                senders[i] = new Sender(true);
                give(i, Side.CLIENT, utf8(Conversation.with(Conversation.REQUEST, "Sec-WebSocket-Extensions: "
                        + DEFLATE)));
                give(i, Side.SERVER, utf8(Conversation.with(Conversation.RESPONSE, "Sec-WebSocket-Extensions: "
                        + DEFLATE)));
            }
            for (int round = 0; round < rounds; round++) {
                for (int i = 0; i < handlers.length; i++) {
                    byte[] message = utf8(json(round * 31 + i) + json(i));
                    expected.add(message);
                    give(i, Side.SERVER, compressed(senders[i].compress(message)));
                }
            }
        }

        private void give(int i, Side side, byte[] bytes) {
            handlers[i].onData(side, bytes, 0, bytes.length);
        }
    }

    private record FakeStream(long stream) implements packetlab.flow.StreamHandler.Stream {
        @Override
        public long frame() {
            return 1;
        }

        @Override
        public long timeNs() {
            return 0;
        }

        @Override
        public packetlab.event.TcpEvent.Start start() {
            return packetlab.event.TcpEvent.Start.HANDSHAKE;
        }
    }

    @Test
    void row85ABombIsCutShort() {
        byte[] bomb = new Sender(true).compress(new byte[20_000_000]);
        assertTrue(bomb.length < 20_000);
        MessageLimits limits = MessageLimits.DEFAULT.with("inflated-size", 1_000_000);
        Log log = deflated().server(frame(true, RSV1, 2, bomb)).server(hex("c107f248cdc9c90700"))
                .server(hex("c105f200110000")).play(limits, Conversation.WHOLE);
        assertEquals(List.of("inflated-size"), FramesTest.limits(log));
        assertEquals(List.of("inflated-too-large@3 server"), log.findings());
        WsEvent.Message message = log.of(WsEvent.Message.class).get(0);
        assertNull(message.data());
        assertEquals("it inflates past the limit for its size", message.undecodable());
        assertEquals("4 SERVER Hello", FramesTest.messages(log).get(1), "nothing of it refers to the bomb");
        assertEquals("5 SERVER Hello", FramesTest.messages(log).get(2));
        log = deflated().server(frame(true, RSV1, 2, bomb)).play();
        assertEquals(20_000_000, log.of(WsEvent.Message.class).get(0).length());
        assertEquals(65_536, log.of(WsEvent.Message.class).get(0).data().length);
        assertTrue(log.of(WsEvent.Message.class).get(0).dataCut());
        assertEquals(List.of(), log.findings());
    }

    @Test
    void row86AfterALostMessageNothingIsGuessed() {
        Sender sender = new Sender(true);
        byte[][] messages = new byte[300][];
        byte[][] frames = new byte[300][];
        for (int i = 0; i < 300; i++) {
            // Behind the 100th nothing refers back up to the 200th, and that is more than 32 KB. (zlib still compresses
            // the first message after a change of strategy by the old one.)
            boolean alone = i >= 100 && i < 200;
            sender.deflater.setStrategy(alone ? Deflater.HUFFMAN_ONLY : Deflater.DEFAULT_STRATEGY);
            messages[i] = utf8(json(i).repeat(alone ? 8 : 1));
            frames[i] = compressed(sender.compress(messages[i]));
        }
        Conversation c = deflated();
        for (int i = 0; i < 300; i++) {
            if (i == 10) {
                c.gap(Side.SERVER, frames[i].length);
            } else {
                c.server(frames[i]);
            }
        }
        Log log = c.play();
        List<WsEvent.Message> seen = log.of(WsEvent.Message.class);
        assertEquals(299, seen.size());
        for (WsEvent.Message m : seen) {
            int i = (int) m.frame() - 3;
            if (i < 10 || i > 100) {
                assertArrayEquals(messages[i], m.data(), "message " + i);
            } else {
                assertEquals("it refers to earlier messages that are not known", m.undecodable());
                assertEquals(Event.UNKNOWN, m.length());
                assertNull(m.data());
            }
        }
        assertEquals(List.of(), log.findings());
        assertEquals(1, log.of(WsEvent.Resync.class).size());
    }

    @Test
    void row86AHoleInsideACompressedMessage() {
        Conversation c = deflated();
        byte[] hello = hex("c107f248cdc9c90700");
        c.server(Arrays.copyOf(hello, 5)).gap(Side.SERVER, 4).server(hex("c105f200110000")).server(hello);
        Log log = c.play();
        assertEquals(2, log.of(WsEvent.Message.class).size());
        assertNotNull(log.of(WsEvent.Message.class).get(0).undecodable());
        assertEquals("6 SERVER Hello", FramesTest.messages(log).get(1));
        assertEquals(List.of(), log.findings());
    }

    @Test
    void row87XWebkitDeflateFrame() {
        String webkit = "x-webkit-deflate-frame";
        Sender sender = new Sender(true);
        Log log = opened(webkit, webkit).server(compressed(sender.compress(utf8("one one one"))))
                .server(frame(false, RSV1, 1, sender.compress(utf8("two two "))))
                .server(frame(false, 0, 0, utf8("plain ")))
                .server(frame(true, RSV1, 0, sender.compress(utf8("two two")))).server(text("plain")).play();
        assertEquals(List.of("3 SERVER one one one", "6 SERVER two two plain two two", "7 SERVER plain"),
                FramesTest.messages(log));
        assertEquals(List.of(), log.findings());
    }

    @Test
    void whatComesBeforeTheBadPlaceIsReadWhereverItIsCut() {
        for (Conversation.Cutter cutter : List.of(Conversation.WHOLE, Conversation.everyByte())) {
            // A stored block that is no UTF-8, then a block of the type that does not exist.
            Log log = opened(DEFLATE, DEFLATE).server(hex("c108000200fdff68ff07")).closed()
                    .play(MessageLimits.DEFAULT, cutter);
            assertEquals(List.of("text-not-utf8@3 server", "deflate-data-invalid@3 server"), log.findings());
        }
    }

    @Test
    void dataThatIsNotDeflate() {
        Log log = deflated().server(compressed(hex("ffffffff"))).server(hex("c107f248cdc9c90700")).play();
        assertEquals(List.of("deflate-data-invalid@3 server"), log.findings());
        assertEquals("4 SERVER Hello", FramesTest.messages(log).get(1));
    }

    @Test
    void utf8IsCheckedAfterInflating() {
        Sender sender = new Sender(true);
        Log log = deflated().server(compressed(sender.compress(hex("4142ff43"))))
                .server(compressed(sender.compress(utf8("안녕하세요".repeat(20000))))).play();
        assertEquals(List.of("text-not-utf8@3 server"), log.findings());
        assertEquals("octet 0xff at offset 2 of the message", log.of(WsEvent.Finding.class).get(0).detail());
    }

    @Test
    void anUnknownExtensionMayUseAllBits() {
        Log log = opened("x-foo", "x-foo").server(frame(true, 7, 1, hex("ff"))).server(text("plain")).play();
        assertEquals(List.of(), log.findings());
        assertNotNull(log.of(WsEvent.Message.class).get(0).undecodable());
        assertEquals("4 SERVER plain", FramesTest.messages(log).get(1));
    }

    @Test
    void nativeMemoryIsGivenBack() {
        Log log = new Log(type -> false);
        MessageDecoder decoder = new MessageDecoder(log, MessageLimits.DEFAULT);
        for (int i = 0; i < 2000; i++) {
            deflated().server(hex("c107f248cdc9c90700")).closed().play(decoder, i, Conversation.WHOLE);
        }
        assertEquals(1, decoder.inflaters.inflaters());
        decoder.close();
        assertEquals(0, decoder.inflaters.inflaters());
    }

    /** Stored blocks, then the header of the empty one. */
    private static byte[] stored(byte[] data) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 0; at < data.length; at += 65535) {
            int n = Math.min(65535, data.length - at);
            out.write(0);
            out.write(n);
            out.write(n >> 8);
            out.write(~n);
            out.write(~n >> 8);
            out.write(data, at, n);
        }
        out.write(0);
        return out.toByteArray();
    }

    /** One block with fixed codes that copies 258 octets from {@code distance} back, then the empty block's header. */
    private static byte[] reference(int distance) {
        long bits = 0b010;   // BFINAL 0, BTYPE 01, least significant bit first
        int count = 3;
        // Length 258 is symbol 285, code 11000101; codes go most significant bit first.
        bits |= (long) (Integer.reverse(0b11000101) >>> 24) << count;
        count += 8;
        int symbol = 0;
        int base = 1;
        int extra = 0;
        while (base + (1 << extra) <= distance) {
            base += 1 << extra;
            symbol++;
            extra = symbol < 4 ? 0 : (symbol >> 1) - 1;
        }
        bits |= (long) (Integer.reverse(symbol) >>> 27) << count;
        count += 5;
        bits |= (long) (distance - base) << count;
        count += extra;
        count += 7;   // end of block: 0000000
        count += 3;   // the empty stored block's header: 000
        byte[] out = new byte[(count + 7) / 8];
        for (int i = 0; i < out.length; i++) {
            out[i] = (byte) (bits >> 8 * i);
        }
        return out;
    }

    private static String json(int i) {
        return "{\"type\":\"update\",\"id\":" + i + ",\"name\":\"서버-" + i % 13 + "\",\"value\":" + i * 7919 % 1000
                + "}";
    }
}
