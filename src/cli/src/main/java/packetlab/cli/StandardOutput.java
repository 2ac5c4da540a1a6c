package packetlab.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Standard output without System.out's charset and locks: unlike a PrintStream it says when writing fails. When nobody
 * reads any more ({@code | head}) it throws {@link ReaderGone}, which ends the command without a word.
 */
final class StandardOutput extends OutputStream {
    /** The reader of our output has closed its end. */
    static final class ReaderGone extends IOException {
        private static final long serialVersionUID = 1;

        ReaderGone(IOException cause) {
            super(cause);
        }
    }

    /** Standard output cannot be written, such as for a full disk. */
    static final class Unwritable extends IOException {
        private static final long serialVersionUID = 1;

        Unwritable(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private final OutputStream out;
    private final boolean isPipe;

    StandardOutput() {
        this(new FileOutputStream(FileDescriptor.out), Terminal.isPipe(Terminal.STDOUT));
    }

    /** @param isPipe whether {@code out} leads to another program */
    StandardOutput(OutputStream out, boolean isPipe) {
        this.out = out;
        this.isPipe = isPipe;
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
        try {
            out.write(octets, offset, length);
        } catch (IOException e) {
            throw translated(e);
        }
    }

    @Override
    public void flush() throws IOException {
        try {
            out.flush();
        } catch (IOException e) {
            throw translated(e);
        }
    }

    /**
     * EPIPE has no type of its own in the JDK, and its words are the locale's. A pipe or a socket fails for hardly
     * another reason, so it decides what standard output is connected to.
     */
    private IOException translated(IOException e) {
        return isPipe ? new ReaderGone(e) : new Unwritable(e);
    }
}
