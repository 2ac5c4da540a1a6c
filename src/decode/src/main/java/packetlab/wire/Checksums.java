package packetlab.wire;

import java.nio.ByteBuffer;
import packetlab.event.Checksum;

/** Verifies transport checksums (RFC 1071) with their pseudo-header (RFC 9293 section 3.1, RFC 8200 section 8.1). */
public final class Checksums {
    private static final int TCP_FIELD = 16, UDP_FIELD = 6;

    private Checksums() {}

    /** Of the segment that the dissector stands on; null where not all of it was captured. */
    public static Checksum tcp(Dissector d, int packetFlags) {
        Tcp.View tcp = d.tcp();
        int length = tcp.headerLength() + tcp.payloadWireLength();
        if (tcp.payloadCapturedLength() < tcp.payloadWireLength()
                || tcp.optionsLength() < tcp.headerLength() - Tcp.HEADER_LENGTH) {
            return null;
        }
        return verify(tcp.array(), d, tcp.headerOffset(), length, TCP_FIELD, packetFlags);
    }

    /** Of the datagram that the dissector stands on; null where not all of it was captured. */
    public static Checksum udp(Dissector d, int packetFlags) {
        Udp.View udp = d.udp();
        if (udp.payloadCapturedLength() < udp.payloadWireLength()) {
            return null;
        }
        if (udp.checksum() == 0 && d.ipVersion() == 4) {
            return Checksum.NOT_COMPUTED;
        }
        return verify(udp.array(), d, udp.payloadOffset() - Udp.HEADER_LENGTH,
                Udp.HEADER_LENGTH + udp.payloadWireLength(), UDP_FIELD, packetFlags);
    }

    /** The Internet checksum of these octets (RFC 1071), in which the field itself counts as it stands: 0 to make one. */
    public static int of(ByteBuffer b, int offset, int length) {
        byte[] octets = new byte[length];
        b.get(offset, octets);
        return ~fold(sum(octets, 0, length)) & 0xFFFF;
    }

    /**
     * Makes the checksum of a TCP segment or a UDP datagram right; leaves every other packet as it is, and one that is
     * cut.
     *
     * @param d stands on the packet after that
     * @return whether it is a segment or a datagram, so that its checksum is right now
     */
    public static boolean mend(Dissector d, ByteBuffer b, int offset, int length, int linkType) {
        Dissector.Result result = d.dissect(b, offset, length, length, linkType);
        int at;
        int octets;
        int field;
        if (result == Dissector.Result.TCP) {
            at = d.tcp().headerOffset();
            octets = d.tcp().headerLength() + d.tcp().payloadWireLength();
            field = at + TCP_FIELD;
        } else if (result == Dissector.Result.UDP) {
            at = d.udp().payloadOffset() - Udp.HEADER_LENGTH;
            octets = Udp.HEADER_LENGTH + d.udp().payloadWireLength();
            field = at + UDP_FIELD;
        } else {
            return false;
        }
        if (at + octets > d.packetOffset() + length) {
            return false;
        }
        // What the field holds counts in the sum, and is taken out of it again by its complement.
        int sum = ~fold(pseudo(d, octets) + sum(d.array(), at, octets) + (~Net.u16(d.array(), field) & 0xFFFF)) & 0xFFFF;
        Net.put16(b, field - d.packetOffset() + offset, sum == 0 && result == Dissector.Result.UDP ? 0xFFFF : sum);
        return true;
    }

    private static long pseudo(Dissector d, int length) {
        return words(d.sourceHigh()) + words(d.sourceLow()) + words(d.destinationHigh()) + words(d.destinationLow())
                + d.ipProtocol() + (length >>> 16) + (length & 0xFFFF);
    }

    private static Checksum verify(byte[] a, Dissector d, int offset, int length, int field, int packetFlags) {
        long pseudo = pseudo(d, length);
        if (fold(pseudo + sum(a, offset, length)) == 0xFFFF) {
            return Checksum.GOOD;
        }
        boolean partial = Net.u16(a, offset + field) == fold(pseudo);
        return partial || (packetFlags & PacketHandler.CHECKSUM_NOT_COMPUTED) != 0 ? Checksum.NOT_COMPUTED
                : Checksum.BAD;
    }

    private static long words(long value) {
        return (value >>> 48) + (value >>> 32 & 0xFFFF) + (value >>> 16 & 0xFFFF) + (value & 0xFFFF);
    }

    private static long sum(byte[] a, int offset, int length) {
        long sum = 0;
        int at = offset;
        int end = offset + length;
        for (; at + 4 <= end; at += 4) {
            sum += Net.u32(a, at);
        }
        if (at + 2 <= end) {
            sum += Net.u16(a, at);
            at += 2;
        }
        if (at < end) {
            sum += Net.u8(a, at) << 8;
        }
        return sum;
    }

    private static int fold(long sum) {
        long folded = sum;
        while (folded >>> 16 != 0) {
            folded = (folded >>> 16) + (folded & 0xFFFF);
        }
        return (int) folded;
    }
}
