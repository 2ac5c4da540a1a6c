package packetlab.sockets;

import static packetlab.os.Sockets.SOCK_DGRAM;
import static packetlab.os.Sockets.SO_RCVTIMEO;

import java.nio.ByteBuffer;
import packetlab.event.Side;
import packetlab.os.AddressBuffer;
import packetlab.os.Errno;
import packetlab.os.OsException;
import packetlab.os.SocketAddress;

/**
 * A port where nobody is. The kernel of the other side answers with an ICMP message, port unreachable. To look at: the
 * send() that caused it has succeeded long ago, so the next call on the socket fails with ECONNREFUSED; and only a
 * connected socket is told. To the other one all looks well.
 */
final class UdpUnreachable extends Pair {
    private static final int WAIT_MS = 100, ATTEMPTS = 50;

    UdpUnreachable() {
        super("udp-unreachable", Family.DATAGRAM, Wire.UDP, "ICMP port unreachable becomes ECONNREFUSED, or is not told");
    }

    @Override
    String alsoCaptured() {
        return "icmp or icmp6";
    }

    @Override
    public boolean servesOnce() {
        return true;
    }

    /** Answers once and is gone. */
    @Override
    void serve(Stage stage) throws Exception {
        Calls server = stage.server();
        int socket = server.socket(stage.at().family(), SOCK_DGRAM, 0);
        server.bind(socket, stage.at());
        server.setTimeout(socket, SO_RCVTIMEO, stage.patienceMs());
        stage.serving(server.getsockname(socket));
        AddressBuffer client = new AddressBuffer();
        server.recvfrom(socket, ByteBuffer.allocateDirect(100), client);
        server.sendto(socket, Octets.of("yes, and good bye"), client.get());
        server.close(socket);                                       // from now on the port is nobody's
    }

    @Override
    void connect(Stage stage, SocketAddress server) throws Exception {
        Calls client = stage.client();
        int connected = client.socket(server.family(), SOCK_DGRAM, 0);
        client.connect(connected, server);                          // sends nothing: it only notes the address
        client.setTimeout(connected, SO_RCVTIMEO, WAIT_MS);
        boolean refused = false;
        for (int attempt = 0; attempt < ATTEMPTS && !refused; attempt++) {
            try {
                client.send(connected, Octets.of("anybody there?"));
                client.recv(connected, ByteBuffer.allocateDirect(100));
            } catch (OsException e) {
                if (!e.is(Errno.EAGAIN) && !e.is(Errno.ECONNREFUSED)) {
                    throw e;
                }
                refused = e.is(Errno.ECONNREFUSED);
            }
        }
        client.close(connected);
        stage.say(Side.CLIENT, refused ? "ECONNREFUSED: an ICMP message said that the port is unreachable"
                : "somebody is still there, or what says that nobody is was lost");

        int unconnected = client.socket(server.family(), SOCK_DGRAM, 0);
        client.setTimeout(unconnected, SO_RCVTIMEO, WAIT_MS);
        client.sendto(unconnected, Octets.of("anybody there?"), server);
        try {
            client.recv(unconnected, ByteBuffer.allocateDirect(100));
        } catch (OsException e) {
            if (!e.is(Errno.EAGAIN)) {
                throw e;
            }
            stage.say(Side.CLIENT, "EAGAIN: the same ICMP message has come, but an unconnected socket is not told");
        }
        client.close(unconnected);
    }
}
