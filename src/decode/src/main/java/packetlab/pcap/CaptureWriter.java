package packetlab.pcap;

import java.io.Closeable;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import packetlab.event.Event;
import packetlab.wire.Net;
import packetlab.wire.PacketHandler;

/**
 * Writes packets as pcapng with nanosecond time stamps: one section, one interface for each link type. Packets gather in
 * one reused buffer and are written as whole blocks when it is full, at {@link #flush} and at {@link #close}: what a kill
 * loses is what came since the last flush, and what is there is readable up to the last whole packet. A live loop
 * flushes at least every 200 ms.
 *
 * <p>{@link #onPacket} cannot throw: where writing fails, the failure is thrown by the next flush or close, and packets
 * from then on are thrown away. Use by one thread.
 */
public final class CaptureWriter implements PacketHandler, Closeable {
    /**
     * What the file says of its packets beside them.
     *
     * @param interfaceName such as {@code lo}; null where it is not known, as may be filter, os and hardware
     * @param linkType      of the interface that is described even if no packet comes; NO_LINK_TYPE for none
     * @param snaplen       octets that were captured of a packet at most; 0 for no limit
     * @param filter        the capture filter in libpcap's language
     */
    public record Description(String interfaceName, int linkType, int snaplen, String filter, String os,
                              String hardware) {
        /** Nothing is known. */
        public static final Description NONE =
                new Description(null, CaptureReader.NO_LINK_TYPE, 0, null, null, null);
    }

    private static final int SECTION_HEADER = 0x0A0D0D0A, BYTE_ORDER_MAGIC = 0x1A2B3C4D;
    private static final int INTERFACE_DESCRIPTION = 1, SIMPLE_PACKET = 3, INTERFACE_STATISTICS = 5,
            ENHANCED_PACKET = 6;
    /** Octets of a block without its packet and its options. */
    private static final int SECTION_BLOCK = 28, INTERFACE_BLOCK = 20, SIMPLE_BLOCK = 16, STATISTICS_BLOCK = 24,
            ENHANCED_BLOCK = 32;
    private static final int EPB_FLAGS = 2, FLAGS_OPTION = 8, EPB_PROCESS_THREAD = 8;
    /** Of epb_flags: draft-ietf-opsawg-pcapng, "Enhanced Packet Block Flags Word". */
    static final int CHECKSUM_NOT_READY = 1 << 9;
    private static final int COMMENT = 1, SHB_HARDWARE = 2, SHB_OS = 3, SHB_USERAPPL = 4, IF_NAME = 2, IF_TSRESOL = 9,
            IF_FILTER = 11, IF_TSOFFSET = 14, ISB_RECEIVED = 4, ISB_DROPPED = 5;
    private static final int MAX_OPTION = 0xFFFF, OPTION_HEADER = 4, END_OF_OPTIONS = 4;
    private static final byte[] NANOSECONDS = {9};
    /** if_filter begins with its kind: a string in libpcap's language. */
    private static final String FILTER_STRING = "\0";
    /** Time stamps before 1970 go to an interface of their own, whose if_tsoffset is minus this: pcapng has no sign. */
    private static final long EARLY_OFFSET_S = 9_223_372_037L;
    private static final long NS_PER_S = 1_000_000_000L;
    private static final long SECTION_LENGTH_UNKNOWN = -1;

    private final String name;
    private final BlockSink sink;
    private final Description description;
    private int[] interfaces = new int[2];
    private int interfaceCount;
    private int lastInterface;
    private long lastTimeNs;
    private long packets;
    private long received = Event.UNKNOWN;
    private long dropped = Event.UNKNOWN;
    private IOException failure;
    private boolean failureThrown;
    private boolean closed;

    private CaptureWriter(BlockSink sink, String name, Description description) throws IOException {
        this.sink = sink;
        this.name = name;
        this.description = description;
        try {
            sectionHeader();
            if (description.linkType() != CaptureReader.NO_LINK_TYPE) {
                describeInterface(description.linkType() << 1);
            }
            sink.write();
        } catch (IOException e) {
            sink.close();
            throw new IOException(name + ": cannot write: " + e.getMessage(), e);
        }
    }

