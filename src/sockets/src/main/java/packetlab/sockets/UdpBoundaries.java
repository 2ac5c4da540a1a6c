package packetlab.sockets;

import static packetlab.os.Sockets.MSG_TRUNC;
import static packetlab.os.Sockets.SOCK_DGRAM;
import static packetlab.os.Sockets.SO_RCVTIMEO;

import java.nio.ByteBuffer;
import packetlab.event.Side;
import packetlab.os.Errno;
import packetlab.os.OsException;
import packetlab.os.SocketAddress;

/**
 * A datagram is sent by one call and received by one call, or not at all. To look at: two small ones are not joined; an
 * empty one is received like any other; 65,507 octets fit, one more is EMSGSIZE; what is longer than the receiver's room
 * is cut, and its rest is gone, not left for the next call.
 */
final class UdpBoundaries extends Pair {
    private static final int LARGEST = 65_507;
    private static final String LONG = "the rest of this datagram is gone";
    private static final int SHORT_ROOM = 8;
    /** What is sent, in this order; the last two are received with too little room. */
    private static final String[] DATAGRAMS = {"one", "two", "", "x".repeat(LARGEST), LONG, LONG};

    UdpBoundaries() {
        super("udp-boundaries", Family.DATAGRAM, Wire.UDP, "one send, one receive: 0 octets, 65,507, one more, and a cut");
    }

    @Override
    public int clients() {
        return DATAGRAMS.length;
    }

    @Override
    void serve(Stage stage) throws Exception {
        Calls server = stage.server();
        int socket = server.socket(stage.at().family(), SOCK_DGRAM, 0);
        server.bind(socket, stage.at());
        server.setTimeout(socket, SO_RCVTIMEO, stage.patienceMs());
        stage.serving(server.getsockname(socket));
        ByteBuffer room = ByteBuffer.allocateDirect(1 << 16);
        for (int served = 0; stage.expects(served); served++) {
            switch (served % DATAGRAMS.length) {
                case 4 -> server.recv(socket, room.clear().limit(SHORT_ROOM));              // says 8: nobody learns of the rest
                case 5 -> {
                    int length = server.recv(socket, room.clear().limit(SHORT_ROOM), MSG_TRUNC);    // says how long it was
                    stage.say(Side.SERVER, "MSG_TRUNC: a datagram of " + length + " octets was cut to " + room.position());
                }
                default -> server.recv(socket, room.clear());
            }
        }
        server.close(socket);
    }

    @Override
    void connect(Stage stage, SocketAddress server) throws Exception {
        Calls client = stage.client();
        int socket = client.socket(server.family(), SOCK_DGRAM, 0);
        for (String datagram : DATAGRAMS) {
            client.sendto(socket, Octets.of(datagram), server);
        }
        try {
            client.sendto(socket, ByteBuffer.allocateDirect(LARGEST + 1), server);
        } catch (OsException e) {
            if (!e.is(Errno.EMSGSIZE)) {
                throw e;
            }
            stage.say(Side.CLIENT, "EMSGSIZE: an IPv4 packet has at most 65,535 octets, 28 of them headers");
        }
        client.close(socket);
    }
}
