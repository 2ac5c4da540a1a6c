package packetlab.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Where a trace is written, so that the command's own output stays its own: to a file as it happens, NDJSON to standard
 * output, and text to standard error when the command has ended. Text that waits is kept in a file without a name.
 */
final class TraceOutput extends OutputStream {
    /** Text that is kept until the command has ended; beyond it the rest is left out and counted. */
    private static final long MOST = 1L << 30;

    private final OutputStream target;
    private final FileChannel spool;
    private final OutputStream into;
    private long kept;
    private long leftOut;

    /** @param waits whether it is written only at {@link #close} */
    TraceOutput(OutputStream target, boolean waits) throws IOException {
        this.target = target;
        if (waits) {
            Path file = Files.createTempFile("packetlab-trace-", ".txt");
            spool = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            Files.delete(file);
            into = Channels.newOutputStream(spool);
        } else {
            spool = null;
            into = target;
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (spool != null && kept + length > MOST) {
            leftOut += length;
            return;
        }
        kept += length;
        into.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
        into.flush();
    }

    /** Octets that were not kept. */
    long leftOut() {
        return leftOut;
    }

    @Override
    public void close() {
        try {
            if (spool != null) {
                try (spool) {
                    spool.position(0);
                    InputStream all = Channels.newInputStream(spool);
                    all.transferTo(target);
                }
            }
            target.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
