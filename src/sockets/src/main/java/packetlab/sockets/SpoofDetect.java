package packetlab.sockets;

import static packetlab.os.Sockets.AF_INET;
import static packetlab.os.Sockets.IPPROTO_RAW;
import static packetlab.os.Sockets.SOCK_DGRAM;
import static packetlab.os.Sockets.SOCK_RAW;
import static packetlab.os.Sockets.SO_RCVTIMEO;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import packetlab.event.Side;
import packetlab.os.AddressBuffer;
import packetlab.os.HandMade;
import packetlab.os.SocketAddress;

/**
 * A source address proves nothing: whoever has a raw socket writes what he likes into it. The server finds out by
 * sending a cookie to the address that a packet claims to be from, made of that address and a secret: only who really
 * receives there can repeat it. That is how TCP's sequence numbers, DTLS and QUIC do it. To look at: the forged packet
 * looks like the honest one, and its cookie goes to the one whose address was used.
 */
final class SpoofDetect extends Pair {
    private static final int MAX_DATAGRAM = 512, SECRET = 16, COOKIE_DIGITS = 16;

    SpoofDetect() {
        super("spoof-detect", Family.RAW, Wire.UDP, "forged source addresses, and how a cookie finds them out");
    }

    /** Datagrams: two honest ones and two forged. */
    @Override
    public int clients() {
        return 4;
    }

    @Override
    void serve(Stage stage) throws Exception {
        byte[] secret = new byte[SECRET];
        new SecureRandom().nextBytes(secret);
        cookie(secret, SocketAddress.loopback(0));                  // loads SHA-256 before it counts
        Calls server = stage.server();
        int socket = server.socket(stage.at().family(), SOCK_DGRAM, 0);
        server.bind(socket, stage.at());
        server.setTimeout(socket, SO_RCVTIMEO, stage.patienceMs());
        stage.serving(server.getsockname(socket));
        ByteBuffer data = ByteBuffer.allocateDirect(MAX_DATAGRAM);
        AddressBuffer from = new AddressBuffer();
        for (int served = 0; stage.expects(served); served++) {
            server.recvfrom(socket, data.clear(), from);
            String text = Octets.text(data);
            String cookie = cookie(secret, from.get());
            if (text.endsWith(" " + cookie)) {
                stage.attend(() -> server.sendto(socket, Octets.of("done"), from.get()));
                stage.say(Side.SERVER, "accepted: " + from.get() + " has repeated its cookie");
            } else if (text.matches(".* [0-9a-f]{" + COOKIE_DIGITS + "}")) {
                stage.say(Side.SERVER, "refused: a wrong cookie, so this is not from " + from.get() + ", whatever it says");
            } else {
                // Nothing is kept of who asks.
                stage.attend(() -> server.sendto(socket, Octets.of("cookie " + cookie), from.get()));
            }
        }
        server.close(socket);
    }

    private static String cookie(byte[] secret, SocketAddress address) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(secret);
        return HexFormat.of().formatHex(digest.digest(address.toString().getBytes())).substring(0, COOKIE_DIGITS);
    }

    @Override
    void connect(Stage stage, SocketAddress address) throws Exception {
        if (!(address instanceof SocketAddress.Ipv4 server)) {
            throw new IOException("this demo forges IPv4 packets only, and " + address + " is not IPv4");
        }
        Calls client = stage.client();
        int honest = client.socket(AF_INET, SOCK_DGRAM, 0);
        client.setTimeout(honest, SO_RCVTIMEO, stage.patienceMs());
        client.connect(honest, server);
        SocketAddress.Ipv4 victim = (SocketAddress.Ipv4) client.getsockname(honest);
        HandMade.udp(victim, server, "");                           // loads the builders before it counts

        client.sendto(honest, Octets.of("pay 1"), server);
        String cookie = word(receive(client, honest));
        client.sendto(honest, Octets.of("pay 1 " + cookie), server);
        receive(client, honest);

        int forging = client.socket(AF_INET, SOCK_RAW, IPPROTO_RAW);            // its packets bring their IP header
        client.sendto(forging, HandMade.udp(victim, server, "pay 1000"), server);
        String unasked = receive(client, honest);
        stage.say(Side.CLIENT, "'" + unasked + "' has come to " + victim + ", which never asked: the forger does not see it");
        client.sendto(forging, HandMade.udp(victim, server, "pay 1000 " + "0".repeat(COOKIE_DIGITS)), server);
        client.close(forging);
        client.close(honest);
    }

    private static String receive(Calls client, int socket) throws IOException {
        ByteBuffer data = ByteBuffer.allocateDirect(MAX_DATAGRAM);
        client.recv(socket, data);
        return Octets.text(data);
    }

    private static String word(String answer) {
        return answer.substring(answer.indexOf(' ') + 1);
    }
}
