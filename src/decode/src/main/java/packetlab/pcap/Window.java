package packetlab.pcap;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import packetlab.wire.Origin;

/**
 * The part of a capture that is in memory: one reused heap buffer, of which {@code [at, end)} is yet to be read. It grows
 * only for a record that does not fit, and only as its octets really arrive, so a lying length costs nothing.
 */
final class Window implements Origin {
    /** Octets asked of the source at a time; also what the JDK caches as direct memory behind a heap buffer. */
    static final int CHUNK = 256 << 10;

    ByteBuffer buffer;
    /** Of {@link #buffer}. */
    byte[] array;
    int at;
    int end;
    private ByteSource source;
    private long base;

    Window(ByteSource source) {
        this(source, CHUNK);
    }

    Window(ByteSource source, int capacity) {
        this.source = source;
        holdIn(new byte[capacity]);
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
        if (at == end) {
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

    private void moveToFront() {
        System.arraycopy(array, at, array, 0, end - at);
        base += at;
        end -= at;
        at = 0;
    }

    private void grow(int needed) {
        int capacity = (int) Math.min(2L * buffer.capacity(), Math.max(needed, buffer.capacity() + CHUNK));
        holdIn(Arrays.copyOf(array, capacity));
    }

    private void holdIn(byte[] octets) {
        array = octets;
        buffer = ByteBuffer.wrap(octets);
    }

    /** What was read so far turned out to be the beginning of gzip data: reads what is inside from now on. */
    void inflate() {
        source = new GzipSource(source, Arrays.copyOfRange(array, at, end));
        base = 0;
        at = 0;
        end = 0;
    }

    @Override
    public long positionOf(byte[] packets) {
        return packets == array ? base : -1;
    }

    @Override
    public int readAgain(long position, ByteBuffer into) {
        return ((FileSource) source).readAgain(position, into);
    }

    ByteSource source() {
        return source;
    }
}
