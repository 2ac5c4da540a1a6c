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

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import packetlab.event.Side;
import packetlab.event.TcpEvent;
import packetlab.flow.StreamHandler;

/** Frames that nobody wants to see cost no object, however they come. */
class AllocationTest {
    private static final class Fake implements StreamHandler.Stream {
        private long packet;

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
            return TcpEvent.Start.HANDSHAKE;
        }
    }

    @Test
    void nothingIsAllocatedPerFrame() {
        MessageDecoder decoder = new MessageDecoder(new Conversation.Log(type -> false), MessageLimits.DEFAULT);
        Fake stream = new Fake();
        StreamHandler handler = decoder.open(stream);
        String deflate = "Sec-WebSocket-Extensions: permessage-deflate";
        give(handler, stream, Side.CLIENT, with(REQUEST, deflate).getBytes());
        give(handler, stream, Side.SERVER, with(RESPONSE, deflate).getBytes());
        Conversation c = new Conversation();
        byte[] client = join(c.maskedText("안녕하세요"), c.masked(true, 0, 9, utf8("p")), c.masked(true, 4, 1,
                Conversation.hex("f248cdc9c90700")),
                c.masked(false, 0, 1, utf8("fragment")), c.masked(true, 0, 0, utf8("ed")), c.masked(true, 0, 2,
                        new byte[3000]),
                text("bare"), c.masked(true, 0, 1, new byte[] {-1}), c.masked(true, 0, 7, new byte[1]));
        byte[] server = join(text("plain"), frame(true, 0, 10, utf8("p")), frame(true, 4, 1,
                Conversation.hex("f248cdc9c90700")),
                frame(true, 0, 2, new byte[70_000]), frame(true, 0, 9, utf8("unanswered")));
        Runnable round = () -> {
            stream.packet++;
            handler.onData(Side.CLIENT, client, 0, client.length);
            handler.onData(Side.SERVER, server, 0, server.length);
            handler.onData(Side.SERVER, server, 0, server.length);
            for (int at = 0; at < client.length; at += 7) {
                handler.onData(Side.CLIENT, client, at, Math.min(7, client.length - at));
            }
        };
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < 2000; i++) {
            round.run();
        }
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 5 && least > 0; attempt++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 1000; i++) {
                round.run();
            }
            // The counter itself costs nothing; a compilation that ends in between may.
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertEquals(0, least, "octets allocated in 1,000 rounds of 28 frames");
        assertTrue(decoder.counters().frames().total() >= 3000 * 28, "frames " + decoder.counters().frames());
    }

    private static void give(StreamHandler handler, Fake stream, Side side, byte[] bytes) {
        stream.packet++;
        handler.onData(side, Arrays.copyOf(bytes, bytes.length + 8), 0, bytes.length);
    }
}
