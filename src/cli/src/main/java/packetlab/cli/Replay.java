package packetlab.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import packetlab.event.Checksum;
import packetlab.event.Event;
import packetlab.os.RawSender;
import packetlab.os.SocketAddress;
import packetlab.pcap.CaptureReader;
import packetlab.wire.Checksums;
import packetlab.wire.Dissector;
import packetlab.wire.LinkType;
import packetlab.wire.Net;
import packetlab.wire.PacketHandler;
import packetlab.wire.PacketSource;

/** Sends the packets of a capture again, at their own pace or another, with other addresses where that was asked for. */
final class Replay implements PacketHandler {
    /** An address and what takes its place; of one family. */
    record Mapping(SocketAddress from, SocketAddress to) {}

    /** Pace: as recorded, times {@code speed}; or so many packets a second; or, with both 0, as fast as it goes. */
    record Pace(double speed, double packetsPerSecond) {}

    private static final int ETHERNET = 14, IP4_HEADER = 20, IP6_HEADER = 40;
    private static final long NS_PER_S = 1_000_000_000L;

    private final RawSender sender;
    private final Pace pace;
    private final List<Mapping> mappings;
    private final Lifetime lifetime;
    private final Dissector dissector = new Dissector();
    private ByteBuffer packet = ByteBuffer.allocateDirect(1 << 12);
    private long firstStampNs = Event.NO_TIME;
    private long beganNs;
    private long sent;
    private long octets;
    private long cut;
    private long notSendable;
    private long tooLong;
    private long latestNs;

    Replay(RawSender sender, Pace pace, List<Mapping> mappings, Lifetime lifetime) {
        this.sender = sender;
        this.pace = pace;
        this.mappings = mappings;
        this.lifetime = lifetime;
    }

    void run(Path file) throws IOException {
        beganNs = System.nanoTime();
        try (CaptureReader reader = CaptureReader.open(file, new CaptureReader.Listener() {})) {
            while (!lifetime.ending() && reader.poll(this) != PacketSource.END) {
                lifetime.progressed();
            }
        } catch (Stopped e) {
            throw e.cause;
        }
    }

    /** Carries an I/O failure through the reader. */
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient IOException cause;

