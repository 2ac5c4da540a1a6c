package packetlab.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import packetlab.event.Checksum;

/** Row 23 of the checklist: good, bad, and never computed are three things. */
class ChecksumsTest {
    private final Dissector d = new Dissector();

    private void dissect(byte[] packet) {
        d.dissect(ByteBuffer.wrap(packet), 0, packet.length, packet.length, LinkType.RAW);
    }

    @Test
    void theWorkedExampleOfAnOddUdpDatagram() {
        // Pseudo-header 0a000001 0a000002 0011 000b, header 0001 0002 000b ----, data 616263: by hand
        // 0a00+0001+0a00+0002+0011+000b + 0001+0002+000b + 6162+6300 = d88f, and its complement is 2770.
        byte[] udp = HexFormat.of().parseHex("00010002000b2770616263");
        dissect(Packets.ipv4(17, 0x0A000001, 0x0A000002, udp));
        assertEquals(Checksum.GOOD, Checksums.udp(d, 0));
        udp[10] ^= 1;
        dissect(Packets.ipv4(17, 0x0A000001, 0x0A000002, udp));
        assertEquals(Checksum.BAD, Checksums.udp(d, 0));
        assertEquals(Checksum.NOT_COMPUTED, Checksums.udp(d, PacketHandler.CHECKSUM_NOT_COMPUTED));
        udp[6] = 0;
        udp[7] = 0;
        dissect(Packets.ipv4(17, 0x0A000001, 0x0A000002, udp));
        assertEquals(Checksum.NOT_COMPUTED, Checksums.udp(d, 0), "zero: the sender used none");
        dissect(Packets.ipv6(17, new byte[16], new byte[16], udp));
        assertEquals(Checksum.BAD, Checksums.udp(d, 0), "over IPv6 zero is not allowed: RFC 8200 section 8.1");
    }

    @Test
    void aLoopbackSegmentCarriesTheSumOfItsPseudoHeader() {
        // lo, 127.0.0.1 to 127.0.0.1, a bare ACK with time stamps: the kernel leaves fe28 in every such segment.
        byte[] tcp = Packets.tcp(50_000, 80, 1, 2, Tcp.ACK, 512, new byte[12], new byte[0]);
        tcp[16] = (byte) 0xFE;
        tcp[17] = 0x28;
        dissect(Packets.ipv4(6, 0x7F000001, 0x7F000001, tcp));
        assertEquals(Checksum.NOT_COMPUTED, Checksums.tcp(d, 0));
        tcp[17] = 0x29;
        dissect(Packets.ipv4(6, 0x7F000001, 0x7F000001, tcp));
        assertEquals(Checksum.BAD, Checksums.tcp(d, 0));
    }

    @Test
    void whatWasCutCannotBeJudged() {
        byte[] packet = Packets.ipv4(6, 1, 2, Packets.tcp(1, 2, 3, 4, Tcp.ACK, 5, new byte[0], new byte[9]));
        d.dissect(ByteBuffer.wrap(packet), 0, packet.length - 1, packet.length, LinkType.RAW);
        assertNull(Checksums.tcp(d, 0));
    }
}
