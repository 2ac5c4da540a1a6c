package packetlab.os;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.pcap4j.packet.IcmpV4CommonPacket;
import org.pcap4j.packet.IcmpV4EchoPacket;
import org.pcap4j.packet.IpV4Packet;
import org.pcap4j.packet.IpV4Rfc791Tos;
import org.pcap4j.packet.Packet;
import org.pcap4j.packet.TcpPacket;
import org.pcap4j.packet.UdpPacket;
import org.pcap4j.packet.UnknownPacket;
import org.pcap4j.packet.namednumber.IcmpV4Code;
import org.pcap4j.packet.namednumber.IcmpV4Type;
import org.pcap4j.packet.namednumber.IpNumber;
import org.pcap4j.packet.namednumber.IpVersion;
import org.pcap4j.packet.namednumber.TcpPort;
import org.pcap4j.packet.namednumber.UdpPort;
import packetlab.wire.Tcp;

/**
 * Packets made by hand, with pcap4j's builders: lengths and checksums are theirs, everything else is ours to choose. They
 * lie in direct buffers, ready to be sent through a raw socket. The first one loads classes for some 300 ms.
 */
public final class HandMade {
    private static final byte TIME_TO_LIVE = 64;
    private static final short WINDOW = 16_384;

    private HandMade() {}

    /** An IPv4 packet with a TCP segment; {@code flags} as in {@link Tcp}. */
    public static ByteBuffer tcp(SocketAddress.Ipv4 from, SocketAddress.Ipv4 to, int sequence, int acknowledgment, int flags,
                          String data) {
        TcpPacket.Builder segment = new TcpPacket.Builder()
                .srcAddr(address(from)).dstAddr(address(to))
                .srcPort(TcpPort.getInstance((short) from.port())).dstPort(TcpPort.getInstance((short) to.port()))
                .sequenceNumber(sequence).acknowledgmentNumber(acknowledgment)
                .syn((flags & Tcp.SYN) != 0).ack((flags & Tcp.ACK) != 0).psh((flags & Tcp.PSH) != 0)
                .fin((flags & Tcp.FIN) != 0).rst((flags & Tcp.RST) != 0)
                .window(WINDOW).payloadBuilder(payload(data))
                .correctChecksumAtBuild(true).correctLengthAtBuild(true);
        return ip(from, to, IpNumber.TCP, segment);
    }

    /** An IPv4 packet with a UDP datagram. */
    public static ByteBuffer udp(SocketAddress.Ipv4 from, SocketAddress.Ipv4 to, String data) {
        UdpPacket.Builder datagram = new UdpPacket.Builder()
                .srcAddr(address(from)).dstAddr(address(to))
                .srcPort(UdpPort.getInstance((short) from.port())).dstPort(UdpPort.getInstance((short) to.port()))
                .payloadBuilder(payload(data))
                .correctChecksumAtBuild(true).correctLengthAtBuild(true);
        return ip(from, to, IpNumber.UDP, datagram);
    }

    /** An ICMP echo request, without an IP header: the kernel puts one in front. */
    public static ByteBuffer echoRequest(int identifier, int sequence, int length) {
        IcmpV4EchoPacket.Builder echo = new IcmpV4EchoPacket.Builder()
                .identifier((short) identifier).sequenceNumber((short) sequence)
                .payloadBuilder(new UnknownPacket.Builder().rawData(new byte[length]));
        return direct(new IcmpV4CommonPacket.Builder().type(IcmpV4Type.ECHO).code(IcmpV4Code.NO_CODE)
                .payloadBuilder(echo).correctChecksumAtBuild(true).build());
    }

    private static ByteBuffer ip(SocketAddress.Ipv4 from, SocketAddress.Ipv4 to, IpNumber protocol,
                                 Packet.Builder content) {
        return direct(new IpV4Packet.Builder()
                .version(IpVersion.IPV4).tos(IpV4Rfc791Tos.newInstance((byte) 0)).ttl(TIME_TO_LIVE).protocol(protocol)
                .srcAddr(address(from)).dstAddr(address(to)).payloadBuilder(content)
                .correctChecksumAtBuild(true).correctLengthAtBuild(true).build());
    }

    private static UnknownPacket.Builder payload(String data) {
        return new UnknownPacket.Builder().rawData(data.getBytes(StandardCharsets.UTF_8));
    }

    private static Inet4Address address(SocketAddress.Ipv4 address) {
        try {
            byte[] octets = ByteBuffer.allocate(4).putInt(address.address()).array();
            return (Inet4Address) InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);         // only of a wrong length
        }
    }

    private static ByteBuffer direct(Packet packet) {
        byte[] octets = packet.getRawData();
        return ByteBuffer.allocateDirect(octets.length).put(octets).flip();
    }
}
