package packetlab.wire;

import java.nio.ByteBuffer;

/**
 * Walks the headers of one packet from the link to the transport, in place, and owns the views through which they are
 * read. Use by one thread; everything it answers is about the last packet and dies with its callback.
 */
public final class Dissector {
    /** The innermost thing that was recognised. */
    public enum Result {
        /** {@link #tcp} is readable. */
        TCP,
        /** {@link #udp} is readable. */
        UDP,
        /** {@link #icmp} is readable. */
        ICMP,
        /** A part of a datagram: the bytes are at {@link #payloadOffset}. */
        IP_FRAGMENT,
        /** Anything else; {@link #protocol()} names it and {@link #fault()} tells whether something is wrong. */
        OTHER
    }

    private static final int ETHERNET_HEADER = 14, SLL_HEADER = 16, SLL2_HEADER = 20, FAMILY_HEADER = 4;
    private static final int VLAN_TAG = 4;
    /** More tags than any switch adds: 802.1ad has two. */
    private static final int MAX_VLAN_TAGS = 8;
    private static final int ETHERTYPE_IPV4 = 0x0800, ETHERTYPE_ARP = 0x0806, ETHERTYPE_VLAN = 0x8100,
            ETHERTYPE_IPV6 = 0x86DD, ETHERTYPE_QINQ = 0x88A8, ETHERTYPE_QINQ_OLD = 0x9100;
    /** Smaller values of the type field are the length of an 802.3 frame. */
    private static final int MIN_ETHERTYPE = 0x600;
    private static final int PROTOCOL_ICMP = 1, PROTOCOL_TCP = 6, PROTOCOL_UDP = 17, PROTOCOL_ICMPV6 = 58;

    /** Beyond a packet that is copied: who unmasks its payload may read whole words there. */
    private static final int COPY_ROOM = 64;

    /** What {@link #protocol()} names. */
    private enum Layer { LINK, ETHERTYPE, IP }

    private final Ipv4.View ip4 = new Ipv4.View();
    private final Ipv6.View ip6 = new Ipv6.View();
    private final Tcp.View tcp = new Tcp.View();
    private final Udp.View udp = new Udp.View();
    private final Icmp.View icmp = new Icmp.View();

    private Layer layer;
    private Fault fault;
    private int linkType;
    private int etherType;
    private int ipVersion;
    private int ipProtocol;
    private int payloadOffset;
    private int payloadCapturedLength;
    private int payloadWireLength;
    private int quotedPorts;
    private Result result = Result.OTHER;
    private byte[] packet;
    private int packetOffset;
    private byte[] array;
    private byte[] copy = new byte[0];

    /**
     * Reads one packet as {@link PacketHandler#onPacket} hands it over: in place where the buffer has an array, else in a
     * copy. All offsets that are answered from then on are those of {@link #array}.
     */
    public Result dissect(ByteBuffer b, int offset, int captured, int wire, int link) {
        if (b.hasArray()) {
            return dissect(b.array(), b.arrayOffset() + offset, captured, wire, link);
        }
        if (copy.length < captured + COPY_ROOM) {
            copy = new byte[Math.max(2 * copy.length, captured + COPY_ROOM)];
        }
        b.get(offset, copy, 0, captured);
        return dissect(copy, 0, captured, wire, link);
    }

    /** The same for a packet in an array. */
    public Result dissect(byte[] a, int offset, int captured, int wire, int link) {
        packet = a;
        packetOffset = offset;
        array = a;
        result = link(a, offset, captured, wire, link);
        return result;
    }

    private Result link(byte[] a, int offset, int captured, int wire, int link) {
        ipVersion = 0;
        if (link == LinkType.EN10MB) {
            return ethernet(a, offset, captured, wire);
        }
        layer = Layer.LINK;
        linkType = link;
        return switch (link) {
            case LinkType.RAW, LinkType.RAW_BSD, LinkType.RAW_OPENBSD, LinkType.IPV4, LinkType.IPV6 ->
                    rawIp(a, offset, captured, wire);
            case LinkType.NULL, LinkType.LOOP -> addressFamily(a, offset, captured, wire);
            case LinkType.LINUX_SLL -> cooked(a, offset, captured, wire, SLL_HEADER, 14);
            case LinkType.LINUX_SLL2 -> cooked(a, offset, captured, wire, SLL2_HEADER, 0);
            default -> other(Fault.NONE);
        };
    }

