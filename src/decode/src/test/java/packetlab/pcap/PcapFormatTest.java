package packetlab.pcap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PcapFormatTest {
    private static final int MICRO = 0xA1B2C3D4, NANO = 0xA1B23C4D, MODIFIED = 0xA1B2CD34;
    private static final byte[] FIVE = CaptureBytes.payload(5);
    private static final boolean[] ORDERS = {false, true};

    @Test
    void octetsAsTcpdumpWritesThem() {
        Packets p = Packets.of(HexFormat.of().parseHex("d4c3b2a102000400" + "0000000000000000" + "ffff000001000000"
                + "15cd5b0701000000" + "0300000040000000" + "aabbcc"));
        assertEquals("", p.damage());
        assertEquals(List.of(Packets.packet(HexFormat.of().parseHex("aabbcc"), 64, 123_456_789_000_001_000L, 1)), p.all);
        assertEquals(List.of(new CaptureReader.Interface(0, 0, 1, null, null, 65_535, 6, null)), p.interfaces);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void eitherByteOrderAndEitherUnit(boolean bigEndian) {
        long seconds = 4_294_967_295L; // in 2106: the field has no sign
        Packets micro = Packets.of(new CaptureBytes(bigEndian).pcapHeader(MICRO)
                .record(seconds, 999_999, FIVE, 5).record(0, 0, new byte[0], 0).bytes());
        assertEquals(List.of(Packets.packet(FIVE, 5, 4_294_967_295_999_999_000L, 1),
                Packets.packet(new byte[0], 0, 0, 1)), micro.all);
        assertEquals("", micro.damage());
        assertEquals(6, micro.interfaces.get(0).resolution());

        Packets nano = Packets.of(new CaptureBytes(bigEndian).pcapHeader(NANO, 2, 4, 96, 276)
                .record(1, 999_999_999, FIVE, 1500).bytes());
        assertEquals(List.of(Packets.packet(FIVE, 1500, 1_999_999_999L, 276)), nano.all);
        assertEquals(List.of(new CaptureReader.Interface(0, 0, 276, null, null, 96, 9, null)), nano.interfaces);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void modifiedFormatHasALongerRecordHeader(boolean bigEndian) {
        Packets p = Packets.of(new CaptureBytes(bigEndian).pcapHeader(MODIFIED)
                .u32(1).u32(2).u32(5).u32(60).u32(3).u16(0x800).u8(4, 0).raw(FIVE)
                .u32(2).u32(2).u32(5).u32(60).u32(3).u16(0x800).u8(4, 0).raw(FIVE).bytes());
        assertEquals(List.of(Packets.packet(FIVE, 60, 1_000_002_000L, 1), Packets.packet(FIVE, 60, 2_000_002_000L, 1)),
                p.all);
        assertEquals("", p.damage());
    }

    @Test
    void anOddFractionIsAddedNotWrapped() {
        assertEquals(1_000_000_000L + 4_294_967_295_000L,
                Packets.of(new CaptureBytes(false).pcapHeader(MICRO).record(1, -1, FIVE, 5).bytes())
                        .all.get(0).timestampNs());
    }

    @Test
    void oldVersionsHadTheLengthsTheOtherWayRound() {
        for (int minor = 0; minor <= 4; minor++) {
            CaptureBytes c = new CaptureBytes(false).pcapHeader(MICRO, 2, minor, 65_535, 1);
            c.u32(0).u32(0).u32(minor < 3 ? 64 : 5).u32(minor < 3 ? 5 : 64).raw(FIVE);
            if (minor == 3) { // some of its writers did, some did not
                c.u32(0).u32(0).u32(64).u32(5).raw(FIVE);
            }
            Packets p = Packets.of(c.bytes());
            assertEquals("", p.damage());
            for (Packets.Packet packet : p.all) {
                assertEquals(Packets.packet(FIVE, 64, 0, 1), packet);
            }
            assertEquals(minor == 3 ? 2 : 1, p.all.size());
        }
    }

    @Test
    void aLyingLengthOnTheWireIsToldOnceAndNotBelieved() {
        Packets p = Packets.of(new CaptureBytes(false).pcapHeader(MICRO).record(0, 0, FIVE, 5).record(0, 0, FIVE, 4)
                .record(0, 0, FIVE, 0xFFFF_FFFFL).record(0, 0, FIVE, 0x7FFF_FFFF).bytes());
        assertEquals(List.of(5, 5, 64 << 20, 64 << 20), p.all.stream().map(Packets.Packet::wireLength).toList());
        assertEquals(List.of("packet 2 says that it had 4 octets on the wire, of which 5 were captured: not believed"),
                p.told);
    }

    @Test
    void frameCheckSequenceBitsAreNotPartOfTheLinkType() {
        assertEquals(1, Packets.of(new CaptureBytes(true).pcapHeader(MICRO, 2, 4, 0, 0x5400_0001)
                .record(0, 0, FIVE, 5).bytes()).all.get(0).linkType());
    }

    @Test
    void aPacketLongerThanTheSnaplenAndThanLibpcapsLimitIsRead() {
        byte[] big = CaptureBytes.payload(1_000_000);
        Packets p = Packets.of(new CaptureBytes(false).pcapHeader(MICRO, 2, 4, 96, 1).record(0, 0, FIVE, 5)
                .record(0, 0, big, 1_000_000).record(0, 0, FIVE, 5).bytes());
        assertEquals(List.of(Packets.packet(FIVE, 5, 0, 1), Packets.packet(big, 1_000_000, 0, 1),
                Packets.packet(FIVE, 5, 0, 1)), p.all);
    }

    @Test
    void aPacketAboveOurLimitIsDamage() {
        for (long length : new long[] {(64 << 20) + 1, 0x7FFF_FFFF, 0x8000_0000L, 0xFFFF_FFFFL}) {
            Packets p = Packets.of(new CaptureBytes(false).pcapHeader(MICRO).record(0, 0, FIVE, 5)
                    .u32(0).u32(0).u32(length).u32(length).raw(FIVE).bytes());
            assertEquals(1, p.all.size());
            assertEquals("x: packet 2 at offset 45 claims " + length + " captured octets; the limit is 67108864",
                    p.damage());
            CaptureFormatException e = assertInstanceOf(CaptureFormatException.class, p.failure);
            assertEquals(45, e.offset());
            assertEquals(2, e.packet());
        }
    }

    @Test
    void aVersionThatNobodyKnowsIsRefused() {
        assertEquals("x: pcap version 1.4 is not supported, only 2.x is",
                Packets.of(new CaptureBytes(false).pcapHeader(MICRO, 1, 4, 0, 1).bytes()).damage());
        assertEquals("x: pcap version 3.0 is not supported, only 2.x is",
                Packets.of(new CaptureBytes(true).pcapHeader(NANO, 3, 0, 0, 1).bytes()).damage());
    }

    @Test
    void reservedBitsOfTheLinkTypeAreRefused() {
        assertEquals("x: the reserved bits of the link type at offset 20 are not zero: 0x00300000",
                Packets.of(new CaptureBytes(false).pcapHeader(MICRO, 2, 4, 0, 0x0030_0000).bytes()).damage());
    }

    @Test
    void everyTruncationDeliversWhatIsWholeAndSaysWhatIsNot() {
        for (boolean bigEndian : ORDERS) {
            byte[] whole = new CaptureBytes(bigEndian).pcapHeader(NANO).record(1, 1, FIVE, 5)
                    .record(2, 2, CaptureBytes.payload(40), 99).record(3, 3, new byte[0], 7).bytes();
            int[] ends = {24, 24 + 21, 24 + 21 + 56, 24 + 21 + 56 + 16};
            List<Packets.Packet> all = Packets.of(whole).all;
            assertEquals(3, all.size());
            for (int length = 0; length < whole.length; length++) {
                int cut = length;
                Packets p = Packets.of(Arrays.copyOf(whole, length));
                int packets = (int) Arrays.stream(ends, 1, 4).filter(end -> end <= cut).count();
                assertEquals(all.subList(0, packets), p.all);
                assertEquals(expected(length, packets, ends[packets]), p.damage());
                if (p.failure != null) {
                    assertEquals(packets + 1, ((CaptureFormatException) p.failure).packet());
                }
            }
        }
    }

    private static String expected(int length, int packets, int begin) {
        if (length == 0) {
            return "x: is empty, not a capture file";
        }
        if (length < 4) {
            return "x: is not a capture file: it has only " + length + " octets";
        }
        if (length < 24) {
            return "x: cut short in the middle of the pcap file header: it has 24 octets, " + length + " are there";
        }
        int there = length - begin;
        if (there == 0) {
            return "";
        }
        String what = there < 16 ? "its record header at offset " + begin + " has 16"
                : "its record at offset " + begin + " has " + (packets == 0 ? 21 : 56);
        return "x: cut short in the middle of packet " + (packets + 1) + ": " + what + " octets, " + there
                + " are there";
    }
}
