package packetlab.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import packetlab.os.Interfaces;
import packetlab.os.RawSender;
import packetlab.os.WallClock;
import packetlab.wire.Dissector;
import packetlab.wire.LinkType;
import packetlab.wire.Net;
import packetlab.wire.PacketHandler;
import packetlab.wire.PacketSource;

/**
 * Packets that are sent, and what comes back for them: answers go the other way between the same addresses (and ports),
 * or are ICMP errors that come to the sender. A packet source that ends with the last answer, or with patience.
 */
final class Exchange implements PacketSource {
    private static final int ETHERNET = 14;
    private static final int ARP_REPLY = 2;

    private final RawSender sender;
    private final ByteBuffer packet;
    private final boolean framed;
    private final boolean loopback;
    private final SendRun.Job job;
    private final Lifetime lifetime;
    private final Dissector ours = new Dissector();
    private final Dissector theirs = new Dissector();
    private long sent;
    private long octets;
    private long answers;
    private long nextNs = System.nanoTime();
    private long lastNs;

    /** @param framed whether the packet has its link-layer header */
    Exchange(RawSender sender, ByteBuffer packet, boolean framed, SendRun.Job job, Lifetime lifetime) throws IOException {
        this.sender = sender;
        this.packet = packet;
        this.framed = framed;
        this.loopback = Interfaces.isLoopback(sender.device());
        this.job = job;
        this.lifetime = lifetime;
        ours.dissect(packet, 0, packet.limit(), packet.limit(), framed ? LinkType.EN10MB : LinkType.RAW);
    }

    @Override
    public int poll(PacketHandler handler) throws IOException {
        long now = System.nanoTime();
        if (lifetime.ending() || sent == job.count() && (job.expectNs() == null || answers >= job.count()
                || now - lastNs > job.expectNs())) {
            return END;
        }
        int delivered = 0;
        if (sent < job.count() && now - nextNs >= 0) {
            delivered = send(handler);
        }
        long waitMs = sent < job.count() ? Math.max(0, (nextNs - System.nanoTime()) / 1_000_000) : 20;
        int[] shown = {0};
        sender.receive((b, at, captured, wire, ns, link, flags) -> {
            if (concerns(b, at, captured, wire, link)) {
                shown[0]++;
                handler.onPacket(b, at, captured, wire, ns, link, flags);
            }
        }, job.expectNs() == null ? Math.min(waitMs, 20) : waitMs);
        return delivered + shown[0];
    }

    private int send(PacketHandler handler) throws IOException {
        packet.position(0);
        long stampNs = WallClock.nowNs();
        if (framed) {
            sender.sendFrame(packet);
        } else {
            sender.sendPacket(packet);
        }
        sent++;
        octets += packet.limit();
        lastNs = System.nanoTime();
        nextNs = lastNs + job.intervalNs();
        if (loopback) {
            return 0;           // it comes back to us as to everybody who listens there
        }
        handler.onPacket(packet, 0, packet.limit(), packet.limit(), stampNs, LinkType.EN10MB, 0);
        return 1;
    }

    /** Whether it is ours or an answer, which is then counted. */
    private boolean concerns(ByteBuffer b, int at, int captured, int wire, int link) {
        Dissector.Result result = theirs.dissect(b, at, captured, wire, link);
        if (ours.ipVersion() == 0) {
            boolean reply = result == Dissector.Result.OTHER && theirs.protocol().equals("ARP")
                    && captured >= ETHERNET + 8 && Net.u16(b, at + ETHERNET + 6) == ARP_REPLY;
            answers += reply ? 1 : 0;
            return reply;
        }
        if (theirs.ipVersion() != ours.ipVersion()) {
            return false;
        }
        boolean same = theirs.sourceLow() == ours.sourceLow() && theirs.destinationLow() == ours.destinationLow()
                && theirs.sourceHigh() == ours.sourceHigh() && theirs.destinationHigh() == ours.destinationHigh();
        boolean back = theirs.sourceLow() == ours.destinationLow() && theirs.destinationLow() == ours.sourceLow()
                && theirs.sourceHigh() == ours.destinationHigh() && theirs.destinationHigh() == ours.sourceHigh();
        boolean isError = result == Dissector.Result.ICMP && ours.result() != Dissector.Result.ICMP
                && theirs.destinationLow() == ours.sourceLow() && theirs.destinationHigh() == ours.sourceHigh();
        if (isError) {
            answers++;
            return true;
        }
        if (result != ours.result() || !same && !back) {
            return false;
        }
        boolean itself = result == Dissector.Result.TCP && theirs.tcp().ports() == ours.tcp().ports()
                || result == Dissector.Result.UDP && theirs.udp().sourcePort() == ours.udp().sourcePort()
                        && theirs.udp().destinationPort() == ours.udp().destinationPort()
                || result == Dissector.Result.ICMP && theirs.icmp().type() == ours.icmp().type();
        boolean answer = back && !itself && switch (result) {
            case TCP -> theirs.tcp().sourcePort() == ours.tcp().destinationPort()
                    && theirs.tcp().destinationPort() == ours.tcp().sourcePort();
            case UDP -> theirs.udp().sourcePort() == ours.udp().destinationPort()
                    && theirs.udp().destinationPort() == ours.udp().sourcePort();
            default -> true;
        };
        answers += answer ? 1 : 0;
        return answer || same && itself;
    }

    long sent() {
        return sent;
    }

    long octets() {
        return octets;
    }

    /** Answers so far. */
    long answers() {
        return answers;
    }

    @Override
    public void close() {
        // The sender is its maker's.
    }
}
