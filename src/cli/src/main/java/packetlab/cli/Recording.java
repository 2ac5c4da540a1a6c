package packetlab.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import packetlab.event.Event;
import packetlab.os.WallClock;
import packetlab.pcap.CaptureWriter;
import packetlab.wire.PacketHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * A pcapng file that packets are written to, or one file after the other. When it cannot be written any more, that is
 * said once; whoever watches at the same time goes on without it.
 */
final class Recording implements PacketHandler, AutoCloseable {
    static final Path STANDARD_OUTPUT = Path.of("-");

    /** A file is handed to the system so often, so that it is written in large pieces; a pipe's reader is waiting. */
    private static final long FLUSH_EVERY_NS = 100_000_000;
    /** Of a packet's block around the packet, and of what closing adds to a file. */
    private static final int BLOCK_AROUND = 48, CLOSING = 64;

    private final Messages messages;
    private final CaptureWriter.Description description;
    private final Rotation rotation;
    private final boolean prompt;
    private CaptureWriter writer;
    private long flushedNs = System.nanoTime();
    /** What the kernel had dropped when the last poll was over, and when this file began. */
    private long dropped = Event.UNKNOWN;
    private long droppedBefore;
    private boolean failed;
    private boolean readerGone;

    private Recording(CaptureWriter writer, CaptureWriter.Description description, Rotation rotation, boolean prompt,
                      Messages messages) {
        this.writer = writer;
        this.description = description;
        this.rotation = rotation;
        this.prompt = prompt;
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
        return create(file, null, description, messages);
    }

    /** Makes the first of several files. */
    static Recording create(Rotation rotation, CaptureWriter.Description description, Messages messages) {
        return create(rotation.next(WallClock.nowNs()), rotation, description, messages);
    }

    private static Recording create(Path file, Rotation rotation, CaptureWriter.Description description,
                                    Messages messages) {
        try {
            return new Recording(CaptureWriter.create(file, description), description, rotation, false, messages);
        } catch (NoSuchFileException e) {
            throw Failure.failed(file + ": no such folder", e);
        } catch (FileSystemException e) {
            throw Failure.failed(FileTrouble.line(file.toString(), e), e);
        } catch (IOException e) {
            Recording failed = new Recording(null, description, rotation, false, messages);
            failed.fail(e.getMessage(), e);
            return failed;
        }
    }

    /** Writes to a stream, which is closed with this. */
    static Recording to(OutputStream out, CaptureWriter.Description description, Messages messages) throws IOException {
        return new Recording(CaptureWriter.to(out, "standard output", description), description, null, true, messages);
    }

    @Override
    public void onPacket(ByteBuffer buffer, int offset, int capturedLength, int wireLength, long timestampNs,
                         int linkType, int flags) {
        write(buffer, offset, capturedLength, wireLength, timestampNs, linkType, flags, null);
    }

    /** Takes a packet as {@link #onPacket} does, with a comment; null for none. */
    void write(ByteBuffer buffer, int offset, int capturedLength, int wireLength, long timestampNs, int linkType,
               int flags, String comment) {
        if (rotation != null && !failed && writer.packets() > 0
                && rotation.due(writer.octets() + BLOCK_AROUND + capturedLength + CLOSING, timestampNs)) {
            goOnInAnotherFile();
        }
        if (!failed) {
            writer.write(buffer, offset, capturedLength, wireLength, timestampNs, linkType, flags,
                    CaptureWriter.Remark.of(comment));
        }
    }

    private void goOnInAnotherFile() {
        count();
        attempt(writer::close);
        if (failed) {
            return;
        }
        Path file = rotation.next(WallClock.nowNs());
        try {
            writer = CaptureWriter.create(file, description);
            droppedBefore = Math.max(dropped, 0);
            rotation.deleteOld();
        } catch (FileSystemException e) {
            fail(FileTrouble.line(e.getFile() == null ? file.toString() : e.getFile(), e), e);
        } catch (IOException e) {
            fail(e.getMessage(), e);
        }
    }

    /** What the file will tell of its own part. */
    private void count() {
        writer.statistics(writer.packets(), dropped == Event.UNKNOWN ? dropped : dropped - droppedBefore);
    }

    /**
     * Called after each poll: takes the kernel's counter, and hands the packets to the system where that was not done
     * lately, so that kill -9 cannot take them back.
     */
    void flush(long droppedSoFar) {
        if (failed) {
            return;
        }
        dropped = droppedSoFar;
        count();
        if (prompt || System.nanoTime() - flushedNs >= FLUSH_EVERY_NS) {
            flushedNs = System.nanoTime();
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
            fail(e.getMessage(), e);
        }
    }

    private void fail(String line, IOException e) {
        if (!failed) {
            failed = true;
            readerGone = Messages.find(e, StandardOutput.ReaderGone.class) != null;
            if (!readerGone) {
                messages.print(line, List.of());
            }
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }
}
