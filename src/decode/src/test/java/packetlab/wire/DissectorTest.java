package packetlab.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static packetlab.wire.Packets.bytes;
import static packetlab.wire.Packets.concat;
import static packetlab.wire.Packets.ethernet;
import static packetlab.wire.Packets.ipv4;
import static packetlab.wire.Packets.ipv6;
import static packetlab.wire.Packets.tcp;
import static packetlab.wire.Packets.udp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import packetlab.wire.Dissector.Result;

/** One packet at a time: every link, every way to cut it, every lie in a length. Rows are the checklist's. */
class DissectorTest {
    private static final byte[] NONE = {};
    private static final byte[] TCP = tcp(50_000, 80, 0x01020304, 0x0A0B0C0D, Tcp.ACK | Tcp.PSH, 512, NONE,
            "hello".getBytes());
    private static final byte[] IP = ipv4(6, 0x7F000001, 0x7F000002, TCP);
    private static final byte[] SOURCE6 = HexFormat.of().parseHex("20010db8000000000000000000000001");
    private static final byte[] DESTINATION6 = HexFormat.of().parseHex("00000000000000000000000000000001");

    private final Dissector d = new Dissector();

    private Result dissect(byte[] packet, int link) {
        // Behind an offset and before other octets, as in a file's buffer.
        ByteBuffer b = ByteBuffer.wrap(concat(new byte[7], packet, new byte[9]));
        return d.dissect(b, 7, packet.length, packet.length, link);
    }

    private void assertHello(byte[] packet, int link) {
        assertEquals(Result.TCP, dissect(packet, link));
        assertEquals(50_000, d.tcp().sourcePort());
        assertEquals(80, d.tcp().destinationPort());
        assertEquals(0x01020304, d.tcp().sequence());
        assertEquals(0x0A0B0C0D, d.tcp().acknowledgment());
        assertEquals(Tcp.ACK | Tcp.PSH, d.tcp().flags());
        assertEquals(512, d.tcp().window());
        assertEquals(5, d.tcp().payloadWireLength());
        assertEquals('h', d.tcp().array()[d.tcp().payloadOffset()]);
    }

    @Test
    void aDirectBufferIsReadAsAnArrayIs() {
        byte[] longer = concat(IP, new byte[3000]);
        for (byte[] packet : new byte[][] {IP, longer, IP}) {
            ByteBuffer direct = ByteBuffer.allocateDirect(packet.length + 9).put(7, packet);
            assertEquals(Result.TCP, d.dissect(direct, 7, packet.length, packet.length, LinkType.RAW));
            assertEquals(50_000, d.tcp().sourcePort());
            assertEquals(5, d.tcp().payloadWireLength());
            assertEquals(d.packetOffset() + 40, d.tcp().payloadOffset());
            assertEquals("hello", new String(d.tcp().array(), d.tcp().payloadOffset(), 5, StandardCharsets.US_ASCII));
            assertEquals(IP[0], d.array()[d.packetOffset()]);
        }
        ByteBuffer slice = ByteBuffer.wrap(concat(new byte[5], IP)).slice(5, IP.length);
        assertEquals(Result.TCP, d.dissect(slice, 0, IP.length, IP.length, LinkType.RAW), "an array that begins before the buffer");
        assertEquals('h', d.tcp().array()[d.tcp().payloadOffset()]);
    }

    @Test
    void everyLinkType() { // rows 11-17
        assertHello(ethernet(0x0800, IP), LinkType.EN10MB);
        assertEquals("127.0.0.1", d.source());
        assertEquals("127.0.0.2", d.destination());
        assertHello(ethernet(0x8100, concat(bytes(0, 5, 8, 0), IP)), LinkType.EN10MB);
        assertHello(ethernet(0x88A8, concat(bytes(0, 5, 0x81, 0, 0, 6, 8, 0), IP)), LinkType.EN10MB);
        for (int raw : new int[] {LinkType.RAW, LinkType.RAW_BSD, LinkType.RAW_OPENBSD, LinkType.IPV4}) {
            assertHello(IP, raw);
        }
        assertHello(concat(bytes(2, 0, 0, 0), IP), LinkType.NULL);
        assertHello(concat(bytes(0, 0, 0, 2), IP), LinkType.NULL);
        assertHello(concat(bytes(0, 0, 0, 2), IP), LinkType.LOOP);
        assertHello(concat(new byte[14], bytes(8, 0), IP), LinkType.LINUX_SLL);
        assertHello(concat(bytes(8, 0), new byte[18], IP), LinkType.LINUX_SLL2);
        byte[] six = ipv6(6, SOURCE6, DESTINATION6, TCP);
        assertHello(six, LinkType.IPV6);
        assertHello(ethernet(0x86DD, six), LinkType.EN10MB);
        assertEquals("2001:db8::1", d.source());
        assertEquals("::1", d.destination());
        for (int family : new int[] {10, 24, 28, 30}) {
            assertHello(concat(bytes(family, 0, 0, 0), six), LinkType.NULL);
            assertHello(concat(bytes(0, 0, 0, family), six), LinkType.NULL);
        }
    }

