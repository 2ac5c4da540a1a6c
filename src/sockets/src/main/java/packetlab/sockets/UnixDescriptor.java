package packetlab.sockets;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import jnr.unixsocket.UnixServerSocketChannel;
import jnr.unixsocket.UnixSocketChannel;
import packetlab.event.Side;
import packetlab.os.SocketAddress;

/**
 * An open file goes through a socket. The server opens a file, takes its name away, and sends the descriptor; the client
 * gets a descriptor of its own for the same open file and reads what it could never have opened. To look at: the number
 * that is sent and the number that arrives; it is one octet of data, and the rest is the kernel's doing (SCM_RIGHTS).
 * Played with {@code --serve} and {@code --connect}, the two are different processes, perhaps of different users.
 */
final class UnixDescriptor extends Pair {
    UnixDescriptor() {
        super("unix-descriptor", Family.UNIX, Wire.NONE, "an open file passed through a socket to another process");
    }

    @Override
    void serve(Stage stage) throws Exception {
        SocketAddress path = stage.at("pass.sock");
        UnixCalls server = stage.unix(Side.SERVER);
        DescriptorCalls files = stage.descriptors(Side.SERVER);
        UnixServerSocketChannel listening = server.listeningSocket();
        server.bind(listening, path, 1);
        stage.serving(path);
        for (int served = 0; stage.expects(served); served++) {
            UnixSocketChannel socket = server.accept(listening);
            stage.attend(socket, () -> {
                Path file = stage.directory().resolve("secret.txt");
                Files.writeString(file, "only who has the descriptor can read this");
                int descriptor = files.open(file);
                try {
                    Files.delete(file);                             // open, but without a name
                    files.send(socket, descriptor);
                } finally {
                    files.close(descriptor);                        // the client has its own
                }
                server.close(socket);
            });
        }
        server.close(listening);
    }

    @Override
    void connect(Stage stage, SocketAddress server) throws Exception {
        UnixCalls client = stage.unix(Side.CLIENT);
        DescriptorCalls files = stage.descriptors(Side.CLIENT);
        UnixSocketChannel socket = client.socket();
        client.connect(socket, server);
        int descriptor = files.receive(socket);
        ByteBuffer content = ByteBuffer.allocateDirect(200);
        try {
            files.read(descriptor, content);
        } finally {
            files.close(descriptor);
        }
        client.close(socket);
        stage.say(Side.CLIENT, "read from descriptor " + descriptor + ", of a file without a name: "
                + Octets.text(content));
    }
}
