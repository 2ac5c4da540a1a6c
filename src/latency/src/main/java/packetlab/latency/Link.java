package packetlab.latency;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import packetlab.os.SocketAddress;
import packetlab.os.Tasks;

/** Opens the ends of what a setting says. */
final class Link {
    private static final AtomicInteger NAMES = new AtomicInteger();

    private Link() {}

    /** Where a server of our own listens if nobody says where: on loopback, or under an abstract name. */
    static SocketAddress usual(Setting setting) {
        if (setting.transport().isUnix()) {
            return name("server");
        }
        return setting.ipVersion() == 4 ? SocketAddress.loopback(0) : SocketAddress.loopback6(0);
    }

    private static SocketAddress name(String end) {
        return new SocketAddress.Unix("packetlab-latency-" + Tasks.pid() + "-" + NAMES.incrementAndGet() + "-" + end,
                true);
    }

    static Server serve(Setting setting, SocketAddress at, ServerTimes times, Hindrance.StallLog stalls)
            throws IOException {
        return switch (setting.transport()) {
            case TCP, UNIX_STREAM, WEBSOCKET, HTTP -> new StreamServer(setting, at, times, stalls);
            case UDP, UNIX_DATAGRAM, RAW_DATAGRAM -> new DatagramServer(setting, at, times, stalls);
            case RAW_ICMP -> new ElsewhereServer(at);     // the kernel
        };
    }

    /** @param limitNs how long a datagram's answer is waited for */
    static Client connect(Setting setting, SocketAddress server, long limitNs) throws IOException {
        if (setting.trouble().reconnect()) {
            return new ReconnectingClient(setting, server);
        }
        return switch (setting.transport()) {
            case TCP, UNIX_STREAM, WEBSOCKET, HTTP -> new StreamClient(setting, server);
            case UDP -> new DatagramClient(setting, server, null, limitNs);
            case UNIX_DATAGRAM -> new DatagramClient(setting, server, name("client"), limitNs);
            case RAW_DATAGRAM, RAW_ICMP -> new RawClient(setting, server, limitNs);
        };
    }
}
