package packetlab.pcap;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import packetlab.wire.Net;

/**
 * Gathers whole pcapng blocks, little-endian, and writes them together. After a failure it takes blocks and throws them
 * away. A file is then cut behind its last whole block, so that every reader accepts it.
 */
final class BlockSink implements Closeable {
    private static final int CAPACITY = 1 << 20;

    private final WritableByteChannel out;
    /** The same as out where it is a file of ours, else null. */
    private final FileChannel file;
    private ByteBuffer buffer;
    private int end;
    private long handedOn;
    private boolean failed;

    BlockSink(WritableByteChannel out, FileChannel file, boolean direct) {
        this.out = out;
        this.file = file;
        buffer = direct ? ByteBuffer.allocateDirect(CAPACITY) : ByteBuffer.allocate(CAPACITY);
    }

    /** Makes room for a block, writing earlier ones if need be; the block then is at {@link #begin} in {@link #buffer}. */
    void reserve(int length) throws IOException {
        if (buffer.capacity() - end < length) {
            write();
            if (buffer.capacity() < length) {
                int capacity = length + CAPACITY - 1 & -CAPACITY;
                buffer = buffer.isDirect() ? ByteBuffer.allocateDirect(capacity) : ByteBuffer.allocate(capacity);
            }
        }
    }

    int begin() {
        return end;
    }

    ByteBuffer buffer() {
        return buffer;
    }

    /** The block is complete. */
    void add(int length) {
        end += length;
    }

    /** Of all blocks so far. */
    long octets() {
        return handedOn + end;
    }

    /** Writes what has gathered. */
    void write() throws IOException {
        if (failed) {
            end = 0;
            return;
        }
        ByteBuffer b = buffer.limit(end).position(0);
        try {
            while (b.hasRemaining()) {
                out.write(b);
            }
        } catch (IOException e) {
            failed = true;
            cutBehindLastWholeBlock(b.position());
            throw e;
        } finally {
            buffer.clear();
            handedOn += end;
            end = 0;
        }
    }

    private void cutBehindLastWholeBlock(int written) {
        int whole = 0;
        while (whole + 8 <= written && whole + Net.i32le(buffer, whole + 4) <= written) {
            whole += Net.i32le(buffer, whole + 4);
        }
        if (file != null) {
            try {
                file.truncate(file.position() - (written - whole));
            } catch (IOException e) {
                // A device or a pipe: a reader finds the last block cut short, and all before it.
            }
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
