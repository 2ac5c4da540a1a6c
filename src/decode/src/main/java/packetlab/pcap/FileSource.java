package packetlab.pcap;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** A source that has all its octets already: a regular file. Reading it never waits for anybody. */
final class FileSource implements ByteSource {
    private final ReadableByteChannel channel;

    FileSource(ReadableByteChannel channel) {
        this.channel = channel;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        return channel.read(into);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
