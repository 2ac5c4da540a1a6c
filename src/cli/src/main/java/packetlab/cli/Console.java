package packetlab.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;

/**
 * The three standard streams and what is known of them.
 *
 * @param in            a read of it that blocks ends when its thread is interrupted
 * @param out           the product and nothing else; throws {@link StandardOutput.ReaderGone}
 * @param err           messages and progress
 * @param outIsTerminal whether a person reads {@code out} directly
 * @param utf8          whether text may use more than ASCII
 */
record Console(ReadableByteChannel in, OutputStream out, PrintStream err, boolean outIsTerminal, boolean errIsTerminal,
               boolean utf8) {
    static Console ofProcess() {
        return new Console(
                new FileInputStream(FileDescriptor.in).getChannel(),
                new StandardOutput(),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                Terminal.isTerminal(Terminal.STDOUT), Terminal.isTerminal(Terminal.STDERR), Terminal.isUtf8());
    }
}
