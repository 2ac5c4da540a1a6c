package packetlab.sockets;

import static packetlab.os.PollSet.POLLIN;
import static packetlab.os.Sockets.SOCK_STREAM;
import static packetlab.os.Sockets.SO_RCVTIMEO;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import packetlab.event.Side;
import packetlab.os.OsException;
import packetlab.os.PollSet;
import packetlab.os.SocketAddress;

/**
 * One server, three clients at the same time. To look at: accept() gives a socket per client, and getsockname() says of
 * each that it has the listening socket's own port: no new port is made. What tells the connections apart are the four
 * numbers together: both addresses and both ports.
 */
final class ManyClients extends Pair {
    private static final int CLIENTS = 3, MAX_CLIENTS = 100;
    private static final int FOREVER = -1;

    ManyClients() {
        super("many-clients", Family.STREAM, Wire.TCP, "one listening socket, one connected socket for each client");
    }

    @Override
    public int clients() {
        return CLIENTS;
    }

    @Override
    void serve(Stage stage) throws Exception {
        Calls server = stage.server();
        int listening = server.socket(stage.at().family(), SOCK_STREAM, 0);
        stage.reuse(listening);
        server.bind(listening, stage.at());
        server.listen(listening, MAX_CLIENTS);
        stage.serving(server.getsockname(listening));

        List<Integer> connected = new ArrayList<>();
        int accepted = 0;
        PollSet waiting = new PollSet();
        while (stage.expects(accepted) || !connected.isEmpty()) {
            boolean takesMore = stage.expects(accepted) && connected.size() < MAX_CLIENTS;
            waiting.clear();
            waiting.add(takesMore ? listening : -1, POLLIN);            // poll() passes over a negative one
            connected.forEach(socket -> waiting.add(socket, POLLIN));
            server.poll(waiting, stage.patienceMs() == 0 ? FOREVER : stage.patienceMs());

            for (int i = connected.size() - 1; i >= 0; i--) {
                if (waiting.ready(i + 1) != 0 && !answer(stage, connected.get(i))) {
                    connected.remove(i);
                }
            }
            if (waiting.ready(0) != 0) {
                int socket = server.accept(listening);
                accepted++;
                connected.add(socket);
                stage.say(Side.SERVER, "descriptor " + socket + ": " + server.getpeername(socket) + " and "
                        + server.getsockname(socket) + ", which is the port that descriptor " + listening + " listens on");
            }
        }
        server.close(listening);
    }

    /** Answers what has come from one client; false when it has gone. */
    private static boolean answer(Stage stage, int socket) throws IOException {
        Calls server = stage.server();
        try {
            if (server.recv(socket, ByteBuffer.allocateDirect(1_024)) > 0) {
                server.send(socket, Octets.of("you are " + server.getpeername(socket) + "\n"));
                return true;
            }
        } catch (OsException e) {
            stage.explain(Side.SERVER, e);
        }
        server.close(socket);
        return false;
    }

    @Override
    void connect(Stage stage, SocketAddress server) throws Exception {
        Calls client = stage.client();
        int[] sockets = new int[CLIENTS];
        for (int i = 0; i < CLIENTS; i++) {
            sockets[i] = client.socket(server.family(), SOCK_STREAM, 0);
            client.setTimeout(sockets[i], SO_RCVTIMEO, stage.patienceMs());
            client.connect(sockets[i], server);                         // each gets a port of its own
        }
        for (int socket : sockets) {
            client.send(socket, Octets.of("who am I?\n"));
            client.recv(socket, ByteBuffer.allocateDirect(100));
        }
        for (int socket : sockets) {
            client.close(socket);
        }
    }
}
