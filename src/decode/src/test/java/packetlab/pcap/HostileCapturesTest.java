package packetlab.pcap;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import packetlab.wire.PacketSource;

/** Whatever a file holds, there is nothing but packets within the buffer and, in the end, one exception for damage. */
class HostileCapturesTest {
    private static final int ROUNDS = 1_000;
    private static final int[] NASTY = {0, 1, 3, 4, 11, 12, 31, 0x7F, 0x80, 0xFF};

    @TempDir
    Path folder;

    @Test
    void mutationsOfEveryFormatAreReadOrRefused() throws IOException {
        byte[] options = new CaptureBytes(false).option(1, "text").option(9, new byte[] {9}).option(14, 5).endOfOptions();
        byte[] pcap = new CaptureBytes(true).pcapHeader(0xA1B2C3D4).record(1, 2, CaptureBytes.payload(30), 30)
                .record(1, 2, CaptureBytes.payload(9), 30).bytes();
        CaptureBytes c = new CaptureBytes(false).section(options).interfaceBlock(1, 20, options)
                .enhanced(0, 1, CaptureBytes.payload(9), 12, options).simple(CaptureBytes.payload(20), 30)
                .statistics(0, options).obsolete(0, 2, 4, CaptureBytes.payload(9), 12, options);
        byte[] pcapng = c.order(true).section().interfaceBlock(113, 0).enhanced(0, 1, CaptureBytes.payload(5), 5).bytes();
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (GZIPOutputStream z = new GZIPOutputStream(gzip)) {
            z.write(pcapng);
        }
        Random random = new Random(11);
        long[] read = {0};
        for (byte[] seed : new byte[][] {pcap, pcapng, gzip.toByteArray()}) {
            for (int round = 0; round < ROUNDS; round++) {
                readAll(mutate(seed, random), read);
            }
        }
        assertTrue(read[0] > ROUNDS, "some packets remain readable: " + read[0]);
    }

    private static byte[] mutate(byte[] seed, Random random) {
        byte[] octets = seed.clone();
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
            int at = random.nextInt(octets.length);
            int nasty = NASTY[random.nextInt(NASTY.length)];
            octets[at] = (byte) (random.nextBoolean() ? nasty : octets[at] ^ 1 << random.nextInt(8));
        }
        return octets;
    }

    private void readAll(byte[] capture, long[] read) throws IOException {
        Path file = folder.resolve("mutant");
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            out.write(ByteBuffer.wrap(capture));
        }
        try (CaptureReader r = CaptureReader.open(file, new Packets())) {
            while (r.poll((b, offset, captured, wire, time, link, flags) -> {
                assertTrue(captured >= 0 && captured <= wire && offset >= 0 && offset + captured <= b.limit());
                read[0]++;
            }) != PacketSource.END) { // poll again
            }
        } catch (CaptureFormatException e) {
            assertTrue(e.offset() >= 0 && e.packet() >= 1 && e.getMessage().startsWith(file + ": "), e.getMessage());
            assertTrue(e.getMessage().lines().count() == 1, e.getMessage());
        }
    }
}
