package packetlab.latency;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import packetlab.event.Event;
import packetlab.os.Cpus;
import packetlab.os.Sockets;

/** What both ends do to their sockets and threads. */
final class Ends {
    /** No wait on a socket is longer; a datagram that is not answered for so long is lost. */
    static final long PATIENCE_US = 10_000_000;
    private static final int SO_BUSY_POLL = 46;
    /** SO_MEMINFO: nine numbers, the last of them is what was dropped. */
    private static final int MEMINFO = 36, MEMINFO_DROPS = 32;

    private Ends() {}

    /** The options that matter, before the socket is bound or connected. */
    static void prepare(int fd, Setting setting) throws IOException {
        Setting.SocketOptions o = setting.options();
        if (o.sendBuffer() > 0) {
            Sockets.setsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_SNDBUF, o.sendBuffer());
        }
        if (o.receiveBuffer() > 0) {
            Sockets.setsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_RCVBUF, o.receiveBuffer());
        }
        if (o.busyPollUs() > 0) {
            Sockets.setsockopt(fd, Sockets.SOL_SOCKET, SO_BUSY_POLL, o.busyPollUs());
        }
        if (setting.transport().isTcp()) {
            Sockets.setsockopt(fd, Sockets.IPPROTO_TCP, Sockets.TCP_NODELAY, o.noDelay() ? 1 : 0);
        }
    }

    /** Ends a blocking call that waits for longer. */
    static void limit(int fd, long receiveUs) throws IOException {
        Sockets.setsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_RCVTIMEO, Sockets.timeval(receiveUs));
        Sockets.setsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_SNDTIMEO, Sockets.timeval(PATIENCE_US));
    }

    /** Puts the calling thread on its processor; ANY leaves it where it may be. */
    static void pin(int cpu) throws IOException {
        if (cpu != Setting.Placement.ANY) {
            Cpus.pin(List.of(cpu));
        }
    }

    /** Packets that this socket refused or had no room for, or UNKNOWN. */
    static long dropped(int fd) {
        try {
            ByteBuffer memory = ByteBuffer.allocateDirect(MEMINFO).order(ByteOrder.nativeOrder());
            Sockets.getsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_MEMINFO, memory);
            return memory.getInt(MEMINFO_DROPS) & 0xFFFF_FFFFL;
        } catch (IOException e) {
            return Event.UNKNOWN;
        }
    }

    static void close(int fd) {
        try {
            Sockets.close(fd);
        } catch (IOException e) {
            // freed all the same
        }
    }

    static void shutdown(int fd) {
        try {
            Sockets.shutdown(fd, Sockets.SHUT_RDWR);
        } catch (IOException e) {
            // not connected, or not any more: whoever waits is woken all the same
        }
    }
}
