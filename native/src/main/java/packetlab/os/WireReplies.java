package packetlab.os;

import java.nio.ByteBuffer;
import packetlab.rules.PacketFacts;
import packetlab.wire.Checksums;
import packetlab.wire.Dissector;
import packetlab.wire.LinkType;
import packetlab.wire.Net;
import packetlab.wire.Tcp;

/**
 * What a firewall answers in another's name: a reset for a segment (RFC 9293 section 3.10.7.1), an ICMP error for other
 * IPv4 packets (RFC 792, RFC 1812 section 5.2.7.1). Also mends a checksum. One thread.
 */
final class WireReplies {
    private static final int ETHERNET = 14, IP = 20, ICMP = 8;
    private static final int ETHERTYPE_IPV4 = 0x0800;
    private static final int TIME_TO_LIVE = 64;
    private static final int UNREACHABLE = 3, PROHIBITED = 13, PORT = 3;
    /** An error quotes the IP header and so much behind it. */
    private static final int QUOTED = 8;
    private static final int LENGTH = 128;

    private final ByteBuffer forSender = ByteBuffer.allocateDirect(LENGTH);
    private final ByteBuffer forReceiver = ByteBuffer.allocateDirect(LENGTH);
    /** The one that is being filled. */
    private ByteBuffer buffer;

    /** Holds what {@link #toSender} has made. */
    ByteBuffer forSender() {
        return forSender;
    }

    /** Holds what {@link #toReceiver} has made. */
    ByteBuffer forReceiver() {
        return forReceiver;
    }

    /** Makes the answer to whoever sent the packet; returns its octets, or 0 where there is none to give. */
    int toSender(PacketFacts p, ByteBuffer b, int at, int captured) {
        buffer = forSender;
        Dissector d = p.dissector();
        if (d.ipVersion() != 4) {
            return 0;
        }
        if (p.isTcp()) {
            Tcp.View tcp = d.tcp();
            if ((tcp.flags() & Tcp.RST) != 0) {
                return 0;
            }
            boolean acknowledges = (tcp.flags() & Tcp.ACK) != 0;
            int octets = tcp.payloadWireLength() + ((tcp.flags() & Tcp.SYN) != 0 ? 1 : 0)
                    + ((tcp.flags() & Tcp.FIN) != 0 ? 1 : 0);
            return reset(b, at, d.destinationLow(), d.sourceLow(), tcp.destinationPort(), tcp.sourcePort(),
                    acknowledges ? tcp.acknowledgment() : 0, acknowledges ? 0 : tcp.sequence() + octets,
                    acknowledges ? Tcp.RST : Tcp.RST | Tcp.ACK);
        }
        if (p.result() == Dissector.Result.ICMP && d.icmp().type() != 8 || captured < ETHERNET + IP) {
            return 0;           // an error is not answered by an error
        }
        int quoted = Math.min(captured - ETHERNET, (Net.u8(b, at + ETHERNET) & 15) * 4 + QUOTED);
        quoted = Math.min(quoted, LENGTH - ETHERNET - IP - ICMP);
        head(b, at, d.destinationLow(), d.sourceLow(), 1, ICMP + quoted);
        int icmp = ETHERNET + IP;
        Net.put16(buffer, icmp, UNREACHABLE << 8 | (p.result() == Dissector.Result.UDP ? PORT : PROHIBITED));
        Net.put16(buffer, icmp + 2, 0);
        Net.put32(buffer, icmp + 4, 0);
        buffer.put(icmp + ICMP, b, at + ETHERNET, quoted);
        Net.put16(buffer, icmp + 2, Checksums.of(buffer, icmp, ICMP + quoted));
        return icmp + ICMP + quoted;
    }

    /** Makes the reset that ends the connection for whoever was to receive the segment; 0 octets for none. */
    int toReceiver(PacketFacts p, ByteBuffer b, int at) {
        buffer = forReceiver;
        Dissector d = p.dissector();
        if (!p.isTcp() || d.ipVersion() != 4 || p.isNew() || (d.tcp().flags() & (Tcp.ACK | Tcp.RST)) != Tcp.ACK) {
            return 0;
        }
        Tcp.View tcp = d.tcp();
        return reset(b, at, d.sourceLow(), d.destinationLow(), tcp.sourcePort(), tcp.destinationPort(), tcp.sequence(),
                tcp.acknowledgment(), Tcp.RST | Tcp.ACK);
    }

    private int reset(ByteBuffer b, int at, long from, long to, int fromPort, int toPort, int sequence,
                      int acknowledgment, int flags) {
        head(b, at, from, to, Sockets.IPPROTO_TCP, Tcp.HEADER_LENGTH);
        int tcp = ETHERNET + IP;
        Net.put16(buffer, tcp, fromPort);
        Net.put16(buffer, tcp + 2, toPort);
        Net.put32(buffer, tcp + 4, sequence);
        Net.put32(buffer, tcp + 8, acknowledgment);
        Net.put16(buffer, tcp + 12, 5 << 12 | flags);
        Net.put16(buffer, tcp + 14, 0);
        Net.put32(buffer, tcp + 16, 0);
        mend(buffer, 0, tcp + Tcp.HEADER_LENGTH);
        return tcp + Tcp.HEADER_LENGTH;
    }

    /** Both ends of a wire have one hardware address, so the frame's own will do for the way back. */
    private void head(ByteBuffer b, int at, long from, long to, int protocol, int payload) {
        buffer.put(0, b, at, ETHERNET - 2);
        Net.put16(buffer, ETHERNET - 2, ETHERTYPE_IPV4);
        Net.put32(buffer, ETHERNET, 0x4500_0000 | IP + payload);
        Net.put32(buffer, ETHERNET + 4, 0x4000);
        Net.put32(buffer, ETHERNET + 8, TIME_TO_LIVE << 24 | protocol << 16);
        Net.put32(buffer, ETHERNET + 12, (int) from);
        Net.put32(buffer, ETHERNET + 16, (int) to);
        Net.put16(buffer, ETHERNET + 10, Checksums.of(buffer, ETHERNET, IP));
    }

    /** Makes the checksum of a TCP segment or UDP datagram right, whatever is in it. */
    static void mend(ByteBuffer b, int at, int length) {
        Checksums.mend(new Dissector(), b, at, length, LinkType.EN10MB);
    }
}
