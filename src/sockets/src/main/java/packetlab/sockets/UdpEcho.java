package packetlab.sockets;

import static packetlab.os.Sockets.SOCK_DGRAM;
import static packetlab.os.Sockets.SO_RCVTIMEO;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import packetlab.os.AddressBuffer;
import packetlab.os.SocketAddress;

/**
 * A server that sends back every datagram, and a client that tries it, over UDP: no connection, no listen(), no
 * accept(). One sendto() is one packet and one recvfrom(), the empty one too.
 */
final class UdpEcho extends Pair {
    private static final String[] MESSAGES = {"hello, server", "안녕하세요", ""};
    private static final int MAX_DATAGRAM = 2_048;

    UdpEcho() {
        super("udp-echo", Family.DATAGRAM, Wire.UDP, "datagrams there and back: no handshake, one call is one packet");
    }

    /** A datagram socket never learns that its client has gone: the server must know how many will come. */
    @Override
    public int clients() {
        return MESSAGES.length;
    }

    @Override
    void serve(Stage stage) throws Exception {
        Calls server = stage.server();
        int socket = server.socket(stage.at().family(), SOCK_DGRAM, 0);
        server.bind(socket, stage.at());                            // port 0: the kernel chooses a free one
        server.setTimeout(socket, SO_RCVTIMEO, stage.patienceMs());
        stage.serving(server.getsockname(socket));                  // nothing was sent before this line
        ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_DATAGRAM);
        AddressBuffer client = new AddressBuffer();
        for (int served = 0; stage.expects(served); served++) {
            server.recvfrom(socket, buffer.clear(), client);        // one datagram, from anybody
            stage.attend(() -> server.sendto(socket, buffer.flip(), client.get()));
        }
        server.close(socket);
    }

    @Override
    void connect(Stage stage, SocketAddress server) throws Exception {
        Calls client = stage.client();
        int socket = client.socket(server.family(), SOCK_DGRAM, 0);
        client.setTimeout(socket, SO_RCVTIMEO, stage.patienceMs()); // what is lost is lost: nobody sends it again
        ByteBuffer answer = ByteBuffer.allocateDirect(MAX_DATAGRAM);
        AddressBuffer from = new AddressBuffer();
        for (String message : MESSAGES) {
            byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
            client.sendto(socket, ByteBuffer.allocateDirect(bytes.length).put(bytes).flip(), server);
            int length = client.recvfrom(socket, answer.clear(), from);
            if (length != bytes.length || !from.get().equals(server)) {
                throw new IOException("a datagram of " + bytes.length + " octets came back as one of " + length
                        + " from " + from.get());
            }
        }
        client.close(socket);                                       // says nothing to the other side
    }
}
