package packetlab.sockets;

import static packetlab.os.Sockets.SHUT_WR;
import static packetlab.os.Sockets.SOCK_STREAM;
import static packetlab.os.Sockets.SO_RCVTIMEO;

import java.nio.ByteBuffer;
import packetlab.event.Side;
import packetlab.os.SocketAddress;

/**
 * A connection has two directions, and each is closed on its own. The client says all it has to say and then
 * shutdown(SHUT_WR): its FIN goes out, and yet it still receives. To look at: the server learns from recv() = 0 that the
 * question is complete, and only then answers, over a connection that is closed in the other direction.
 */
final class HalfClose extends Pair {
    private static final String[] NUMBERS = {"12\n", "30\n", "58\n"};

    HalfClose() {
        super("half-close", Family.STREAM, Wire.TCP, "a client that has said all, and still listens: shutdown(SHUT_WR)");
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
                server.setTimeout(socket, SO_RCVTIMEO, stage.patienceMs());
                long octets = server.recvToEnd(socket);             // its FIN has come; ours has not gone
                server.sendAll(socket, Octets.of("you have sent " + octets + " octets\n"));
                server.close(socket);                               // now the other direction
            });
        }
        server.close(listening);
    }

    @Override
    void connect(Stage stage, SocketAddress server) throws Exception {
        Calls client = stage.client();
        int socket = client.socket(server.family(), SOCK_STREAM, 0);
        client.setTimeout(socket, SO_RCVTIMEO, stage.patienceMs());
        client.connect(socket, server);
        for (String number : NUMBERS) {
            client.send(socket, Octets.of(number));
        }
        client.shutdown(socket, SHUT_WR);                           // FIN: no more from us
        ByteBuffer answer = ByteBuffer.allocateDirect(1_024);
        while (answer.hasRemaining() && client.recv(socket, answer) > 0) {
            // the answer, and then the server's FIN
        }
        client.close(socket);
        stage.say(Side.CLIENT, "after its own FIN the client has received: " + Octets.text(answer).strip());
    }
}
