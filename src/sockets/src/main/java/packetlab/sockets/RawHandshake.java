package packetlab.sockets;

import static packetlab.os.Sockets.AF_INET;
import static packetlab.os.Sockets.AF_PACKET;
import static packetlab.os.Sockets.IPPROTO_RAW;
import static packetlab.os.Sockets.SOCK_DGRAM;
import static packetlab.os.Sockets.SOCK_RAW;
import static packetlab.os.Sockets.SOCK_STREAM;
import static packetlab.os.Sockets.SO_RCVTIMEO;
import static packetlab.wire.Tcp.ACK;
import static packetlab.wire.Tcp.FIN;
import static packetlab.wire.Tcp.PSH;
import static packetlab.wire.Tcp.SYN;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import packetlab.event.Side;
import packetlab.os.HandMade;
import packetlab.os.Routes;
import packetlab.os.SocketAddress;
import packetlab.wire.Dissector;
import packetlab.wire.LinkType;
import packetlab.wire.Tcp;

/**
 * TCP without TCP: a handshake, a question, an answer and a close, segment by segment from this program, with an
 * ordinary server of the kernel on the other side, which notices nothing. Our address is 10.9.9.9, which is routed to
 * the loopback interface and which nobody owns: from 127.0.0.1 our own kernel would answer the SYN/ACK with a reset,
 * because it knows of no such connection. So it drops what comes for 10.9.9.9, and a packet socket shows it to us. To
 * look at: where each sequence and acknowledgement number comes from.
 */
final class RawHandshake extends Solo {
    private static final String QUESTION = "made by hand", ANSWER = "answered by the kernel";
    private static final int ETH_P_IP = 0x0800;
    private static final int MAX_PACKET = 65_535;

    RawHandshake() {
        super("raw-handshake", Family.RAW, Wire.TCP, "a TCP client made of packets, against the kernel's own server");
    }

    @Override
    public boolean needsPrivateNetwork() {
        return true;
    }

    @Override
    public void run(Stage stage) throws Exception {
        SocketAddress.Ipv4 us = (SocketAddress.Ipv4) SocketAddress.of("10.9.9.9", 40_000);
        Routes.addHost(us, "lo");
        Calls server = stage.server();
        int listening = server.socket(AF_INET, SOCK_STREAM, 0);
        server.bind(listening, SocketAddress.loopback(0));
        server.listen(listening, 1);
        SocketAddress.Ipv4 them = (SocketAddress.Ipv4) server.getsockname(listening);
        HandMade.tcp(us, them, 0, 0, SYN, "");                      // loads the builders before it counts
        stage.ready("tcp port " + them.port());
        Stage.Running serving = stage.start("server", () -> serve(stage, listening));
        new Client(stage, us, them).converse();
        serving.join();
        server.close(listening);
    }

    private static void serve(Stage stage, int listening) throws IOException {
        Calls server = stage.server();
        int socket = server.accept(listening);
        server.setTimeout(socket, SO_RCVTIMEO, stage.patienceMs());
        ByteBuffer question = ByteBuffer.allocateDirect(QUESTION.length());
        server.recvAll(socket, question);
        server.send(socket, Octets.of(ANSWER));
        server.recvToEnd(socket);
        server.close(socket);
    }

    /** What the kernel keeps of a connection: two addresses and two numbers. */
    private static final class Client {
        private final Stage stage;
        private final Calls calls;
        private final SocketAddress.Ipv4 us;
        private final SocketAddress.Ipv4 them;
        private final int sending;
        private final int receiving;
        private final ByteBuffer packet = ByteBuffer.allocateDirect(MAX_PACKET);
        private final Dissector headers = new Dissector();
        private final Tcp.View tcp = headers.tcp();
        /** The number of our next octet, and of the next one that we expect. */
        private int next = ThreadLocalRandom.current().nextInt(), expected;

        Client(Stage stage, SocketAddress.Ipv4 us, SocketAddress.Ipv4 them) throws IOException {
            this.stage = stage;
            this.calls = stage.client();
            this.us = us;
            this.them = them;
            this.sending = calls.socket(AF_INET, SOCK_RAW, IPPROTO_RAW);        // we write the IP header, too
            this.receiving = calls.socket(AF_PACKET, SOCK_DGRAM, Short.reverseBytes((short) ETH_P_IP) & 0xFFFF);
            calls.setTimeout(receiving, SO_RCVTIMEO, stage.patienceMs());
        }

        void converse() throws IOException {
            send(SYN, "");
            await(SYN | ACK);
            expected = tcp.sequence() + 1;                          // a SYN counts as one octet
            send(ACK, "");
            stage.say(Side.CLIENT, "the handshake is done, and the kernel's accept() returns");

            send(PSH | ACK, QUESTION);
            String answer = "";
            while (answer.length() < ANSWER.length()) {
                await(ACK);
                if (tcp.sequence() == expected && tcp.payloadCapturedLength() > 0) {
                    answer += text();
                    expected += tcp.payloadCapturedLength();
                    send(ACK, "");
                }
            }
            stage.say(Side.CLIENT, "the kernel has answered: " + answer);

            send(FIN | ACK, "");
            do {
                await(ACK);                                         // of our FIN, and then their FIN
            } while ((tcp.flags() & FIN) == 0);
            expected = tcp.sequence() + 1;                          // a FIN counts as one octet, too
            send(ACK, "");
            calls.close(sending);
            calls.close(receiving);
        }

        private void send(int flags, String data) throws IOException {
            calls.sendto(sending, HandMade.tcp(us, them, next, expected, flags, data), them);
            next += data.length() + ((flags & (SYN | FIN)) != 0 ? 1 : 0);
        }

        /** Receives until it is a segment of theirs to us with all these flags. */
        private void await(int flags) throws IOException {
            while (true) {
                int length = calls.recv(receiving, packet.clear());
                boolean ours = headers.dissect(packet, 0, length, length, LinkType.IPV4) == Dissector.Result.TCP
                        && headers.ip4().destination() == us.address()
                        && tcp.destinationPort() == us.port() && tcp.sourcePort() == them.port();
                if (ours && (tcp.flags() & flags) == flags) {
                    return;
                }
            }
        }

        private String text() {
            return new String(tcp.array(), tcp.payloadOffset(), tcp.payloadCapturedLength(), StandardCharsets.UTF_8);
        }
    }
}
