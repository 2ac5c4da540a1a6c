package packetlab.os;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.pcap4j.packet.ArpPacket;
import org.pcap4j.packet.IpV4Packet;
import org.pcap4j.packet.IpV4Rfc791Tos;
import org.pcap4j.packet.IpV6Packet;
import org.pcap4j.packet.IpV6SimpleFlowLabel;
import org.pcap4j.packet.IpV6SimpleTrafficClass;
import org.pcap4j.packet.Packet;
import org.pcap4j.packet.TcpEndOfOptionList;
import org.pcap4j.packet.TcpMaximumSegmentSizeOption;
import org.pcap4j.packet.TcpNoOperationOption;
import org.pcap4j.packet.TcpPacket;
import org.pcap4j.packet.TcpPacket.TcpOption;
import org.pcap4j.packet.TcpSackPermittedOption;
import org.pcap4j.packet.TcpTimestampsOption;
import org.pcap4j.packet.TcpWindowScaleOption;
import org.pcap4j.packet.UdpPacket;
import org.pcap4j.packet.UnknownPacket;
import org.pcap4j.packet.namednumber.ArpHardwareType;
import org.pcap4j.packet.namednumber.ArpOperation;
import org.pcap4j.packet.namednumber.EtherType;
import org.pcap4j.packet.namednumber.IpNumber;
import org.pcap4j.packet.namednumber.IpVersion;
import org.pcap4j.packet.namednumber.TcpPort;
import org.pcap4j.packet.namednumber.UdpPort;
import org.pcap4j.util.MacAddress;
import packetlab.wire.Checksums;
import packetlab.wire.Net;
import packetlab.wire.Tcp;

/**
 * Packets by the field, with pcap4j's builders: what is not set is as a kernel would have it, lengths and checksums are
 * right unless they are asked to be wrong. IPv4 and IPv6 by the addresses. Set, then make; one thread.
 */
public final class PacketCraft {
    /** What goes over IP. */
    public enum Transport {
        TCP, UDP, ICMP
    }

    private static final int DEFAULT_TTL = 64, DEFAULT_WINDOW = 64_240;
    private static final int MAX_OPTIONS = 40;
    private static final int ICMP_HEADER = 8;

    public SocketAddress source;
    public SocketAddress destination;
    public int ttl = DEFAULT_TTL;
    public int typeOfService;
    public int identification = 1;
    public boolean dontFragment;
    public int flags;
    public int sequence;
    public int acknowledgment;
    public int window = DEFAULT_WINDOW;
    public int urgentPointer;
    public List<String> options = List.of();
    public int icmpType = -1;
    public int icmpCode;
    public int icmpIdentifier = 1;
    public int icmpSequence = 1;
    public byte[] payload = {};
    public boolean wrongChecksum;

    /** An IP packet. */
    public ByteBuffer make(Transport transport) {
        Packet.Builder content = switch (transport) {
            case TCP -> tcp();
            case UDP -> udp();
            case ICMP -> raw(icmp());
        };
        boolean six = source instanceof SocketAddress.Ipv6;
        IpNumber protocol = switch (transport) {
            case TCP -> IpNumber.TCP;
            case UDP -> IpNumber.UDP;
            case ICMP -> six ? IpNumber.ICMPV6 : IpNumber.ICMPV4;
        };
        byte[] octets = (six ? six(protocol, content) : four(protocol, content)).getRawData();
        if (wrongChecksum) {
            int at = (six ? 40 : 20) + (transport == Transport.TCP ? 16 : transport == Transport.UDP ? 6 : 2);
            octets[at] ^= 0x55;
        }
        return direct(octets);
    }

    private Packet four(IpNumber protocol, Packet.Builder content) {
        return new IpV4Packet.Builder().version(IpVersion.IPV4).tos(IpV4Rfc791Tos.newInstance((byte) typeOfService))
                .identification((short) identification).dontFragmentFlag(dontFragment).ttl((byte) ttl).protocol(protocol)
                .srcAddr((Inet4Address) inet(source)).dstAddr((Inet4Address) inet(destination)).payloadBuilder(content)
                .correctChecksumAtBuild(true).correctLengthAtBuild(true).build();
    }

