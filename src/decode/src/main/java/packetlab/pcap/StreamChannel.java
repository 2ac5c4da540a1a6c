package packetlab.pcap;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** An OutputStream as a channel for heap buffers: one write for each, flushed; the JDK's adapter writes 8 KiB at a time. */
final class StreamChannel implements WritableByteChannel {
    private final OutputStream out;
    private boolean open = true;

    StreamChannel(OutputStream out) {
        this.out = out;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        int n = from.remaining();
        out.write(from.array(), from.arrayOffset() + from.position(), n);
        out.flush();
        if (out instanceof PrintStream && ((PrintStream) out).checkError()) {
            throw new IOException("the stream does not take it"); // and does not tell why
        }
        from.position(from.limit());
        return n;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() throws IOException {
        open = false;
        out.close();
    }
}
