package packetlab.cli;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import packetlab.os.SocketAddress;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Reads {@code 127.0.0.1:80}, {@code [::1]:80}, {@code localhost:80}, a port alone, {@code /run/x.sock}, {@code @name}. */
final class HostPort {
    private static final int MAX_PORT = 65_535;

    private HostPort() {}

    /** @param option which names it in what is said of a mistake */
    static SocketAddress parse(String text, String option, int leastPort, CommandSpec spec) {
        try {
            if (text.startsWith("@")) {
                return new SocketAddress.Unix(text.substring(1), true);
            }
            if (text.indexOf('/') >= 0) {
                return new SocketAddress.Unix(text);
            }
            int colon = text.lastIndexOf(':');
            String host = colon < 0 ? "127.0.0.1" : text.substring(0, colon);
            String digits = text.substring(colon + 1);
            int port = digits.matches("\\d{1,5}") ? Integer.parseInt(digits) : -1;
            if (port < leastPort || port > MAX_PORT || host.isEmpty()) {
                throw new ParameterException(spec.commandLine(), option + " takes HOST:PORT, PATH or @NAME, not " + text);
            }
            boolean bracketed = host.startsWith("[") && host.endsWith("]");
            if (!bracketed && host.indexOf(':') >= 0) {
                throw new ParameterException(spec.commandLine(),
                        "an IPv6 address stands in brackets, as in [::1]:" + port + ": " + text);
            }
            return resolve(bracketed ? host.substring(1, host.length() - 1) : host, port);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), option + ": " + e.getMessage());
        }
    }

    private static SocketAddress resolve(String host, int port) {
        try {
            InetAddress address = InetAddress.getByName(host);
            ByteBuffer octets = ByteBuffer.wrap(address.getAddress());
            return octets.capacity() == 4 ? new SocketAddress.Ipv4(octets.getInt(), port)
                    : new SocketAddress.Ipv6(octets.getLong(0), octets.getLong(8), port,
                            ((Inet6Address) address).getScopeId());
        } catch (UnknownHostException e) {
            throw Failure.failed("the name " + host + " does not resolve: no such host, or no name server answers", e);
        }
    }
}
