package packetlab.pcap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import packetlab.wire.Origin;
import packetlab.wire.PacketHandler;
import packetlab.wire.PacketSource;

@Timeout(60)
class CaptureReaderTest {
    private static final byte[] FIVE = CaptureBytes.payload(5);
    private static final PacketHandler NOTHING = (b, offset, captured, wire, time, link, flags) -> { };

    @TempDir
    Path folder;

    private static byte[] pcap(int packets, int length) {
        CaptureBytes c = new CaptureBytes(false).pcapHeader(0xA1B23C4D);
        for (int i = 0; i < packets; i++) {
            c.record(i, 0, CaptureBytes.payload(length), length);
        }
        return c.bytes();
    }

    private static byte[] pcapng(int packets, int length) {
        CaptureBytes c = new CaptureBytes(false).section().interfaceBlock(1, 0);
        for (int i = 0; i < packets; i++) {
            c.enhanced(0, i, CaptureBytes.payload(length), length);
        }
        return c.bytes();
    }

    private Path file(byte[] octets) throws IOException {
        return Files.write(Files.createTempFile(folder, "c", ".pcap"), octets);
    }

    @Test
    void aFileIsKnownUpToItsFirstPacketOnceOpened() throws IOException {
        for (byte[] capture : new byte[][] {pcap(3_000, 200), pcapng(3_000, 200)}) {
            Packets p = new Packets();
            try (CaptureReader r = CaptureReader.open(file(capture), p)) {
                assertEquals(1, p.interfaces.size());
                assertEquals(1, r.linkType());
                assertEquals(0, r.packets());
                assertEquals(3_000, p.drain(r).all.size());
                assertEquals(3_000, r.packets());
                assertEquals(PacketSource.END, r.poll(p));
            }
            assertEquals(Packets.of(capture).all, p.all, "from a file as from a stream");
            assertEquals(1, p.interfaces.size());
        }
    }

    @Test
    void packetsOfAFileCanBeReadAgain() throws IOException {
        CaptureBytes c = new CaptureBytes(false).raw(new byte[] {'n', 'o', 't', ' ', 'i', 't'}).pcapHeader(0xA1B23C4D);
        for (int i = 0; i < 3_000; i++) {
            c.record(i, 0, Arrays.copyOf(new byte[] {(byte) i, (byte) (i >> 8)}, i == 2_000 ? 400_000 : 300), 500_000);
        }
        List<Long> positions = new ArrayList<>();
        FileChannel channel = FileChannel.open(file(c.bytes()), StandardOpenOption.READ).position(6);
        try (CaptureReader reader = CaptureReader.open(channel, "it", null)) {
            Origin origin = reader.origin();
            while (reader.poll((b, offset, captured, wire, time, link, flags) ->
                    positions.add(origin.positionOf(b.array()) + offset)) != PacketSource.END) {
                // each is noted
            }
            for (int i = 0; i < positions.size(); i++) {
                ByteBuffer again = ByteBuffer.allocate(2);
                assertEquals(2, origin.readAgain(positions.get(i), again));
                assertEquals(i, Short.toUnsignedInt(again.order(ByteOrder.LITTLE_ENDIAN).getShort(0)));
            }
            assertEquals(3_000, positions.size());
            assertEquals(0, origin.readAgain(c.size(), ByteBuffer.allocate(2)));
            assertTrue(origin.positionOf(new byte[1]) < 0);
            channel.close();
            assertEquals(0, origin.readAgain(positions.get(0), ByteBuffer.allocate(2)));
        }
    }

