package packetlab.os;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import packetlab.wire.Net;

/** A capture in a test, and traffic to capture. */
final class LiveCapture implements AutoCloseable {
    private static final long LONGEST_WAIT_NS = 3_000_000_000L;

    /** A copy of what the handler was given. */
    record Packet(byte[] octets, int wireLength, long timestampNs, int linkType, int flags, long deliveredNs) {
        int u16(int at) {
            return Net.u16(ByteBuffer.wrap(octets), at);
        }

        boolean isIpv4(int protocol) {
            return octets.length > 34 && u16(12) == 0x0800 && octets[23] == protocol;
        }

        /** Of TCP in IPv4 without options in Ethernet. */
        int tcpFlags() {
            return octets[47] & 0x3F;
        }
    }

    final List<Packet> packets = new ArrayList<>();
    final LiveSource source;

    LiveCapture(PcapOptions options) throws IOException {
        this(PcapSource.open(options));
    }

    LiveCapture(RingOptions options) throws IOException {
        this(RingSource.open(options));
    }

    LiveCapture(LiveSource source) {
        this.source = source;
    }

    int poll() throws IOException {
        return source.poll((buffer, offset, capturedLength, wireLength, timestampNs, linkType, flags) -> {
            byte[] octets = new byte[capturedLength];
            buffer.get(offset, octets);
            packets.add(new Packet(octets, wireLength, timestampNs, linkType, flags, WallClock.nowNs()));
        });
    }

    /** Polls until that many packets of the kind have come, and a little longer to see whether more do. */
    List<Packet> await(int count, Predicate<Packet> kind) throws IOException {
        long deadline = System.nanoTime() + LONGEST_WAIT_NS;
        while (System.nanoTime() < deadline && packets.stream().filter(kind).count() < count) {
            poll();
        }
        while (poll() > 0) {
            continue;
        }
        return packets.stream().filter(kind).toList();
    }

    @Override
    public void close() {
        source.close();
    }

    /** Connects, sends {@code octets} from client to server, and closes; returns the server's port. */
    static int tcpExchange(int octets) throws OsException {
        int listener = Sockets.socket(Sockets.AF_INET, Sockets.SOCK_STREAM, 0);
        Sockets.bind(listener, SocketAddress.loopback(0));
        Sockets.listen(listener, 1);
        SocketAddress.Ipv4 server = (SocketAddress.Ipv4) Sockets.getsockname(listener);
        int client = Sockets.socket(Sockets.AF_INET, Sockets.SOCK_STREAM, 0);
        Sockets.connect(client, server);
        int accepted = Sockets.accept(listener, null);
        ByteBuffer data = ByteBuffer.allocateDirect(octets);
        ByteBuffer room = ByteBuffer.allocateDirect(Math.max(octets, 1));
        while (data.hasRemaining()) {
            Sockets.send(client, data, 0);
            Sockets.recv(accepted, room.clear(), 0);
        }
        Sockets.shutdown(client, Sockets.SHUT_WR);
        while (Sockets.recv(accepted, room.clear(), 0) > 0) {
            continue;
        }
        Sockets.close(accepted);
        Sockets.close(client);
        Sockets.close(listener);
        return server.port();
    }

    /** Sends datagrams of that size to an open port of lo; returns the port. */
    static int udpDatagrams(int count, String text) throws OsException {
        int receiver = Sockets.socket(Sockets.AF_INET, Sockets.SOCK_DGRAM, 0);
        Sockets.bind(receiver, SocketAddress.loopback(0));
        SocketAddress.Ipv4 to = (SocketAddress.Ipv4) Sockets.getsockname(receiver);
        int sender = Sockets.socket(Sockets.AF_INET, Sockets.SOCK_DGRAM, 0);
        byte[] octets = text.getBytes(US_ASCII);
        ByteBuffer data = ByteBuffer.allocateDirect(octets.length).put(octets).flip();
        AddressBuffer address = new AddressBuffer(to);
        for (int i = 0; i < count; i++) {
            Sockets.sendto(sender, data.rewind(), 0, address);
        }
        Sockets.close(sender);
        Sockets.close(receiver);
        return to.port();
    }
}