    private Result ethernet(byte[] a, int offset, int captured, int wire) {
        if (captured < ETHERNET_HEADER) {
            layer = Layer.LINK;
            linkType = LinkType.EN10MB;
            return other(wire < ETHERNET_HEADER ? Fault.TRUNCATED : Fault.CUT_BY_SNAPLEN);
        }
        return network(a, offset + ETHERNET_HEADER, captured - ETHERNET_HEADER, wire - ETHERNET_HEADER,
                Net.u16(a, offset + 12));
    }

    /** What follows a link header whose type field says {@code type}: VLAN tags, then a network protocol. */
    private Result network(byte[] a, int offset, int captured, int wire, int type) {
        int at = offset;
        int left = captured;
        int leftOnWire = wire;
        int inner = type;
        for (int tags = 0; inner == ETHERTYPE_VLAN || inner == ETHERTYPE_QINQ || inner == ETHERTYPE_QINQ_OLD; tags++) {
            if (tags == MAX_VLAN_TAGS) {
                return otherType(inner, Fault.TOO_DEEP);
            }
            if (left < VLAN_TAG) {
                return otherType(inner, leftOnWire < VLAN_TAG ? Fault.TRUNCATED : Fault.CUT_BY_SNAPLEN);
            }
            inner = Net.u16(a, at + 2);
            at += VLAN_TAG;
            left -= VLAN_TAG;
            leftOnWire -= VLAN_TAG;
        }
        return switch (inner) {
            case ETHERTYPE_IPV4 -> ipv4(a, at, left, leftOnWire);
            case ETHERTYPE_IPV6 -> ipv6(a, at, left, leftOnWire);
            default -> otherType(inner, Fault.NONE);
        };
    }

    private Result rawIp(byte[] a, int offset, int captured, int wire) {
        if (captured < 1) {
            return other(wire < 1 ? Fault.TRUNCATED : Fault.CUT_BY_SNAPLEN);
        }
        return switch (Net.u8(a, offset) >>> 4) {
            case 4 -> ipv4(a, offset, captured, wire);
            case 6 -> ipv6(a, offset, captured, wire);
            default -> other(Fault.BAD_VERSION);
        };
    }

    /** NULL and LOOP: the address family as a 32-bit number, in the order of the machine that captured or big-endian. */
    private Result addressFamily(byte[] a, int offset, int captured, int wire) {
        if (captured < FAMILY_HEADER) {
            return other(wire < FAMILY_HEADER ? Fault.TRUNCATED : Fault.CUT_BY_SNAPLEN);
        }
        int family = Net.i32(a, offset);
        if ((family & 0xFFFF_0000) != 0) {
            family = Integer.reverseBytes(family);
        }
        int at = offset + FAMILY_HEADER;
        int left = captured - FAMILY_HEADER;
        int leftOnWire = wire - FAMILY_HEADER;
        return switch (family) {
            case 2 -> ipv4(a, at, left, leftOnWire);
            case 10, 24, 28, 30 -> ipv6(a, at, left, leftOnWire); // AF_INET6 of Linux, NetBSD, FreeBSD, Darwin
            default -> other(Fault.NONE);
        };
    }

    /** Linux "cooked" captures: tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html and ...SLL2.html. */
    private Result cooked(byte[] a, int offset, int captured, int wire, int header, int typeAt) {
        if (captured < header) {
            return other(wire < header ? Fault.TRUNCATED : Fault.CUT_BY_SNAPLEN);
        }
        return network(a, offset + header, captured - header, wire - header, Net.u16(a, offset + typeAt));
    }

