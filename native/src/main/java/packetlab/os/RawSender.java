package packetlab.os;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import packetlab.wire.LinkType;
import packetlab.wire.Net;
import packetlab.wire.PacketHandler;

/**
 * Sends packets of our own making through one interface, and no other: IP packets through a raw socket that is bound to
 * it (the kernel fills in the IPv4 header's checksum and length, and routes), whole frames through a packet socket.
 * Needs CAP_NET_RAW in this network namespace. One thread.
 */
public final class RawSender implements AutoCloseable {
    private static final int SO_BINDTODEVICE = 25;
    private static final int ETHERNET = 14;
    private static final int RECEIVED_AT_ONCE = 64;
    private static final long LONGEST_WAIT_MS = 100;

    private final String device;
    private final int mtu;
    private final int four;
    private final int six;
    private final WirePort frames;
    private final PollSet readable = new PollSet();

    /** @param device must be there and up */
    public RawSender(String device) throws IOException {
        this.device = device;
        if (!Interfaces.exists(device)) {
            throw CapturedInterface.absent(device);
        }
        if (!Interfaces.isUp(device)) {
            throw new OsException("send", device, Errno.ENETDOWN.number(),
                    "the interface is down; as root: ip link set " + device + " up");
        }
        mtu = Interfaces.mtu(device);
        four = bound(Sockets.AF_INET);
        int other = -1;
        WirePort port = null;
        try {
            other = bound(Sockets.AF_INET6);
            port = new WirePort(device, ETHERNET + mtu + PacketSocket.VLAN_TAG, RingOptions.MIN_BUFFER_BYTES);
        } catch (OsException e) {
            if (!e.is(Errno.EAFNOSUPPORT)) {        // a kernel without IPv6 sends the rest
                Sockets.close(four);
                throw e;
            }
            port = new WirePort(device, ETHERNET + mtu + PacketSocket.VLAN_TAG, RingOptions.MIN_BUFFER_BYTES);
        }
        six = other;
        frames = port;
    }

    private int bound(int family) throws OsException {
        int fd = Sockets.socket(family, Sockets.SOCK_RAW | Sockets.SOCK_CLOEXEC, Sockets.IPPROTO_RAW);
        try {
            byte[] name = device.getBytes(StandardCharsets.UTF_8);
            Sockets.setsockopt(fd, Sockets.SOL_SOCKET, SO_BINDTODEVICE,
                    ByteBuffer.allocateDirect(name.length + 1).order(ByteOrder.nativeOrder()).put(0, name));
            return fd;
        } catch (OsException e) {
            Sockets.close(fd);
            throw e;
        }
    }

    public String device() {
        return device;
    }

    /** Octets of a packet behind the link-layer header, at most. */
    public int mtu() {
        return mtu;
    }

    /** Sends an IP packet to where its header says. */
    public void sendPacket(ByteBuffer packet) throws IOException {
        requireRoom(packet.remaining());
        int at = packet.position();
        boolean isSix = Net.u8(packet, at) >>> 4 == 6;
        SocketAddress to = isSix ? new SocketAddress.Ipv6(Net.i64(packet, at + 24), Net.i64(packet, at + 32), 0, 0)
                : new SocketAddress.Ipv4(Net.i32(packet, at + 16), 0);
        Sockets.sendto(isSix ? six : four, packet, 0, to);
    }

    /** Sends a whole frame, as it is. */
    public void sendFrame(ByteBuffer frame) throws IOException {
        requireRoom(frame.remaining() - ETHERNET);
        if (!frames.send(frame, frame.position(), frame.remaining())) {
            throw new OsException("send", frame.remaining() + " octets, " + device, Errno.ENOBUFS.number());
        }
    }

    /**
     * Sends a captured packet again, as well as this interface can.
     *
     * @return false where it cannot: no IP packet, on an interface that has no link-layer addresses
     */
    public boolean sendAgain(ByteBuffer packet, int linkType, int payloadAt) throws IOException {
        if (linkType == LinkType.EN10MB && !Interfaces.isLoopback(device)) {
            sendFrame(packet);
            return true;
        }
        ByteBuffer inner = packet.duplicate().position(packet.position() + payloadAt);
        int version = inner.remaining() < 20 ? 0 : Net.u8(inner, inner.position()) >>> 4;
        if (version == 4 || version == 6 && inner.remaining() >= 40 && six >= 0) {
            sendPacket(inner);
            return true;
        }
        return false;
    }

    /**
     * Delivers what has come in on the interface, and on lo also what we sent; waits at most so long for it.
     *
     * @return how many packets
     */
    public int receive(PacketHandler handler, long waitMs) throws IOException {
        int read = frames.read(RECEIVED_AT_ONCE, handler);
        if (read == 0 && waitMs > 0) {
            readable.clear();
            readable.add(frames.fd(), PollSet.POLLIN);
            try {
                Sockets.poll(readable, (int) Math.min(waitMs, LONGEST_WAIT_MS));
            } catch (OsException e) {
                if (!e.is(Errno.EINTR)) {
                    throw e;
                }
            }
            read = frames.read(RECEIVED_AT_ONCE, handler);
        }
        return read;
    }

    /** Packets that came in while there was no room for them. */
    public long dropped() {
        return frames.dropped();
    }

    private void requireRoom(int octets) throws OsException {
        if (octets > mtu) {
            throw new OsException("send", octets + " octets, " + device, Errno.EMSGSIZE.number(),
                    device + " takes packets of at most " + mtu + " octets (its MTU)");
        }
    }

    @Override
    public void close() throws OsException {
        Sockets.close(four);
        if (six >= 0) {
            Sockets.close(six);
        }
        frames.close();
    }
}