    @Test
    void whatIsNoFileOrCompressedCannotBeReadAgain() throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(compressed)) {
            out.write(pcap(1, 5));
        }
        try (CaptureReader stream = CaptureReader.open(new ByteArrayInputStream(pcap(1, 5)), "stream", null);
                CaptureReader gzip = CaptureReader.open(file(compressed.toByteArray()), null)) {
            assertNull(stream.origin());
            assertNull(gzip.origin());
        }
    }

    @Test
    void whatCannotBeOpenedIsSaid() throws IOException {
        Path none = folder.resolve("none.pcap");
        assertThrows(NoSuchFileException.class, () -> CaptureReader.open(none, null));
        assertEquals(folder + ": is a directory, not a capture file",
                assertThrows(IOException.class, () -> CaptureReader.open(folder, null)).getMessage());
        Path empty = file(new byte[0]);
        assertEquals(empty + ": is empty, not a capture file", failure(empty).getMessage());
        String[][] things = {
            {"\177ELF\2\1", "7f454c46", "an ELF program"},
            {"PK\3\4 zip", "504b0304", "a zip archive"},
            {"BZh91AY", "425a6839", "bzip2-compressed data: uncompress it first"},
            {"{\"event\":\"start\"}\n", "7b226576", "JSON"},
            {"[1,2,3]", "5b312c32", "JSON"},
            {"<html>", "3c68746d", "XML or HTML"},
            {"12:00:01 IP localhost", "31323a30", "text"},
            {"안녕하세요", "ec9588eb", "text"},
            {"snoop\0\0\0\0", "736e6f6f", "a snoop capture: editcap converts it"},
            {"btsnoop\0", "6274736e", "a Bluetooth btsnoop capture: editcap converts it"},
            {"RTSS12", "52545353", "a Network Monitor capture: editcap converts it"},
            {"XCP\0002.0", "58435000", "a Sniffer capture: editcap converts it"},
            {"\0\0\0\0\0\0", "00000000", "nothing but zeros"},
        };
        for (String[] thing : things) {
            Path f = file(thing[0].getBytes(StandardCharsets.UTF_8));
            assertEquals(f + ": is not a capture file: it begins with " + thing[1] + ", which neither pcap nor pcapng does"
                    + " (looks like " + thing[2] + ")", failure(f).getMessage());
        }
        assertTrue(failure(file(new byte[] {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 1})).getMessage()
                .endsWith("(looks like zstd-compressed data: uncompress it first)"));
        assertTrue(failure(file(new byte[] {(byte) 0xFD, '7', 'z', 'X', 'Z', 0})).getMessage()
                .endsWith("(looks like xz-compressed data: uncompress it first)"));
        assertTrue(failure(file(new byte[] {4, '"', 'M', 0x18})).getMessage()
                .endsWith("(looks like lz4-compressed data: uncompress it first)"));
        assertTrue(failure(file(new byte[] {1, 2, 3, 4})).getMessage()
                .endsWith("it begins with 01020304, which neither pcap nor pcapng does"));
    }

    private static CaptureFormatException failure(Path file) {
        return assertThrows(CaptureFormatException.class, () -> CaptureReader.open(file, null).close());
    }

    @Test
    void aPcapngFileThatDoesNotBeginWithASectionIsNamed() {
        byte[] whole = pcapng(1, 5);
        whole[8] = 0;
        assertEquals("x: section header at offset 0 has byte-order magic 003c2b1a, not 1a2b3c4d",
                Packets.of(whole).damage());
    }

    @Test
    void damageIsThrownAfterWhatCameBeforeAndAgainWhenAskedAgain() throws IOException {
        byte[] capture = pcap(2, 5);
        Path f = file(Arrays.copyOf(capture, capture.length - 1));
        try (CaptureReader r = CaptureReader.open(f, null)) {
            assertEquals(1, r.poll(NOTHING));
            CaptureFormatException e = assertThrows(CaptureFormatException.class, () -> r.poll(NOTHING));
            assertEquals(f + ": cut short in the middle of packet 2: its record at offset 45 has 21 octets, 20 are there",
                    e.getMessage());
            assertEquals(45, e.offset());
            assertEquals(2, e.packet());
            assertSame(e, assertThrows(CaptureFormatException.class, () -> r.poll(NOTHING)));
        }
    }

    @Test
    void aHandlerThatThrowsDoesNotGetThePacketAgain() throws IOException {
        for (byte[] capture : new byte[][] {pcap(3, 5), pcapng(3, 5)}) {
            try (CaptureReader r = CaptureReader.open(file(capture), null)) {
                assertThrows(IllegalStateException.class, () -> r.poll((b, o, c, w, t, l, f) -> {
                    throw new IllegalStateException("first");
                }));
                assertEquals(1, r.packets());
                assertEquals(2, r.poll(NOTHING));
            }
        }
    }

    @Test
    void oneOctetAtATimeGivesTheSame() throws IOException {
        for (byte[] capture : new byte[][] {pcap(20, 30), pcapng(20, 30)}) {
            Packets p = new Packets();
            try (CaptureReader r = CaptureReader.open(new Dribs(capture), "drib", p)) {
                p.drain(r);
            }
            assertEquals(Packets.of(capture).all, p.all);
            assertEquals(20, p.all.size());
        }
    }

    /** One octet for each read. */
    private static final class Dribs extends FilterInputStream {
        Dribs(byte[] octets) {
            super(new ByteArrayInputStream(octets));
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return super.read(into, offset, Math.min(1, length));
        }
    }

    @Test
    void aPipeIsReadAsItComes() throws IOException {
        for (boolean gzip : new boolean[] {false, true}) {
            Pipe pipe = Pipe.open();
            Packets p = new Packets();
            try (CaptureReader r = CaptureReader.open(pipe.source(), "-", p)) {
                assertEquals(0, r.poll(p), "opening and polling do not wait for the head");
                assertEquals(CaptureReader.NO_LINK_TYPE, r.linkType());
                OutputStream out = Channels.newOutputStream(pipe.sink());
                if (gzip) {
                    out = new GZIPOutputStream(out, 512, true);
                }
                out.write(new CaptureBytes(true).pcapHeader(0xA1B2C3D4).bytes());
                out.flush();
                for (int i = 1; i <= 3; i++) {
                    byte[] record = new CaptureBytes(true).record(i, 0, FIVE, 5).bytes();
                    out.write(record, 0, 10);
                    out.flush();
                    assertEquals(0, r.poll(p));
                    out.write(record, 10, record.length - 10);
                    out.flush();
                    long begin = System.nanoTime();
                    int n = 0;
                    while (n == 0) { // the pipe's thread has to be scheduled
                        n = r.poll(p);
                    }
                    assertEquals(1, n);
                    assertTrue(System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(10));
                    assertEquals(i, p.all.size());
                }
                assertEquals(0, r.poll(p), "nothing came, and it is not the end");
                out.close();
                p.drain(r);
                assertEquals(3, p.all.size());
            }
            assertFalse(pipe.source().isOpen());
        }
    }

    @Test
    void aFailingStreamIsNamedAfterWhatCameBefore() {
        byte[] capture = pcap(2, 5);
        InputStream failing = new InputStream() {
            private int at;

            @Override
            public int read() throws IOException {
                if (at == capture.length) {
                    throw new IOException("Input/output error");
                }
                return capture[at++] & 0xFF;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                into[offset] = (byte) read();
                return 1;
            }
        };
        Packets p = new Packets();
        IOException e = assertThrows(IOException.class, () -> {
            try (CaptureReader r = CaptureReader.open(failing, "tape", p)) {
                p.drain(r);
            }
        });
        assertEquals("tape: cannot read: Input/output error", e.getMessage());
        assertEquals(2, p.all.size());
    }

    @Test
    void aPacketOfTheGreatestLengthIsRead() throws IOException {
        byte[] octets = new byte[CaptureReader.MAX_PACKET];
        octets[octets.length - 1] = 42;
        Path f = folder.resolve("huge.pcapng");
        try (CaptureWriter w = CaptureWriter.create(f, CaptureWriter.Description.NONE)) {
            w.onPacket(ByteBuffer.wrap(octets), 0, octets.length, octets.length, 5, 1, 0);
            w.onPacket(ByteBuffer.wrap(octets), 0, 3, 3, 6, 1, 0);
        }
        int[] lengths = new int[3];
        try (CaptureReader r = CaptureReader.open(f, null)) {
            while (r.poll((b, offset, captured, wire, time, link, flags) -> {
                lengths[(int) time - 5] = captured;
                lengths[2] += b.get(offset + captured - 1);
            }) != PacketSource.END) { // poll again
            }
        }
        assertEquals(octets.length, lengths[0]);
        assertEquals(3, lengths[1]);
        assertEquals(42, lengths[2]);
    }

    @Test
    void aLyingLengthCostsNoMemory() throws IOException {
        byte[] lie = new CaptureBytes(false).pcapHeader(0xA1B23C4D).record(0, 0, FIVE, 5)
                .u32(0).u32(0).u32(60_000_000).u32(60_000_000).raw(FIVE).bytes();
        Path f = file(lie);
        long before = allocated();
        try (CaptureReader r = CaptureReader.open(f, null)) {
            assertEquals(1, r.poll(NOTHING));
            assertThrows(CaptureFormatException.class, () -> r.poll(NOTHING));
        }
        assertTrue(allocated() - before < 2_000_000, "allocated " + (allocated() - before));
    }

    @Test
    void noPacketIsAllocatedFor() throws IOException {
        for (byte[] capture : new byte[][] {pcap(20_000, 200), pcapng(20_000, 200)}) {
            Path f = file(capture);
            readAll(f); // classes are loaded, and the JDK's buffers made
            long first = readAll(f);
            Path twice = file(capture);
            int head = capture.length - 20_000 * (capture[3] == 0x0A ? 232 : 216);
            try (OutputStream out = Files.newOutputStream(twice, StandardOpenOption.APPEND)) {
                out.write(capture, head, capture.length - head);
            }
            long second = readAll(twice);
            assertTrue(second - first < 20_000, "20,000 packets more cost " + (second - first) + " octets more");
            assertTrue(first < 400_000, "all cost " + first);
        }
    }

    private static long readAll(Path file) throws IOException {
        long before = allocated();
        try (CaptureReader r = CaptureReader.open(file, null)) {
            while (r.poll(NOTHING) != PacketSource.END) { // poll again
            }
        }
        return allocated() - before;
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}
