package packetlab.message;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import packetlab.event.Side;
import packetlab.event.TcpEvent;
import packetlab.flow.StreamHandler;

/**
 * Has a thread of its own read what connections carry, while the caller's goes on with the next packets. Everything
 * reaches a {@link MessageDecoder} in the order in which it was given here, so the outcome is the same. Events would
 * come late, between later ones: for decoders to which nobody listens.
 *
 * <p>Use by one thread: {@link #packetIn} with each packet before it is decoded, {@link #handOver} after each poll of a
 * source whose packets stay in place for {@link #POLLS} polls, and {@link #finish} before the decoder's counters are read.
 */
public final class MessageThread implements StreamHandler.Factory {
    /** How many polls long the bytes of a packet must stay as they are. */
    public static final int POLLS = 3;

    /** Octets that are copied for one batch before it is handed over; a single piece may be larger. */
    private static final int COPIED = 256 << 10;

    /** A buffer of more octets holds one huge packet: of those one at a time is enough. */
    private static final int LARGE = 1 << 20;

    private static final TcpEvent.How[] HOWS = TcpEvent.How.values();
    private static final StreamHandler.GapCause[] CAUSES = StreamHandler.GapCause.values();

    private final StreamHandler.Factory decoder;
    private final ArrayBlockingQueue<Batch> free = new ArrayBlockingQueue<>(POLLS);
    private final ArrayBlockingQueue<Batch> given = new ArrayBlockingQueue<>(POLLS);
    private final Thread thread = new Thread(this::work, "messages");
    private Batch batch;
    /** What the last packet lies in. */
    private ByteBuffer lasting;
    private volatile Throwable failure;

    /** Of the thread: the packet that it is at, and its time. */
    private long frame;
    private long timeNs;

    public MessageThread(StreamHandler.Factory decoder) {
        this.decoder = decoder;
        for (int i = 0; i < POLLS; i++) {
            free.add(new Batch());
        }
        batch = free.remove();
        thread.setDaemon(true); // a caller that fails does not come to finish
        thread.start();
    }

    /** The next packet lies in that buffer. */
    public void packetIn(ByteBuffer buffer) {
        lasting = buffer;
    }

    @Override
    public StreamHandler open(StreamHandler.Stream stream) {
        return new Handed(stream);
    }

