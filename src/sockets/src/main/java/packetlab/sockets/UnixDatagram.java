package packetlab.sockets;

import static packetlab.os.Sockets.SO_SNDTIMEO;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import jnr.unixsocket.UnixDatagramChannel;
import packetlab.event.Side;
import packetlab.os.Errno;
import packetlab.os.OsException;
import packetlab.os.SocketAddress;

/**
 * Datagrams between processes of one machine. To look at: boundaries are kept as with UDP, an empty one too; a client
 * that wants an answer needs a name of its own; and unlike UDP nothing is lost: when the receiver's queue is full
 * (net.unix.max_dgram_qlen) sendto() waits, or fails with EAGAIN where it may not wait.
 */
final class UnixDatagram extends Pair {
    private static final String[] MESSAGES = {"one", "", "안녕하세요"};
    private static final int MAX_DATAGRAM = 4_096, MANY = 10_000, SLOW_CLIENT_MS = 1_000;

    UnixDatagram() {
        super("unix-datagram", Family.UNIX, Wire.NONE, "datagrams between processes: boundaries, and nothing is lost");
    }

    @Override
    public int clients() {
        return MESSAGES.length;
    }

    @Override
    void serve(Stage stage) throws Exception {
        SocketAddress path = stage.at("server.sock");
        UnixCalls server = stage.unix(Side.SERVER);
        UnixDatagramChannel socket = server.datagramSocket();
        server.bind(socket, path);
        server.setTimeout(socket, SO_SNDTIMEO, SLOW_CLIENT_MS);     // one that does not receive holds up nobody for long
        stage.serving(path);
        ByteBuffer data = ByteBuffer.allocate(MAX_DATAGRAM);
        for (int served = 0; stage.expects(served); served++) {
            SocketAddress client = server.recvfrom(socket, data.clear());
            if (client != null) {                                   // one without a name cannot be answered
                stage.attend(() -> server.sendto(socket, data.flip(), client));
            }
        }
        server.close(socket);
    }

    @Override
    void connect(Stage stage, SocketAddress server) throws Exception {
        if (server instanceof SocketAddress.OverlongPath) {
            throw new IOException("a Unix socket's path has at most 107 octets: " + server);
        }
        UnixCalls client = stage.unix(Side.CLIENT);
        SocketAddress ownPath = new SocketAddress.Unix(stage.directory().resolve("client.sock").toString());
        UnixDatagramChannel socket = client.datagramSocket();
        client.bind(socket, ownPath);
        for (String message : MESSAGES) {
            ByteBuffer answer = ByteBuffer.allocate(MAX_DATAGRAM);
            client.sendto(socket, ByteBuffer.wrap(message.getBytes(StandardCharsets.UTF_8)), server);
            client.recvfrom(socket, answer);
            if (!Octets.text(answer).equals(message)) {
                throw new IOException("'" + message + "' came back as '" + Octets.text(answer) + "'");
            }
        }
        fill(stage, client, socket);
        client.close(socket);
    }

    /** Sends to a socket that does not receive, until there is no room. */
    private static void fill(Stage stage, UnixCalls client, UnixDatagramChannel socket) throws IOException {
        SocketAddress deaf = new SocketAddress.Unix(stage.directory().resolve("deaf.sock").toString());
        UnixDatagramChannel neverReceives = client.datagramSocket();
        client.bind(neverReceives, deaf);
        socket.configureBlocking(false);                            // sendto() would wait for room
        for (int sent = 0; sent < MANY; sent++) {
            try {
                client.sendto(socket, ByteBuffer.wrap(new byte[] {'x'}), deaf);
            } catch (OsException e) {
                if (!e.is(Errno.EAGAIN)) {
                    throw e;
                }
                stage.say(Side.CLIENT, "EAGAIN: after " + sent + " datagrams that nobody received there is no room; none "
                        + "was dropped");
                break;
            }
        }
        client.close(neverReceives);
    }
}
