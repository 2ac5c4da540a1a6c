package packetlab.pcap;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import packetlab.event.Event;
import packetlab.wire.Origin;
import packetlab.wire.PacketHandler;
import packetlab.wire.PacketSource;

/**
 * Reads a capture: pcap (micro- and nanosecond, both byte orders) or pcapng (any number of sections and interfaces), also
 * compressed by gzip; from a file, or from a pipe while it is being written. Packets are handed over in place, from one
 * reused heap buffer; nothing is allocated per packet. Use by one thread.
 */
public final class CaptureReader implements PacketSource {
    /** A longer packet is taken for damage. libpcap's own limit is 262,144 octets. */
    public static final int MAX_PACKET = 64 << 20;
    /** No link type is known, or there are several. */
    public static final int NO_LINK_TYPE = -1;

    /**
     * Where packets were captured.
     *
     * @param section     0-based number of the pcapng section; 0 for pcap
     * @param number      0-based number of the interface in its section
     * @param name        such as {@code lo}; null where the file does not say, as are the others
     * @param snaplen     octets that were captured of a packet at most; 0 for no limit
     * @param resolution  unit of its time stamps as pcapng's if_tsresol: n is 10^-n s, 128 + n is 2^-n s
     */
    public record Interface(int section, int number, int linkType, String name, String description, long snaplen,
                            int resolution, String filter) {}

    /** Hears of what a capture holds beside packets. Called by {@link #poll} and the open methods, in file order. */
    public interface Listener {
        /** Before the first packet of that interface. */
        default void interfaceDescribed(Interface described) {}

        /** @param frame number of the packet, which is delivered next; 0 for a remark on a section or an interface */
        default void comment(long frame, String text) {}

        /**
         * What the capturing system noted beside a packet, which is delivered next; only where it noted any of it.
         *
         * @param direction 0 unknown, 1 inbound, 2 outbound, as in pcapng's epb_flags
         * @param processId {@code Event.UNKNOWN} where it is not told, as is the thread
         */
        default void origin(long frame, int direction, long processId, long threadId) {}

        /**
         * The counters of an interface, which replace earlier ones. Either is {@code Event.UNKNOWN} where the capture
         * does not tell.
         */
        default void interfaceStatistics(int section, int number, long received, long dropped) {}

        /**
         * A packet is wrong in a way that does not keep it from being delivered, which is next. Told once for each way.
         *
         * @param text what the packet does, to follow "packet N"
         */
        default void oddity(long frame, String text) {}
    }

    static final Listener NOBODY = new Listener() {};

    private final String name;
    private final Listener listener;
    private final Window window;
    private Format format;
    private IOException failure;
    private boolean ended;

    private CaptureReader(ByteSource source, String name, Listener listener) {
        this.name = name;
        this.listener = listener == null ? NOBODY : listener;
        window = new Window(source);
    }

    /**
     * Opens a file, and reads it up to its first packet. A named pipe is read as it comes; opening it waits for a writer,
     * as open(2) does.
     *
     * @param listener null for none
     * @throws CaptureFormatException where it is no capture, or damaged before its first packet
     */
    public static CaptureReader open(Path file, Listener listener) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(file + ": is a directory, not a capture file");
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        return Files.isRegularFile(file) ? openFile(channel, file.toString(), listener)
                : open(channel, file.toString(), listener);
    }

    /** Reads a channel, which {@link #close} closes: one on a regular file as a file, any other as it comes. */
    public static CaptureReader open(ReadableByteChannel in, String name, Listener listener) throws IOException {
        if (in instanceof FileChannel && ((FileChannel) in).size() > 0) { // a pipe's size is 0
            return openFile((FileChannel) in, name, listener);
        }
        return new CaptureReader(new ReadAhead(in), name, listener);
    }

    private static CaptureReader openFile(FileChannel file, String name, Listener listener) throws IOException {
        CaptureReader reader = new CaptureReader(new FileSource(file), name, listener);
        try {
            reader.readUpToFirstPacket();
        } catch (IOException e) {
            reader.close();
            throw e;
        }
        return reader;
    }

    /** Reads a stream, which {@link #close} closes, as it comes. */
    public static CaptureReader open(InputStream in, String name, Listener listener) throws IOException {
        return open(Channels.newChannel(in), name, listener);
    }

    /** Reads standard input: a file as a file, a pipe as it comes. */
    public static CaptureReader standardInput(Listener listener) throws IOException {
        return open(new FileInputStream(FileDescriptor.in).getChannel(), "standard input", listener);
    }

    private void readUpToFirstPacket() throws IOException {
        step(null);
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public int poll(PacketHandler handler) throws IOException {
        if (failure == null && !ended) {
            int n = step(handler);
            if (n > 0 || failure == null && !ended) {
                return n;
            }
        }
        if (failure != null) {
            throw failure;
        }
        return END;
    }

    /** Delivers what is there, reading more if need be. A failure is kept for when that has been returned. */
    private int step(PacketHandler handler) {
        long before = packets();
        try {
            while (true) {
                if (format == null) {
                    format = Recognise.format(window, name, listener);
                }
                if (format != null) {
                    format.deliver(window, handler);
                    if (packets() > before || window.remaining() >= format.needed) {
                        break;
                    }
                }
                int n = window.fill(format == null ? Integer.BYTES : format.needed);
                if (n == 0) {
                    break;
                }
                if (n < 0) {
                    ended = true;
                    if (window.remaining() > 0 || format == null) {
                        failure = format == null ? Recognise.notACapture(window, name) : format.cutShort(window);
                    }
                    break;
                }
            }
        } catch (CaptureFormatException e) {
            failure = e;
        } catch (SourceDamage e) {
            failure = damaged(e.getMessage());
        } catch (IOException e) {
            failure = new IOException(name + ": cannot read: " + e.getMessage(), e);
        }
        return (int) (packets() - before);
    }

    private CaptureFormatException damaged(String source) {
        long after = packets();
        return new CaptureFormatException(name, source + ", after packet " + after, window.offset(), after + 1);
    }

    /** Packets delivered so far. */
    public long packets() {
        return format == null ? 0 : format.packets;
    }

    /** The link type of all interfaces described so far, or {@link #NO_LINK_TYPE} where none is known or they differ. */
    public int linkType() {
        return format == null ? NO_LINK_TYPE : format.linkType();
    }

    @Override
    public Origin origin() {
        return window.source() instanceof FileSource ? window : null;
    }

    @Override
    public long dropped() {
        return format == null ? Event.UNKNOWN : format.dropped();
    }

    @Override
    public void close() throws IOException {
        window.source().close();
    }
}