    /** Hands over what has come since the last time. */
    public void handOver() {
        boolean large = batch.buffer != null && batch.buffer.capacity() > LARGE;
        try {
            given.put(batch);
            batch = free.take();
            if (large) {
                waitForAll();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a thread that decodes", e);
        }
        Throwable thrown = failure;
        if (thrown != null) {
            throw new IllegalStateException("the thread that reads messages failed: " + thrown, thrown);
        }
    }

    private void waitForAll() throws InterruptedException {
        Batch[] others = new Batch[POLLS - 1];
        for (int i = 0; i < others.length; i++) {
            others[i] = free.take();
        }
        free.addAll(Arrays.asList(others));
    }

    /** Waits until everything has been read. Nothing may come after it. */
    public void finish() {
        batch.last = true;
        try {
            given.put(batch);
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a thread that decodes", e);
        }
        if (failure != null) {
            throw new IllegalStateException("the thread that reads messages failed: " + failure, failure);
        }
    }

    private void work() {
        try {
            boolean last = false;
            while (!last) {
                Batch one = given.take();
                try {
                    if (failure == null) {
                        one.replay();
                    }
                } catch (Throwable e) {
                    failure = e;    // the caller is told; until it stops, its batches come back unread
                }
                last = one.last;
                one.clear();
                free.put(one);
            }
        } catch (InterruptedException e) {
            failure = e;
        }
    }

    /** The calls of one poll. */
    private final class Batch {
        private static final int DATA = 0, GAP = 1, FIN = 2, CLOSE = 3;
        /** Of one call: packet, its time, what is called (and for whom), and its arguments. */
        private static final int FRAME = 0, TIME = 1, CALL = 2, FIRST = 3, SECOND = 4, STRIDE = 5;
        /** The bits of CALL: kind, whether the client's, whether copied, then an ordinal. */
        private static final int KIND = 3, CLIENT = 4, COPY = 8, ORDINAL_SHIFT = 4;

        private Handed[] streams = new Handed[1024];
        private long[] calls = new long[1024 * STRIDE];
        private int count;
        /** Where data lies that was not copied. */
        private ByteBuffer buffer;
        private ByteBuffer copies = ByteBuffer.allocate(0);
        private int copied;
        private boolean last;

        private void add(Handed stream, int call, long first, long second) {
            if (count == streams.length) {
                streams = Arrays.copyOf(streams, count * 2);
                calls = Arrays.copyOf(calls, count * 2 * STRIDE);
            }
            streams[count] = stream;
            int at = count++ * STRIDE;
            calls[at + FRAME] = stream.origin.frame();
            calls[at + TIME] = stream.origin.timeNs();
            calls[at + CALL] = call;
            calls[at + FIRST] = first;
            calls[at + SECOND] = second;
        }

        private void data(Handed stream, int call, ByteBuffer from, int offset, int length) {
            if (from == lasting && (buffer == null || buffer == from)) {
                buffer = from;
                add(stream, call, offset, length);
                return;
            }
            if (copies.capacity() - copied < length) {
                ByteBuffer larger = ByteBuffer.allocate(Math.max(copied * 2, copied + length) + Unmask.SLACK);
                larger.put(0, copies, 0, copied);
                copies = larger;
            }
            copies.put(copied, from, offset, length);
            add(stream, call | COPY, copied, length);
            copied += length;
        }

        private void replay() {
            for (int i = 0, at = 0; i < count; i++, at += STRIDE) {
                int call = (int) calls[at + CALL];
                Side side = (call & CLIENT) != 0 ? Side.CLIENT : Side.SERVER;
                frame = calls[at + FRAME];
                timeNs = calls[at + TIME];
                StreamHandler handler = streams[i].handler();
                switch (call & KIND) {
                    case DATA -> handler.onData(side, (call & COPY) != 0 ? copies : buffer, (int) calls[at + FIRST],
                            (int) calls[at + SECOND]);
                    case GAP -> handler.onGap(side, calls[at + FIRST], CAUSES[call >> ORDINAL_SHIFT]);
                    case FIN -> handler.onFin(side);
                    default -> handler.onClose(HOWS[call >> ORDINAL_SHIFT]);
                }
            }
        }

        private void clear() {
            Arrays.fill(streams, 0, count, null);
            count = 0;
            buffer = null;
            copied = 0;
            if (copies.capacity() > 2 * COPIED) {
                copies = ByteBuffer.allocate(0);
            }
        }
    }

    /** A connection on both threads: takes calls on the caller's, and is what they are made on, on the other. */
    private final class Handed implements StreamHandler, StreamHandler.Stream {
        private final Stream origin;
        private final long number;
        private final TcpEvent.Start start;
        /** Made by the thread. */
        private StreamHandler handler;

        Handed(Stream origin) {
            this.origin = origin;
            number = origin.stream();
            start = origin.start();
        }

        private StreamHandler handler() {
            if (handler == null) {
                handler = decoder.open(this);
            }
            return handler;
        }

        private static int call(int kind, Side from) {
            return from == Side.CLIENT ? kind | Batch.CLIENT : kind;
        }

        @Override
        public void onData(Side from, ByteBuffer buffer, int offset, int length) {
            batch.data(this, call(Batch.DATA, from), buffer, offset, length);
            if (batch.copied >= COPIED) {
                handOver();
            }
        }

        @Override
        public void onGap(Side from, long length, GapCause cause) {
            batch.add(this, call(Batch.GAP, from) | cause.ordinal() << Batch.ORDINAL_SHIFT, length, 0);
        }

        @Override
        public void onFin(Side from) {
            batch.add(this, call(Batch.FIN, from), 0, 0);
        }

        @Override
        public void onClose(TcpEvent.How how) {
            batch.add(this, Batch.CLOSE | how.ordinal() << Batch.ORDINAL_SHIFT, 0, 0);
        }

        @Override
        public long stream() {
            return number;
        }

        @Override
        public long frame() {
            return frame;
        }

        @Override
        public long timeNs() {
            return timeNs;
        }

        @Override
        public TcpEvent.Start start() {
            return start;
        }
    }
}
