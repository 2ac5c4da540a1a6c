package packetlab.cli;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import packetlab.os.SocketAddress;
import packetlab.sockets.Demo;
import packetlab.sockets.Staging;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which half of a demo is played, and with whom. */
final class DemoOptions {
    private static final String ANYWHERE = "";
    private static final int MAX_PORT = 65_535;

    @Option(names = "--serve", order = 20, arity = "0..1", fallbackValue = ANYWHERE, paramLabel = "[HOST:]PORT",
            description = "play the serving half alone, for any client, until Ctrl-C; without an address on 127.0.0.1 "
                    + "and a free port. Of a Unix-domain demo: a PATH or an abstract @NAME")
    String serve;

    @Option(names = "--connect", order = 21, paramLabel = "HOST:PORT",
            description = "play the other half alone, with any server (of a Unix-domain demo: PATH or @NAME; of ping "
                    + "and traceroute: HOST)")
    String connect;

    @Option(names = "--peers", order = 22, paramLabel = "N",
            description = "with --serve: end after so many clients, or datagrams where there are no connections")
    Integer peers;

    @Option(names = "--step", order = 23, description = "wait for Enter before each call (tcp-lifecycle)")
    boolean step;

    @Spec(Spec.Target.MIXEE)
    CommandSpec spec;

    /** @throws ParameterException where that is not possible */
    Staging staging(Demo demo, Console console) {
        if (serve != null && connect != null) {
            throw wrong("--serve and --connect are two halves: one in each terminal");
        }
        if (peers != null && (serve == null || peers < 1)) {
            throw wrong(serve == null ? "--peers belongs to --serve" : "--peers is a number from 1 on, not " + peers);
        }
        if ((serve != null || connect != null && !demo.takesHost()) && !demo.hasHalves()) {
            throw wrong("the demo " + demo.name() + " has no two halves: it is one program");
        }
        Staging.Half half = serve != null ? Staging.Half.SERVE
                : connect != null ? Staging.Half.CONNECT : Staging.Half.BOTH;
        return new Staging(half, address(demo), peers == null ? 0 : peers, step(demo, console));
    }

    private Staging.Step step(Demo demo, Console console) {
        if (!step) {
            return null;
        }
        if (!demo.steppable()) {
            throw wrong("--step is for the demo tcp-lifecycle, not for " + demo.name());
        }
        if (!Terminal.isTerminal(Terminal.STDIN)) {
            throw wrong("--step waits for a key, but standard input is no terminal");
        }
        return new DemoStep(console);
    }

    private SocketAddress address(Demo demo) {
        String text = serve != null ? serve : connect;
        if (text == null || text.equals(ANYWHERE) && serve != null) {
            return null;
        }
        try {
            return demo.family() == Demo.Family.UNIX ? unix(text) : demo.takesHost() ? resolve(text, 0) : internet(text);
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    private static SocketAddress unix(String text) {
        if (text.startsWith("@")) {
            return new SocketAddress.Unix(text.substring(1), true);
        }
        return text.getBytes(StandardCharsets.UTF_8).length < SocketAddress.Unix.PATH_CAPACITY
                ? new SocketAddress.Unix(text) : new SocketAddress.OverlongPath(text);
    }

    /** {@code 127.0.0.1:80}, {@code [::1]:80}, {@code localhost:80}; to serve, a port alone, too. */
    private SocketAddress internet(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        int port = port(text, text.substring(colon + 1));
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw wrong("an IPv6 address stands in brackets, as in [::1]:" + port + ": " + text);
        }
        if (host.isEmpty()) {
            if (serve == null || colon >= 0) {
                throw wrong((serve == null ? "--connect takes HOST:PORT, not " : "--serve takes [HOST:]PORT, not ") + text);
            }
            return SocketAddress.loopback(port);
        }
        return resolve(host, port);
    }

    private int port(String text, String digits) {
        int port = digits.matches("\\d{1,5}") ? Integer.parseInt(digits) : -1;
        if (port < (serve == null ? 1 : 0) || port > MAX_PORT) {
            throw wrong("no port: " + text + " (" + (serve == null ? "HOST:PORT" : "[HOST:]PORT") + ", up to 65535)");
        }
        return port;
    }

    private static SocketAddress resolve(String host, int port) {
        InetAddress address;
        try {
            address = InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw Failure.failed("the name " + host + " does not resolve: no such host, or no name server answers", e);
        }
        ByteBuffer octets = ByteBuffer.wrap(address.getAddress());
        if (octets.capacity() == 4) {
            return new SocketAddress.Ipv4(octets.getInt(), port);
        }
        int scope = address instanceof Inet6Address v6 ? v6.getScopeId() : 0;
        return new SocketAddress.Ipv6(octets.getLong(0), octets.getLong(8), port, scope);
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
