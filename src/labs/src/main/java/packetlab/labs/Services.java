package packetlab.labs;

import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashSet;
import java.util.Set;

/**
 * What answers behind a script's back, on threads that end with their sockets, and clients that a firewall may turn away:
 * what fails here is no error of the script's.
 */
final class Services {
    /** A client repeats its SYN after 1 s (RFC 6298 section 2): until then it is patient. */
    private static final int VISIT_MS = 900, SERVER_MS = 2_000, MAX_DATAGRAM = 65_536;

    private final InetAddress near;
    private final Set<ServerSocket> open = new HashSet<>();

    Services(InetAddress near) {
        this.near = near;
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void behind(String name, Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // The socket was closed, or the other side has gone.
            }
        }, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Sends so many octets back whenever so many have come. */
    void echo(Socket end, int octets) {
        behind("lab-echo", () -> {
            InputStream in = end.getInputStream();
            for (byte[] message = in.readNBytes(octets); message.length == octets; message = in.readNBytes(octets)) {
                end.getOutputStream().write(message);
            }
        });
    }

    void echo(DatagramSocket socket) {
        behind("lab-echo", () -> {
            socket.setSoTimeout(0);
            DatagramPacket packet = new DatagramPacket(new byte[MAX_DATAGRAM], MAX_DATAGRAM);
            while (!socket.isClosed()) {
                packet.setLength(MAX_DATAGRAM);
                socket.receive(packet);
                socket.send(packet);
            }
        });
    }

    /** A client that says something, hears it again and leaves; the server leaves first. */
    void visit(ServerSocket server, Step.Visit visit) throws IOException {
        if (open.add(server)) {
            behind("lab-visits", () -> {
                server.setSoTimeout(0);
                while (!server.isClosed()) {
                    serve(server.accept());
                }
            });
        }
        try (Socket client = new Socket()) {
            client.setReuseAddress(true);
            client.setTcpNoDelay(true);
            client.setSoTimeout(VISIT_MS);
            client.bind(new InetSocketAddress(near, visit.fromPort()));
            try {
                client.connect(server.getLocalSocketAddress(), VISIT_MS);
                client.getOutputStream().write(visit.data());
                if (client.getInputStream().readAllBytes().length < visit.data().length) {
                    client.setSoLinger(true, 0);
                }
            } catch (IOException e) {
                if (!client.isClosed() && client.isConnected()) {
                    client.setSoLinger(true, 0);        // nothing of it is to come later
                }
            }
        }
    }

    private static void serve(Socket peer) {
        behind("lab-visit", () -> {
            try (peer) {
                peer.setTcpNoDelay(true);
                peer.setSoTimeout(SERVER_MS);
                byte[] said = new byte[MAX_DATAGRAM];
                int octets = peer.getInputStream().read(said);
                if (octets > 0) {
                    peer.getOutputStream().write(said, 0, octets);
                }
            }
        });
    }
}