    private Result ipv4(byte[] a, int offset, int captured, int wire) {
        Fault f = ip4.wrap(a, offset, captured, wire);
        if (f != Fault.NONE) {
            return otherType(ETHERTYPE_IPV4, f);
        }
        ipVersion = 4;
        ipProtocol = ip4.protocol();
        payloadOffset = ip4.payloadOffset();
        payloadCapturedLength = ip4.payloadCapturedLength();
        payloadWireLength = ip4.payloadWireLength();
        if (ip4.isFragment()) {
            layer = Layer.IP;
            fault = Fault.NONE;
            return Result.IP_FRAGMENT;
        }
        return transport(a, payloadOffset, payloadCapturedLength, payloadWireLength);
    }

    private Result ipv6(byte[] a, int offset, int captured, int wire) {
        Fault f = ip6.wrap(a, offset, captured, wire);
        if (f != Fault.NONE) {
            return otherType(ETHERTYPE_IPV6, f);
        }
        ipVersion = 6;
        ipProtocol = ip6.protocol();
        payloadOffset = ip6.payloadOffset();
        payloadCapturedLength = ip6.payloadCapturedLength();
        payloadWireLength = ip6.payloadWireLength();
        if (ip6.isFragment()) {
            layer = Layer.IP;
            fault = Fault.NONE;
            return Result.IP_FRAGMENT;
        }
        return transport(a, payloadOffset, payloadCapturedLength, payloadWireLength);
    }

    /**
     * Reads what an IP packet carries. Also for a datagram that was put together from the fragments of the last packet's
     * kind: its addresses and protocol are then those of the last packet.
     */
    public Result transport(byte[] a, int offset, int captured, int wire) {
        array = a;
        payloadOffset = offset;
        payloadCapturedLength = captured;
        payloadWireLength = wire;
        Fault f;
        Result found;
        switch (ipProtocol) {
            case PROTOCOL_TCP -> {
                f = tcp.wrap(a, offset, captured, wire);
                found = Result.TCP;
            }
            case PROTOCOL_UDP -> {
                f = udp.wrap(a, offset, captured, wire);
                found = Result.UDP;
            }
            case PROTOCOL_ICMP, PROTOCOL_ICMPV6 -> {
                f = icmp.wrap(a, offset, captured, wire);
                found = Result.ICMP;
            }
            default -> {
                f = Fault.NONE;
                found = Result.OTHER;
            }
        }
        fault = f;
        layer = Layer.IP;
        result = f == Fault.NONE ? found : Result.OTHER;
        return result;
    }

    /**
     * Reads the packet that an ICMP error quotes, of which only the IP header and the first eight octets behind it need
     * to be there (RFC 792).
     *
     * @return whether it is TCP, so that addresses and {@link #quotedPorts} can be read
     */
    public boolean dissectQuoted(byte[] a, int offset, int captured) {
        if (captured < 1) {
            return false;
        }
        boolean four = Net.u8(a, offset) >>> 4 == 4;
        ipVersion = 0;
        // What is quoted is shorter than what was sent: its own length fields say how long it was.
        Fault f = four ? ip4.wrap(a, offset, captured, 0xFFFF + Ipv6.HEADER_LENGTH)
                : ip6.wrap(a, offset, captured, 0xFFFF + Ipv6.HEADER_LENGTH);
        if (f != Fault.NONE) {
            return false;
        }
        ipVersion = four ? 4 : 6;
        ipProtocol = four ? ip4.protocol() : ip6.protocol();
        payloadOffset = four ? ip4.payloadOffset() : ip6.payloadOffset();
        payloadCapturedLength = four ? ip4.payloadCapturedLength() : ip6.payloadCapturedLength();
        if (ipProtocol != PROTOCOL_TCP || payloadCapturedLength < 4
                || (four ? ip4.fragmentOffset() : ip6.fragmentOffset()) != 0) {
            return false;
        }
        quotedPorts = Net.i32(a, payloadOffset);
        return true;
    }

