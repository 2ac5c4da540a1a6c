package packetlab.pcap;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import packetlab.event.Event;
import packetlab.wire.LinkType;
import packetlab.wire.PacketHandler;
import packetlab.wire.PacketSource;

class CaptureWriterTest {
    private static final CaptureWriter.Description NONE = CaptureWriter.Description.NONE;
    private static final byte[] FIVE = CaptureBytes.payload(5);

    @TempDir
    Path folder;

    private static void five(CaptureWriter w, long time) {
        w.onPacket(ByteBuffer.wrap(FIVE), 0, 5, 5, time, LinkType.EN10MB, 0);
    }

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        Path file = folder.resolve("a.pcapng");
        Random random = new Random(1);
        long[] times = {0, 1, 1_700_000_000_123_456_789L, 9_223_372_035_999_999_999L, -1, -9_000_000_000_000_000_000L,
            Event.NO_TIME};
        int[] links = {LinkType.EN10MB, LinkType.RAW, LinkType.LINUX_SLL2, 65_535};
        List<Packets.Packet> written = new ArrayList<>();
        try (CaptureWriter w = CaptureWriter.create(file, NONE)) {
            for (int i = 0; i < 500; i++) {
                byte[] octets = new byte[i == 100 ? 3_000_000 : i % 50];
                random.nextBytes(octets);
                long time = times[i % times.length];
                int link = time == Event.NO_TIME ? LinkType.EN10MB : links[i % links.length];
                int wire = octets.length + (time == Event.NO_TIME ? 0 : i % 3);
                ByteBuffer b = i % 2 == 0 ? ByteBuffer.allocate(octets.length + 5)
                        : ByteBuffer.allocateDirect(octets.length + 5);
                b.put(5, octets);
                w.onPacket(b, 5, octets.length, wire, time, link, 0);
                written.add(Packets.packet(octets, wire, time, link));
            }
            assertEquals(500, w.packets());
            w.statistics(507, 7);
        }
        Packets p = Packets.of(Files.readAllBytes(file));
        assertEquals("", p.damage());
        assertEquals(written, p.all);
        assertEquals(7, p.dropped);
    }

    @Test
    void theHeadSaysWhatIsKnownAndIsWrittenAtOnce() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CaptureWriter w = CaptureWriter.to(out, "-", new CaptureWriter.Description("lo", LinkType.EN10MB, 96, "tcp port 80",
                "Linux 6.1", "AMD EPYC"));
        Packets head = Packets.of(out.toByteArray());
        assertEquals("", head.damage());
        assertEquals(List.of(new CaptureReader.Interface(0, 0, 1, "lo", null, 96, 9, "tcp port 80")), head.interfaces);
        byte[] section = new CaptureBytes(false).block(CaptureBytes.SECTION, new CaptureBytes(false).u32(0x1A2B3C4D)
                .u16(1).u16(0).u64(-1).option(2, "AMD EPYC").option(3, "Linux 6.1").option(4, "packetlab")
                .endOfOptions()).bytes();
        assertArrayEquals(section, Arrays.copyOf(out.toByteArray(), section.length));
        w.close();
        assertEquals(head.told, Packets.of(out.toByteArray()).told, "no counters were given");
    }

    @Test
    void octetsOfAPacketAndOfCounters() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CaptureBytes expected = new CaptureBytes(false);
        expected.section(new CaptureBytes(false).option(4, "packetlab").endOfOptions());
        expected.interfaceBlock(1, 0, new CaptureBytes(false).option(9, new byte[] {9}).endOfOptions());
        expected.enhanced(0, 77, FIVE, 9);
        expected.block(5, new CaptureBytes(false).u32(0).u64(77L << 32).option(4, 10).option(5, 2).endOfOptions());
        try (CaptureWriter w = CaptureWriter.to(out, "-", NONE)) {
            w.onPacket(ByteBuffer.wrap(FIVE), 0, 5, 9, 77, LinkType.EN10MB, 0);
            w.statistics(1, 1);
            w.statistics(10, 2);
        }
        assertArrayEquals(expected.bytes(), out.toByteArray());
    }

    @Test
    void aPacketWithoutTimeIsASimplePacketWhereItsLengthsAllowIt() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (CaptureWriter w = CaptureWriter.to(out, "-", new CaptureWriter.Description(null, 1, 4, null, null, null))) {
            w.onPacket(ByteBuffer.wrap(FIVE), 0, 4, 9, Event.NO_TIME, LinkType.EN10MB, 0); // cut by the snaplen
            w.onPacket(ByteBuffer.wrap(FIVE), 0, 3, 3, Event.NO_TIME, LinkType.EN10MB, 0);
            w.onPacket(ByteBuffer.wrap(FIVE), 0, 3, 9, Event.NO_TIME, LinkType.EN10MB, 0); // cut by something else
            w.onPacket(ByteBuffer.wrap(FIVE), 0, 3, 3, Event.NO_TIME, LinkType.RAW, 0); // of another interface
        }
        Packets p = Packets.of(out.toByteArray());
        byte[] three = CaptureBytes.payload(3);
        assertEquals(List.of(Packets.packet(CaptureBytes.payload(4), 9, Event.NO_TIME, LinkType.EN10MB),
                Packets.packet(three, 3, Event.NO_TIME, LinkType.EN10MB),
                Packets.packet(three, 9, 0, LinkType.EN10MB), Packets.packet(three, 3, 0, LinkType.RAW)), p.all);
    }

    @Test
    void whatTheKernelSaidOfAChecksumIsReadBack() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long octets;
        try (CaptureWriter w = CaptureWriter.to(out, "-", NONE)) {
            w.onPacket(ByteBuffer.wrap(FIVE), 0, 5, 5, 1, LinkType.EN10MB, PacketHandler.CHECKSUM_NOT_COMPUTED);
            w.onPacket(ByteBuffer.wrap(FIVE), 0, 5, 5, 2, LinkType.EN10MB, 0);
            w.onPacket(ByteBuffer.wrap(FIVE), 0, 5, 5, Event.NO_TIME, LinkType.EN10MB,
                    PacketHandler.CHECKSUM_NOT_COMPUTED);
            w.write(ByteBuffer.wrap(FIVE), 0, 5, 5, 4, LinkType.EN10MB, PacketHandler.CHECKSUM_NOT_COMPUTED,
                    CaptureWriter.Remark.of("both"));
            octets = w.octets();
        }
        assertEquals(out.size(), octets);
        List<Integer> flags = new ArrayList<>();
        ByteArrayInputStream in = new ByteArrayInputStream(out.toByteArray());
        try (CaptureReader r = CaptureReader.open(in, "x", CaptureReader.NOBODY)) {
            while (r.poll((b, offset, captured, wire, time, link, said) -> flags.add(said)) != PacketSource.END) {
                continue;
            }
        }
        assertEquals(List.of(PacketHandler.CHECKSUM_NOT_COMPUTED, 0, PacketHandler.CHECKSUM_NOT_COMPUTED,
                PacketHandler.CHECKSUM_NOT_COMPUTED), flags);
        assertEquals(List.of("comment 4 both"), Packets.of(out.toByteArray()).told);
    }

    @Test
    void commentsAreReadBackAndCutBetweenCharacters() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (CaptureWriter w = CaptureWriter.to(out, "-", NONE)) {
            for (String comment : new String[] {"", "이것은 주석", "a".repeat(65_534) + "é", null}) {
                w.write(ByteBuffer.wrap(FIVE), 0, 5, 5, 1, LinkType.EN10MB, 0, CaptureWriter.Remark.of(comment));
            }
        }
        Packets p = Packets.of(out.toByteArray());
        assertEquals("", p.damage());
        assertEquals(4, p.all.size());
        assertEquals(List.of("comment 1 ", "comment 2 이것은 주석", "comment 3 " + "a".repeat(65_534)), p.told);
    }

    @Test
    void whatWasFlushedIsInTheFileBeforeItIsClosed() throws IOException {
        Path file = folder.resolve("live.pcapng");
        try (CaptureWriter w = CaptureWriter.create(file, NONE)) {
            for (int i = 1; i <= 3; i++) {
                five(w, i);
                w.flush();
                Packets p = Packets.of(Files.readAllBytes(file));
                assertEquals(i, p.all.size());
                assertEquals("", p.damage());
            }
        }
    }

    @Test
    void onlyWholeBlocksAreWrittenAtOnce() throws IOException {
        List<Integer> writes = new ArrayList<>();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        OutputStream out = new OutputStream() {
            @Override
            public void write(int b) {
                throw new AssertionError("octet by octet");
            }

            @Override
            public void write(byte[] octets, int offset, int length) {
                writes.add(length);
                all.write(octets, offset, length);
                assertEquals("", Packets.of(all.toByteArray()).damage());
            }
        };
        Random random = new Random(5);
        try (CaptureWriter w = CaptureWriter.to(out, "-", NONE)) {
            for (int i = 0; i < 2_000; i++) {
                int length = random.nextInt(4_000);
                w.onPacket(ByteBuffer.allocate(length), 0, length, length, i, LinkType.EN10MB, 0);
            }
        }
        assertEquals(2_000, Packets.of(all.toByteArray()).all.size());
        assertTrue(writes.size() < 8, writes + " are many");
    }

    @Test
    void anExistingFileIsReplaced() throws IOException {
        Path file = Files.write(folder.resolve("old"), new byte[10_000]);
        CaptureWriter.create(file, NONE).close();
        assertEquals("", Packets.of(Files.readAllBytes(file)).damage());
        assertThrows(NoSuchFileException.class, () -> CaptureWriter.create(folder.resolve("no/such"), NONE));
    }

    @Test
    void aFullDeviceIsNamedWhenTheFileIsMade() {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.isWritable(full), "/dev/full is not there: skipped");
        IOException e = assertThrows(IOException.class, () -> CaptureWriter.create(full, NONE));
        assertEquals("/dev/full: cannot write: No space left on device", e.getMessage());
    }

    @Test
    void aFailureIsThrownByTheNextFlushAndPacketsGoOnBeingTaken() throws IOException {
        ByteArrayOutputStream taken = new ByteArrayOutputStream();
        boolean[] closed = {false};
        CaptureWriter w = CaptureWriter.to(fullAfter(taken, 200, closed), "disk", NONE);
        five(w, 1);
        w.flush();
        ByteBuffer big = ByteBuffer.allocate(900_000);
        w.onPacket(big, 0, 900_000, 900_000, 2, LinkType.EN10MB, 0);
        w.onPacket(big, 0, 900_000, 900_000, 3, LinkType.EN10MB, 0); // here the buffer was full
        five(w, 4);
        assertEquals("disk: cannot write: No space left on device",
                assertThrows(IOException.class, w::flush).getMessage());
        assertThrows(IOException.class, w::flush, "it stays failed");
        assertFalse(closed[0]);
        w.close(); // was told
        assertTrue(closed[0]);
        assertEquals(1, Packets.of(taken.toByteArray()).all.size());
        assertEquals(200, taken.size());
    }

    @Test
    void aFailureThatNobodyFlushedForIsThrownByClose() throws IOException {
        boolean[] closed = {false};
        CaptureWriter w = CaptureWriter.to(fullAfter(new ByteArrayOutputStream(), 100, closed), "disk", NONE);
        five(w, 1);
        IOException e = assertThrows(IOException.class, () -> {
            try (w) {
                five(w, 2);
            }
        });
        assertEquals("disk: cannot write: No space left on device", e.getMessage());
        assertTrue(closed[0]);
        w.close();
    }

    private static WritableByteChannel fullAfter(ByteArrayOutputStream taken, int room, boolean[] closed) {
        return new WritableByteChannel() {
            @Override
            public int write(ByteBuffer from) throws IOException {
                int n = Math.min(room - taken.size(), from.remaining());
                if (n == 0) {
                    throw new IOException("No space left on device");
                }
                byte[] octets = new byte[n];
                from.get(octets);
                taken.writeBytes(octets);
                return n;
            }

            @Override
            public boolean isOpen() {
                return !closed[0];
            }

            @Override
            public void close() {
                closed[0] = true;
            }
        };
    }

    @Test
    void aFileIsCutBehindItsLastWholePacketWhereTheDiskIsFull() throws IOException {
        for (int room = 0; room < 300; room += 7) {
            Path file = folder.resolve("full" + room);
            try (FileChannel real = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    BlockSink sink = new BlockSink(fullAfter(real, room), real, true)) {
                byte[] blocks = new CaptureBytes(false).section().interfaceBlock(1, 0).enhanced(0, 1, FIVE, 5)
                        .enhanced(0, 2, CaptureBytes.payload(100), 100).enhanced(0, 3, FIVE, 5).bytes();
                sink.reserve(blocks.length);
                sink.buffer().put(sink.begin(), blocks);
                sink.add(blocks.length);
                if (room < blocks.length) {
                    assertThrows(IOException.class, sink::write);
                }
                sink.write(); // takes no more, and does not fail again
            }
            byte[] left = Files.readAllBytes(file);
            Packets p = left.length == 0 ? new Packets() : Packets.of(left);
            assertEquals("", p.damage());
            int[] ends = {88, 220, 260};
            assertEquals(Arrays.stream(ends).filter(end -> end <= Math.max(88, left.length) && left.length >= 88).count(),
                    p.all.size());
            assertTrue(left.length <= room && left.length > room - 132);
        }
    }

    private static WritableByteChannel fullAfter(FileChannel real, int room) {
        return new WritableByteChannel() {
            @Override
            public int write(ByteBuffer from) throws IOException {
                int n = (int) Math.min(room - real.position(), from.remaining());
                if (n == 0) {
                    throw new IOException("No space left on device");
                }
                int end = from.limit();
                from.limit(from.position() + n);
                real.write(from);
                from.limit(end);
                return n;
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {
                // the test closes it
            }
        };
    }

    @Test
    void aPrintStreamsHiddenFailureIsNoticed() throws IOException {
        PrintStream broken = new PrintStream(new OutputStream() {
            private int left = 2;

            @Override
            public void write(int b) throws IOException {
                throw new FileNotFoundException("octet by octet");
            }

            @Override
            public void write(byte[] octets, int offset, int length) throws IOException {
                if (left-- == 0) {
                    throw new IOException("Broken pipe");
                }
            }
        });
        CaptureWriter w = CaptureWriter.to(broken, "standard output", NONE);
        five(w, 1);
        w.flush();
        five(w, 2);
        assertEquals("standard output: cannot write: the stream does not take it",
                assertThrows(IOException.class, w::flush).getMessage());
        w.close();
    }

    @Test
    void noPacketIsAllocatedFor() throws IOException {
        ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        try (CaptureWriter w = CaptureWriter.create(folder.resolve("many"), NONE)) {
            ByteBuffer packet = ByteBuffer.allocate(200);
            w.onPacket(packet, 0, 200, 200, 1, LinkType.EN10MB, 0);
            w.flush();
            long before = bean.getThreadAllocatedBytes(id);
            for (int i = 0; i < 20_000; i++) {
                w.onPacket(packet, 0, 200, 200, i, LinkType.EN10MB, 0);
            }
            long allocated = bean.getThreadAllocatedBytes(id) - before;
            assertTrue(allocated < 20_000, "20,000 packets cost " + allocated + " octets");
        }
    }
}
