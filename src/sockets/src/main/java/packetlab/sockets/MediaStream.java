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
 * Video: 25 frames a second for a second, each of three packets, over UDP and over TCP at the same time, on a way that
 * loses one packet in eight (a filter on the receiver's sockets). The player shows a frame 20 ms after it was due, and
 * drops what comes later. To look at: over UDP a frame is spoilt by one lost packet, and the next frame is not; over TCP
 * every frame is complete, but one whose last segment is lost comes when its moment has passed.
 */
final class MediaStream extends Pair {
    private static final int FRAMES = 25, PERIOD_US = 40_000, PLAYOUT_MS = 20;
    private static final int PACKETS = 3, PACKET = 1_000;
    private static final int FRAME_NUMBER = 0;
    private static final int LOSS = 8;
    private static final int TICK_MS = 100;

    MediaStream() {
        super("media-stream", Family.DATAGRAM, Wire.IP, "paced frames over UDP and over TCP: incomplete, or too late");
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
        server.bind(datagrams, address);
        server.setTimeout(datagrams, SO_RCVTIMEO, TICK_MS);
        stage.serving(address);
        for (int served = 0; stage.expects(served); served++) {
            int socket = server.accept(listening);
            Arrivals overUdp = new Arrivals(FRAMES, PERIOD_US, PLAYOUT_MS);
            Arrivals overTcp = new Arrivals(FRAMES, PERIOD_US, PLAYOUT_MS);
            AtomicBoolean over = new AtomicBoolean();
            Stage.Running udp = stage.start("server (UDP)", () -> receiveDatagrams(server, datagrams, overUdp, over));
            stage.attend(socket, () -> receiveStream(server, socket, overTcp, stage.patienceMs()));
            over.set(true);
            udp.join();
            stage.say(Side.SERVER, "UDP: " + shown(overUdp));
            stage.say(Side.SERVER, "TCP: " + shown(overTcp));
        }
        server.close(datagrams);
        server.close(listening);
    }

    private static String shown(Arrivals frames) {
        return frames.count() - frames.late() + " of " + FRAMES + " frames shown, " + frames.lost()
                + " incomplete, " + frames.late() + " too late";
    }

    private static void receiveStream(Calls server, int socket, Arrivals frames, int patienceMs) throws IOException {
        server.setTimeout(socket, SO_RCVTIMEO, patienceMs);
        ByteBuffer frame = ByteBuffer.allocateDirect(PACKETS * PACKET);
        while (server.recvAll(socket, frame.clear())) {
            frames.arrived(frame.getInt(FRAME_NUMBER));
        }
        server.close(socket);
    }

    private static void receiveDatagrams(Calls server, int socket, Arrivals frames, AtomicBoolean over) throws IOException {
        ByteBuffer packet = ByteBuffer.allocateDirect(PACKET);
        int[] packetsOf = new int[FRAMES];
        while (true) {
            try {
                if (server.recv(socket, packet.clear()) == PACKET) {
                    int number = packet.getInt(FRAME_NUMBER);
                    if (number >= 0 && number < FRAMES && ++packetsOf[number] == PACKETS) {
                        frames.arrived(number);                     // complete
                    }
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
        for (int number = 0; number < FRAMES; number++) {
            ByteBuffer packet = ByteBuffer.allocateDirect(PACKET).putInt(FRAME_NUMBER, number);
            for (int i = 0; i < PACKETS; i++) {
                client.sendto(datagrams, packet.clear(), server);
                client.sendAll(stream, packet.clear());
            }
            LockSupport.parkNanos(beganNs + (number + 1) * PERIOD_US * 1_000L - System.nanoTime());
        }
        client.close(datagrams);
        client.close(stream);
    }
}
