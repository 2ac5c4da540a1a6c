package packetlab.pcap;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The part of a capture that is in memory: one reused heap buffer, of which {@code [at, end)} is yet to be read; or a few
 * in turn, so that what was read stays for a while. A buffer grows only for a record that does not fit, and only as its
 * octets really arrive, so a lying length costs nothing.
 */
final class Window {
    /** Octets asked of the source at a time; also what the JDK caches as direct memory behind a heap buffer. */
    static final int CHUNK = 256 << 10;

    ByteBuffer buffer;
    int at;
    int end;
    private ByteSource source;
    private long base;
    /** Those that are used in turn, {@link #buffer} at {@code turn}. */
    private ByteBuffer[] buffers = new ByteBuffer[1];
    private int turn;
    private boolean turns;

    Window(ByteSource source) {
        this(source, CHUNK);
    }

    Window(ByteSource source, int capacity) {
        this.source = source;
        buffer = ByteBuffer.allocate(capacity);
    }

    /** From now on that many buffers are used in turn. */
    void buffers(int count) {
        buffers = new ByteBuffer[count];
        turn = 0;
    }

    /** What was read of this buffer must stay: more is read into the next one. */
    void turn() {
        turns = buffers.length > 1;
    }

    int remaining() {
        return end - at;
    }

    /** Octets from the beginning of the capture to {@link #at}. */
    long offset() {
        return base + at;
    }

    /** Reads more, so that in the end {@code needed} octets fit behind {@link #at}. Answers as ByteSource.read does. */
    int fill(int needed) throws IOException {
        if (turns) {
            turns = false;
            turnOver();
        } else if (at == end) {
            base += at;
            at = 0;
            end = 0;
        } else if (buffer.capacity() - at < needed || end == buffer.capacity()) {
            moveToFront();
        }
        if (end == buffer.capacity()) {
            grow(needed);
        }
        buffer.limit(Math.min(buffer.capacity(), end + CHUNK)).position(end);
        int n = source.read(buffer);
        buffer.clear();
        if (n > 0) {
            end += n;
        }
        return n;
    }

    private void turnOver() {
        buffers[turn] = buffer;
        turn = (turn + 1) % buffers.length;
        int left = end - at;
        ByteBuffer next = buffers[turn];
        if (next == null || next.capacity() > 2 * CHUNK || next.capacity() < left + CHUNK / 2) {
            next = ByteBuffer.allocate(left + CHUNK);
        }
        buffers[turn] = null;
        next.put(0, buffer, at, left);
        buffer = next;
        base += at;
        at = 0;
        end = left;
    }

    private void moveToFront() {
        byte[] a = buffer.array();
        System.arraycopy(a, at, a, 0, end - at);
        base += at;
        end -= at;
        at = 0;
    }

    private void grow(int needed) {
        int capacity = (int) Math.min(2L * buffer.capacity(), Math.max(needed, buffer.capacity() + CHUNK));
        buffer = ByteBuffer.wrap(Arrays.copyOf(buffer.array(), capacity));
    }

    /** What was read so far turned out to be the beginning of gzip data: reads what is inside from now on. */
    void inflate() {
        source = new GzipSource(source, Arrays.copyOfRange(buffer.array(), at, end));
        base = 0;
        at = 0;
        end = 0;
    }

    ByteSource source() {
        return source;
    }
}
