package packetlab.sockets;

import static packetlab.os.PollSet.POLLIN;
import static packetlab.os.Sockets.SOCK_STREAM;
import static packetlab.os.Sockets.SOL_SOCKET;
import static packetlab.os.Sockets.SO_RCVBUF;
import static packetlab.os.Sockets.SO_RCVTIMEO;
import static packetlab.os.Sockets.SO_SNDBUF;

import java.nio.ByteBuffer;
import packetlab.event.Side;
import packetlab.os.SocketAddress;

/**
 * A reader that stops. What it does not read fills its receive buffer, then the sender's send buffer, and then the
 * sender's send() waits: so TCP passes the word back without losing anything. To look at: the window in the receiver's
 * ACKs shrinks to 0, the sender probes it, and when the reader goes on, a window update sets everything moving again.
 */
final class Backpressure extends Pair {
    private static final int SMALL_BUFFER = 32 << 10;
    private static final int SENT = 512 << 10, PIECE = 64 << 10;
    private static final int PAUSE_MS = 700;

    Backpressure() {
        super("backpressure", Family.STREAM, Wire.TCP, "a reader that stops: zero window, probes, window update");
    }

    @Override
    void serve(Stage stage) throws Exception {
        Calls server = stage.server();
        int listening = server.socket(stage.at().family(), SOCK_STREAM, 0);
        server.setsockopt(listening, SOL_SOCKET, SO_RCVBUF, SMALL_BUFFER);  // before listen(): the SYN/ACK tells of it
        stage.reuse(listening);
        server.bind(listening, stage.at());
        server.listen(listening, 1);
        stage.serving(server.getsockname(listening));
        for (int served = 0; stage.expects(served); served++) {
            int socket = server.accept(listening);
            stage.attend(socket, () -> {
                server.setTimeout(socket, SO_RCVTIMEO, stage.patienceMs());
                server.poll(socket, POLLIN, stage.patienceMs() == 0 ? -1 : stage.patienceMs());
                Thread.sleep(PAUSE_MS);                             // data have come, and nobody reads them
                long octets = server.recvToEnd(socket);
                server.close(socket);
                stage.say(Side.SERVER, "after a pause of " + PAUSE_MS + " ms all " + octets + " octets were there");
            });
        }
        server.close(listening);
    }

    @Override
    void connect(Stage stage, SocketAddress server) throws Exception {
        Calls client = stage.client();
        int socket = client.socket(server.family(), SOCK_STREAM, 0);
        client.setsockopt(socket, SOL_SOCKET, SO_SNDBUF, SMALL_BUFFER);
        client.connect(socket, server);
        ByteBuffer data = ByteBuffer.allocateDirect(SENT);
        long longestNs = 0;
        while (data.position() < SENT) {
            data.limit(Math.min(SENT, data.position() + PIECE));
            long beganNs = System.nanoTime();
            client.send(socket, data);                              // waits while there is no room
            longestNs = Math.max(longestNs, System.nanoTime() - beganNs);
        }
        client.close(socket);
        stage.say(Side.CLIENT, "the longest send() waited " + longestNs / 1_000_000 + " ms for the reader");
    }
}
