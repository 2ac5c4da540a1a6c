package packetlab.sockets;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import jnr.unixsocket.UnixSocketChannel;
import packetlab.event.CallEvent;
import packetlab.event.Event;
import packetlab.event.Side;
import packetlab.os.Descriptors;
import packetlab.os.OsException;
import packetlab.os.Sockets;
import packetlab.os.Tasks;
import packetlab.os.WallClock;

/**
 * sendmsg() and recvmsg() with a file descriptor as ancillary data (SCM_RIGHTS, unix(7)), and the calls on files that
 * belong to it; recorded as {@link Calls} does. Whoever receives a descriptor closes it.
 */
final class DescriptorCalls {
    private final Side side;
    private final Consumer<CallEvent> recorder;

    DescriptorCalls(Side side, Consumer<CallEvent> recorder) {
        this.side = side;
        this.recorder = recorder;
    }

    /** Opens a file to read; returns its descriptor. */
    int open(Path file) throws IOException {
        return made("open", Event.UNKNOWN, file + ", O_RDONLY", Event.UNKNOWN, () -> Descriptors.open(file));
    }

    /** Reads into a direct buffer, whose position moves on. */
    int read(int fd, ByteBuffer data) throws IOException {
        int at = data.position();
        int room = data.remaining();
        long entered = WallClock.nowNs();
        try {
            int length = Descriptors.read(fd, data);
            record("read", entered, WallClock.nowNs(), fd, Octets.received(data, at, room), length, null, length);
            return length;
        } catch (OsException e) {
            record("read", entered, WallClock.nowNs(), fd, Integer.toString(room), -1, e.errnoName(), Event.UNKNOWN);
            throw e;
        }
    }

    void close(int fd) throws IOException {
        made("close", fd, "", Event.UNKNOWN, () -> {
            Sockets.close(fd);
            return 0;
        });
    }

    /** Sends one octet and, beside it, a descriptor: the receiver gets one of its own for the same open file. */
    void send(UnixSocketChannel channel, int descriptor) throws IOException {
        made("sendmsg", channel.getFD(), "1, SCM_RIGHTS {" + descriptor + "}", 1,
                () -> Descriptors.send(channel.getFD(), descriptor));
    }

    /** Receives one octet and the descriptor beside it; returns the number that it has in this process. */
    int receive(UnixSocketChannel channel) throws IOException {
        long entered = WallClock.nowNs();
        try {
            int descriptor = Descriptors.receive(channel.getFD());
            boolean came = descriptor != Descriptors.NONE;
            record("recvmsg", entered, WallClock.nowNs(), channel.getFD(),
                    came ? "1, SCM_RIGHTS {" + descriptor + "}" : "1", came ? 1 : 0, null, came ? 1 : 0);
            if (!came) {
                throw new IOException("the server has closed, or sent no descriptor");
            }
            return descriptor;
        } catch (OsException e) {
            record("recvmsg", entered, WallClock.nowNs(), channel.getFD(), "1", -1, e.errnoName(), Event.UNKNOWN);
            throw e;
        }
    }

    private int made(String call, long fd, String args, long length, Body body) throws IOException {
        long entered = WallClock.nowNs();
        try {
            int result = body.make();
            record(call, entered, WallClock.nowNs(), fd, args, result, null, length);
            return result;
        } catch (OsException e) {
            record(call, entered, WallClock.nowNs(), fd, args, -1, e.errnoName(), Event.UNKNOWN);
            throw e;
        }
    }

    private void record(String call, long entered, long returned, long fd, String args, long result, String errno,
                        long length) {
        recorder.accept(SocketFacts.add(new CallEvent(entered, returned, call, Tasks.pid(), Tasks.tid(), fd, args, result,
                errno, Event.UNKNOWN, side, Event.UNKNOWN, length, List.of())));
    }

    @FunctionalInterface
    private interface Body {
        int make() throws OsException;
    }
}
