package packetlab.sockets;

import static packetlab.os.Sockets.AF_INET;
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
final class TcpEcho implements Demo {
    private static final String[] MESSAGES = {"hello, server", "안녕하세요", "a stream keeps no message boundaries"};

    @Override
    public String name() {
        return "tcp-echo";
    }

    @Override
    public String description() {
        return "a TCP client and a server that sends back what it receives";
    }

    @Override
    public Wire wire() {
        return Wire.TCP;
    }

    @Override
    public void run(Stage stage) throws Exception {
        Calls server = stage.server();
        int listening = server.socket(AF_INET, SOCK_STREAM, 0);
        server.bind(listening, SocketAddress.loopback(0));          // port 0: the kernel chooses a free one
        server.listen(listening, 1);
        SocketAddress.Ipv4 address = (SocketAddress.Ipv4) server.getsockname(listening);

        stage.ready("tcp port " + address.port());                  // nothing was sent before this line
        Stage.Running echo = stage.start("server", () -> serve(server, listening));

        Calls client = stage.client();
        int socket = client.socket(AF_INET, SOCK_STREAM, 0);
        client.setTimeout(socket, SO_RCVTIMEO, Stage.TIMEOUT_MS);
        client.connect(socket, address);                            // SYN, SYN/ACK, ACK
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

        echo.join();
        server.close(listening);
    }

    /** Serves one client until it closes. */
    private static void serve(Calls server, int listening) throws IOException {
        int socket = server.accept(listening);                      // waits for a complete handshake
        server.setTimeout(socket, SO_RCVTIMEO, Stage.TIMEOUT_MS);
        ByteBuffer buffer = ByteBuffer.allocateDirect(4_096);
        while (server.recv(socket, buffer.clear()) > 0) {           // 0: the client's FIN has come
            server.sendAll(socket, buffer.flip());
        }
        server.close(socket);                                       // our FIN
    }
}
