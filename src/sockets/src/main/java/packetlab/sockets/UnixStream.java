package packetlab.sockets;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import jnr.unixsocket.UnixServerSocketChannel;
import jnr.unixsocket.UnixSocketChannel;
import packetlab.event.Side;
import packetlab.os.SocketAddress;

/**
 * The echo again over a Unix-domain stream: the address is a file, there is no handshake and no packet, so no capture
 * can see it. What there is to see are the calls and their bytes.
 */
final class UnixStream extends Pair {
    private static final String[] MESSAGES = {"hello, neighbour", "안녕하세요", "no packet has carried this"};

    UnixStream() {
        super("unix-stream", Family.UNIX, Wire.NONE,
                "the same over a Unix-domain socket, which no packet capture can see");
    }

    @Override
    void serve(Stage stage) throws Exception {
        SocketAddress path = stage.at("echo.sock");
        UnixCalls server = stage.unix(Side.SERVER);
        UnixServerSocketChannel listening = server.listeningSocket();
        server.bind(listening, path, 1);                            // the file is there now
        stage.serving(path);
        for (int served = 0; stage.expects(served); served++) {
            UnixSocketChannel socket = server.accept(listening);
            stage.attend(socket, () -> echo(server, socket));
        }
        server.close(listening);                                    // the file stays; the stage removes it
    }

    /** Serves one client until it closes. */
    private static void echo(UnixCalls server, UnixSocketChannel socket) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(4_096);
        while (server.read(socket, buffer.clear()) > 0) {
            buffer.flip();
            while (buffer.hasRemaining()) {
                server.write(socket, buffer);
            }
        }
        server.close(socket);
    }

    @Override
    void connect(Stage stage, SocketAddress server) throws Exception {
        UnixCalls client = stage.unix(Side.CLIENT);
        UnixSocketChannel socket = client.socket();
        client.connect(socket, server);
        for (String message : MESSAGES) {
            ByteBuffer data = ByteBuffer.wrap(message.getBytes(StandardCharsets.UTF_8));
            while (data.hasRemaining()) {
                client.write(socket, data);
            }
            ByteBuffer answer = ByteBuffer.allocate(data.capacity());
            while (answer.hasRemaining()) {                         // one read() may bring less than was written
                if (client.read(socket, answer) == 0) {
                    throw new IOException("the server closed the connection in the middle of an answer");
                }
            }
        }
        client.close(socket);
    }
}
