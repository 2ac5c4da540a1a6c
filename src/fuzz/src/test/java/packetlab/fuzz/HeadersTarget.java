package packetlab.fuzz;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import packetlab.wire.Dissector;
import packetlab.wire.Dissector.Result;
import packetlab.wire.Icmp;
import packetlab.wire.IpReassembler;
import packetlab.wire.LinkType;
import packetlab.wire.TcpOptions;

/**
 * The input is packets of one link type: each with how much of it was captured. What is read of a packet does not
 * depend on what stands around it in the buffer, nor on whether that is direct, and lies inside it. A datagram that is
 * put together from fragments consists of octets that came in fragments, of each the first.
 */
public final class HeadersTarget {
    private static final int[] LINKS = {LinkType.EN10MB, LinkType.RAW, LinkType.NULL, LinkType.LOOP,
        LinkType.LINUX_SLL, LinkType.LINUX_SLL2, LinkType.IPV4, LinkType.IPV6, LinkType.RAW_BSD,
        LinkType.RAW_OPENBSD, 105};
    private static final int AROUND = 64;
    private static final int MAX_DATAGRAMS = 64;

    private HeadersTarget() {}

    public static void fuzzerTestOneInput(byte[] input) {
        Effort effort = new Effort();
        Input in = new Input(input);
        int link = LINKS[in.u8() % LINKS.length];
        Fragments fragments = new Fragments();
        Reader heap = new Reader(link);
        Reader direct = new Reader(link);
        while (in.more()) {
            int beyond = in.u8();
            byte[] packet = in.take(in.u16());
            // Up to 14 octets were not captured; 255 stands for a capture that says more than there can be.
            int wire = packet.length + (beyond == 255 ? 1 << 20 : beyond % 15);
            ByteBuffer one = around(packet, (byte) 0, ByteBuffer.allocate(packet.length + 2 * AROUND));
            ByteBuffer other = around(packet, (byte) 0xFF, ByteBuffer.allocateDirect(packet.length + 2 * AROUND));
            String read = heap.read(one, packet.length, wire);
            Check.equal(read, direct.read(other, packet.length, wire), "among other octets");
            if (heap.result == Result.IP_FRAGMENT) {
                fragments.add(heap.dissector);
            }
        }
        effort.wasWorth(input.length);
    }

    private static ByteBuffer around(byte[] packet, byte filling, ByteBuffer b) {
        for (int i = 0; i < b.capacity(); i++) {
            b.put(i, filling);
        }
        b.put(AROUND, packet, 0, packet.length);
        return b;
    }

    private static final class Reader {
        final Dissector dissector = new Dissector();
        private final Dissector quoted = new Dissector();
        private final TcpOptions options = new TcpOptions();
        private final int link;
        Result result;

        Reader(int link) {
            this.link = link;
        }

        /** All that can be asked about a packet, in words. */
        String read(ByteBuffer b, int captured, int wire) {
            Dissector d = dissector;
            result = d.dissect(b, AROUND, captured, wire, link);
            StringBuilder words = new StringBuilder(200);
            words.append(result).append(' ').append(d.protocol()).append(' ').append(d.fault());
            if (d.ipVersion() != 0) {
                words.append(' ').append(d.source()).append('>').append(d.destination()).append(' ')
                        .append(d.payloadOffset() - d.packetOffset()).append('+').append(d.payloadCapturedLength()).append('/')
                        .append(d.payloadWireLength());
                inside("IP payload", d.payloadOffset(), d.payloadCapturedLength(), d.payloadWireLength(), captured);
            }
            switch (result) {
                case TCP -> tcp(captured, words);
                case UDP -> {
                    words.append(' ').append(d.udp().sourcePort()).append(d.udp().destinationPort())
                            .append(d.udp().checksum());
                    inside("UDP payload", d.udp().payloadOffset(), d.udp().payloadCapturedLength(),
                            d.udp().payloadWireLength(), captured);
                }
                case ICMP -> icmp(captured, words);
                case IP_FRAGMENT ->
                    words.append(d.ipVersion() == 4 ? d.ip4().fragmentOffset() : d.ip6().fragmentOffset());
                default -> { }
            }
            return words.toString();
        }

