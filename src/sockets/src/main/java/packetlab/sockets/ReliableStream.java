package packetlab.sockets;

import static packetlab.os.Sockets.IPPROTO_TCP;
import static packetlab.os.Sockets.SOCK_STREAM;
import static packetlab.os.Sockets.SO_RCVTIMEO;
import static packetlab.os.Sockets.TCP_NODELAY;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import packetlab.event.Side;
import packetlab.os.SocketAddress;
import packetlab.os.SocketFilter;

/**
 * Segments are lost, and the stream is complete and in order all the same. The loss is made on the receiver's socket: a
 * filter drops one in eight segments after they were captured and before TCP sees them. To look at: a segment that is not
 * acknowledged, duplicate ACKs that name what came after it, and the retransmission; recv() returns nothing behind the
 * hole until the hole is filled.
 */
final class ReliableStream extends Pair {
    private static final int LINES = 100, LINE = 100, PACE_MS = 2;
    private static final int LOSS = 8;

    ReliableStream() {
        super("reliable-stream", Family.STREAM, Wire.TCP, "every octet in order, although one segment in eight is lost");
    }

    @Override
    void serve(Stage stage) throws Exception {
        Calls server = stage.server();
        int listening = server.socket(stage.at().family(), SOCK_STREAM, 0);
        server.setFilter(listening, SocketFilter.loseOneIn(LOSS));      // the sockets of accept() inherit it
        stage.reuse(listening);
        server.bind(listening, stage.at());
        server.listen(listening, 1);
        stage.serving(server.getsockname(listening));
        for (int served = 0; stage.expects(served); served++) {
            int socket = server.accept(listening);
            stage.attend(socket, () -> {
                server.setTimeout(socket, SO_RCVTIMEO, 2 * stage.patienceMs());
                ByteBuffer line = ByteBuffer.allocateDirect(LINE);
                int inOrder = 0;
                while (server.recvAll(socket, line.clear())) {
                    if (!Octets.text(line).equals(line(inOrder))) {
                        throw new IOException("line " + inOrder + " is not what was sent: " + Octets.text(line));
                    }
                    inOrder++;
                }
                int lost = server.drops(socket);
                server.close(socket);
                stage.say(Side.SERVER, inOrder + " lines in order, none missing, though the filter dropped " + lost
                        + " segments");
            });
        }
        server.close(listening);
    }

    @Override
    void connect(Stage stage, SocketAddress server) throws Exception {
        Calls client = stage.client();
        int socket = client.socket(server.family(), SOCK_STREAM, 0);
        client.connect(socket, server);
        client.setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, 1);         // a segment for each line
        for (int i = 0; i < LINES; i++) {
            client.send(socket, Octets.of(line(i)));
            Thread.sleep(PACE_MS);
        }
        client.close(socket);
    }

    /** Always of the same length. */
    private static String line(int number) {
        String text = "line " + number + " ";
        return text + ".".repeat(LINE - 1 - text.getBytes(StandardCharsets.US_ASCII).length) + "\n";
    }
}
