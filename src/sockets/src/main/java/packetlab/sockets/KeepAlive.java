package packetlab.sockets;

import static packetlab.os.Sockets.IPPROTO_TCP;
import static packetlab.os.Sockets.SOCK_STREAM;
import static packetlab.os.Sockets.SOL_SOCKET;
import static packetlab.os.Sockets.SO_KEEPALIVE;
import static packetlab.os.Sockets.SO_RCVTIMEO;
import static packetlab.os.Sockets.TCP_KEEPCNT;
import static packetlab.os.Sockets.TCP_KEEPIDLE;
import static packetlab.os.Sockets.TCP_KEEPINTVL;

import java.nio.ByteBuffer;
import packetlab.event.Side;
import packetlab.os.Errno;
import packetlab.os.OsException;
import packetlab.os.SocketAddress;
import packetlab.os.SocketFilter;

/**
 * A peer that vanishes says nothing: without keepalive recv() would wait for it for ever. To look at: after a second of
 * silence the server's kernel asks with an empty segment for an octet that was acknowledged long ago, and the client's
 * kernel answers. Then the client drops off the net (a socket filter lets nothing through to it any more), two questions
 * stay without an answer, and the server's recv() fails with ETIMEDOUT.
 */
final class KeepAlive extends Pair {
    private static final int IDLE_S = 1, INTERVAL_S = 1, PROBES = 2;
    private static final int ALIVE_MS = 1_400, DEAD_MS = 3_000;

    KeepAlive() {
        super("keepalive", Family.STREAM, Wire.TCP, "is the silent peer still there? probes, answers, and ETIMEDOUT");
    }

    @Override
    void serve(Stage stage) throws Exception {
        Calls server = stage.server();
        int listening = server.socket(stage.at().family(), SOCK_STREAM, 0);
        stage.reuse(listening);
        server.bind(listening, stage.at());
        server.listen(listening, 1);
        stage.serving(server.getsockname(listening));
        for (int served = 0; stage.expects(served); served++) {
            int socket = server.accept(listening);
            stage.attend(socket, () -> {
                server.setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
                server.setsockopt(socket, IPPROTO_TCP, TCP_KEEPIDLE, IDLE_S);       // the default is two hours
                server.setsockopt(socket, IPPROTO_TCP, TCP_KEEPINTVL, INTERVAL_S);
                server.setsockopt(socket, IPPROTO_TCP, TCP_KEEPCNT, PROBES);
                try {
                    server.recvToEnd(socket);
                } catch (OsException e) {
                    if (!e.is(Errno.ETIMEDOUT)) {
                        throw e;
                    }
                    stage.say(Side.SERVER, "ETIMEDOUT: " + PROBES + " keepalive probes were not answered");
                }
                server.close(socket);
            });
        }
        server.close(listening);
    }

    @Override
    void connect(Stage stage, SocketAddress server) throws Exception {
        Calls client = stage.client();
        int socket = client.socket(server.family(), SOCK_STREAM, 0);
        client.connect(socket, server);
        client.send(socket, Octets.of("still here"));
        Thread.sleep(ALIVE_MS);                                     // silent, but its kernel answers
        client.setFilter(socket, SocketFilter.nothing());           // as if the cable were cut
        client.setTimeout(socket, SO_RCVTIMEO, DEAD_MS);
        try {
            client.recv(socket, ByteBuffer.allocateDirect(100));
        } catch (OsException e) {
            if (!e.is(Errno.EAGAIN)) {
                throw e;
            }
            stage.say(Side.CLIENT, "EAGAIN: nothing came in " + DEAD_MS + " ms; to the client the connection looks open");
        }
        client.close(socket);
    }
}
