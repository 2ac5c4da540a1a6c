package packetlab.sockets;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import jnr.unixsocket.UnixServerSocketChannel;
import jnr.unixsocket.UnixSocketChannel;
import packetlab.event.Side;
import packetlab.os.Errno;
import packetlab.os.OsException;
import packetlab.os.SocketAddress;
import packetlab.os.Tasks;

/**
 * A name that is no file: its first octet is NUL (written @), and it lives in the kernel as long as its socket, in this
 * network namespace. To look at: no file appears, so no permission guards it and none is left over; when the server has
 * closed, the name is gone at once and connect() fails with ECONNREFUSED.
 */
final class UnixAbstract extends Pair {
    UnixAbstract() {
        super("unix-abstract", Family.UNIX, Wire.NONE, "a name that is no file, and goes away with its socket");
    }

    @Override
    void serve(Stage stage) throws Exception {
        SocketAddress name = stage.servesAnybody() ? stage.at("unused") : null;
        if (!(name instanceof SocketAddress.Unix unix && unix.isAbstract())) {
            name = new SocketAddress.Unix("packetlab-" + Tasks.pid(), true);
        }
        UnixCalls server = stage.unix(Side.SERVER);
        UnixServerSocketChannel listening = server.listeningSocket();
        server.bind(listening, name, 1);
        stage.say(Side.SERVER, name + " is among the kernel's names (/proc/net/unix): " + isListed(name));
        stage.serving(name);
        for (int served = 0; stage.expects(served); served++) {
            UnixSocketChannel socket = server.accept(listening);
            stage.attend(socket, () -> {
                ByteBuffer data = ByteBuffer.allocate(1_024);
                server.read(socket, data);
                server.write(socket, data.flip());
                server.close(socket);
            });
        }
        server.close(listening);
    }

    private static boolean isListed(SocketAddress name) throws Exception {
        return Files.readAllLines(Path.of("/proc/thread-self/net/unix")).stream().anyMatch(l -> l.endsWith(" " + name));
    }

    @Override
    void connect(Stage stage, SocketAddress server) throws Exception {
        UnixCalls client = stage.unix(Side.CLIENT);
        UnixSocketChannel socket = client.socket();
        client.connect(socket, server);
        client.write(socket, ByteBuffer.wrap("is this a file?".getBytes(StandardCharsets.UTF_8)));
        client.read(socket, ByteBuffer.allocate(1_024));
        client.close(socket);
        for (int attempt = 0; attempt < 100; attempt++) {           // until the server has closed, too
            UnixSocketChannel again = client.socket();
            try {
                client.connect(again, server);
                Thread.sleep(20);
            } catch (OsException e) {
                if (!e.is(Errno.ECONNREFUSED)) {
                    throw e;
                }
                stage.say(Side.CLIENT, "ECONNREFUSED: the name has gone with its socket, and no file is left over");
                return;
            } finally {
                client.close(again);
            }
        }
        stage.say(Side.CLIENT, "the name is still there: its server goes on");
    }
}
