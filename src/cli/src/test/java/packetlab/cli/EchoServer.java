package packetlab.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Sends back what it receives, in the network namespace of the thread that made it; one thread a connection. */
final class EchoServer implements AutoCloseable {
    private final ServerSocket listening;

    /** @param address such as 127.0.0.1; the port is free */
    EchoServer(String address) throws IOException {
        listening = new ServerSocket(0, 50, InetAddress.getByName(address));
        start(this::serve);
    }

    int port() {
        return listening.getLocalPort();
    }

    private void serve() {
        try {
            while (true) {
                Socket socket = listening.accept();
                socket.setTcpNoDelay(true);
                start(() -> echo(socket));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private static void echo(Socket socket) {
        try (socket; InputStream in = socket.getInputStream()) {
            byte[] piece = new byte[1_000];
            for (int n = in.read(piece); n > 0; n = in.read(piece)) {
                socket.getOutputStream().write(piece, 0, n);
            }
        } catch (IOException e) {
            // The other end has gone.
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "echo");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
