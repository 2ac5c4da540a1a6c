package packetlab.sockets;

import static packetlab.os.Sockets.AF_INET;
import static packetlab.os.Sockets.IPPROTO_ICMP;
import static packetlab.os.Sockets.SOCK_DGRAM;
import static packetlab.os.Sockets.SOCK_RAW;
import static packetlab.os.Sockets.SO_RCVTIMEO;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import packetlab.event.Side;
import packetlab.os.AddressBuffer;
import packetlab.os.Errno;
import packetlab.os.HandMade;
import packetlab.os.OsException;
import packetlab.os.SocketAddress;
import packetlab.wire.Net;

/**
 * ping by hand: an ICMP echo request, and the reply that the other kernel sends without any program's doing. To look at:
 * Linux has a datagram socket for just this, which needs no right where sysctl net.ipv4.ping_group_range lets the user's
 * group in; elsewhere it takes a raw socket, which sees every ICMP message of the machine, its own requests on loopback
 * too, and gets each with its IP header.
 */
final class Ping extends Solo {
    private static final int REQUESTS = 3, LENGTH = 56, PAUSE_MS = 100;
    private static final int ECHO_REPLY = 0, TYPE = 0, IDENTIFIER = 4, SEQUENCE = 6, ICMP_HEADER = 8;
    private static final int MAX_PACKET = 1_500;

    Ping() {
        super("ping", Family.RAW, Wire.IP, "ICMP echo: a datagram socket where permitted, a raw one otherwise");
    }

    @Override
    public boolean takesHost() {
        return true;
    }

    @Override
    public void run(Stage stage) throws Exception {
        SocketAddress.Ipv4 host = stage.target();
        int identifier = (int) ProcessHandle.current().pid() & 0xFFFF;
        HandMade.echoRequest(identifier, 0, LENGTH);                // loads the builders before it counts
        stage.ready("icmp and host " + host.host());

        Calls client = stage.client();
        boolean raw = false;
        int socket;
        try {
            socket = client.socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
        } catch (OsException e) {
            if (!e.is(Errno.EACCES)) {
                throw e;
            }
            stage.say(Side.CLIENT, "EACCES: net.ipv4.ping_group_range leaves this group out, so with a raw socket");
            socket = client.socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
            raw = true;
        }
        client.setTimeout(socket, SO_RCVTIMEO, stage.patienceMs());
        for (int sequence = 1; sequence <= REQUESTS; sequence++) {
            ByteBuffer request = HandMade.echoRequest(identifier, sequence, LENGTH);
            long sentNs = System.nanoTime();
            client.sendto(socket, request, host);
            SocketAddress from = awaitReply(client, socket, raw, identifier, sequence);
            stage.say(Side.CLIENT, String.format(Locale.ROOT, "reply %d from %s after %.3f ms", sequence,
                    ((SocketAddress.Ipv4) from).host(), (System.nanoTime() - sentNs) / 1e6));
            Thread.sleep(PAUSE_MS);
        }
        client.close(socket);
    }

    /** Receives until it is the reply to this request; a datagram socket's identifier is the kernel's choice. */
    private static SocketAddress awaitReply(Calls client, int socket, boolean raw, int identifier, int sequence)
            throws IOException {
        ByteBuffer packet = ByteBuffer.allocateDirect(MAX_PACKET);
        AddressBuffer from = new AddressBuffer();
        while (true) {
            int length = client.recvfrom(socket, packet.clear(), from);
            int icmp = raw ? 4 * (Net.u8(packet, 0) & 0xF) : 0;     // behind the IP header
            if (length >= icmp + ICMP_HEADER && Net.u8(packet, icmp + TYPE) == ECHO_REPLY
                    && (!raw || Net.u16(packet, icmp + IDENTIFIER) == identifier)
                    && Net.u16(packet, icmp + SEQUENCE) == sequence) {
                return from.get();
            }
        }
    }
}
