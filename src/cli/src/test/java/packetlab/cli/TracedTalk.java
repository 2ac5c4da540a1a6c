package packetlab.cli;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A program that others trace: says 5 and 6 octets over TCP, which the other end takes as 11 and answers by 5;
 * asks and answers over UDP; says 4 octets over a Unix-domain stream. Ends with status 3.
 */
final class TracedTalk {
    private TracedTalk() {}

    public static void main(String[] args) throws Exception {
        tcp(InetAddress.getByName("127.0.0.1"));
        udp(InetAddress.getByName("127.0.0.1"));
        unix();
        System.exit(3);
    }

    private static void tcp(InetAddress here) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, here); Socket client = new Socket()) {
            client.connect(new InetSocketAddress(here, server.getLocalPort()));
            try (Socket accepted = server.accept()) {
                client.setTcpNoDelay(true);
                client.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
                client.getOutputStream().write(" there".getBytes(StandardCharsets.US_ASCII));
                client.shutdownOutput();
                Thread.sleep(20);       // so that one read takes both
                accepted.getInputStream().readAllBytes();
                accepted.getOutputStream().write("world".getBytes(StandardCharsets.US_ASCII));
            }
            client.getInputStream().readAllBytes();
        }
    }

    private static void udp(InetAddress here) throws Exception {
        try (DatagramSocket server = new DatagramSocket(0, here); DatagramSocket client = new DatagramSocket(0, here)) {
            byte[] question = "what?".getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 3; i++) {
                client.send(new DatagramPacket(question, question.length, here, server.getLocalPort()));
                DatagramPacket packet = new DatagramPacket(new byte[100], 100);
                server.receive(packet);
                server.send(new DatagramPacket("that".getBytes(StandardCharsets.US_ASCII), 4, packet.getSocketAddress()));
                client.receive(new DatagramPacket(new byte[100], 100));
            }
        }
    }

    private static void unix() throws Exception {
        Path folder = Files.createTempDirectory("traced");
        Path path = folder.resolve("socket");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path));
                 SocketChannel accepted = server.accept()) {
                client.write(ByteBuffer.wrap("four".getBytes(StandardCharsets.US_ASCII)));
                accepted.read(ByteBuffer.allocate(100));
            }
        } finally {
            Files.deleteIfExists(path);
            Files.delete(folder);
        }
    }
}
