package packetlab.fuzz;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import packetlab.event.Event;
import packetlab.pcap.CaptureFormatException;
import packetlab.pcap.CaptureReader;
import packetlab.pcap.CaptureWriter;
import packetlab.wire.PacketSource;

/**
 * The input is a capture: pcap, pcapng or gzip. As a file, as a pipe in pieces and compressed once more it holds the
 * same packets and the same damage, and what our writer makes of it reads the same again.
 */
public final class FilesTarget {
    /** Of gzip data, which may hold a thousand times its size. */
    private static final long MAX_OCTETS = 8 << 20;
    private static final String NAME = "capture";

    private FilesTarget() {}

    /** What was read: all of it that matters as numbers. */
    private static final class Read {
        long packets;
        long octets;
        long hash;
        long damageAt = -1;
        long damagedPacket = -1;
        boolean tooMuch;

        @Override
        public String toString() {
            return packets + " packets, " + octets + " octets, hash " + hash + ", damage at " + damageAt + " in packet "
                    + damagedPacket;
        }
    }

    public static void fuzzerTestOneInput(byte[] input) {
        try {
            Effort effort = new Effort();
            Read piped = read(CaptureReader.open(new ByteArrayInputStream(input), NAME, null), null);
            Read cut = read(CaptureReader.open(new Pieces(input), NAME, null), null);
            if (!piped.tooMuch) {
                Check.equal(piped.toString(), cut.toString(), "in pieces");
                asFile(input, piped);
                if (input.length % 4 == 0) {
                    compressed(input, piped);
                }
                written(input, piped);
            }
            effort.wasWorth(5 * (input.length + piped.octets));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void asFile(byte[] input, Read piped) throws IOException {
        if (input.length == 0) {
            return; // an empty file is refused when it is opened
        }
        Path file = Path.of(System.getProperty("java.io.tmpdir"), "packetlab-fuzz-" + ProcessHandle.current().pid());
        try {
            try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                out.write(ByteBuffer.wrap(input));
            }
            Read whole;
            try {
                whole = read(CaptureReader.open(file, null), null);
            } catch (CaptureFormatException e) {
                whole = new Read();
                damaged(whole, e);
            }
            Check.equal(piped.toString(), whole.toString(), "as a file");
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static void compressed(byte[] input, Read piped) throws IOException {
        boolean isGzip = input.length > 1 && (input[0] & 0xFF) == 0x1F && (input[1] & 0xFF) == 0x8B;
        if (isGzip || input.length == 0) {
            return;
        }
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (GZIPOutputStream z = new GZIPOutputStream(gzip)) {
            z.write(input);
        }
        Read inside = read(CaptureReader.open(new ByteArrayInputStream(gzip.toByteArray()), NAME, null), null);
        Check.equal(piped.toString(), inside.toString(), "compressed");
    }

    private static void written(byte[] input, Read piped) throws IOException {
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        Read again;
        try (CaptureWriter writer = CaptureWriter.to(copy, NAME, CaptureWriter.Description.NONE)) {
            again = read(CaptureReader.open(new ByteArrayInputStream(input), NAME, null), writer);
        }
        Read copied = read(CaptureReader.open(new ByteArrayInputStream(copy.toByteArray()), NAME, null), null);
        Check.equal(-1, copied.damageAt, "what was written is whole");
        Check.equal(again.packets, copied.packets, "packets written");
        Check.equal(again.octets, copied.octets, "octets written");
    }

    private static Read read(CaptureReader source, CaptureWriter copy) throws IOException {
        Read read = new Read();
        try (CaptureReader reader = source) {
            try {
                int n;
                do {
                    long before = read.packets;
                    n = reader.poll((b, offset, captured, wire, timeNs, link, flags) -> {
                        Check.that(offset >= 0 && captured >= 0 && captured <= wire
                                && captured <= CaptureReader.MAX_PACKET && offset + captured <= b.capacity(),
                                captured + " of " + wire + " octets at " + offset);
                        read.packets++;
                        read.octets += captured;
                        long h = 31 * read.hash + captured;
                        h = 31 * h + wire;
                        h = 31 * h + (timeNs == Event.NO_TIME ? 7 : timeNs);
                        h = 31 * h + link;
                        for (int i = offset; i < offset + captured; i++) {
                            h = 31 * h + b.get(i);
                        }
                        read.hash = h;
                        if (copy != null) {
                            copy.onPacket(b, offset, captured, wire, timeNs, link, flags);
                        }
                    });
                    Check.equal(n == PacketSource.END ? 0 : n, read.packets - before, "packets of a poll");
                    Check.equal(reader.packets(), read.packets, "packets");
                    read.tooMuch = read.octets > MAX_OCTETS;
                } while (n != PacketSource.END && !read.tooMuch);
                if (!read.tooMuch) {
                    Check.equal(PacketSource.END, reader.poll(null), "the end stays the end");
                }
            } catch (CaptureFormatException e) {
                damaged(read, e);
                try {
                    reader.poll(null);
                    throw new AssertionError("damage is forgotten: " + e);
                } catch (CaptureFormatException again) {
                    Check.that(again == e, "the same damage");
                }
            }
        }
        return read;
    }

    private static void damaged(Read read, CaptureFormatException e) {
        Check.equal(read.packets + 1, e.packet(), "number of the damaged packet");
        Check.that(e.offset() >= 0, "offset of the damage: " + e.offset());
        Check.that(e.getMessage().lines().count() == 1 && e.getMessage().length() < 1_000, e.getMessage());
        read.damageAt = e.offset();
        read.damagedPacket = e.packet();
    }

    /** A pipe that gives few octets at a time; how few the octets themselves say. */
    private static final class Pieces extends InputStream {
        private final byte[] a;
        private int at;

        Pieces(byte[] a) {
            this.a = a;
        }

        @Override
        public int read() {
            return at < a.length ? a[at++] & 0xFF : -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (at == a.length) {
                return -1;
            }
            int n = Math.min(Math.min(length, a.length - at), 1 + (Arrays.hashCode(new int[] {at}) + a[at] & 0x3F));
            System.arraycopy(a, at, into, offset, n);
            at += n;
            return n;
        }
    }
}