        private void tcp(int captured, StringBuilder words) {
            var tcp = dissector.tcp();
            words.append(' ').append(tcp.sourcePort()).append(' ').append(tcp.destinationPort()).append(' ')
                    .append(tcp.sequence()).append(' ').append(tcp.acknowledgment()).append(' ').append(tcp.flags())
                    .append(' ').append(tcp.window()).append(' ').append(tcp.checksum()).append(tcp.urgentPointer());
            Check.equal(tcp.ports(), tcp.sourcePort() << 16 | tcp.destinationPort(), "ports");
            inside("TCP payload", tcp.payloadOffset(), tcp.payloadCapturedLength(), tcp.payloadWireLength(),
                    tcp.payloadCapturedLength() == 0 ? Integer.MAX_VALUE : captured);
            inside("TCP options", tcp.optionsOffset(), tcp.optionsLength(), 40, captured);
            words.append(' ').append(options.parse(tcp.array(), tcp.optionsOffset(), tcp.optionsLength())).append(options.mss())
                    .append(' ').append(options.windowScale()).append(options.sackPermitted())
                    .append(options.timestamps()).append(options.fastOpen()).append(options.multipath());
            Check.that(options.windowScale() <= 14, "window scale " + options.windowScale());
            for (int i = 0; i < options.sackBlocks(); i++) {
                words.append(' ').append(options.sackLeft(i)).append('-').append(options.sackRight(i));
            }
        }

        private void icmp(int captured, StringBuilder words) {
            var icmp = dissector.icmp();
            int version = dissector.ipVersion();
            words.append(Icmp.name(version, icmp.type(), icmp.code())).append(icmp.wireLength());
            inside("ICMP body", icmp.bodyOffset(), icmp.bodyCapturedLength(), icmp.bodyWireLength(), captured);
            if (quoted.dissectQuoted(icmp.array(), icmp.bodyOffset(), icmp.bodyCapturedLength())) {
                words.append(quoted.source()).append(quoted.destination()).append(quoted.quotedPorts());
            }
        }

        private void inside(String what, int offset, int captured, int wire, int packet) {
            int at = offset - dissector.packetOffset();
            Check.that(at >= 0 && captured >= 0 && captured <= wire && at + captured <= packet,
                    what + " of " + captured + "/" + wire + " octets at " + at + " of " + packet);
        }
    }

    /** The octets of each datagram that came first, by their place. */
    private static final class Fragments {
        private final IpReassembler reassembler = new IpReassembler(MAX_DATAGRAMS, 8 << 20);
        private final Map<String, Map<Integer, Byte>> first = new HashMap<>();
        private boolean known = true;

        void add(Dissector d) {
            boolean four = d.ipVersion() == 4;
            String key = d.ipVersion() + d.source() + d.destination() + (four ? d.ipProtocol() + "/"
                    + d.ip4().identification() : d.ip6().identification());
            int at = four ? d.ip4().fragmentOffset() : d.ip6().fragmentOffset();
            long givenUp = reassembler.givenUp();
            int waiting = reassembler.waiting();
            boolean whole = reassembler.add(d);
            if (!whole && reassembler.givenUp() > givenUp) {
                // Not taken; or IPv6 fragments overlapped; or there were too many, and which went is not known here.
                known &= reassembler.waiting() <= waiting && reassembler.waiting() < MAX_DATAGRAMS;
                if (reassembler.waiting() < waiting) {
                    first.remove(key);
                }
                return;
            }
            Map<Integer, Byte> datagram = first.computeIfAbsent(key, k -> new HashMap<>());
            for (int i = 0; i < d.payloadCapturedLength(); i++) {
                datagram.putIfAbsent(at + i, d.array()[d.payloadOffset() + i]);
            }
            if (whole) {
                for (int i = 0; i < reassembler.length() && known; i++) {
                    Byte octet = datagram.get(i);
                    Check.that(octet != null && octet == reassembler.datagram()[i],
                            "octet " + i + " of " + reassembler.length() + " is none that came first");
                }
                first.remove(key);
            }
            Check.that(reassembler.waiting() <= MAX_DATAGRAMS, "waiting " + reassembler.waiting());
        }
    }
}
