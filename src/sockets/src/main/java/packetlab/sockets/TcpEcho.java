package packetlab.sockets;

import static packetlab.os.Sockets.SOCK_STREAM;
import static packetlab.os.Sockets.SO_RCVTIMEO;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import packetlab.os.SocketAddress;

/**
 * A server that sends back what it receives, and a client that tries it, over TCP: socket(), bind(), listen(), accept(),
 * recv(), send(), close() on one side; socket(), connect(), send(), recv(), close() on the other.
 */
final class TcpEcho extends Pair {
    private static final String[] MESSAGES = {"hello, server", "안녕하세요", "a stream keeps no message boundaries"};

    TcpEcho() {
        super("tcp-echo", Family.STREAM, Wire.TCP, "a TCP client and a server that sends back what it receives");
    }

    @Override
    void serve(Stage stage) throws Exception {
        Calls server = stage.server();
        int listening = server.socket(stage.at().family(), SOCK_STREAM, 0);
        stage.reuse(listening);
        server.bind(listening, stage.at());                         // port 0: the kernel chooses a free one
        server.listen(listening, 1);
        stage.serving(server.getsockname(listening));               // nothing was sent before this line
        for (int served = 0; stage.expects(served); served++) {
            int socket = server.accept(listening);                  // waits for a complete handshake
            stage.attend(socket, () -> echo(server, socket, stage.patienceMs()));
        }
        server.close(listening);
    }

    /** Serves one client until it closes. */
    private static void echo(Calls server, int socket, int patienceMs) throws IOException {
        server.setTimeout(socket, SO_RCVTIMEO, patienceMs);
        ByteBuffer buffer = ByteBuffer.allocateDirect(4_096);
        while (server.recv(socket, buffer.clear()) > 0) {           // 0: the client's FIN has come
            server.sendAll(socket, buffer.flip());
        }
        server.close(socket);                                       // our FIN
    }

    @Override
    void connect(Stage stage, SocketAddress server) throws Exception {
        Calls client = stage.client();
        int socket = client.socket(server.family(), SOCK_STREAM, 0);
        client.setTimeout(socket, SO_RCVTIMEO, stage.patienceMs());
        client.connect(socket, server);                             // SYN, SYN/ACK, ACK
        for (String message : MESSAGES) {
            byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
            client.sendAll(socket, ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
            ByteBuffer answer = ByteBuffer.allocateDirect(bytes.length);
            while (answer.hasRemaining()) {                         // one recv() may bring less than was sent
                if (client.recv(socket, answer) == 0) {
                    throw new IOException("the server closed the connection in the middle of an answer");
                }
            }
        }
        client.close(socket);                                       // FIN
    }
}
