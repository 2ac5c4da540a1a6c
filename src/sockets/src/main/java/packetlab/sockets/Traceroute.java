package packetlab.sockets;

import static packetlab.os.Sockets.AF_INET;
import static packetlab.os.Sockets.IPPROTO_ICMP;
import static packetlab.os.Sockets.IPPROTO_IP;
import static packetlab.os.Sockets.IP_TTL;
import static packetlab.os.Sockets.SOCK_DGRAM;
import static packetlab.os.Sockets.SOCK_RAW;
import static packetlab.os.Sockets.SO_RCVTIMEO;

import java.io.IOException;
import java.nio.ByteBuffer;
import packetlab.event.Side;
import packetlab.os.AddressBuffer;
import packetlab.os.Errno;
import packetlab.os.OsException;
import packetlab.os.SocketAddress;
import packetlab.wire.Net;

/**
 * The way to a host, router by router. Each router takes one from a packet's time to live, and throws the packet away
 * when nothing is left, with an ICMP message to its sender. To look at: datagrams with a time to live of 1, 2, 3 ...; each
 * dies one router further on, and who complains is who stands there. The host itself says port unreachable. Without
 * {@code --connect HOST} it goes over three routers that it builds itself, each in a network namespace.
 */
final class Traceroute extends Solo {
    private static final int ROUTERS = 3;
    private static final int MAX_HOPS = 30, FIRST_PORT = 33_434;
    private static final int WAIT_MS = 1_000, MAX_PACKET = 1_500;
    private static final int TIME_EXCEEDED = 11, UNREACHABLE = 3, ICMP_HEADER = 8, UDP_DESTINATION = 2;

    Traceroute() {
        super("traceroute", Family.RAW, Wire.IP, "the way to a host over routers, by the time to live");
    }

    @Override
    public boolean takesHost() {
        return true;
    }

    @Override
    public boolean needsPrivateNetwork() {
        return true;
    }

    @Override
    public String device() {
        return "any";
    }

    @Override
    public void run(Stage stage) throws Exception {
        if (stage.hasTarget()) {
            trace(stage, stage.target());
            return;
        }
        try (RoutedNetwork network = new RoutedNetwork(ROUTERS)) {
            trace(stage, (SocketAddress.Ipv4) SocketAddress.of(network.last(), 0));
        }
    }

    private static void trace(Stage stage, SocketAddress.Ipv4 host) throws Exception {
        stage.ready("icmp or udp portrange " + FIRST_PORT + "-" + (FIRST_PORT + MAX_HOPS));
        Calls client = stage.client();
        int complaints = client.socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
        client.setTimeout(complaints, SO_RCVTIMEO, WAIT_MS);
        int probes = client.socket(AF_INET, SOCK_DGRAM, 0);
        boolean reached = false;
        for (int hops = 1; hops <= MAX_HOPS && !reached; hops++) {
            int port = FIRST_PORT + hops;                           // a port for each, to tell whose complaint it is
            client.setsockopt(probes, IPPROTO_IP, IP_TTL, hops);
            client.sendto(probes, Octets.of("hop " + hops), new SocketAddress.Ipv4(host.address(), port));
            AddressBuffer from = new AddressBuffer();
            int type = awaitComplaint(client, complaints, port, from);
            String who = type < 0 ? "*" : ((SocketAddress.Ipv4) from.get()).host();
            reached = type == UNREACHABLE;
            stage.say(Side.CLIENT, "hop " + hops + ": " + who + (reached ? ", which is the host: port unreachable"
                    : type == TIME_EXCEEDED ? ", a router: time to live exceeded" : ", no answer within " + WAIT_MS + " ms"));
        }
        client.close(probes);
        client.close(complaints);
    }

    /** The type of the ICMP message that quotes the datagram to that port, or -1 where none comes in time. */
    private static int awaitComplaint(Calls client, int socket, int port, AddressBuffer from) throws IOException {
        ByteBuffer packet = ByteBuffer.allocateDirect(MAX_PACKET);
        while (true) {
            int length;
            try {
                length = client.recvfrom(socket, packet.clear(), from);
            } catch (OsException e) {
                if (e.is(Errno.EAGAIN)) {
                    return -1;
                }
                throw e;
            }
            int icmp = 4 * (Net.u8(packet, 0) & 0xF);
            int quoted = icmp + ICMP_HEADER;                        // the IP packet that died, its header and 8 octets
            int udp = length > quoted ? quoted + 4 * (Net.u8(packet, quoted) & 0xF) : length;
            int type = Net.u8(packet, icmp);
            if (length >= udp + UDP_DESTINATION + 2 && (type == TIME_EXCEEDED || type == UNREACHABLE)
                    && Net.u16(packet, udp + UDP_DESTINATION) == port) {
                return type;
            }
        }
    }
}
