package packetlab.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import packetlab.pcap.CaptureWriter;
import packetlab.wire.PacketHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * A pcapng file that packets are written to. When it cannot be written any more, that is said once; whoever watches at
 * the same time goes on without it.
 */
final class Recording implements PacketHandler, AutoCloseable {
    static final Path STANDARD_OUTPUT = Path.of("-");

    private final CaptureWriter writer;
    private final Messages messages;
    private boolean failed;
    private boolean readerGone;

    private Recording(CaptureWriter writer, Messages messages) {
        this.writer = writer;
        this.messages = messages;
    }

    /** Refuses {@code -} where standard output is for the events. */
    static void requireFile(CommandSpec command, Path file) {
        if (file != null && file.equals(STANDARD_OUTPUT)) {
            throw new ParameterException(command.commandLine(),
                    "-w needs a file: standard output takes the events (packetlab record -w - writes packets there)");
        }
    }

    /**
     * Makes the file. One that cannot be opened is a Failure; one that cannot be written (a full disk) is the same as
     * when that happens later.
     */
    static Recording create(Path file, CaptureWriter.Description description, Messages messages) {
        try {
            return new Recording(CaptureWriter.create(file, description), messages);
        } catch (NoSuchFileException e) {
            throw Failure.failed(file + ": no such folder", e);
        } catch (FileSystemException e) {
            throw Failure.failed(FileTrouble.line(file.toString(), e), e);
        } catch (IOException e) {
            Recording failed = new Recording(null, messages);
            failed.fail(e);
            return failed;
        }
    }

    /** Writes to a stream, which is closed with this. */
    static Recording to(OutputStream out, CaptureWriter.Description description, Messages messages) throws IOException {
        return new Recording(CaptureWriter.to(out, "standard output", description), messages);
    }

    @Override
    public void onPacket(ByteBuffer buffer, int offset, int capturedLength, int wireLength, long timestampNs,
                         int linkType, int flags) {
        if (!failed) {
            writer.onPacket(buffer, offset, capturedLength, wireLength, timestampNs, linkType, flags);
        }
    }

    /** Hands all packets so far to the system, so that kill -9 cannot take them back, with the counters until now. */
    void flush(long received, long dropped) {
        if (!failed) {
            writer.statistics(received, dropped);
            attempt(writer::flush);
        }
    }

    /** Whether it takes no packets any more. */
    boolean failed() {
        return failed;
    }

    /** Closes the file and returns the status that the command ends with on its account. */
    int finish() {
        close();
        return failed && !readerGone ? ExitStatus.FAILED : ExitStatus.DONE;
    }

    @Override
    public void close() {
        if (writer != null) {
            attempt(writer::close);
        }
    }

    private void attempt(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            fail(e);
        }
    }

    private void fail(IOException e) {
        if (!failed) {
            failed = true;
            readerGone = Messages.find(e, StandardOutput.ReaderGone.class) != null;
            if (!readerGone) {
                messages.print(e.getMessage(), List.of());
            }
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }
}
