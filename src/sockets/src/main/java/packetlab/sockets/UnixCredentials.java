package packetlab.sockets;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import jnr.unixsocket.Credentials;
import jnr.unixsocket.UnixServerSocketChannel;
import jnr.unixsocket.UnixSocketChannel;
import packetlab.event.Side;
import packetlab.os.SocketAddress;

/**
 * Who is at the other end? Over a Unix-domain socket the kernel knows: process, user and group, as they were when the
 * connection was made. To look at: the client says nothing of itself, and the server reads it with getsockopt(); this is
 * how databases and desktop buses let their users in without a password.
 */
final class UnixCredentials extends Pair {
    UnixCredentials() {
        super("unix-credentials", Family.UNIX, Wire.NONE, "the kernel says who is at the other end: SO_PEERCRED");
    }

    @Override
    void serve(Stage stage) throws Exception {
        SocketAddress path = stage.at("who.sock");
        UnixCalls server = stage.unix(Side.SERVER);
        UnixServerSocketChannel listening = server.listeningSocket();
        server.bind(listening, path, 1);
        stage.serving(path);
        for (int served = 0; stage.expects(served); served++) {
            UnixSocketChannel socket = server.accept(listening);
            stage.attend(socket, () -> {
                Credentials peer = server.peerCredentials(socket);
                String known = "you are process " + peer.getPid() + " of user " + peer.getUid() + "\n";
                server.write(socket, ByteBuffer.wrap(known.getBytes(StandardCharsets.UTF_8)));
                server.close(socket);
            });
        }
        server.close(listening);
    }

    @Override
    void connect(Stage stage, SocketAddress server) throws Exception {
        UnixCalls client = stage.unix(Side.CLIENT);
        UnixSocketChannel socket = client.socket();
        client.connect(socket, server);
        ByteBuffer answer = ByteBuffer.allocate(200);
        while (client.read(socket, answer) > 0) {
            // until the server closes
        }
        client.close(socket);
        stage.say(Side.CLIENT, "without being told, the server knows: " + Octets.text(answer).strip());
    }
}