    private Packet six(IpNumber protocol, Packet.Builder content) {
        return new IpV6Packet.Builder().version(IpVersion.IPV6)
                .trafficClass(IpV6SimpleTrafficClass.newInstance((byte) typeOfService))
                .flowLabel(IpV6SimpleFlowLabel.newInstance(0)).nextHeader(protocol).hopLimit((byte) ttl)
                .srcAddr((Inet6Address) inet(source)).dstAddr((Inet6Address) inet(destination)).payloadBuilder(content)
                .correctLengthAtBuild(true).build();
    }

    private TcpPacket.Builder tcp() {
        return new TcpPacket.Builder().srcAddr(inet(source)).dstAddr(inet(destination))
                .srcPort(TcpPort.getInstance((short) port(source))).dstPort(TcpPort.getInstance((short) port(destination)))
                .sequenceNumber(sequence).acknowledgmentNumber(acknowledgment)
                .syn(has(Tcp.SYN)).ack(has(Tcp.ACK)).psh(has(Tcp.PSH)).fin(has(Tcp.FIN)).rst(has(Tcp.RST))
                .urg(has(Tcp.URG)).urgentPointer((short) urgentPointer)
                .reserved((byte) (flags >>> 6 & 7)).window((short) window).options(tcpOptions()).paddingAtBuild(true)
                .payloadBuilder(raw(payload)).correctChecksumAtBuild(true).correctLengthAtBuild(true);
    }

    private boolean has(int flag) {
        return (flags & flag) != 0;
    }

    private UdpPacket.Builder udp() {
        return new UdpPacket.Builder().srcAddr(inet(source)).dstAddr(inet(destination))
                .srcPort(UdpPort.getInstance((short) port(source))).dstPort(UdpPort.getInstance((short) port(destination)))
                .payloadBuilder(raw(payload)).correctChecksumAtBuild(true).correctLengthAtBuild(true);
    }

    /** An ICMP message of any type; the four octets behind the checksum are identifier and sequence, as in an echo. */
    private byte[] icmp() {
        boolean six = source instanceof SocketAddress.Ipv6;
        ByteBuffer b = ByteBuffer.allocate(ICMP_HEADER + payload.length);
        Net.put16(b, 0, (icmpType >= 0 ? icmpType : six ? 128 : 8) << 8 | icmpCode);
        Net.put16(b, 4, icmpIdentifier);
        Net.put16(b, 6, icmpSequence);
        b.put(ICMP_HEADER, payload);
        if (!six) {
            Net.put16(b, 2, Checksums.of(b, 0, b.capacity()));
            return b.array();
        }
        ByteBuffer pseudo = ByteBuffer.allocate(40 + b.capacity() + (b.capacity() & 1));    // RFC 8200 section 8.1
        pseudo.put(0, inet(source).getAddress()).put(16, inet(destination).getAddress());
        Net.put32(pseudo, 32, b.capacity());
        Net.put32(pseudo, 36, Sockets.IPPROTO_ICMPV6);
        pseudo.put(40, b.array());
        Net.put16(b, 2, Checksums.of(pseudo, 0, pseudo.capacity()));
        return b.array();
    }

    /**
     * TCP options as words: {@code mss=1460}, {@code wscale=7}, {@code sack}, {@code ts=100:0}, {@code nop}, {@code eol}.
     *
     * @throws IllegalArgumentException for a word that is none, with what there is
     */
    private List<TcpOption> tcpOptions() {
        List<TcpOption> list = new ArrayList<>();
        int length = 0;
        for (String option : options) {
            TcpOption made = option(option);
            length += made.length();
            list.add(made);
        }
        if (length > MAX_OPTIONS) {
            throw new IllegalArgumentException("the options have " + length + " octets, and a TCP header has room for "
                    + MAX_OPTIONS);
        }
        return list;
    }

