package packetlab.sockets;

import static packetlab.os.Sockets.IPPROTO_TCP;
import static packetlab.os.Sockets.SOCK_DGRAM;
import static packetlab.os.Sockets.SOCK_STREAM;
import static packetlab.os.Sockets.SO_RCVTIMEO;
import static packetlab.os.Sockets.TCP_NODELAY;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import packetlab.event.Side;
import packetlab.os.Errno;
import packetlab.os.OsException;
import packetlab.os.SocketAddress;
import packetlab.os.SocketFilter;

/**
 * A player's position, 60 times a second for a second, over UDP and over TCP at the same time, on a way that loses one
 * packet in six (a filter on the receiver's sockets). To look at: over UDP a lost update is lost, and the next one makes
 * up for it; over TCP nothing is lost, but whatever is behind a lost segment waits until it has been sent again, and
 * comes late, when it is of no use any more.
 */
final class Game extends Pair {
    private static final int UPDATES = 60, PERIOD_US = 16_667, TOLERANCE_MS = 10;
    private static final int UPDATE = 64, NUMBER = 0;
    private static final int LOSS = 6;
    private static final int TICK_MS = 100;

    Game() {
        super("game", Family.DATAGRAM, Wire.IP, "updates at 60 Hz over UDP and over TCP: what is lost, what is late");
    }

    @Override
    void serve(Stage stage) throws Exception {
        Calls server = stage.server();
        int listening = server.socket(stage.at().family(), SOCK_STREAM, 0);
        server.setFilter(listening, SocketFilter.loseOneIn(LOSS));
        stage.reuse(listening);
        server.bind(listening, stage.at());
        server.listen(listening, 1);
        SocketAddress address = server.getsockname(listening);
        int datagrams = server.socket(address.family(), SOCK_DGRAM, 0);
        server.setFilter(datagrams, SocketFilter.loseOneIn(LOSS));
        server.bind(datagrams, address);                            // the same number, but UDP's: two different ports
        server.setTimeout(datagrams, SO_RCVTIMEO, TICK_MS);
        stage.serving(address);
        for (int served = 0; stage.expects(served); served++) {
            int socket = server.accept(listening);
            Arrivals overUdp = new Arrivals(UPDATES, PERIOD_US, TOLERANCE_MS);
            Arrivals overTcp = new Arrivals(UPDATES, PERIOD_US, TOLERANCE_MS);
            AtomicBoolean over = new AtomicBoolean();
            Stage.Running udp = stage.start("server (UDP)", () -> receiveDatagrams(server, datagrams, overUdp, over));
            stage.attend(socket, () -> receiveStream(server, socket, overTcp, stage.patienceMs()));
            over.set(true);                                         // a stream ends, and so does the game
            udp.join();
            stage.say(Side.SERVER, "UDP: " + summary(overUdp));
            stage.say(Side.SERVER, "TCP: " + summary(overTcp));
        }
        server.close(datagrams);
        server.close(listening);
    }

    private static String summary(Arrivals updates) {
        return updates.count() + " of " + UPDATES + " updates arrived, " + updates.lost() + " lost, " + updates.late()
                + " late";
    }

    private static void receiveStream(Calls server, int socket, Arrivals arrivals, int patienceMs) throws IOException {
        server.setTimeout(socket, SO_RCVTIMEO, patienceMs);
        ByteBuffer update = ByteBuffer.allocateDirect(UPDATE);
        while (server.recvAll(socket, update.clear())) {
            arrivals.arrived(update.getInt(NUMBER));
        }
        server.close(socket);
    }

    private static void receiveDatagrams(Calls server, int socket, Arrivals arrivals, AtomicBoolean over) throws IOException {
        ByteBuffer update = ByteBuffer.allocateDirect(UPDATE);
        while (true) {
            try {
                if (server.recv(socket, update.clear()) == UPDATE) {
                    arrivals.arrived(update.getInt(NUMBER));
                }
            } catch (OsException e) {
                if (!e.is(Errno.EAGAIN)) {
                    throw e;
                }
                if (over.get()) {
                    return;
                }
            }
        }
    }

    @Override
    void connect(Stage stage, SocketAddress server) throws Exception {
        Calls client = stage.client();
        int stream = client.socket(server.family(), SOCK_STREAM, 0);
        client.connect(stream, server);
        client.setsockopt(stream, IPPROTO_TCP, TCP_NODELAY, 1);
        int datagrams = client.socket(server.family(), SOCK_DGRAM, 0);
        long beganNs = System.nanoTime();
        for (int number = 0; number < UPDATES; number++) {
            ByteBuffer update = ByteBuffer.allocateDirect(UPDATE).putInt(NUMBER, number);
            client.sendto(datagrams, update.duplicate(), server);
            client.sendAll(stream, update);
            LockSupport.parkNanos(beganNs + (number + 1) * PERIOD_US * 1_000L - System.nanoTime());
        }
        client.close(datagrams);
        client.close(stream);
    }
}
