package packetlab.message;

import java.nio.ByteBuffer;
import packetlab.event.CaptureEvent;
import packetlab.event.Endpoint;
import packetlab.event.Event;
import packetlab.event.EventListener;
import packetlab.event.EventType;
import packetlab.event.PacketEvent;
import packetlab.flow.FlowLimits;
import packetlab.flow.StreamHandler;
import packetlab.flow.TcpTracker;
import packetlab.wire.Arp;
import packetlab.wire.Checksums;
import packetlab.wire.Dissector;
import packetlab.wire.Fault;
import packetlab.wire.Icmp;
import packetlab.wire.IpReassembler;
import packetlab.wire.Origin;
import packetlab.wire.PacketHandler;
import packetlab.wire.Udp;

/**
 * The whole way of a packet: link to transport, connection, messages. Feed it packets in capture order, then call
 * {@link #finish}. One thread. Nothing that a packet contains makes it throw.
 */
public final class Decoder implements PacketHandler {
    private static final String LIMIT_FRAGMENTS = "fragmented-datagrams";

    private final EventListener listener;
    private final boolean wantsDatagram;
    private final boolean wantsIcmp;
    private final boolean wantsOther;
    private final boolean wantsLimit;
    private final FlowLimits limits;
    private final Dissector dissector = new Dissector();
    private final Dissector quoted = new Dissector();
    private final Arp.View arp = new Arp.View();
    private final IpReassembler fragments;
    private final TcpTracker tracker;
    private long fragmentLimitHits;
    private long packets;
    private long bytes;
    private long datagrams;
    private long icmpMessages;
    private long others;
    private long ipFragments;
    private long cut;
    private long malformed;
    private long firstTimeNs = Event.NO_TIME;
    private long lastTimeNs = Event.NO_TIME;

    /**
     * @param messages what becomes of each connection's octets; normally a {@link MessageDecoder}
     * @param lastWins of octets that come twice while they wait out of order, the last stand instead of the first
     */
    public Decoder(EventListener listener, StreamHandler.Factory messages, FlowLimits limits, boolean lastWins) {
        this.listener = listener;
        this.wantsDatagram = listener.wants(EventType.UDP_DATAGRAM);
        this.wantsIcmp = listener.wants(EventType.ICMP_MESSAGE);
        this.wantsOther = listener.wants(EventType.OTHER);
        this.wantsLimit = listener.wants(EventType.LIMIT);
        this.limits = limits;
        this.fragments = new IpReassembler(limits.fragmentedDatagrams(), limits.fragmentOctets());
        this.tracker = new TcpTracker(listener, messages, limits, lastWins);
    }

    @Override
    public void onPacket(ByteBuffer buffer, int offset, int capturedLength, int wireLength, long timestampNs,
                         int linkType, int flags) {
        packets++;
        bytes += wireLength;
        if (timestampNs != Event.NO_TIME) {
            if (firstTimeNs == Event.NO_TIME) {
                firstTimeNs = timestampNs;
            }
            lastTimeNs = timestampNs;
        }
        Dissector.Result result = dissector.dissect(buffer, offset, capturedLength, wireLength, linkType);
        if (result == Dissector.Result.IP_FRAGMENT) {
            if (fragments.add(dissector)) {
                result = dissector.transport(fragments.datagram(), 0, fragments.length(), fragments.length());
            } else {
                fragment(timestampNs, wireLength);
                return;
            }
        }
        switch (result) {
            case TCP -> tracker.onSegment(dissector, packets, timestampNs, flags);
            case UDP -> datagram(timestampNs, flags);
            case ICMP -> icmp(timestampNs);
            default -> {
                if (arp.wrap(dissector, capturedLength, linkType)) {
                    others++;
                    tellArp(timestampNs, wireLength);
                    return;
                }
                Fault fault = dissector.fault();
                if (fault == Fault.CUT_BY_SNAPLEN) {
                    cut++;
                } else if (fault != Fault.NONE) {
                    malformed++;
                } else {
                    others++;
                }
                tellOther(timestampNs, wireLength, null, fault);
            }
        }
    }

    /** As {@link TcpTracker#readsFrom}; without it, what may be needed again is copied. */
    public void readsFrom(Origin origin) {
        tracker.readsFrom(origin);
    }

