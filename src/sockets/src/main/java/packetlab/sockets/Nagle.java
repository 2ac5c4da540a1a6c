package packetlab.sockets;

import static packetlab.os.Sockets.IPPROTO_TCP;
import static packetlab.os.Sockets.SOCK_STREAM;
import static packetlab.os.Sockets.SO_RCVTIMEO;
import static packetlab.os.Sockets.TCP_NODELAY;
import static packetlab.os.Sockets.TCP_QUICKACK;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import packetlab.event.Side;
import packetlab.os.SocketAddress;

/**
 * Small writes. Nagle's algorithm (RFC 9293 section 3.7.4) holds a small segment back while an earlier one is not
 * acknowledged, and the receiver delays its acknowledgement in the hope of data to send it with: each waits for the
 * other, some 40 ms long. To look at: of three writes the first goes out at once, the other two wait for the delayed ACK
 * and then travel in one segment. With TCP_NODELAY each write is a segment of its own, and nobody waits.
 */
final class Nagle extends Pair {
    private static final int REQUESTS = 3;
    private static final String[] WRITES = {"head", "body", "tail"};
    private static final int REQUEST = 12;

    Nagle() {
        super("nagle", Family.STREAM, Wire.TCP, "small writes with and without TCP_NODELAY, and the delayed ACK");
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
            stage.attend(socket, () -> answer(stage, socket));
        }
        server.close(listening);
    }

    /** Answers a request when it is complete. */
    private static void answer(Stage stage, int socket) throws IOException {
        Calls server = stage.server();
        server.setTimeout(socket, SO_RCVTIMEO, stage.patienceMs());
        ByteBuffer request = ByteBuffer.allocateDirect(REQUEST);
        do {
            // A new connection acknowledges at once, until the kernel sees a conversation. This says: it is one.
            server.setsockopt(socket, IPPROTO_TCP, TCP_QUICKACK, 0);
            if (!server.recvAll(socket, request.clear())) {
                break;
            }
            server.send(socket, Octets.of("done"));
        } while (true);
        server.close(socket);
    }

    @Override
    void connect(Stage stage, SocketAddress server) throws Exception {
        double with = ask(stage, server, false);
        double without = ask(stage, server, true);
        stage.say(Side.CLIENT, String.format(Locale.ROOT, "%d requests of %d writes each took %.1f ms with Nagle's "
                + "algorithm, %.1f ms with TCP_NODELAY", REQUESTS, WRITES.length, with, without));
    }

    /** How long the requests took, in ms. */
    private static double ask(Stage stage, SocketAddress server, boolean noDelay) throws IOException {
        Calls client = stage.client();
        int socket = client.socket(server.family(), SOCK_STREAM, 0);
        client.setTimeout(socket, SO_RCVTIMEO, stage.patienceMs());
        client.connect(socket, server);
        client.setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, noDelay ? 1 : 0);
        ByteBuffer answer = ByteBuffer.allocateDirect(4);
        long beganNs = System.nanoTime();
        for (int i = 0; i < REQUESTS; i++) {
            for (String write : WRITES) {
                client.send(socket, Octets.of(write));
            }
            if (!client.recvAll(socket, answer.clear())) {
                throw new IOException("the server closed the connection before it had answered");
            }
        }
        double ms = (System.nanoTime() - beganNs) / 1e6;
        client.close(socket);
        return ms;
    }
}
