package packetlab.sockets;

import static packetlab.os.PollSet.POLLIN;
import static packetlab.os.Sockets.SOCK_DGRAM;
import static packetlab.os.Sockets.SOL_SOCKET;
import static packetlab.os.Sockets.SO_RCVBUF;
import static packetlab.os.Sockets.SO_RCVTIMEO;

import java.nio.ByteBuffer;
import packetlab.event.Side;
import packetlab.os.Errno;
import packetlab.os.OsException;
import packetlab.os.SocketAddress;

/**
 * UDP has no window: a sender that is faster than its receiver loses. To look at: every sendto() succeeds and every
 * packet is on the wire, but the receive buffer has room for a few only, and the kernel drops the rest. It counts them,
 * and neither side is told unless it asks.
 */
final class UdpLoss extends Pair {
    private static final int DATAGRAMS = 50, LENGTH = 1_000;
    private static final int SMALL_BUFFER = 8 << 10;
    private static final int PAUSE_MS = 400, SILENCE_MS = 1_500;

    UdpLoss() {
        super("udp-loss", Family.DATAGRAM, Wire.UDP, "a full receive buffer: sent, received, and dropped by the kernel");
    }

    @Override
    void serve(Stage stage) throws Exception {
        Calls server = stage.server();
        int socket = server.socket(stage.at().family(), SOCK_DGRAM, 0);
        server.setsockopt(socket, SOL_SOCKET, SO_RCVBUF, SMALL_BUFFER);
        server.bind(socket, stage.at());
        stage.serving(server.getsockname(socket));
        for (int served = 0; stage.expects(served); served++) {
            server.poll(socket, POLLIN, stage.patienceMs() == 0 ? -1 : stage.patienceMs());
            Thread.sleep(PAUSE_MS);                                 // busy with something else
            int received = receiveWhatIsThere(server, socket);
            int dropped = server.drops(socket);
            long errorsOfAll = KernelCounters.udp("RcvbufErrors");
            stage.say(Side.SERVER, "received " + received + ", dropped by the kernel at this socket " + dropped
                    + " (RcvbufErrors of all sockets: " + errorsOfAll + ")");
        }
        server.close(socket);
    }

    private static int receiveWhatIsThere(Calls server, int socket) throws OsException {
        server.setTimeout(socket, SO_RCVTIMEO, SILENCE_MS);
        ByteBuffer room = ByteBuffer.allocateDirect(LENGTH);
        int received = 0;
        while (true) {
            try {
                server.recv(socket, room.clear());
                received++;
            } catch (OsException e) {
                if (e.is(Errno.EAGAIN)) {
                    return received;                                // nothing more has come
                }
                throw e;
            }
        }
    }

    @Override
    void connect(Stage stage, SocketAddress server) throws Exception {
        Calls client = stage.client();
        int socket = client.socket(server.family(), SOCK_DGRAM, 0);
        ByteBuffer datagram = ByteBuffer.allocateDirect(LENGTH);
        for (int i = 0; i < DATAGRAMS; i++) {
            client.sendto(socket, datagram.clear(), server);        // succeeds, whatever becomes of it
        }
        client.close(socket);
        stage.say(Side.CLIENT, "sent " + DATAGRAMS + " datagrams of " + LENGTH + " octets, without a pause");
    }
}
