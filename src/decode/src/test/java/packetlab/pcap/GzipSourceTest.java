package packetlab.pcap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class GzipSourceTest {
    private static final byte[] CAPTURE = capture(300);

    private static byte[] capture(int packets) {
        CaptureBytes c = new CaptureBytes(false).pcapHeader(0xA1B23C4D);
        Random random = new Random(3);
        for (int i = 0; i < packets; i++) {
            byte[] octets = new byte[random.nextInt(1_400)];
            random.nextBytes(octets);
            Arrays.fill(octets, 0, octets.length / 2, (byte) 7);
            c.record(i, 0, octets, octets.length);
        }
        return c.bytes();
    }

    private static byte[] gzip(byte[] octets) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream z = new GZIPOutputStream(out)) {
            z.write(octets);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        CaptureBytes c = new CaptureBytes(false);
        for (byte[] part : parts) {
            c.raw(part);
        }
        return c.bytes();
    }

    private static void assertWhole(byte[] compressed) {
        Packets p = Packets.of(compressed);
        assertEquals("", p.damage());
        assertEquals(Packets.of(CAPTURE).all, p.all);
    }

    @Test
    void aCompressedCaptureIsRead() {
        assertWhole(gzip(CAPTURE));
    }

    @Test
    void membersBehindOneAnotherAreOneCapture() {
        assertWhole(join(gzip(Arrays.copyOf(CAPTURE, 1)), gzip(new byte[0]),
                gzip(Arrays.copyOfRange(CAPTURE, 1, 100_001)),
                gzip(Arrays.copyOfRange(CAPTURE, 100_001, CAPTURE.length))));
    }

    @Test
    void zerosBehindTheDataArePadding() {
        assertWhole(join(gzip(CAPTURE), new byte[512]));
    }

    @Test
    void everyOptionalHeaderFieldIsSkipped() {
        byte[] plain = gzip(CAPTURE);
        for (int flags = 0; flags < 32; flags++) {
            CaptureBytes c = new CaptureBytes(false).u8(0x1F, 0x8B, 8, flags).u32(0).u8(0, 3);
            c.raw((flags & 4) != 0 ? new byte[] {3, 0, 0x1F, (byte) 0x8B, 0} : new byte[0]);
            c.raw((flags & 8) != 0 ? "name\0".getBytes() : new byte[0]);
            c.raw((flags & 16) != 0 ? "remark\0".getBytes() : new byte[0]);
            c.raw((flags & 2) != 0 ? new byte[2] : new byte[0]);
            byte[] whole = c.raw(Arrays.copyOfRange(plain, 10, plain.length)).bytes();
            assertWhole(whole);
        }
    }

    @Test
    void everyTruncationDeliversPacketsAndSaysSo() {
        byte[] plain = capture(3);
        byte[] whole = gzip(plain);
        int before = 0;
        for (int length = 2; length < whole.length; length++) {
            Packets p = Packets.of(Arrays.copyOf(whole, length));
            assertTrue(p.all.size() >= before && p.all.size() <= 3);
            before = p.all.size();
            if (length >= 4) {
                assertEquals("x: gzip data is cut short after " + length + " octets, after packet " + before, p.damage());
                assertEquals(before + 1, ((CaptureFormatException) p.failure).packet());
            }
        }
        assertEquals(3, before, "all data came before the trailer");
    }

    @Test
    void whatCameBeforeADamageIsDelivered() {
        byte[] whole = gzip(CAPTURE);
        // A deflate block of type 3 does not exist: 300 packets whole in a stored block, then that.
        CRC32 crc = new CRC32();
        crc.update(CAPTURE, 0, 60_000);
        byte[] stored = new CaptureBytes(false).u8(0x1F, 0x8B, 8, 0).u32(0).u8(0, 3).u8(0).u16(60_000).u16(~60_000)
                .raw(Arrays.copyOf(CAPTURE, 60_000)).u8(7).bytes();
        Packets p = Packets.of(stored);
        assertEquals(Packets.of(Arrays.copyOf(CAPTURE, 60_000)).all, p.all);
        assertTrue(p.damage().matches("x: gzip data is damaged at offset \\d+: invalid block type, after packet "
                + p.all.size()), p.damage());

        byte[] badSum = whole.clone();
        badSum[whole.length - 8] ^= 1;
        p = Packets.of(badSum);
        assertEquals(300, p.all.size());
        assertTrue(p.damage().matches("x: gzip data before offset " + (whole.length - 8)
                + " has checksum [0-9a-f]{8}, its trailer says [0-9a-f]{8}, after packet 300"), p.damage());

        byte[] badLength = whole.clone();
        badLength[whole.length - 4] ^= 1;
        assertEquals("x: gzip data before offset " + (whole.length - 8) + " has " + CAPTURE.length
                + " octets, its trailer says " + (CAPTURE.length ^ 1) + ", after packet 300",
                Packets.of(badLength).damage());
    }

    @Test
    void somethingElseBehindTheDataIsTold() {
        byte[] whole = gzip(CAPTURE);
        Packets p = Packets.of(join(whole, "tail".getBytes()));
        assertEquals(300, p.all.size());
        assertEquals("x: gzip data ends at offset " + whole.length + ", and something else follows (74), after packet 300",
                p.damage());
    }

    @Test
    void whatIsInsideIsNamed() {
        assertEquals("x: is empty, not a capture file", Packets.of(gzip(new byte[0])).damage());
        assertEquals("x: is not a capture file: it begins with 7b226576, which neither pcap nor pcapng does (looks like"
                + " JSON)", Packets.of(gzip("{\"event\":1}".getBytes())).damage());
        assertEquals("x: is not a capture file: it begins with 1f8b0800, which neither pcap nor pcapng does (looks like"
                + " gzip-compressed data, twice: uncompress it first)", Packets.of(gzip(gzip(CAPTURE))).damage());
    }

    @Test
    void anUnknownMethodAndAnEndlessHeaderAreDamage() {
        assertEquals("x: gzip member at offset 0 has compression method 7; only 8 is defined, after packet 0",
                Packets.of(HexFormat.of().parseHex("1f8b0700000000000003")).damage());
        byte[] endless = new byte[200_000];
        Arrays.fill(endless, (byte) 'a');
        System.arraycopy(HexFormat.of().parseHex("1f8b0808000000000003"), 0, endless, 0, 10);
        assertEquals("x: gzip header at offset 0 is longer than the limit of 131072, after packet 0",
                Packets.of(endless).damage());
    }
}
