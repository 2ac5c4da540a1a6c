package packetlab.sockets;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import jnr.posix.CmsgHdr;
import jnr.posix.MsgHdr;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;
import jnr.unixsocket.UnixSocketChannel;
import packetlab.event.CallEvent;
import packetlab.event.Event;
import packetlab.event.Side;
import packetlab.os.OsException;
import packetlab.os.Tasks;
import packetlab.os.WallClock;

/**
 * sendmsg() and recvmsg() with a file descriptor as ancillary data (SCM_RIGHTS, unix(7)), and the calls on files that
 * belong to it, through jnr-posix; recorded as {@link Calls} does. Whoever receives a descriptor closes it.
 */
final class DescriptorCalls {
    private static final int SOL_SOCKET = 1, SCM_RIGHTS = 1, MSG_CMSG_CLOEXEC = 0x4000_0000;
    private static final int O_RDONLY = 0, O_CLOEXEC = 0x80000;
    private static final int INT = 4;

    private final Side side;
    private final Consumer<CallEvent> recorder;
    private final POSIX posix = POSIXFactory.getNativePOSIX();

    DescriptorCalls(Side side, Consumer<CallEvent> recorder) {
        this.side = side;
        this.recorder = recorder;
    }

    /** Opens a file to read; returns its descriptor. */
    int open(Path file) throws IOException {
        return made("open", Event.UNKNOWN, file + ", O_RDONLY", Event.UNKNOWN,
                () -> posix.open(file.toString(), O_RDONLY | O_CLOEXEC, 0));
    }

    /** Reads into a direct buffer, whose position moves on. */
    int read(int fd, ByteBuffer data) throws IOException {
        int at = data.position();
        long entered = WallClock.nowNs();
        int length = posix.read(fd, data, data.remaining());
        long returned = WallClock.nowNs();
        if (length < 0) {
            throw failed("read", entered, returned, fd, Integer.toString(data.remaining()));
        }
        int room = data.remaining();
        data.position(at + length);
        record("read", entered, returned, fd, Octets.received(data, at, room), length, null, length);
        return length;
    }

    void close(int fd) throws IOException {
        made("close", fd, "", Event.UNKNOWN, () -> posix.close(fd));
    }

    /** Sends one octet and, beside it, a descriptor: the receiver gets one of its own for the same open file. */
    void send(UnixSocketChannel channel, int descriptor) throws IOException {
        MsgHdr message = posix.allocateMsgHdr();
        message.setIov(new ByteBuffer[] {ByteBuffer.allocateDirect(1)});
        CmsgHdr control = message.allocateControl(INT);
        control.setLevel(SOL_SOCKET);
        control.setType(SCM_RIGHTS);
        ByteBuffer data = ByteBuffer.allocateDirect(INT).order(ByteOrder.nativeOrder());
        control.setData(data.putInt(0, descriptor));
        made("sendmsg", channel.getFD(), "1, SCM_RIGHTS {" + descriptor + "}", 1,
                () -> posix.sendmsg(channel.getFD(), message, 0));
    }

    /** Receives one octet and the descriptor beside it; returns the number that it has in this process. */
    int receive(UnixSocketChannel channel) throws IOException {
        MsgHdr message = posix.allocateMsgHdr();
        message.setIov(new ByteBuffer[] {ByteBuffer.allocateDirect(1)});
        message.allocateControl(INT);
        long entered = WallClock.nowNs();
        int length = posix.recvmsg(channel.getFD(), message, MSG_CMSG_CLOEXEC);
        long returned = WallClock.nowNs();
        if (length < 0) {
            throw failed("recvmsg", entered, returned, channel.getFD(), "1");
        }
        CmsgHdr[] controls = length == 0 ? new CmsgHdr[0] : message.getControls();
        boolean came = controls.length == 1 && controls[0].getLevel() == SOL_SOCKET && controls[0].getType() == SCM_RIGHTS;
        int descriptor = came ? controls[0].getData().order(ByteOrder.nativeOrder()).getInt(0) : -1;
        record("recvmsg", entered, returned, channel.getFD(), came ? "1, SCM_RIGHTS {" + descriptor + "}" : "1", length,
                null, length);
        if (!came) {
            throw new IOException("the server has closed, or sent no descriptor");
        }
        return descriptor;
    }

    private int made(String call, long fd, String args, long length, Body body) throws IOException {
        long entered = WallClock.nowNs();
        int result = body.make();
        long returned = WallClock.nowNs();
        if (result < 0) {
            throw failed(call, entered, returned, fd, args);
        }
        record(call, entered, returned, fd, args, result, null, length);
        return result;
    }

    private OsException failed(String call, long entered, long returned, long fd, String args) {
        OsException e = new OsException(call, args, posix.errno());
        record(call, entered, returned, fd, args, -1, e.errnoName(), Event.UNKNOWN);
        return e;
    }

    private void record(String call, long entered, long returned, long fd, String args, long result, String errno,
                        long length) {
        recorder.accept(new CallEvent(entered, returned, call, Tasks.pid(), Tasks.tid(), fd, args, result, errno,
                Event.UNKNOWN, side, Event.UNKNOWN, length, List.of()));
    }

    @FunctionalInterface
    private interface Body {
        int make();
    }
}
