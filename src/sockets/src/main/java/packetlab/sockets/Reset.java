package packetlab.sockets;

import static packetlab.os.PollSet.POLLIN;
import static packetlab.os.Sockets.SOCK_STREAM;
import static packetlab.os.Sockets.SO_RCVTIMEO;

import java.nio.ByteBuffer;
import packetlab.event.Side;
import packetlab.os.Errno;
import packetlab.os.OsException;
import packetlab.os.SocketAddress;

/**
 * Two ways in which close() sends a reset (RST) instead of a FIN. The first client has set SO_LINGER to 0 seconds, which
 * throws away what is unsent and resets. Of the second one the server leaves data unread: the kernel tells the sender
 * that they were lost. To look at: the other end's recv() fails with ECONNRESET.
 */
final class Reset extends Pair {
    Reset() {
        super("reset", Family.STREAM, Wire.TCP, "close() that sends RST: SO_LINGER 0, and data left unread");
    }

    @Override
    public int clients() {
        return 2;
    }

    @Override
    void serve(Stage stage) throws Exception {
        Calls server = stage.server();
        int listening = server.socket(stage.at().family(), SOCK_STREAM, 0);
        stage.reuse(listening);
        server.bind(listening, stage.at());
        server.listen(listening, 2);
        stage.serving(server.getsockname(listening));
        for (int served = 0; stage.expects(served); served++) {
            int socket = server.accept(listening);
            boolean reads = served % 2 == 0;
            stage.attend(socket, () -> {
                if (reads) {
                    readUntilReset(stage, socket);
                } else {
                    server.poll(socket, POLLIN, stage.patienceMs() == 0 ? -1 : stage.patienceMs());
                    server.close(socket);                           // what has come is left unread: RST
                }
            });
        }
        server.close(listening);
    }

    private static void readUntilReset(Stage stage, int socket) throws Exception {
        Calls server = stage.server();
        server.setTimeout(socket, SO_RCVTIMEO, stage.patienceMs());
        try {
            server.recvToEnd(socket);
        } catch (OsException e) {
            explainReset(stage, Side.SERVER, e, "the client has set SO_LINGER to 0 and closed");
        }
        server.close(socket);
    }

    @Override
    void connect(Stage stage, SocketAddress server) throws Exception {
        Calls client = stage.client();
        int first = client.socket(server.family(), SOCK_STREAM, 0);
        client.connect(first, server);
        client.send(first, Octets.of("and now I hang up"));
        client.setLinger(first, 0);
        client.close(first);                                        // RST

        int second = client.socket(server.family(), SOCK_STREAM, 0);
        client.setTimeout(second, SO_RCVTIMEO, stage.patienceMs());
        client.connect(second, server);
        client.send(second, Octets.of("nobody reads this"));
        try {
            client.recv(second, ByteBuffer.allocateDirect(100));
        } catch (OsException e) {
            explainReset(stage, Side.CLIENT, e, "the server has closed without reading what we sent");
        }
        client.close(second);
    }

    private static void explainReset(Stage stage, Side side, OsException e, String why) throws OsException {
        if (!e.is(Errno.ECONNRESET)) {
            throw e;
        }
        stage.say(side, "ECONNRESET: " + why);
    }
}