    @Test
    void whatIsUnknownIsNamed() {
        assertEquals(Result.OTHER, dissect(ethernet(0x0806, new byte[28]), LinkType.EN10MB));
        assertEquals("ARP", d.protocol());
        assertEquals(Fault.NONE, d.fault());
        dissect(ethernet(0x88CC, new byte[28]), LinkType.EN10MB);
        assertEquals("EtherType 0x88cc", d.protocol());
        dissect(ethernet(38, new byte[38]), LinkType.EN10MB);
        assertEquals("802.3", d.protocol());
        dissect(ethernet(0x0800, ipv4(132, 1, 2, new byte[12])), LinkType.EN10MB);
        assertEquals("SCTP", d.protocol());
        dissect(new byte[60], 105);
        assertEquals("link type 105", d.protocol());
    }

    @Test
    void ethernetPaddingIsNoPayload() { // row 20
        assertEquals(Result.TCP, dissect(concat(ethernet(0x0800, IP), new byte[11]), LinkType.EN10MB));
        assertEquals(5, d.tcp().payloadWireLength());
        assertEquals(5, d.tcp().payloadCapturedLength());
    }

    @Test
    void aLengthOfZeroIsLeftToTheLink() { // row 21
        byte[] offloaded = IP.clone();
        offloaded[2] = 0;
        offloaded[3] = 0;
        assertHello(ethernet(0x0800, offloaded), LinkType.EN10MB);
        byte[] six = ipv6(6, SOURCE6, DESTINATION6, TCP);
        six[4] = 0;
        six[5] = 0;
        assertHello(ethernet(0x86DD, six), LinkType.EN10MB);
    }

    @Test
    void superPacketsPastSixtyFourKilobytes() { // row 22
        byte[] packet = ethernet(0x0800, ipv4(6, 1, 2, tcp(1, 2, 3, 4, Tcp.ACK, 5, NONE, new byte[180_000])));
        packet[16] = 0;
        packet[17] = 0;
        assertEquals(Result.TCP, dissect(packet, LinkType.EN10MB));
        assertEquals(180_000, d.tcp().payloadWireLength());
    }

    @Test
    void everyCutIsToldApartFromEveryTruncation() {
        byte[] packet = ethernet(0x0800, IP);
        for (int kept = 0; kept < packet.length; kept++) {
            ByteBuffer b = ByteBuffer.wrap(packet);
            Result cut = d.dissect(b, 0, kept, packet.length, LinkType.EN10MB);
            if (kept >= 54) {
                assertEquals(Result.TCP, cut);
                assertEquals(5, d.tcp().payloadWireLength());
                assertEquals(kept - 54, d.tcp().payloadCapturedLength());
            } else {
                assertEquals(Result.OTHER, cut, "kept " + kept);
                assertEquals(Fault.CUT_BY_SNAPLEN, d.fault(), "kept " + kept);
            }
            byte[] shorter = java.util.Arrays.copyOf(packet, kept);
            Result truncated = d.dissect(ByteBuffer.wrap(shorter), 0, kept, kept, LinkType.EN10MB);
            assertNotEquals(Fault.CUT_BY_SNAPLEN, d.fault(), "kept " + kept);
            if (kept < 54) {
                assertEquals(Result.OTHER, truncated, "kept " + kept);
                assertEquals(Fault.TRUNCATED, d.fault(), "kept " + kept);
            }
        }
    }

    @Test
    void optionsCutBySnaplenLeaveTheRestReadable() {
        byte[] packet = ethernet(0x0800, ipv4(6, 1, 2, tcp(1, 2, 3, 4, Tcp.SYN, 5, new byte[20], NONE)));
        assertEquals(Result.TCP, d.dissect(ByteBuffer.wrap(packet), 0, 60, packet.length, LinkType.EN10MB));
        assertEquals(6, d.tcp().optionsLength());
        assertEquals(0, d.tcp().payloadCapturedLength());
    }

    @Test
    void bogusLengthsAreFaults() { // row 26
        byte[] ihl = IP.clone();
        ihl[0] = 0x44;
        dissect(ihl, LinkType.RAW);
        assertEquals(Fault.LENGTH_TOO_SMALL, d.fault());
        ihl[0] = 0x4F;
        dissect(ihl, LinkType.RAW);
        assertEquals(Fault.LENGTH_TOO_LARGE, d.fault());
        byte[] total = IP.clone();
        total[3] = 19;
        dissect(total, LinkType.RAW);
        assertEquals(Fault.LENGTH_TOO_SMALL, d.fault());
        byte[] version = IP.clone();
        version[0] = 0x55;
        dissect(version, LinkType.RAW);
        assertEquals(Fault.BAD_VERSION, d.fault());
        byte[] offset = IP.clone();
        offset[32] = 0x40;
        dissect(offset, LinkType.RAW);
        assertEquals(Fault.LENGTH_TOO_SMALL, d.fault());
        assertEquals("TCP", d.protocol());
        offset[32] = (byte) 0xF0;
        dissect(offset, LinkType.RAW);
        assertEquals(Fault.LENGTH_TOO_LARGE, d.fault());
    }

