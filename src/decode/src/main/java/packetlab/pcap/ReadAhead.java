package packetlab.pcap;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A source that a thread of its own reads, a few chunks ahead: a pipe, a terminal or a socket, because the JDK can neither
 * wait for one with a time limit nor tell an end from a pause without blocking. Not for a file: copying out of the kernel
 * costs six times as much where another processor's cache holds the buffers.
 */
final class ReadAhead implements ByteSource {
    /** What a Linux pipe holds. */
    private static final int CHUNK = 64 << 10;
    private static final int CHUNKS = 4;

    private final ReadableByteChannel in;
    private final ArrayBlockingQueue<ByteBuffer> empty = new ArrayBlockingQueue<>(CHUNKS);
    private final ArrayBlockingQueue<ByteBuffer> full = new ArrayBlockingQueue<>(CHUNKS + 1);
    /** Stands in {@link #full} behind the last octets. */
    private final ByteBuffer end = ByteBuffer.allocate(0);
    private final Thread thread = new Thread(this::readAll, "capture-input");
    /** Why reading ended, where it failed; published by putting {@link #end} into the queue. */
    private Throwable failure;
    private ByteBuffer current;

    ReadAhead(ReadableByteChannel in) {
        this.in = in;
        for (int i = 0; i < CHUNKS; i++) {
            empty.add(ByteBuffer.allocateDirect(CHUNK));
        }
        thread.setDaemon(true); // a read of standard input cannot be interrupted
        thread.start();
    }

    private void readAll() {
        try {
            try {
                while (true) {
                    ByteBuffer chunk = empty.take().clear();
                    if (in.read(chunk) < 0) {
                        break;
                    }
                    full.put(chunk.flip());
                }
            } catch (IOException | RuntimeException e) {
                failure = e;
            }
            full.put(end);
        } catch (InterruptedException e) {
            // closed: nobody waits for more
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int before = into.position();
        try {
            while (into.hasRemaining()) {
                if (current == null) {
                    current = into.position() > before ? full.poll() : full.poll(MAX_WAIT_MS, TimeUnit.MILLISECONDS);
                }
                if (current == null || current == end) {
                    break;
                }
                int n = Math.min(into.remaining(), current.remaining());
                into.put(into.position(), current, current.position(), n);
                into.position(into.position() + n);
                current.position(current.position() + n);
                if (!current.hasRemaining()) {
                    empty.add(current);
                    current = null;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the caller's loop decides what it means
        }
        int n = into.position() - before;
        if (n > 0 || current != end) {
            return n;
        }
        if (failure != null) {
            throw new IOException(failure.getMessage(), failure);
        }
        return END;
    }

    @Override
    public void close() throws IOException {
        thread.interrupt();
        in.close();
    }
}
