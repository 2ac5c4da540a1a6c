package packetlab.sockets;

import static packetlab.os.Sockets.SOCK_STREAM;

import java.nio.ByteBuffer;
import packetlab.os.SocketAddress;

/**
 * The life of a connection, one call at a time: socket(), bind(), listen(), accept(), recv(), send(), close() of a server
 * and socket(), connect(), send(), recv(), close() of its client. To look at: connect() returns although accept() was
 * perhaps not called yet, because the kernel shakes hands alone; send() returns before anybody has received; recv()
 * returns 0 when the other end has closed.
 */
final class TcpLifecycle extends Pair {
    private static final String QUESTION = "how are you?", ANSWER = "fine, thank you";

    TcpLifecycle() {
        super("tcp-lifecycle", Family.STREAM, Wire.TCP, "seven calls of a server and five of its client, one at a time");
    }

    @Override
    public boolean steppable() {
        return true;
    }

    @Override
    void serve(Stage stage) throws Exception {
        Calls server = stage.server();
        int listening = server.socket(stage.at().family(), SOCK_STREAM, 0);     // 1
        stage.reuse(listening);
        server.bind(listening, stage.at());                                     // 2: a port, or 0 for any free one
        server.listen(listening, 1);                                            // 3: SYNs are answered from now on
        stage.serving(server.getsockname(listening));                           // only to learn which port it is
        for (int served = 0; stage.expects(served); served++) {
            int socket = server.accept(listening);                              // 4: a second socket, for this client
            stage.attend(socket, () -> {
                ByteBuffer heard = ByteBuffer.allocateDirect(100);
                server.recv(socket, heard);                                     // 5
                server.send(socket, Octets.of(ANSWER));                         // 6
                server.recv(socket, heard.clear());                             // again: 0, the client has closed
                server.close(socket);                                           // 7: our FIN
            });
        }
        server.close(listening);
    }

    @Override
    void connect(Stage stage, SocketAddress server) throws Exception {
        Calls client = stage.client();
        int socket = client.socket(server.family(), SOCK_STREAM, 0);            // 1
        client.connect(socket, server);                                         // 2: SYN, SYN/ACK, ACK
        client.send(socket, Octets.of(QUESTION));                               // 3
        client.recv(socket, ByteBuffer.allocateDirect(100));                    // 4
        client.close(socket);                                                   // 5: FIN
    }
}
