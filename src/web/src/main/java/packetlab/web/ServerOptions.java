package packetlab.web;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How a {@link ChatServer} is to be.
 *
 * @param address     where it binds; port 0 lets the kernel choose
 * @param tls         https and wss, with a certificate made on the spot
 * @param limits      of clients and messages
 * @param heartbeatMs how often a silent connection is sent a sign of life; one that does not answer two is dropped
 * @param waitMs      how long a request of long polling waits
 * @param feedMs      how often a price is told in the room of prices; 0 for never
 * @param hosts       names that the server may be called by, beside localhost and addresses
 * @param remarks     takes what is worth a line: clients dropped, requests refused. Called on the server's threads
 */
public record ServerOptions(InetSocketAddress address, boolean tls, Limits limits, int heartbeatMs, int waitMs, int feedMs,
        Set<String> hosts, Consumer<String> remarks) {
    /** Loopback, any free port, no feed. */
    public static final ServerOptions DEFAULT = new ServerOptions(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), false, Limits.DEFAULT, 25_000, 25_000, 0, Set.of(),
            remark -> { });

    public ServerOptions withAddress(InetSocketAddress other) {
        return new ServerOptions(other, tls, limits, heartbeatMs, waitMs, feedMs, hosts, remarks);
    }

    public ServerOptions withTls(boolean on) {
        return new ServerOptions(address, on, limits, heartbeatMs, waitMs, feedMs, hosts, remarks);
    }

    public ServerOptions withLimits(Limits other) {
        return new ServerOptions(address, tls, other, heartbeatMs, waitMs, feedMs, hosts, remarks);
    }

    public ServerOptions withHeartbeatMs(int ms) {
        return new ServerOptions(address, tls, limits, ms, waitMs, feedMs, hosts, remarks);
    }

    public ServerOptions withWaitMs(int ms) {
        return new ServerOptions(address, tls, limits, heartbeatMs, ms, feedMs, hosts, remarks);
    }

    public ServerOptions withFeedMs(int ms) {
        return new ServerOptions(address, tls, limits, heartbeatMs, waitMs, ms, hosts, remarks);
    }

    /** @param names in lower case */
    public ServerOptions withHosts(Set<String> names) {
        return new ServerOptions(address, tls, limits, heartbeatMs, waitMs, feedMs, Set.copyOf(names), remarks);
    }

    public ServerOptions withRemarks(Consumer<String> other) {
        return new ServerOptions(address, tls, limits, heartbeatMs, waitMs, feedMs, hosts, other);
    }
}
