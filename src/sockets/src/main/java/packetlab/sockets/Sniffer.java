package packetlab.sockets;

import static packetlab.os.Sockets.AF_INET;
import static packetlab.os.Sockets.AF_PACKET;
import static packetlab.os.Sockets.IPPROTO_TCP;
import static packetlab.os.Sockets.IPPROTO_UDP;
import static packetlab.os.Sockets.SOCK_DGRAM;
import static packetlab.os.Sockets.SOCK_STREAM;
import static packetlab.os.Sockets.SO_RCVTIMEO;

import java.io.IOException;
import java.nio.ByteBuffer;
import packetlab.event.Side;
import packetlab.os.Errno;
import packetlab.os.OsException;
import packetlab.os.SocketAddress;
import packetlab.wire.IpAddress;
import packetlab.wire.Net;

/**
 * A packet analyser in one screen of code: a packet socket gets a copy of every IP packet that comes in, headers and
 * all, and the rest is knowing where what stands (RFC 791, 768, 9293). To look at: what it prints of each packet, and
 * what the real decoder says of the same one.
 */
final class Sniffer extends Solo {
    private static final int ETH_P_IP = 0x0800;
    private static final int QUIET_MS = 300, MAX_PACKET = 65_535;
    private static final String[] FLAGS = {"FIN", "SYN", "RST", "PSH", "ACK"};

    Sniffer() {
        super("sniffer", Family.RAW, Wire.IP, "a packet analyser on a packet socket, in one screen of code");
    }

    /** The screen: one packet in, one line out; null for what is not TCP or UDP. */
    private static String line(ByteBuffer packet, int length) {
        int header = 4 * (Net.u8(packet, 0) & 0xF);                 // in words of four octets
        int protocol = Net.u8(packet, 9);
        boolean first = (Net.u16(packet, 6) & 0x1FFF) == 0;         // a later fragment has no ports
        if (length < header + 8 || !first || protocol != IPPROTO_TCP && protocol != IPPROTO_UDP) {
            return null;
        }
        StringBuilder line = new StringBuilder(protocol == IPPROTO_TCP ? "TCP " : "UDP ");
        line.append(IpAddress.text(4, 0, Net.i32(packet, 12))).append(':').append(Net.u16(packet, header)).append(" > ");
        line.append(IpAddress.text(4, 0, Net.i32(packet, 16))).append(':').append(Net.u16(packet, header + 2));
        if (protocol == IPPROTO_UDP) {
            return line.append(' ').append(Net.u16(packet, header + 4) - 8).append(" octets").toString();
        }
        if (length < header + 20) {
            return null;
        }
        int flags = Net.u8(packet, header + 13);
        for (int i = 0; i < FLAGS.length; i++) {
            line.append((flags >> i & 1) != 0 ? " " + FLAGS[i] : "");
        }
        int dataAt = header + 4 * (Net.u8(packet, header + 12) >> 4);
        return line.append(' ').append(Net.u16(packet, 2) - dataAt).append(" octets").toString();
    }

    @Override
    public void run(Stage stage) throws Exception {
        Calls server = stage.server();
        int listening = server.socket(AF_INET, SOCK_STREAM, 0);
        server.bind(listening, SocketAddress.loopback(0));
        server.listen(listening, 1);
        SocketAddress.Ipv4 address = (SocketAddress.Ipv4) server.getsockname(listening);
        int datagrams = server.socket(AF_INET, SOCK_DGRAM, 0);
        server.bind(datagrams, address);                            // the same number, but UDP's: two different ports
        int sniffing = server.socket(AF_PACKET, SOCK_DGRAM, Short.reverseBytes((short) ETH_P_IP) & 0xFFFF);
        server.setTimeout(sniffing, SO_RCVTIMEO, QUIET_MS);
        stage.ready("port " + address.port());

        Stage.Running talk = stage.start("client", () -> talk(stage, address, listening));
        talk.join();                                                // the socket keeps what comes meanwhile
        int seen = sniff(stage, sniffing, address.port());
        stage.say(Side.SERVER, "the sniffer has seen " + seen + " packets");
        server.close(sniffing);
        server.close(listening);
        server.close(datagrams);
    }

    private static int sniff(Stage stage, int sniffing, int port) throws IOException {
        ByteBuffer packet = ByteBuffer.allocateDirect(MAX_PACKET);
        int seen = 0;
        while (true) {
            try {
                int length = stage.server().recv(sniffing, packet.clear());
                String line = length < 20 ? null : line(packet, length);
                if (line != null && line.contains(":" + port)) {
                    stage.say(Side.SERVER, line);
                    seen++;
                }
            } catch (OsException e) {
                if (!e.is(Errno.EAGAIN)) {
                    throw e;
                }
                return seen;                                        // it has become quiet
            }
        }
    }

    /** Something to be sniffed: a datagram, and a short connection. */
    private static void talk(Stage stage, SocketAddress address, int listening) throws IOException {
        Calls client = stage.client();
        int datagram = client.socket(AF_INET, SOCK_DGRAM, 0);
        client.sendto(datagram, Octets.of("overheard"), address);
        client.close(datagram);
        int stream = client.socket(AF_INET, SOCK_STREAM, 0);
        client.connect(stream, address);
        client.send(stream, Octets.of("overheard, too"));
        client.close(stream);
        int accepted = stage.server().accept(listening);
        stage.server().recvToEnd(accepted);
        stage.server().close(accepted);
    }
}
