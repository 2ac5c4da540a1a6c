package packetlab.sockets;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import jnr.unixsocket.UnixServerSocketChannel;
import jnr.unixsocket.UnixSocketChannel;
import packetlab.event.Side;

/**
 * The echo again over a Unix-domain stream: the address is a file, there is no handshake and no packet, so no capture
 * can see it. What there is to see are the calls and their bytes.
 */
final class UnixStream implements Demo {
    private static final String[] MESSAGES = {"hello, neighbour", "안녕하세요", "no packet has carried this"};

    @Override
    public String name() {
        return "unix-stream";
    }

    @Override
    public String description() {
        return "the same over a Unix-domain socket, which no packet capture can see";
    }

    @Override
    public Wire wire() {
        return Wire.NONE;
    }

    @Override
    public void run(Stage stage) throws Exception {
        File path = stage.directory().resolve("echo.sock").toFile();
        UnixCalls server = stage.unix(Side.SERVER);
        UnixServerSocketChannel listening = server.listeningSocket();
        server.bind(listening, path, 1);                            // the file is there now
        Stage.Running echo = stage.start("server", () -> serve(server, listening));

        UnixCalls client = stage.unix(Side.CLIENT);
        UnixSocketChannel socket = client.socket();
        client.connect(socket, path);
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

        echo.join();
        server.close(listening);                                    // the file stays; the stage removes it
    }

    /** Serves one client until it closes. */
    private static void serve(UnixCalls server, UnixServerSocketChannel listening) throws IOException {
        UnixSocketChannel socket = server.accept(listening);
        ByteBuffer buffer = ByteBuffer.allocate(4_096);
        while (server.read(socket, buffer.clear()) > 0) {
            buffer.flip();
            while (buffer.hasRemaining()) {
                server.write(socket, buffer);
            }
        }
        server.close(socket);
    }
}