    /** Makes a file, or empties the one that is there, and writes its head. */
    public static CaptureWriter create(Path file, Description description) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING);
        return new CaptureWriter(new BlockSink(channel, channel, true), file.toString(), description);
    }

    /** Writes to a blocking channel, which {@link #close} closes; the head at once. */
    public static CaptureWriter to(WritableByteChannel out, String name, Description description)
            throws IOException {
        return new CaptureWriter(new BlockSink(out, null, true), name, description);
    }

    /** Writes to a stream, which {@link #close} closes; the head at once. A PrintStream's failures are noticed too. */
    public static CaptureWriter to(OutputStream out, String name, Description description) throws IOException {
        return new CaptureWriter(new BlockSink(new StreamChannel(out), null, false), name, description);
    }

    /** Writes to standard output, the head at once; {@link #close} closes it. */
    public static CaptureWriter standardOutput(Description description) throws IOException {
        return to(new FileOutputStream(FileDescriptor.out).getChannel(), "standard output", description);
    }

    @Override
    public void onPacket(ByteBuffer packet, int offset, int capturedLength, int wireLength, long timestampNs,
                         int linkType, int flags) {
        write(packet, offset, capturedLength, wireLength, timestampNs, linkType, flags, Remark.NONE);
    }

    /** What is said of a packet: a comment, null for none, and the process and thread that it belongs to, or UNKNOWN. */
    public record Remark(String comment, long processId, long threadId) {
        public static final Remark NONE = new Remark(null, Event.UNKNOWN, Event.UNKNOWN);

        /** A comment alone; null for none. */
        public static Remark of(String comment) {
            return comment == null ? NONE : new Remark(comment, Event.UNKNOWN, Event.UNKNOWN);
        }

        private boolean isEmpty() {
            return comment == null && processId == Event.UNKNOWN;
        }
    }

    /** Takes a packet as {@link #onPacket} does, with what is said of it. */
    public void write(ByteBuffer packet, int offset, int capturedLength, int wireLength, long timestampNs, int linkType,
                      int flags, Remark remark) {
        if (failure != null) {
            return;
        }
        try {
            int id = interfaceOf(linkType, timestampNs);
            int word = (flags & CHECKSUM_NOT_COMPUTED) != 0 ? CHECKSUM_NOT_READY : 0;
            if (timestampNs == Event.NO_TIME && id == 0 && remark.isEmpty() && word == 0
                    && simpleSuffices(capturedLength, wireLength)) {
                simplePacket(packet, offset, capturedLength, wireLength);
            } else {
                enhancedPacket(packet, offset, capturedLength, wireLength, timestampNs, id, word, remark);
            }
            packets++;
        } catch (IOException e) {
            failure = e;
        }
    }

    /** Whether the length captured follows from the length on the wire, as a reader of a Simple Packet Block takes it. */
    private boolean simpleSuffices(int captured, int wire) {
        return captured == (description.snaplen() == 0 ? wire : Math.min(wire, description.snaplen()));
    }

    private void enhancedPacket(ByteBuffer packet, int offset, int captured, int wire, long timestampNs, int id,
                                int word, Remark remark) throws IOException {
        int padded = captured + 3 & ~3;
        byte[] text = remark.comment() == null ? null : utf8(remark.comment());
        byte[] task = remark.processId() == Event.UNKNOWN ? null : task(remark);
        int options = optionLength(text) + optionLength(task) + (word == 0 ? 0 : FLAGS_OPTION);
        int length = ENHANCED_BLOCK + padded + (options == 0 ? 0 : options + END_OF_OPTIONS);
        sink.reserve(length);
        ByteBuffer b = sink.buffer();
        int at = sink.begin();
        long time = 0; // where there is none: this block cannot leave it out
        if (timestampNs != Event.NO_TIME) {
            time = timestampNs < 0 ? timestampNs + EARLY_OFFSET_S * NS_PER_S : timestampNs;
            lastTimeNs = timestampNs;
        }
        begin(b, at, ENHANCED_PACKET, length);
        Net.put32le(b, at + 8, id);
        Net.put32le(b, at + 12, (int) (time >>> 32));
        Net.put32le(b, at + 16, (int) time);
        Net.put32le(b, at + 20, captured);
        Net.put32le(b, at + 24, Math.max(captured, wire));
        putPadded(b, at + 28, packet, offset, captured);
        if (options != 0) {
            int next = at + 28 + padded;
            if (word != 0) {
                Net.put32le(b, next, Integer.BYTES << 16 | EPB_FLAGS);
                Net.put32le(b, next + OPTION_HEADER, word);
                next += FLAGS_OPTION;
            }
            next = putOption(b, next, EPB_PROCESS_THREAD, task);
            Net.put32le(b, putOption(b, next, COMMENT, text), 0);
        }
        sink.add(length);
    }

    private static byte[] task(Remark remark) {
        byte[] task = new byte[2 * Integer.BYTES];
        Net.put32le(ByteBuffer.wrap(task), 0, (int) remark.processId());
        Net.put32le(ByteBuffer.wrap(task), Integer.BYTES, (int) remark.threadId());
        return task;
    }

    private void simplePacket(ByteBuffer packet, int offset, int captured, int wire) throws IOException {
        int length = SIMPLE_BLOCK + (captured + 3 & ~3);
        sink.reserve(length);
        ByteBuffer b = sink.buffer();
        int at = sink.begin();
        begin(b, at, SIMPLE_PACKET, length);
        Net.put32le(b, at + 8, wire);
        putPadded(b, at + 12, packet, offset, captured);
        sink.add(length);
    }

    private static void putPadded(ByteBuffer b, int at, ByteBuffer packet, int offset, int captured) {
        if ((captured & 3) != 0) {
            Net.put32le(b, at + (captured & ~3), 0);
        }
        b.put(at, packet, offset, captured);
    }

    private int interfaceOf(int linkType, long timestampNs) throws IOException {
        int key = linkType << 1 | (timestampNs < 0 && timestampNs != Event.NO_TIME ? 1 : 0);
        if (lastInterface < interfaceCount && interfaces[lastInterface] == key) {
            return lastInterface;
        }
        for (int i = 0; i < interfaceCount; i++) {
            if (interfaces[i] == key) {
                lastInterface = i;
                return i;
            }
        }
        describeInterface(key);
        return lastInterface;
    }

    private void describeInterface(int key) throws IOException {
        boolean early = (key & 1) != 0;
        byte[] interfaceName = utf8(description.interfaceName());
        byte[] filter = description.filter() == null ? null : utf8(FILTER_STRING + description.filter());
        byte[] offset = new byte[Long.BYTES];
        Net.put64le(ByteBuffer.wrap(offset), 0, -EARLY_OFFSET_S);
        int length = INTERFACE_BLOCK + optionLength(interfaceName) + optionLength(NANOSECONDS) + optionLength(filter)
                + (early ? optionLength(offset) : 0) + END_OF_OPTIONS;
        sink.reserve(length);
        ByteBuffer b = sink.buffer();
        int at = sink.begin();
        begin(b, at, INTERFACE_DESCRIPTION, length);
        Net.put32le(b, at + 8, key >>> 1 & 0xFFFF);
        Net.put32le(b, at + 12, description.snaplen());
        int next = putOption(b, at + 16, IF_NAME, interfaceName);
        next = putOption(b, next, IF_TSRESOL, NANOSECONDS);
        next = putOption(b, next, IF_FILTER, filter);
        next = putOption(b, next, IF_TSOFFSET, early ? offset : null);
        Net.put32le(b, next, 0);
        sink.add(length);
        if (interfaceCount == interfaces.length) {
            interfaces = Arrays.copyOf(interfaces, 2 * interfaceCount);
        }
        interfaces[interfaceCount] = key;
        lastInterface = interfaceCount++;
    }

    private void sectionHeader() throws IOException {
        byte[] hardware = utf8(description.hardware());
        byte[] os = utf8(description.os());
        byte[] application = utf8("packetlab");
        int length = SECTION_BLOCK + optionLength(hardware) + optionLength(os) + optionLength(application)
                + END_OF_OPTIONS;
        sink.reserve(length);
        ByteBuffer b = sink.buffer();
        int at = sink.begin();
        begin(b, at, SECTION_HEADER, length);
        Net.put32le(b, at + 8, BYTE_ORDER_MAGIC);
        Net.put32le(b, at + 12, 1); // version 1.0
        Net.put64le(b, at + 16, SECTION_LENGTH_UNKNOWN);
        int next = putOption(b, at + 24, SHB_HARDWARE, hardware);
        next = putOption(b, next, SHB_OS, os);
        next = putOption(b, next, SHB_USERAPPL, application);
        Net.put32le(b, next, 0);
        sink.add(length);
    }

    private void interfaceStatistics() throws IOException {
        byte[] receivedOption = counter(received);
        byte[] droppedOption = counter(dropped);
        int length = STATISTICS_BLOCK + optionLength(receivedOption) + optionLength(droppedOption) + END_OF_OPTIONS;
        sink.reserve(length);
        ByteBuffer b = sink.buffer();
        int at = sink.begin();
        begin(b, at, INTERFACE_STATISTICS, length);
        Net.put32le(b, at + 8, 0);
        long time = Math.max(0, lastTimeNs);
        Net.put32le(b, at + 12, (int) (time >>> 32));
        Net.put32le(b, at + 16, (int) time);
        int next = putOption(b, at + 20, ISB_RECEIVED, receivedOption);
        next = putOption(b, next, ISB_DROPPED, droppedOption);
        Net.put32le(b, next, 0);
        sink.add(length);
    }

    private static void begin(ByteBuffer b, int at, int type, int length) {
        Net.put32le(b, at, type);
        Net.put32le(b, at + 4, length);
        Net.put32le(b, at + length - 4, length);
    }

    private static byte[] counter(long count) {
        if (count == Event.UNKNOWN) {
            return null;
        }
        byte[] octets = new byte[Long.BYTES];
        Net.put64le(ByteBuffer.wrap(octets), 0, count);
        return octets;
    }

    /** UTF-8, cut between characters where an option cannot hold it all; null for null. */
    private static byte[] utf8(String text) {
        if (text == null) {
            return null;
        }
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        if (octets.length <= MAX_OPTION) {
            return octets;
        }
        int end = MAX_OPTION;
        while ((octets[end] & 0xC0) == 0x80) {
            end--;
        }
        return Arrays.copyOf(octets, end);
    }

    /** Octets that an option takes; none where its value is null. */
    private static int optionLength(byte[] value) {
        return value == null ? 0 : OPTION_HEADER + (value.length + 3 & ~3);
    }

    private static int putOption(ByteBuffer b, int at, int code, byte[] value) {
        if (value == null) {
            return at;
        }
        Net.put32le(b, at, value.length << 16 | code);
        putPadded(b, at + OPTION_HEADER, ByteBuffer.wrap(value), 0, value.length);
        return at + optionLength(value);
    }

    /**
     * The counters that the file will tell of its first interface: packets that passed the filter, and packets that the
     * kernel or the ring dropped. Either may be UNKNOWN. The last ones before close are written.
     */
    public void statistics(long packetsReceived, long packetsDropped) {
        received = packetsReceived;
        dropped = packetsDropped;
    }

    /** Octets of the file with what was taken and is not written yet; without the counters that close adds. */
    public long octets() {
        return sink.octets();
    }

    /** Packets that were taken: after a flush that did not throw, all of them are written. */
    public long packets() {
        return packets;
    }

    /**
     * Writes what was taken so far.
     *
     * @throws IOException where writing fails, or failed since the last flush
     */
    public void flush() throws IOException {
        if (failure == null) {
            try {
                sink.write();
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            failureThrown = true;
            throw new IOException(name + ": cannot write: " + failure.getMessage(), failure);
        }
    }

    /** Writes the counters and what was taken so far, and closes. Throws a failure that no flush has thrown. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (sink) {
            if (failureThrown) {
                return;
            }
            if (failure == null && interfaceCount > 0 && Math.max(received, dropped) != Event.UNKNOWN) {
                try {
                    interfaceStatistics();
                } catch (IOException e) {
                    failure = e;
                }
            }
            flush();
        }
    }
}