    private static TcpOption option(String word) {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        String value = equals < 0 ? "" : word.substring(equals + 1);
        try {
            switch (name) {
                case "mss":
                    return new TcpMaximumSegmentSizeOption.Builder().maxSegSize((short) number(value, 0xFFFF))
                            .correctLengthAtBuild(true).build();
                case "wscale":
                    return new TcpWindowScaleOption.Builder().shiftCount((byte) number(value, 0xFF))
                            .correctLengthAtBuild(true).build();
                case "sack":
                    return TcpSackPermittedOption.getInstance();
                case "ts":
                    String[] two = value.split(":", 2);
                    return new TcpTimestampsOption.Builder().tsValue((int) number(two[0], 0xFFFF_FFFFL))
                            .tsEchoReply((int) (two.length == 1 ? 0 : number(two[1], 0xFFFF_FFFFL)))
                            .correctLengthAtBuild(true).build();
                case "nop":
                    return TcpNoOperationOption.getInstance();
                case "eol":
                    return TcpEndOfOptionList.getInstance();
                default:
                    break;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("the TCP option " + name + " has no value '" + value + "'");
        }
        throw new IllegalArgumentException("'" + word + "' is no TCP option; there are mss=N, wscale=N, sack, ts=N:N, "
                + "nop, eol");
    }

    private static long number(String text, long max) {
        long number = Long.parseLong(text);
        if (number < 0 || number > max) {
            throw new NumberFormatException();
        }
        return number;
    }

    /** An ARP request, or a reply, behind its Ethernet header (RFC 826). Hardware addresses: the low 48 bits. */
    public ByteBuffer makeArp(boolean reply, long from, long to) {
        ArpPacket arp = new ArpPacket.Builder().hardwareType(ArpHardwareType.ETHERNET).protocolType(EtherType.IPV4)
                .hardwareAddrLength((byte) 6).protocolAddrLength((byte) 4)
                .operation(reply ? ArpOperation.REPLY : ArpOperation.REQUEST)
                .srcHardwareAddr(mac(from)).srcProtocolAddr(inet(source))
                .dstHardwareAddr(mac(reply ? to : 0)).dstProtocolAddr(inet(destination)).build();
        return frame(from, reply ? to : 0xFFFF_FFFF_FFFFL, 0x0806, direct(arp.getRawData()));
    }

    /** A packet behind an Ethernet header. */
    public static ByteBuffer frame(long from, long to, int etherType, ByteBuffer packet) {
        ByteBuffer frame = ByteBuffer.allocateDirect(14 + packet.remaining());
        for (int i = 0; i < 6; i++) {
            Net.put8(frame, i, (int) (to >>> 40 - 8 * i));
            Net.put8(frame, 6 + i, (int) (from >>> 40 - 8 * i));
        }
        Net.put16(frame, 12, etherType);
        frame.put(14, packet, packet.position(), packet.remaining());
        return frame;
    }

    private static MacAddress mac(long address) {
        byte[] octets = new byte[6];
        for (int i = 0; i < 6; i++) {
            octets[i] = (byte) (address >>> 40 - 8 * i);
        }
        return MacAddress.getByAddress(octets);
    }

    private static UnknownPacket.Builder raw(byte[] octets) {
        return new UnknownPacket.Builder().rawData(octets);
    }

    private static int port(SocketAddress address) {
        return address instanceof SocketAddress.Ipv4 v4 ? v4.port() : ((SocketAddress.Ipv6) address).port();
    }

    private static InetAddress inet(SocketAddress address) {
        try {
            if (address instanceof SocketAddress.Ipv4 v4) {
                return InetAddress.getByAddress(ByteBuffer.allocate(4).putInt(v4.address()).array());
            }
            SocketAddress.Ipv6 v6 = (SocketAddress.Ipv6) address;
            return Inet6Address.getByAddress(null,
                    ByteBuffer.allocate(16).putLong(v6.high()).putLong(v6.low()).array(), -1);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);         // only of a wrong length
        }
    }

    private static ByteBuffer direct(byte[] octets) {
        return ByteBuffer.allocateDirect(octets.length).put(octets).flip();
    }
}