        Stopped(IOException cause) {
            super(cause.getMessage(), null, false, false);
            this.cause = cause;
        }
    }

    @Override
    public void onPacket(ByteBuffer buffer, int offset, int capturedLength, int wireLength, long timestampNs,
                         int linkType, int flags) {
        if (lifetime.ending()) {
            return;
        }
        if (capturedLength < wireLength) {
            cut++;
            return;
        }
        dissector.dissect(buffer, offset, capturedLength, wireLength, linkType);
        int payloadAt = linkType == LinkType.EN10MB ? ETHERNET : networkAt(buffer, offset, linkType, capturedLength);
        if (payloadAt < 0) {
            notSendable++;
            return;
        }
        copy(buffer, offset, capturedLength);
        if (!mappings.isEmpty()) {
            rewrite(linkType, payloadAt, capturedLength);
        } else {
            mendWhereNotComputed(linkType, capturedLength, flags);
        }
        await(timestampNs);
        try {
            if (capturedLength - payloadAt > sender.mtu()) {
                tooLong++;
            } else if (sender.sendAgain(packet.position(0).limit(capturedLength), linkType, payloadAt)) {
                sent++;
                octets += capturedLength;
            } else {
                notSendable++;
            }
        } catch (IOException e) {
            throw new Stopped(e);
        }
    }

    private int networkAt(ByteBuffer b, int offset, int linkType, int captured) {
        int at = switch (linkType) {
            case LinkType.RAW, LinkType.RAW_BSD, LinkType.RAW_OPENBSD, LinkType.IPV4, LinkType.IPV6 -> 0;
            case LinkType.NULL, LinkType.LOOP -> 4;
            case LinkType.LINUX_SLL -> 16;
            case LinkType.LINUX_SLL2 -> 20;
            default -> -1;
        };
        return at >= 0 && dissector.ipVersion() != 0 && at < captured ? at : -1;
    }

    private void copy(ByteBuffer buffer, int offset, int length) {
        if (packet.capacity() < length) {
            packet = ByteBuffer.allocateDirect(Integer.highestOneBit(length) * 2);
        }
        packet.clear();
        packet.put(0, buffer, offset, length);
    }

    /** On lo a kernel leaves checksums to be computed by nobody: whoever gets the packet again would not believe it. */
    private void mendWhereNotComputed(int linkType, int length, int flags) {
        Dissector.Result result = dissector.dissect(packet, 0, length, length, linkType);
        Checksum sum = result == Dissector.Result.TCP ? Checksums.tcp(dissector, flags)
                : result == Dissector.Result.UDP ? Checksums.udp(dissector, flags) : null;
        boolean left = sum == Checksum.NOT_COMPUTED
                && !(result == Dissector.Result.UDP && dissector.udp().checksum() == 0);
        if (left) {
            Checksums.mend(dissector, packet, 0, length, linkType);
        }
    }

    private void rewrite(int linkType, int at, int length) {
        int version = length > at ? Net.u8(packet, at) >>> 4 : 0;
        boolean changed = false;
        if (version == 4 && length >= at + IP4_HEADER) {
            changed = rewrite4(at + 12) | rewrite4(at + 16);
        } else if (version == 6 && length >= at + IP6_HEADER) {
            changed = rewrite6(at + 8) | rewrite6(at + 24);
        }
        if (changed && version == 4) {
            int header = (Net.u8(packet, at) & 15) * 4;
            if (header >= IP4_HEADER && at + header <= length) {
                Net.put16(packet, at + 10, 0);
                Net.put16(packet, at + 10, Checksums.of(packet, at, header));
            }
        }
        if (changed) {
            Checksums.mend(dissector, packet, 0, length, linkType);
        } else {
            mendWhereNotComputed(linkType, length, 0);
        }
    }

    /** The first mapping that is about the address decides. */
    private boolean rewrite4(int field) {
        for (Mapping mapping : mappings) {
            if (mapping.from instanceof SocketAddress.Ipv4 from && Net.i32(packet, field) == from.address()) {
                Net.put32(packet, field, ((SocketAddress.Ipv4) mapping.to).address());
                return true;
            }
        }
        return false;
    }

    private boolean rewrite6(int field) {
        for (Mapping mapping : mappings) {
            if (mapping.from instanceof SocketAddress.Ipv6 from && Net.i64(packet, field) == from.high()
                    && Net.i64(packet, field + 8) == from.low()) {
                Net.put64(packet, field, ((SocketAddress.Ipv6) mapping.to).high());
                Net.put64(packet, field + 8, ((SocketAddress.Ipv6) mapping.to).low());
                return true;
            }
        }
        return false;
    }

    /** Waits until it is this packet's turn. */
    private void await(long stampNs) {
        if (sent + notSendable + tooLong == 0) {
            beganNs = System.nanoTime();
        }
        long dueNs;
        if (pace.packetsPerSecond > 0) {
            dueNs = (long) ((sent + notSendable + tooLong) * NS_PER_S / pace.packetsPerSecond);
        } else if (pace.speed > 0 && stampNs != Event.NO_TIME) {
            if (firstStampNs == Event.NO_TIME) {
                firstStampNs = stampNs;
            }
            dueNs = (long) ((stampNs - firstStampNs) / pace.speed);
        } else {
            return;
        }
        long left = dueNs - (System.nanoTime() - beganNs);
        while (left > 0 && !lifetime.ending()) {
            LockSupport.parkNanos(Math.min(left, NS_PER_S / 5));
            lifetime.progressed();
            left = dueNs - (System.nanoTime() - beganNs);
        }
        latestNs = Math.max(latestNs, -left);
    }

    long sent() {
        return sent;
    }

    long octets() {
        return octets;
    }

    /** Packets that the capture has only the beginning of. */
    long cut() {
        return cut;
    }

    long notSendable() {
        return notSendable;
    }

    long tooLong() {
        return tooLong;
    }

    long tookNs() {
        return System.nanoTime() - beganNs;
    }

    /** How late the latest was. */
    long latestNs() {
        return latestNs;
    }
}