    @Test
    void aTotalLengthBeyondTheLinkIsSaidAndWhatIsThereIsRead() {
        byte[] total = IP.clone();
        total[2] = 0x10;
        assertHello(total, LinkType.RAW);
        assertTrue(d.ip4().lengthBeyondLink());
    }

    @Test
    void ipv6ExtensionChains() { // row 25
        byte[] chain = concat(
                bytes(60, 0, 1, 4, 0, 0, 0, 0), // hop-by-hop, then destination options
                bytes(43, 1), new byte[14], // destination options of 16, then routing
                bytes(51, 0, 0, 0, 0, 0, 0, 0), // routing, then authentication
                bytes(6, 4), new byte[22], // authentication of 24, then TCP
                TCP);
        assertHello(ipv6(0, SOURCE6, DESTINATION6, chain), LinkType.IPV6);
        byte[] lying = chain.clone();
        lying[1] = (byte) 200;
        dissect(ipv6(0, SOURCE6, DESTINATION6, lying), LinkType.IPV6);
        assertEquals(Fault.LENGTH_TOO_LARGE, d.fault());
        byte[] endless = new byte[8 * 40];
        dissect(ipv6(0, SOURCE6, DESTINATION6, endless), LinkType.IPV6);
        assertEquals(Fault.TOO_DEEP, d.fault());
        byte[] atomic = concat(bytes(6, 0, 0, 0, 0, 0, 0, 1), TCP);
        assertHello(ipv6(44, SOURCE6, DESTINATION6, atomic), LinkType.IPV6);
    }

    @Test
    void udpLengths() { // row 88
        assertEquals(Result.UDP, dissect(ipv4(17, 1, 2, udp(53, 1234, new byte[4])), LinkType.RAW));
        assertEquals(4, d.udp().payloadWireLength());
        assertEquals(0, d.udp().checksum());
        assertEquals(Result.UDP, dissect(ipv4(17, 1, 2, udp(53, 1234, NONE)), LinkType.RAW));
        assertEquals(0, d.udp().payloadWireLength());
        byte[] large = udp(53, 1234, new byte[4]);
        large[4] = 1;
        dissect(ipv4(17, 1, 2, large), LinkType.RAW);
        assertEquals(Fault.LENGTH_TOO_LARGE, d.fault());
        large[4] = 0;
        large[5] = 7;
        dissect(ipv4(17, 1, 2, large), LinkType.RAW);
        assertEquals(Fault.LENGTH_TOO_SMALL, d.fault());
        large[5] = 0;
        dissect(ipv4(17, 1, 2, large), LinkType.RAW);
        assertEquals(4, d.udp().payloadWireLength(), "a jumbogram's length is the IP layer's");
    }

    @Test
    void whatAnIcmpErrorQuotes() {
        byte[] quoted = java.util.Arrays.copyOf(IP, 28);
        byte[] error = concat(bytes(3, 1, 0, 0, 0, 0, 0, 0), quoted);
        assertEquals(Result.ICMP, dissect(ipv4(1, 5, 6, error), LinkType.RAW));
        assertEquals("host-unreachable", Icmp.name(4, d.icmp().type(), d.icmp().code()));
        Dissector inner = new Dissector();
        assertTrue(inner.dissectQuoted(d.icmp().array(), d.icmp().bodyOffset(), d.icmp().bodyCapturedLength()));
        assertEquals("127.0.0.1", inner.source());
        assertEquals(50_000 << 16 | 80, inner.quotedPorts());
        for (int kept = 0; kept < 24; kept++) {
            assertFalse(inner.dissectQuoted(quoted, 0, kept), "kept " + kept);
        }
    }

    @Test
    void randomOctetsNeverThrow() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        int[] links = {0, 1, 12, 14, 101, 108, 113, 228, 229, 276, 999};
        byte[] template = ethernet(0x86DD, ipv6(0, SOURCE6, DESTINATION6, concat(bytes(6, 0, 1, 4, 0, 0, 0, 0), TCP)));
        for (int round = 0; round < 200_000; round++) {
            byte[] packet = round % 2 == 0 ? template.clone() : new byte[random.nextInt(80)];
            if (round % 2 == 1) {
                random.nextBytes(packet);
            }
            for (int flips = random.nextInt(4); flips > 0; flips--) {
                if (packet.length > 0) {
                    packet[random.nextInt(packet.length)] = (byte) random.nextInt();
                }
            }
            int kept = random.nextInt(packet.length + 1);
            try {
                d.dissect(ByteBuffer.wrap(packet), 0, kept, packet.length, links[random.nextInt(links.length)]);
                d.protocol();
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + " round " + round, e);
            }
        }
    }
}
