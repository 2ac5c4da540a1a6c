package packetlab.sockets;

import static packetlab.os.Sockets.AF_INET;
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
final class UdpEcho implements Demo {
    private static final String[] MESSAGES = {"hello, server", "안녕하세요", ""};
    private static final int MAX_DATAGRAM = 2_048;

    @Override
    public String name() {
        return "udp-echo";
    }

    @Override
    public String description() {
        return "datagrams there and back: no handshake, one call is one packet";
    }

    @Override
    public Wire wire() {
        return Wire.UDP;
    }

    @Override
    public void run(Stage stage) throws Exception {
        Calls server = stage.server();
        int serving = server.socket(AF_INET, SOCK_DGRAM, 0);
        server.bind(serving, SocketAddress.loopback(0));            // port 0: the kernel chooses a free one
        server.setTimeout(serving, SO_RCVTIMEO, Stage.TIMEOUT_MS);
        SocketAddress.Ipv4 address = (SocketAddress.Ipv4) server.getsockname(serving);

        stage.ready("udp port " + address.port());                  // nothing was sent before this line
        Stage.Running echo = stage.start("server", () -> serve(server, serving));

        Calls client = stage.client();
        int socket = client.socket(AF_INET, SOCK_DGRAM, 0);
        client.setTimeout(socket, SO_RCVTIMEO, Stage.TIMEOUT_MS);                // a lost datagram is nobody's error but ours
        ByteBuffer answer = ByteBuffer.allocateDirect(MAX_DATAGRAM);
        AddressBuffer from = new AddressBuffer();
        for (String message : MESSAGES) {
            byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
            client.sendto(socket, ByteBuffer.allocateDirect(bytes.length).put(bytes).flip(), address);
            int length = client.recvfrom(socket, answer.clear(), from);
            if (length != bytes.length || !from.get().equals(address)) {
                throw new IOException("a datagram of " + bytes.length + " octets came back as one of " + length
                        + " from " + from.get());
            }
        }
        client.close(socket);                                       // says nothing to the other side

        echo.join();
        server.close(serving);
    }

    /** Answers as many datagrams as the client will send: a datagram socket never learns that it has gone. */
    private static void serve(Calls server, int serving) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_DATAGRAM);
        AddressBuffer client = new AddressBuffer();
        for (int i = 0; i < MESSAGES.length; i++) {
            server.recvfrom(serving, buffer.clear(), client);
            server.sendto(serving, buffer.flip(), client.get());
        }
    }
}
