package packetlab.pcap;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A regular file, read by who decodes it, while its octets are in that processor's cache. Reading never waits. */
final class FileSource implements ByteSource {
    private final FileChannel channel;
    private final long start;

    FileSource(FileChannel channel) throws IOException {
        this.channel = channel;
        start = channel.position();
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        return channel.read(into);
    }

    /** As {@link packetlab.wire.Origin#readAgain}; positions count from where the first {@link #read} began. */
    int readAgain(long position, ByteBuffer into) {
        try {
            return Math.max(0, channel.read(into, start + position));
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
