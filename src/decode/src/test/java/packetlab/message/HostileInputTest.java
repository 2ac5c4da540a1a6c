package packetlab.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static packetlab.message.Conversation.REQUEST;
import static packetlab.message.Conversation.RESPONSE;
import static packetlab.message.Conversation.frame;
import static packetlab.message.Conversation.join;
import static packetlab.message.Conversation.text;
import static packetlab.message.Conversation.utf8;
import static packetlab.message.Conversation.with;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import packetlab.event.Side;
import packetlab.event.TcpEvent;
import packetlab.event.TcpEvent.How;
import packetlab.event.WsEvent;
import packetlab.flow.StreamHandler;
import packetlab.message.Conversation.Log;

/** No bytes make it throw, hang or keep more than the limits say. */
class HostileInputTest {
    private static final class Fake implements StreamHandler.Stream {
        private final TcpEvent.Start start;
        private long packet;

        Fake(TcpEvent.Start start) {
            this.start = start;
        }

        @Override
        public long stream() {
            return 0;
        }

        @Override
        public long frame() {
            return packet;
        }

        @Override
        public long timeNs() {
            return packet;
        }

        @Override
        public TcpEvent.Start start() {
            return start;
        }
    }

    /**
     * Whole conversations with octets changed, pieces lost, repeated and mixed, by turns with and without listeners;
     * -Dpacketlab.rounds for more than the usual few.
     */
    @Test
    void mutatedConversations() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        List<byte[]> pieces = pieces();
        Log everything = new Log(type -> true);
        MessageLimits small = new MessageLimits(2000, 3000, 20_000, 5, 5000, 20_000, 3, 4, 4000, 100);
        MessageDecoder telling = new MessageDecoder(everything, small);
        MessageDecoder counting = new MessageDecoder(new Log(type -> false), small);
        try {
            for (int round = 0; round < Integer.getInteger("packetlab.rounds", 4000); round++) {
                everything.events.clear();
                MessageDecoder decoder = round % 2 == 0 ? telling : counting;
                converse(decoder, pieces, random);
                assertEquals(0, decoder.buffers.lent(), "everything that waited is given back");
                assertEquals(0, decoder.counters().webSocketsOpen());
            }
        } catch (RuntimeException | Error e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
        assertTrue(telling.inflaters.inflaters() <= 4);
        telling.close();
        counting.close();
    }