    private void fragment(long timeNs, int wireLength) {
        ipFragments++;
        if (fragments.limitHits() > fragmentLimitHits) {
            fragmentLimitHits = fragments.limitHits();
            if (wantsLimit) {
                listener.onEvent(new CaptureEvent.Limit(timeNs, packets, Event.UNKNOWN, null, LIMIT_FRAGMENTS,
                        limits.fragmentedDatagrams(), fragmentLimitHits));
            }
        }
        tellOther(timeNs, wireLength, "IPv" + dissector.ipVersion() + " fragment", null);
    }

    private void datagram(long timeNs, int flags) {
        datagrams++;
        if (wantsDatagram) {
            Udp.View udp = dissector.udp();
            listener.onEvent(new PacketEvent.Datagram(timeNs, packets,
                    new Endpoint(dissector.source(), udp.sourcePort()),
                    new Endpoint(dissector.destination(), udp.destinationPort()), udp.payloadWireLength(),
                    Checksums.udp(dissector, flags)));
        }
    }

    private void icmp(long timeNs) {
        icmpMessages++;
        Icmp.View icmp = dissector.icmp();
        int version = dissector.ipVersion();
        long stream = Icmp.quotesPacket(version, icmp.type()) ? quotedStream(icmp, timeNs) : Event.UNKNOWN;
        if (!wantsIcmp) {
            return;
        }
        listener.onEvent(new PacketEvent.Icmp(timeNs, packets, dissector.source(), dissector.destination(), version,
                icmp.type(), icmp.code(), Icmp.name(version, icmp.type(), icmp.code()), icmp.wireLength(),
                stream));
    }

    /** The connection of the packet that an error message quotes: its header and at least the ports (RFC 792). */
    private long quotedStream(Icmp.View icmp, long timeNs) {
        return quoted.dissectQuoted(icmp.array(), icmp.bodyOffset(), icmp.bodyCapturedLength())
                ? tracker.onIcmpError(Icmp.name(dissector.ipVersion(), icmp.type(), icmp.code()), packets, timeNs,
                        quoted.ipVersion(), quoted.sourceHigh(), quoted.sourceLow(), quoted.destinationHigh(),
                        quoted.destinationLow(), quoted.quotedPorts())
                : Event.UNKNOWN;
    }

    private void tellArp(long timeNs, long length) {
        if (wantsOther) {
            listener.onEvent(new PacketEvent.Other(timeNs, packets, arp.words(), arp.sender(), arp.target(), length, null));
        }
    }

    private void tellOther(long timeNs, long length, String protocol, Fault fault) {
        if (wantsOther) {
            boolean ip = dissector.ipVersion() != 0;
            listener.onEvent(new PacketEvent.Other(timeNs, packets, protocol != null ? protocol : dissector.protocol(),
                    ip ? dissector.source() : null, ip ? dissector.destination() : null, length,
                    fault == null || fault == Fault.NONE ? null : fault.words()));
        }
    }

    /** The capture is over: what is still open is told so. Call once. */
    public void finish() {
        tracker.finish();
    }

    /** The headers of the last packet, of a datagram in fragments those of its last fragment. */
    public Dissector dissector() {
        return dissector;
    }

    /** Packets so far: the number of the last one. */
    public long packets() {
        return packets;
    }

    /** Octets that they had on the wire. */
    public long bytes() {
        return bytes;
    }

    /** UDP datagrams. */
    public long datagrams() {
        return datagrams;
    }

    public long icmpMessages() {
        return icmpMessages;
    }

    /** Packets that are neither TCP, UDP nor ICMP. */
    public long others() {
        return others;
    }

    /** IP fragments, but for those that completed a datagram, which count as what it is. */
    public long ipFragments() {
        return ipFragments;
    }

    /** Packets of which the capture kept too little to read their headers. */
    public long cut() {
        return cut;
    }

    /** Packets whose headers are malformed. */
    public long malformed() {
        return malformed;
    }

    /** Connections, and what was noticed about them. */
    public TcpTracker tcp() {
        return tracker;
    }

    /** Time of the first packet that had one, or NO_TIME. */
    public long firstTimeNs() {
        return firstTimeNs;
    }

    public long lastTimeNs() {
        return lastTimeNs;
    }
}
