package packetlab.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import packetlab.event.Side;
import packetlab.event.TcpEvent;
import packetlab.flow.StreamHandler;

class MessageThreadTest {
    private static final int POLLS = 300;
    private static final int LARGE = 700_000;

    /** Notes every call, with what the stream says of the packet. */
    private static final class Log implements StreamHandler.Factory {
        private final List<String> calls = new ArrayList<>();
        private Thread thread;

        @Override
        public StreamHandler open(StreamHandler.Stream stream) {
            String name = "stream " + stream.stream() + " " + stream.start();
            Consumer<String> note = call -> {
                thread = Thread.currentThread();
                calls.add(name + " frame " + stream.frame() + " at " + stream.timeNs() + ": " + call);
            };
            note.accept("open");
            return new StreamHandler() {
                @Override
                public void onData(Side from, ByteBuffer buffer, int offset, int length) {
                    int sum = 0;
                    for (int i = 0; i < length; i++) {
                        sum = 31 * sum + buffer.get(offset + i);
                    }
                    note.accept(from + " data " + length + " " + sum);
                }

                @Override
                public void onGap(Side from, long length, GapCause cause) {
                    note.accept(from + " gap " + length + " " + cause);
                }

                @Override
                public void onFin(Side from) {
                    note.accept(from + " fin");
                }

                @Override
                public void onClose(TcpEvent.How how) {
                    note.accept("close " + how);
                }
            };
        }
    }

    private static final class Packet implements StreamHandler.Stream {
        private final long stream;
        private long frame;

        Packet(long stream) {
            this.stream = stream;
        }

        @Override
        public long stream() {
            return stream;
        }

        @Override
        public long frame() {
            return frame;
        }

        @Override
        public long timeNs() {
            return frame * 1000;
        }

        @Override
        public TcpEvent.Start start() {
            return TcpEvent.Start.values()[(int) stream % TcpEvent.Start.values().length];
        }
    }

    @Test
    void theSameCallsInTheSameOrder() {
        Log here = new Log();
        play(here, null);
        Log there = new Log();
        MessageThread thread = new MessageThread(there);
        play(thread, thread);
        thread.finish();
        assertEquals(here.calls.size(), there.calls.size());
        for (int i = 0; i < here.calls.size(); i++) {
            assertEquals(here.calls.get(i), there.calls.get(i));
        }
        assertSame(Thread.currentThread(), here.thread);
        assertNotSame(Thread.currentThread(), there.thread);
    }

    /** Packets lie in buffers that are overwritten after as many polls as was promised; other data at once. */
    private static void play(StreamHandler.Factory factory, MessageThread thread) {
        Random random = new Random(7);
        ByteBuffer[] windows = new ByteBuffer[MessageThread.POLLS];
        for (int i = 0; i < windows.length; i++) {
            windows[i] = ByteBuffer.allocate(i == 0 ? 2 << 20 : LARGE);
        }
        ByteBuffer passing = ByteBuffer.allocate(LARGE);
        List<Packet> packets = new ArrayList<>();
        List<StreamHandler> handlers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            packets.add(new Packet(i));
            handlers.add(null);
        }
        long frame = 0;
        for (int poll = 0; poll < POLLS; poll++) {
            ByteBuffer window = windows[poll % windows.length];
            random.nextBytes(window.array());
            for (int i = random.nextInt(40); i > 0; i--) {
                int stream = random.nextInt(5);
                packets.get(stream).frame = ++frame;
                if (thread != null) {
                    thread.packetIn(window);
                }
                if (handlers.get(stream) == null) {
                    handlers.set(stream, factory.open(packets.get(stream)));
                }
                call(handlers.get(stream), random, window, passing);
            }
            if (thread != null) {
                thread.handOver();
            }
        }
    }

    private static void call(StreamHandler handler, Random random, ByteBuffer window, ByteBuffer passing) {
        Side side = random.nextBoolean() ? Side.CLIENT : Side.SERVER;
        switch (random.nextInt(12)) {
            case 0 -> handler.onGap(side, random.nextLong() >>> 8, StreamHandler.GapCause.values()[random.nextInt(4)]);
            case 1 -> handler.onFin(side);
            case 2 -> handler.onClose(TcpEvent.How.values()[random.nextInt(TcpEvent.How.values().length)]);
            case 3, 4 -> {
                int length = random.nextInt(20) == 0 ? LARGE - 10 : 1 + random.nextInt(300);
                passing.put(random.nextInt(LARGE), (byte) random.nextInt());
                handler.onData(side, passing, random.nextInt(10), length);
                passing.put(random.nextInt(300), (byte) random.nextInt());
            }
            default -> handler.onData(side, window, random.nextInt(LARGE - 1000), 1 + random.nextInt(999));
        }
    }

    @Test
    void aFailureOfTheThreadReachesTheCaller() {
        MessageThread thread = new MessageThread(stream -> {
            throw new IllegalArgumentException("a broken decoder");
        });
        thread.open(new Packet(0)).onFin(Side.CLIENT);
        IllegalStateException thrown = assertThrows(IllegalStateException.class, () -> {
            thread.handOver();
            thread.finish();
        });
        assertEquals("a broken decoder", thrown.getCause().getMessage());
    }
}
