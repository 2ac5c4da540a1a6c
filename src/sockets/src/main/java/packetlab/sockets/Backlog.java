package packetlab.sockets;

import static packetlab.os.PollSet.POLLIN;
import static packetlab.os.PollSet.POLLOUT;
import static packetlab.os.Sockets.SOCK_NONBLOCK;
import static packetlab.os.Sockets.SOCK_STREAM;
import static packetlab.os.Sockets.SOL_SOCKET;
import static packetlab.os.Sockets.SO_ERROR;

import packetlab.event.Side;
import packetlab.os.Errno;
import packetlab.os.OsException;
import packetlab.os.SocketAddress;

/**
 * A listener that does not accept. The kernel shakes hands without it and keeps the connections in a queue; connect()
 * cannot tell the difference. When the queue is full (on Linux one more than listen() says) the kernel drops the next
 * SYN, and connect() waits while SYN after SYN is sent, a second apart at first. To look at: two connections are
 * complete before any accept(); the third one's SYN gets no answer until accept() has made room.
 */
final class Backlog extends Pair {
    private static final int BACKLOG = 1, QUEUE = BACKLOG + 1;
    private static final int LONGEST_WAIT_MS = 3_000, TICK_MS = 10;

    Backlog() {
        super("backlog", Family.STREAM, Wire.TCP, "a listener that does not accept: a full queue, and unanswered SYNs");
    }

    @Override
    public int clients() {
        return QUEUE + 1;
    }

    @Override
    void serve(Stage stage) throws Exception {
        Calls server = stage.server();
        int listening = server.socket(stage.at().family(), SOCK_STREAM, 0);
        stage.reuse(listening);
        server.bind(listening, stage.at());
        server.listen(listening, BACKLOG);
        long overflowsBefore = KernelCounters.tcpExtended("ListenOverflows");
        stage.serving(server.getsockname(listening));

        server.poll(listening, POLLIN, stage.patienceMs() == 0 ? -1 : stage.patienceMs());
        for (int waitedMs = 0; waitedMs < LONGEST_WAIT_MS; waitedMs += TICK_MS) {
            if (KernelCounters.tcpExtended("ListenOverflows") > overflowsBefore) {
                break;                                              // the third SYN has come, and was dropped
            }
            Thread.sleep(TICK_MS);
        }
        stage.say(Side.SERVER, "the queue is full: the kernel has counted "
                + (KernelCounters.tcpExtended("ListenOverflows") - overflowsBefore) + " ListenOverflows");
        for (int served = 0; stage.expects(served); served++) {
            int socket = server.accept(listening);                  // makes room for the SYN that will come again
            stage.attend(socket, () -> {
                server.recvToEnd(socket);
                server.close(socket);
            });
        }
        server.close(listening);
    }

    @Override
    void connect(Stage stage, SocketAddress server) throws Exception {
        Calls client = stage.client();
        int[] queued = new int[QUEUE];
        for (int i = 0; i < QUEUE; i++) {
            queued[i] = client.socket(server.family(), SOCK_STREAM, 0);
            client.connect(queued[i], server);                      // succeeds: the kernel has shaken hands
            client.send(queued[i], Octets.of("hello?"));            // and even takes data for the one who will accept
        }
        stage.say(Side.CLIENT, QUEUE + " connections are established, and nobody has called accept()");

        int third = client.socket(server.family(), SOCK_STREAM | SOCK_NONBLOCK, 0);
        long beganNs = System.nanoTime();
        try {
            client.connect(third, server);
        } catch (OsException e) {
            if (!e.is(Errno.EINPROGRESS)) {
                throw e;
            }
            stage.say(Side.CLIENT, "EINPROGRESS: this socket does not block, and the SYN is not answered yet");
        }
        if (!client.poll(third, POLLOUT, Stage.TIMEOUT_MS) || client.getsockopt(third, SOL_SOCKET, SO_ERROR) != 0) {
            throw new OsException("connect", third + ", " + server, Errno.ETIMEDOUT.number());
        }
        stage.say(Side.CLIENT, "the next connection took " + (System.nanoTime() - beganNs) / 1_000_000 + " ms");
        for (int socket : queued) {
            client.close(socket);
        }
        client.close(third);
    }
}