    private static void converse(MessageDecoder decoder, List<byte[]> pieces, SplittableRandom random) {
        TcpEvent.Start[] starts = TcpEvent.Start.values();
        Fake stream = new Fake(starts[random.nextInt(starts.length)]);
        StreamHandler handler = decoder.open(stream);
        boolean usual = random.nextInt(4) > 0;
        for (int i = 0; i < 12; i++) {
            stream.packet++;
            boolean opening = usual && i < 2;
            Side side = opening ? i == 0 ? Side.CLIENT : Side.SERVER : random.nextBoolean() ? Side.CLIENT : Side.SERVER;
            byte[] bytes = opening ? pieces.get(i + 2 * random.nextInt(2)) : pieces.get(random.nextInt(pieces.size()));
            bytes = mutated(bytes, random, opening ? 20 : 3);
            switch (random.nextInt(10)) {
                case 0 -> handler.onGap(side, 1 + random.nextInt(3000), StreamHandler.GapCause.LOST_ACKED);
                case 1 -> give(handler, side, Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)), random);
                case 2 -> handler.onFin(side);
                default -> give(handler, side, bytes, random);
            }
        }
        handler.onClose(How.values()[random.nextInt(3)]);
    }

    private static void give(StreamHandler handler, Side side, byte[] bytes, SplittableRandom random) {
        int at = 0;
        while (at < bytes.length) {
            int n = random.nextInt(3) == 0 ? 1 + random.nextInt(bytes.length - at) : bytes.length - at;
            boolean alone = random.nextBoolean();
            handler.onData(side, alone ? Arrays.copyOfRange(bytes, at, at + n) : bytes, alone ? 0 : at, n);
            at += n;
        }
    }

    private static byte[] mutated(byte[] bytes, SplittableRandom random, int seldom) {
        if (random.nextInt(seldom) > 0) {
            return bytes;
        }
        byte[] copy = bytes.clone();
        for (int i = random.nextInt(4); i >= 0 && copy.length > 0; i--) {
            int at = random.nextInt(random.nextBoolean() ? Math.min(16, copy.length) : copy.length);
            copy[at] = random.nextInt(3) == 0 ? (byte) (copy[at] ^ 1 << random.nextInt(8)) : (byte) random.nextInt();
        }
        return copy;
    }

    private static List<byte[]> pieces() {
        String deflate = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits";
        Conversation c = new Conversation();
        DeflateTest.Sender sender = new DeflateTest.Sender(true);
        List<byte[]> pieces = new ArrayList<>();
        for (String head : List.of(with(REQUEST, deflate), with(RESPONSE, deflate.replace("; client_max_window_bits",
                "")), REQUEST,
                RESPONSE, "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nHello\r\n0\r\n\r\n",
                "HTTP/1.1 401 No\r\nContent-Length: 3\r\n\r\nabc", "CONNECT a:1 HTTP/1.1\r\n\r\n",
                        "HTTP/1.1 204 No\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\n"
                        + "x".repeat(100))) {
            pieces.add(head.getBytes(StandardCharsets.ISO_8859_1));
        }
        for (int i = 0; i < 4; i++) {
            pieces.add(c.maskedText("안녕하세요 ".repeat(i * 50)));
            pieces.add(text("hello ".repeat(i * 100)));
            pieces.add(frame(true, 4, 1, sender.compress(utf8("{\"compressed\":" + i + "}".repeat(50 * i)))));
            pieces.add(c.masked(true, 4, 1, sender.compress(utf8("{\"compressed\":" + i + "}"))));
            pieces.add(frame(true, 4, 2, new DeflateTest.Sender(false).compress(new byte[i * 10_000])));
            pieces.add(c.masked(i % 2 == 0, 0, i % 3, utf8("part")));
            pieces.add(frame(i % 2 == 0, 0, i % 3, utf8("part")));
            pieces.add(join(frame(true, 0, 9, utf8("ping" + i)), c.masked(true, 0, 10, utf8("ping" + i))));
            pieces.add(c.masked(true, 0, 8, Conversation.code(1000 + i * 3)));
            pieces.add(frame(true, 0, 8, Conversation.code(1000 + i * 3)));
            pieces.add(frame(true, 0, 2, new byte[1 << 4 * i]));
        }
        return pieces;
    }

    @Test
    void whatWaitsInAllHasALimit() {
        MessageLimits limits = MessageLimits.DEFAULT.with("waiting-in-all", 200_000);
        Log log = new Log(type -> true);
        MessageDecoder decoder = new MessageDecoder(log, limits);
        Conversation half = Conversation.opened().server(Arrays.copyOf(frame(true, 0, 2, new byte[60_000]), 50_000));
        for (int i = 0; i < 20; i++) {
            half.play(decoder, i, Conversation.WHOLE);
        }
        assertTrue(decoder.buffers.lent() <= 200_000);
        assertTrue(decoder.counters().hits(MessageLimits.Name.WAITING_IN_ALL) > 0);
        assertEquals("waiting-in-all", FramesTest.limits(log).get(0));
        log.events.clear();
        // What has no room is told all the same, cut; a frame in one piece needs none.
        Conversation.opened().server(Arrays.copyOf(frame(true, 0, 2, new byte[60_000]), 50_000))
                .server(new byte[10_004])
                .server(text("whole")).play(decoder, 30, Conversation.WHOLE);
        List<WsEvent.Frame> frames = log.of(WsEvent.Frame.class);
        assertTrue(frames.get(0).complete() && frames.get(0).payloadCut());
        assertEquals(60_000, log.of(WsEvent.Message.class).get(0).length());
        assertTrue(log.of(WsEvent.Message.class).get(0).dataCut());
        assertEquals("5 SERVER whole", FramesTest.messages(log).get(1));
    }

    @Test
    void headsAndHeldFramesHaveNoRoomEither() {
        MessageLimits limits = MessageLimits.DEFAULT.with("waiting-in-all", 300);
        Log log = new Conversation().client("GET / HTTP/1.1\r\nX: " + "x".repeat(500)).client("\r\n\r\n").play(limits,
                Conversation.WHOLE);
        assertEquals(List.of("limit"), log.events.stream().map(e -> e.type().wireName()).toList());
        Conversation c = new Conversation().client(REQUEST);
        c.client(c.maskedText("early ".repeat(100))).server(RESPONSE).client(c.maskedText("late")).close(How.OPEN);
        log = c.play(limits, Conversation.WHOLE);
        assertTrue(FramesTest.limits(log).contains("waiting-in-all"));
    }

    @Test
    void singleOctetsBehindAHoleTakeNoMoreThanTheirShareOfTime() {
        Conversation c = Conversation.opened().gap(Side.SERVER, 100);
        SplittableRandom random = new SplittableRandom(1);
        byte[] noise = new byte[100_000];
        random.nextBytes(noise);
        c.server(noise);
        long before = System.nanoTime();
        c.play(MessageLimits.DEFAULT, Conversation.everyByte());
        long ms = (System.nanoTime() - before) / 1_000_000;
        assertTrue(ms < 20_000, ms + " ms for 100,000 segments of one octet");
    }
}
