package packetlab.pcap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import packetlab.event.Event;

class PcapngFormatTest {
    private static final byte[] FIVE = CaptureBytes.payload(5);
    private static final int COMMENT = 1;

    private static CaptureBytes little() {
        return new CaptureBytes(false);
    }

    private static CaptureBytes begun(boolean bigEndian) {
        return new CaptureBytes(bigEndian).section().interfaceBlock(1, 0);
    }

    @Test
    void octetsAsDumpcapWritesThem() {
        Packets p = Packets.of(HexFormat.of().parseHex("0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000"
                + "0100000020000000" + "0100000000000400" + "09000100" + "09000000" + "00000000" + "20000000"
                + "0600000024000000" + "00000000" + "15cd5b07" + "01000000" + "03000000" + "40000000" + "aabbcc00"
                + "24000000"));
        assertEquals("", p.damage());
        assertEquals(List.of(Packets.packet(HexFormat.of().parseHex("aabbcc"), 64, (123_456_789L << 32) + 1, 1)), p.all);
        assertEquals(List.of(new CaptureReader.Interface(0, 0, 1, null, null, 262_144, 9, null)), p.interfaces);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void packetsOfEveryKindInEitherByteOrder(boolean bigEndian) {
        Packets p = Packets.of(new CaptureBytes(bigEndian).section().interfaceBlock(1, 3)
                .enhanced(0, 0x1_0000_0002L, FIVE, 9)
                .simple(CaptureBytes.payload(3), 5)
                .simple(CaptureBytes.payload(2), 2)
                .obsolete(0, 0xFFFF, 7, FIVE, 5).bytes());
        assertEquals("", p.damage());
        assertEquals(List.of(Packets.packet(FIVE, 9, 4_294_967_298_000L, 1),
                Packets.packet(CaptureBytes.payload(3), 5, Event.NO_TIME, 1),
                Packets.packet(CaptureBytes.payload(2), 2, Event.NO_TIME, 1),
                Packets.packet(FIVE, 5, 7_000, 1)), p.all);
        assertEquals(Event.UNKNOWN, p.dropped);
        assertEquals(List.of(), p.told);
    }

    @Test
    void everySectionHasItsOwnByteOrderAndInterfaces() {
        CaptureBytes c = new CaptureBytes(false).section().interfaceBlock(1, 0).interfaceBlock(113, 0)
                .enhanced(1, 1, FIVE, 5).enhanced(0, 2, FIVE, 5);
        c.order(true).section().interfaceBlock(276, 0).enhanced(0, 3, FIVE, 5);
        c.order(false).section().interfaceBlock(101, 0).simple(FIVE, 5);
        Packets p = Packets.of(c.bytes());
        assertEquals("", p.damage());
        assertEquals(List.of(113, 1, 276, 101), p.all.stream().map(Packets.Packet::linkType).toList());
        assertEquals(List.of(1_000L, 2_000L, 3_000L, Event.NO_TIME),
                p.all.stream().map(Packets.Packet::timestampNs).toList());
        assertEquals(List.of("0.0", "0.1", "1.0", "2.0"),
                p.interfaces.stream().map(i -> i.section() + "." + i.number()).toList());
        assertEquals(CaptureReader.NO_LINK_TYPE, p.linkType, "they differ");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void interfaceOptionsAreToldAndUsed(boolean bigEndian) {
        byte[] options = new CaptureBytes(bigEndian).option(COMMENT, "of the interface").option(2, "eth0\0")
                .option(3, "Uplink é").option(9, new byte[] {3}).option(11, "\0tcp port 80").option(14, -2)
                .option(4242, "unknown").endOfOptions();
        Packets p = Packets.of(new CaptureBytes(bigEndian).section(new CaptureBytes(bigEndian)
                .option(COMMENT, "of the section").bytes()).interfaceBlock(1, 96, options).enhanced(0, 5_001, FIVE, 5)
                .bytes());
        assertEquals("", p.damage());
        assertEquals(List.of(new CaptureReader.Interface(0, 0, 1, "eth0", "Uplink é", 96, 3, "tcp port 80")),
                p.interfaces);
        assertEquals(3_001_000_000L, p.all.get(0).timestampNs());
        assertEquals(List.of("comment 0 of the section", "comment 0 of the interface"), p.told);
    }

    @Test
    void optionsOfTheWrongLengthAreNotUsed() {
        byte[] options = little().option(9, new byte[] {3, 0}).option(11, new byte[0]).option(14, new byte[4])
                .option(11, "\1bpf bytes").bytes();
        Packets p = Packets.of(little().section().interfaceBlock(1, 0, options).enhanced(0, 5, FIVE, 5).bytes());
        assertEquals(List.of(new CaptureReader.Interface(0, 0, 1, null, null, 0, 6, null)), p.interfaces);
        assertEquals(5_000, p.all.get(0).timestampNs());
    }

    @Test
    void commentsComeBeforeTheirPacket() {
        byte[] options = little().option(COMMENT, "안녕").option(2, new byte[4]).option(COMMENT, "two").endOfOptions();
        Packets p = Packets.of(begun(false).enhanced(0, 0, FIVE, 5).enhanced(0, 0, FIVE, 5, options)
                .obsolete(0, 0, 0, FIVE, 5, little().option(COMMENT, "old").bytes()).bytes());
        assertEquals(List.of("comment 2 안녕", "comment 2 two", "comment 3 old"), p.told);
        assertEquals(3, p.all.size());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void directionProcessAndThreadComeBeforeTheirPacket(boolean bigEndian) {
        byte[] both = new CaptureBytes(bigEndian).option(2, new CaptureBytes(bigEndian).u32(0x1E1).bytes())
                .option(8, new CaptureBytes(bigEndian).u32(-1).u32(12).bytes()).endOfOptions();
        byte[] odd = new CaptureBytes(bigEndian).option(2, new byte[8]).option(8, new byte[4]).endOfOptions();
        Packets p = Packets.of(begun(bigEndian).enhanced(0, 0, FIVE, 5, both).enhanced(0, 0, FIVE, 5, odd)
                .enhanced(0, 0, FIVE, 5, new CaptureBytes(bigEndian)
                        .option(2, new CaptureBytes(bigEndian).u32(2).bytes()).bytes()).bytes());
        assertEquals(List.of("origin 1 1 4294967295 12", "origin 3 2 -1 -1"), p.told);
        assertEquals(3, p.all.size());
    }

    @Test
    void damagedOptionsOfAPacketAreToldOnceAndThePacketIsRead() {
        byte[] options = little().option(COMMENT, "good").u16(COMMENT).u16(200).u32(0).bytes();
        Packets p = Packets.of(begun(false).enhanced(0, 0, FIVE, 5, options).enhanced(0, 0, FIVE, 5, options).bytes());
        assertEquals("", p.damage());
        assertEquals(2, p.all.size());
        assertEquals(List.of("comment 1 good", "packet 1 has damaged options: left out", "comment 2 good"), p.told);
    }

    @Test
    void aTimeThatNoLongHoldsIsLeftOutAndTold() {
        Packets p = Packets.of(begun(false).enhanced(0, -1, FIVE, 5).enhanced(0, 9_223_372_036_854_775L, FIVE, 5)
                .enhanced(0, 9_223_372_036_854_776L, FIVE, 5).bytes());
        assertEquals(List.of(Event.NO_TIME, 9_223_372_036_854_775_000L, Event.NO_TIME),
                p.all.stream().map(Packets.Packet::timestampNs).toList());
        assertEquals(List.of("packet 1 has a time stamp that 64 bits of nanoseconds cannot hold: left out"), p.told);
    }

    @Test
    void theLastCounterOfEveryInterfaceCounts() {
        Packets p = Packets.of(little().section().interfaceBlock(1, 0).interfaceBlock(1, 0).interfaceBlock(1, 0)
                .statistics(0, little().option(4, 10).option(5, 1).option(7, 100).bytes())
                .statistics(1, little().option(5, 1_000).bytes())
                .statistics(0, little().option(4, 20).option(5, 2).option(7, 300).bytes())
                .statistics(2, little().option(4, 5).bytes())
                .section().interfaceBlock(1, 0).statistics(0, little().option(7, 10_000).endOfOptions()).bytes());
        assertEquals("", p.damage());
        assertEquals(302 + 1_000 + 10_000, p.dropped);
        assertEquals(List.of("statistics 0.0 10 101", "statistics 0.1 -1 1000", "statistics 0.0 20 302",
                "statistics 0.2 5 -1", "statistics 1.0 -1 10000"), p.told);
    }

    @Test
    void noCounterIsUnknownAndZeroIsZero() {
        assertEquals(Event.UNKNOWN, Packets.of(begun(false).statistics(0).bytes()).dropped);
        assertEquals(0, Packets.of(begun(false).statistics(0, little().option(5, 0).bytes()).bytes()).dropped);
        assertEquals(Event.UNKNOWN, Packets.of(begun(false).statistics(0, little().option(5, -5).bytes()).bytes())
                .dropped, "more than a long holds is no counter");
        assertEquals(Long.MAX_VALUE, Packets.of(begun(false).statistics(0, little().option(5, Long.MAX_VALUE)
                .option(7, Long.MAX_VALUE).bytes()).bytes()).dropped);
    }

    @Test
    void packetsTellWhatWasDroppedWhereNoCounterDoes() {
        CaptureBytes c = begun(false).enhanced(0, 0, FIVE, 5, little().option(4, 3).bytes()).obsolete(0, 4, 0, FIVE, 5);
        assertEquals(7, Packets.of(c.bytes()).dropped);
        assertEquals(5, Packets.of(c.statistics(0, little().option(5, 5).bytes()).bytes()).dropped);
    }

    @Test
    void blocksThatHoldNoPacketsAreSkipped() {
        CaptureBytes c = begun(false);
        for (int type : new int[] {4, 9, 10, 0xBAD, 0x40000BAD, 0x7FFF_FFFF, 0x8000_0001}) {
            c.block(type, CaptureBytes.payload(400)).block(type, new byte[0]);
        }
        Packets p = Packets.of(c.enhanced(0, 0, FIVE, 5).bytes());
        assertEquals("", p.damage());
        assertEquals(1, p.all.size());
    }

    @Test
    void versionOneTwoMeansOneZero() {
        assertEquals("", Packets.of(little().block(CaptureBytes.SECTION,
                little().u32(0x1A2B3C4D).u16(1).u16(2).u64(-1).bytes()).bytes()).damage());
    }

    @Test
    void everyDamageIsNamed() {
        CaptureBytes head = little().section().interfaceBlock(1, 0).enhanced(0, 0, FIVE, 5);
        int at = head.size();
        byte[] good = head.bytes();
        String[][] damages = {
            {hex(little().u32(6).u32(8).u32(8)), "packet 2 at offset 88 has length 8; the least is 12"},
            {hex(little().u32(6).u32(0).u32(0)), "packet 2 at offset 88 has length 0; the least is 12"},
            {hex(little().u32(77).u32(13).u64(13)),
                "block of type 0x0000004d after packet 1 at offset 88 has length 13; it must be a multiple of 4"},
            {hex(little().u32(6).u32(0x7FFF_FFFC).u32(0)),
                "packet 2 at offset 88 has length 2147483644; the limit is 68157440"},
            {hex(little().u32(6).u32(0xFFFF_FFFCL).u32(0)),
                "packet 2 at offset 88 has length 4294967292; the limit is 68157440"},
            {hex(little().u32(5).u32(16).u32(0).u32(20)),
                "interface statistics block at offset 88 has length 16 in front and 20 at its end"},
            {hex(little().enhanced(1, 0, FIVE, 5)),
                "packet 2 at offset 88 names interface 1; its section has described 1"},
            {hex(little().enhanced(-1, 0, FIVE, 5)),
                "packet 2 at offset 88 names interface 4294967295; its section has described 1"},
            {hex(little().statistics(3)),
                "interface statistics block at offset 88 names interface 3; its section has described 1"},
            {hex(little().section().simple(FIVE, 5)),
                "packet 2 at offset 116 names interface 0; its section has described 0"},
            {hex(little().block(6, new byte[16])), "packet 2 at offset 88 has length 28; the least is 32"},
            {hex(little().block(2, new byte[16])), "packet 2 at offset 88 has length 28; the least is 32"},
            {hex(little().block(3, new byte[0])), "packet 2 at offset 88 has length 12; the least is 16"},
            {hex(little().block(5, new byte[8])),
                "interface statistics block at offset 88 has length 20; the least is 24"},
            {hex(little().block(1, new byte[4])),
                "interface description at offset 88 has length 16; the least is 20"},
            {hex(little().block(CaptureBytes.SECTION, little().u32(0x1A2B3C4D).bytes())),
                "section header at offset 88 has length 16; the least is 28"},
            {hex(little().block(6, little().u32(0).u64(0).u32(9).u32(9).u64(0).bytes())),
                "packet 2 at offset 88 claims 9 captured octets; its block has room for 8"},
            {hex(little().block(6, little().u32(0).u64(0).u32(-1).u32(9).u64(0).bytes())),
                "packet 2 at offset 88 claims 4294967295 captured octets; its block has room for 8"},
            {hex(little().simple(FIVE, 9)),
                "packet 2 at offset 88 claims 9 captured octets; its block has room for 8"},
            {hex(little().block(CaptureBytes.SECTION, little().u32(0x1A2B3C4E).u64(0).u64(0).bytes())),
                "section header at offset 88 has byte-order magic 4e3c2b1a, not 1a2b3c4d"},
            {hex(little().block(CaptureBytes.SECTION, little().u32(0x1A2B3C4D).u16(2).u16(0).u64(-1).bytes())),
                "section at offset 88 has pcapng version 2.0; only 1.0 is supported"},
            {hex(little().block(CaptureBytes.SECTION, little().u32(0x1A2B3C4D).u16(1).u16(1).u64(-1).bytes())),
                "section at offset 88 has pcapng version 1.1; only 1.0 is supported"},
            {hex(little().section(little().u16(1).u16(12_336).bytes())),
                "section header at offset 88 has an option of 12336 octets where 0 are left"},
            {hex(little().interfaceBlock(1, 0, little().u16(1).u16(5).u32(0).bytes())),
                "interface description at offset 88 has an option of 5 octets where 4 are left"},
        };
        assertEquals(88, at);
        for (String[] damage : damages) {
            Packets p = Packets.of(new CaptureBytes(false).raw(good).raw(HexFormat.of().parseHex(damage[0]))
                    .raw(good).bytes());
            assertEquals("x: " + damage[1], p.damage());
            assertEquals(1, p.all.size(), damage[1]);
            CaptureFormatException e = (CaptureFormatException) p.failure;
            assertEquals(damage[1].contains("116") ? 116 : 88, e.offset());
            assertEquals(2, e.packet());
        }
    }

    private static String hex(CaptureBytes c) {
        return HexFormat.of().formatHex(c.bytes());
    }

    @Test
    void tooManyInterfacesAreDamage() {
        CaptureBytes c = little().section();
        for (int i = 0; i < PcapngFormat.MAX_INTERFACES; i++) {
            if (i == 40_000) {
                c.section(); // does not begin the count anew
            }
            c.interfaceBlock(1, 0);
        }
        assertEquals("", Packets.of(c.bytes()).damage());
        int at = c.size();
        assertEquals("x: interface description at offset " + at + " is one more than the limit of 65536",
                Packets.of(c.interfaceBlock(1, 0).bytes()).damage());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyTruncationDeliversWhatIsWholeAndSaysWhatIsNot(boolean bigEndian) {
        CaptureBytes c = new CaptureBytes(bigEndian).section();
        List<Integer> begins = new ArrayList<>(List.of(0, c.size()));
        List<String> names = List.of("section header", "interface description", "packet 1",
                "block of type 0x00000bad after packet 1", "packet 2", "packet 3", "interface statistics block");
        begins.add(c.interfaceBlock(1, 0).size());
        begins.add(c.enhanced(0, 1, FIVE, 5).size());
        begins.add(c.block(0xBAD, new byte[20]).size());
        begins.add(c.simple(FIVE, 5).size());
        begins.add(c.obsolete(0, 0, 2, FIVE, 5).size());
        begins.add(c.statistics(0).size());
        byte[] whole = c.bytes();
        List<Packets.Packet> all = Packets.of(whole).all;
        assertEquals(3, all.size());
        for (int length = 4; length < whole.length; length++) {
            int block = 0;
            while (begins.get(block + 1) <= length) {
                block++;
            }
            int begin = begins.get(block);
            int there = length - begin;
            int size = begins.get(block + 1) - begin;
            String expected = there == 0 ? "" : "x: cut short in the middle of "
                    + (there < 12 ? "block header" : names.get(block)) + ": the block at offset " + begin + " has "
                    + (there < 12 ? 12 : size) + " octets, " + there + " are there";
            Packets p = Packets.of(Arrays.copyOf(whole, length));
            assertEquals(expected, p.damage());
            int packets = block <= 2 ? 0 : block <= 4 ? 1 : block - 3;
            assertEquals(all.subList(0, packets), p.all);
        }
    }
}
