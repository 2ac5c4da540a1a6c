package packetlab.sockets;

import static packetlab.os.Sockets.SHUT_WR;
import static packetlab.os.Sockets.SOCK_STREAM;
import static packetlab.os.Sockets.SO_RCVTIMEO;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import packetlab.event.Side;
import packetlab.os.SocketAddress;

/**
 * A file of 4 MiB. A stream has no length: the sender's FIN is the end of the file. To look at: the kernel cuts the
 * stream into segments as it likes, neither send() nor recv() has anything to do with them; the SHA-256 that the
 * receiver sends back says whether every octet has come. Usable with others: {@code nc -N HOST PORT < FILE}.
 */
final class FileTransfer extends Pair {
    private static final int SIZE = 4 << 20, PIECE = 64 << 10;

    FileTransfer() {
        super("file-transfer", Family.STREAM, Wire.TCP, "4 MiB through a stream, with a checksum at the end");
    }

    /** Hundreds of segments are not worth a line each. */
    @Override
    public boolean everyPacket() {
        return false;
    }

    @Override
    public String otherProgram(String host, int port) {
        return "nc -N " + host + " " + port + " < FILE";
    }

    @Override
    void serve(Stage stage) throws Exception {
        Calls server = stage.server();
        int listening = server.socket(stage.at().family(), SOCK_STREAM, 0);
        stage.reuse(listening);
        server.bind(listening, stage.at());
        server.listen(listening, 1);
        stage.serving(server.getsockname(listening));
        for (int served = 0; stage.expects(served); served++) {
            int socket = server.accept(listening);
            stage.attend(socket, () -> {
                server.setTimeout(socket, SO_RCVTIMEO, stage.patienceMs());
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
                long octets = 0;
                while (server.recv(socket, piece.clear()) > 0) {        // 0: the file is complete
                    octets += piece.position();
                    digest.update(piece.flip());
                }
                String sum = HexFormat.of().formatHex(digest.digest());
                server.sendAll(socket, Octets.of(sum + "\n"));
                server.close(socket);
                stage.say(Side.SERVER, octets + " octets received, SHA-256 " + sum.substring(0, 16) + "...");
            });
        }
        server.close(listening);
    }

    @Override
    void connect(Stage stage, SocketAddress server) throws Exception {
        byte[] file = new byte[SIZE];
        new Random(4).nextBytes(file);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        String sum = HexFormat.of().formatHex(digest.digest(file));

        Calls client = stage.client();
        int socket = client.socket(server.family(), SOCK_STREAM, 0);
        client.setTimeout(socket, SO_RCVTIMEO, stage.patienceMs());
        client.connect(socket, server);
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
        for (int sent = 0; sent < SIZE; sent += PIECE) {
            client.sendAll(socket, piece.clear().put(file, sent, PIECE).flip());
            stage.progress(sent + PIECE, SIZE);
        }
        client.shutdown(socket, SHUT_WR);                               // the end of the file
        ByteBuffer answer = ByteBuffer.allocateDirect(sum.length() + 1);
        client.recvAll(socket, answer);                                 // all of it: an octet left unread would reset
        client.close(socket);
        if (!Octets.text(answer).strip().equals(sum)) {
            throw new IOException("the receiver has another checksum: '" + Octets.text(answer).strip() + "' instead of "
                    + sum);
        }
        stage.say(Side.CLIENT, "the receiver has the same SHA-256: every octet has come, in order");
    }
}