    /** What the packet lies in; behind {@link #transport}, what the datagram does. */
    public byte[] array() {
        return array;
    }

    /** Whether that is the packet itself, rather than a datagram that was put together from fragments. */
    public boolean inPacket() {
        return array == packet;
    }

    /** Of the packet's link-layer header. */
    public int packetOffset() {
        return packetOffset;
    }

    /** What the last {@link #dissect} or {@link #transport} answered. */
    public Result result() {
        return result;
    }

    /** Ports of the quoted segment, as {@link Tcp.View#ports} gives them. */
    public int quotedPorts() {
        return quotedPorts;
    }

    private Result other(Fault f) {
        fault = f;
        return Result.OTHER;
    }

    private Result otherType(int type, Fault f) {
        layer = Layer.ETHERTYPE;
        etherType = type;
        return other(f);
    }

    /** Name of the innermost protocol that was recognised, or of the header at which {@link #fault} stands. */
    public String protocol() {
        return switch (layer) {
            case LINK -> LinkType.name(linkType);
            case ETHERTYPE -> etherTypeName(etherType);
            case IP -> ipProtocolName(ipProtocol);
        };
    }

    private static String etherTypeName(int type) {
        return switch (type) {
            case ETHERTYPE_IPV4 -> "IPv4";
            case ETHERTYPE_IPV6 -> "IPv6";
            case ETHERTYPE_ARP -> "ARP";
            case ETHERTYPE_VLAN, ETHERTYPE_QINQ, ETHERTYPE_QINQ_OLD -> "VLAN";
            default -> type < MIN_ETHERTYPE ? "802.3" : String.format("EtherType 0x%04x", type);
        };
    }

    private static String ipProtocolName(int protocol) {
        return switch (protocol) {
            case PROTOCOL_ICMP -> "ICMP";
            case 2 -> "IGMP";
            case 4 -> "IPv4 in IP";
            case PROTOCOL_TCP -> "TCP";
            case PROTOCOL_UDP -> "UDP";
            case 41 -> "IPv6 in IP";
            case 47 -> "GRE";
            case 50 -> "ESP";
            case 51 -> "AH";
            case PROTOCOL_ICMPV6 -> "ICMPv6";
            case 59 -> "no next header";
            case 132 -> "SCTP";
            default -> "IP protocol " + protocol;
        };
    }

    /** Why decoding stopped; NONE where nothing is wrong. */
    public Fault fault() {
        return fault;
    }

    /** 4, 6, or 0 where no IP header could be read. */
    public int ipVersion() {
        return ipVersion;
    }

    public int ipProtocol() {
        return ipProtocol;
    }

    /** Upper 64 bits of the source address; 0 for IPv4. */
    public long sourceHigh() {
        return ipVersion == 4 ? 0 : ip6.sourceHigh();
    }

    /** Lower 64 bits of the source address; the whole address for IPv4. */
    public long sourceLow() {
        return ipVersion == 4 ? ip4.source() & 0xFFFF_FFFFL : ip6.sourceLow();
    }

    public long destinationHigh() {
        return ipVersion == 4 ? 0 : ip6.destinationHigh();
    }

    public long destinationLow() {
        return ipVersion == 4 ? ip4.destination() & 0xFFFF_FFFFL : ip6.destinationLow();
    }

    public String source() {
        return IpAddress.text(ipVersion, sourceHigh(), sourceLow());
    }

    public String destination() {
        return IpAddress.text(ipVersion, destinationHigh(), destinationLow());
    }

    public Ipv4.View ip4() {
        return ip4;
    }

    public Ipv6.View ip6() {
        return ip6;
    }

    public Tcp.View tcp() {
        return tcp;
    }

    public Udp.View udp() {
        return udp;
    }

    public Icmp.View icmp() {
        return icmp;
    }

    public int payloadOffset() {
        return payloadOffset;
    }

    public int payloadCapturedLength() {
        return payloadCapturedLength;
    }

    public int payloadWireLength() {
        return payloadWireLength;
    }
}
