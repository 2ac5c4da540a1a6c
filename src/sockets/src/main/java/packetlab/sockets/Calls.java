package packetlab.sockets;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import packetlab.event.CallEvent;
import packetlab.event.Event;
import packetlab.event.Side;
import packetlab.os.AddressBuffer;
import packetlab.os.Errno;
import packetlab.os.OsException;
import packetlab.os.PollSet;
import packetlab.os.SocketAddress;
import packetlab.os.SocketFilter;
import packetlab.os.SocketText;
import packetlab.os.Sockets;
import packetlab.os.Tasks;
import packetlab.os.WallClock;

/**
 * The socket calls of one side of a demo, under the names that they have in C, each one recorded as a
 * {@link CallEvent}: when it was entered and when it returned (the clock that packets are stamped with), its arguments,
 * and its result or errno. One method is one system call. A failed call is recorded and then thrown.
 *
 * <p>Any thread may call. Descriptors that are still open at the end are closed by {@link #closeAll}.
 */
public final class Calls {
    /** SO_MEMINFO gives nine numbers of 32 bits, the last of them the drops (SK_MEMINFO_DROPS of linux/sock_diag.h). */
    private static final int MEMINFO_LENGTH = 36, MEMINFO_DROPS = 32;

    private final Side side;
    private final Consumer<CallEvent> recorder;
    private final Staging.Step step;
    private final Set<Integer> open = ConcurrentHashMap.newKeySet();

    /**
     * @param side     whose calls these are
     * @param recorder takes each call as it has returned, on the thread that made it
     */
    public Calls(Side side, Consumer<CallEvent> recorder) {
        this(side, recorder, null);
    }

    /** @param step asked before each call; null for none */
    Calls(Side side, Consumer<CallEvent> recorder, Staging.Step step) {
        this.side = side;
        this.recorder = recorder;
        this.step = step;
    }

    public int socket(int domain, int type, int protocol) throws OsException {
        int fd = recorded("socket", Event.UNKNOWN, SocketText.socket(domain, type, protocol),
                () -> Sockets.socket(domain, type, protocol));
        open.add(fd);
        return fd;
    }

    public void bind(int fd, SocketAddress address) throws OsException {
        recorded("bind", fd, address.toString(), () -> {
            Sockets.bind(fd, address);
            return 0;
        });
    }

    public void listen(int fd, int backlog) throws OsException {
        recorded("listen", fd, Integer.toString(backlog), () -> {
            Sockets.listen(fd, backlog);
            return 0;
        });
    }

    /** Waits for a connection; the record's arguments are the peer's address, which the call has filled in. */
    public int accept(int fd) throws OsException {
        AddressBuffer peer = new AddressBuffer();
        before("accept", "");
        long entered = WallClock.nowNs();
        try {
            int accepted = Sockets.accept(fd, peer);
            record("accept", entered, WallClock.nowNs(), fd, peer.get().toString(), accepted, null, Event.UNKNOWN);
            open.add(accepted);
            return accepted;
        } catch (OsException e) {
            record("accept", entered, WallClock.nowNs(), fd, "", -1, e.errnoName(), Event.UNKNOWN);
            throw e;
        }
    }

    public void connect(int fd, SocketAddress address) throws OsException {
        recorded("connect", fd, address.toString(), () -> {
            Sockets.connect(fd, address);
            return 0;
        });
    }

    /** Sends what lies between position and limit, or a part of it; returns how many octets. */
    public int send(int fd, ByteBuffer data) throws OsException {
        return carried("send", fd, Octets.sent(data), () -> Sockets.send(fd, data, 0));
    }

    /** Sends all that lies between position and limit, with as many calls as that takes. */
    public void sendAll(int fd, ByteBuffer data) throws OsException {
        while (data.hasRemaining()) {
            send(fd, data);
        }
    }

    /** Receives into the buffer between position and limit; 0 is the end of the stream. */
    public int recv(int fd, ByteBuffer data) throws OsException {
        return recv(fd, data, 0);
    }

    /** @param flags such as MSG_TRUNC, with which the result may exceed the room */
    public int recv(int fd, ByteBuffer data, int flags) throws OsException {
        int room = data.remaining();
        int at = data.position();
        String shownFlags = SocketText.flags(flags);
        before("recv", room + shownFlags);
        long entered = WallClock.nowNs();
        try {
            int length = Sockets.recv(fd, data, flags);
            record("recv", entered, WallClock.nowNs(), fd, Octets.received(data, at, room) + shownFlags, length, null,
                    data.position() - at);
            return length;
        } catch (OsException e) {
            record("recv", entered, WallClock.nowNs(), fd, room + shownFlags, -1, e.errnoName(), Event.UNKNOWN);
            throw e;
        }
    }

    /** Receives until the buffer is full, with as many calls as that takes; false where the stream ends before. */
    public boolean recvAll(int fd, ByteBuffer data) throws OsException {
        while (data.hasRemaining()) {
            if (recv(fd, data) == 0) {
                return false;
            }
        }
        return true;
    }

    /** Receives and drops what comes until the other end closes; returns how many octets. */
    public long recvToEnd(int fd) throws OsException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
        long total = 0;
        int n;
        do {
            n = recv(fd, buffer.clear());
            total += n;
        } while (n > 0);
        return total;
    }

    public int sendto(int fd, ByteBuffer data, SocketAddress to) throws OsException {
        return carried("sendto", fd, Octets.sent(data) + ", " + to, () -> Sockets.sendto(fd, data, 0, to));
    }

    /** Receives one datagram; the record's arguments name its sender, which the call has filled in. */
    public int recvfrom(int fd, ByteBuffer data, AddressBuffer from) throws OsException {
        int room = data.remaining();
        int at = data.position();
        before("recvfrom", Integer.toString(room));
        long entered = WallClock.nowNs();
        try {
            int length = Sockets.recvfrom(fd, data, 0, from);
            record("recvfrom", entered, WallClock.nowNs(), fd, Octets.received(data, at, room) + ", " + from.get(),
                    length, null, length);
            return length;
        } catch (OsException e) {
            record("recvfrom", entered, WallClock.nowNs(), fd, Integer.toString(room), -1, e.errnoName(),
                    Event.UNKNOWN);
            throw e;
        }
    }

    public void shutdown(int fd, int how) throws OsException {
        recorded("shutdown", fd, SocketText.how(how), () -> {
            Sockets.shutdown(fd, how);
            return 0;
        });
    }

    public void close(int fd) throws OsException {
        open.remove(fd);
        SocketFacts.closing(fd);
        recorded("close", fd, "", () -> {
            Sockets.close(fd);
            return 0;
        });
    }

    public void setsockopt(int fd, int level, int option, int value) throws OsException {
        recorded("setsockopt", fd, SocketText.option(level, option) + ", " + value, () -> {
            Sockets.setsockopt(fd, level, option, value);
            return 0;
        });
    }

    /** From now on a call that waits longer to receive (SO_RCVTIMEO) or to send (SO_SNDTIMEO) fails with EAGAIN. */
    public void setTimeout(int fd, int option, int timeoutMs) throws OsException {
        recorded("setsockopt", fd, SocketText.option(Sockets.SOL_SOCKET, option) + ", " + timeoutMs + " ms", () -> {
            Sockets.setsockopt(fd, Sockets.SOL_SOCKET, option, Sockets.timeval(timeoutMs * 1_000L));
            return 0;
        });
    }

    /** The socket's own address: which port the kernel chose. */
    public SocketAddress getsockname(int fd) throws OsException {
        before("getsockname", "");
        long entered = WallClock.nowNs();
        SocketAddress address = Sockets.getsockname(fd);
        record("getsockname", entered, WallClock.nowNs(), fd, address.toString(), 0, null, Event.UNKNOWN);
        return address;
    }

    /** The address of the other end. */
    public SocketAddress getpeername(int fd) throws OsException {
        before("getpeername", "");
        long entered = WallClock.nowNs();
        SocketAddress address = Sockets.getpeername(fd);
        record("getpeername", entered, WallClock.nowNs(), fd, address.toString(), 0, null, Event.UNKNOWN);
        return address;
    }

    /** Reads an option's value; the record's arguments end with it. */
    public int getsockopt(int fd, int level, int option) throws OsException {
        String name = SocketText.option(level, option);
        before("getsockopt", name);
        long entered = WallClock.nowNs();
        int value = Sockets.getsockopt(fd, level, option);
        record("getsockopt", entered, WallClock.nowNs(), fd, name + ", " + value, 0, null, Event.UNKNOWN);
        return value;
    }

    /** Sets an option whose value is a struct: what lies between the buffer's position and limit. */
    public void setsockopt(int fd, int level, int option, ByteBuffer value, String shown) throws OsException {
        recorded("setsockopt", fd, SocketText.option(level, option) + ", " + shown, () -> {
            Sockets.setsockopt(fd, level, option, value);
            return 0;
        });
    }

    /** What close() is to do with what was not sent yet: with 0 seconds, throw it away and send a reset. */
    public void setLinger(int fd, int seconds) throws OsException {
        setsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_LINGER, Sockets.linger(true, seconds), "{on, " + seconds + " s}");
    }

    /** From now on the kernel drops what the filter refuses before this socket sees it: loss, made to order. */
    public void setFilter(int fd, SocketFilter filter) throws OsException {
        recorded("setsockopt", fd, "SOL_SOCKET, SO_ATTACH_FILTER, {" + filter.text() + "}", () -> {
            filter.attachTo(fd);
            return 0;
        });
    }

    /** How many packets the kernel has dropped at this socket: for want of room, or by its filter. */
    public int drops(int fd) throws OsException {
        before("getsockopt", "SOL_SOCKET, SO_MEMINFO");
        ByteBuffer info = ByteBuffer.allocateDirect(MEMINFO_LENGTH).order(ByteOrder.nativeOrder());
        long entered = WallClock.nowNs();
        Sockets.getsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_MEMINFO, info);
        int drops = info.getInt(MEMINFO_DROPS);
        record("getsockopt", entered, WallClock.nowNs(), fd, "SOL_SOCKET, SO_MEMINFO, {drops " + drops + "}", 0, null,
                Event.UNKNOWN);
        return drops;
    }

    /**
     * Waits until there is something to receive, or room to send; whether there is before the time is over.
     *
     * @param events    POLLIN or POLLOUT of {@link PollSet}
     * @param timeoutMs negative waits without end
     */
    public boolean poll(int fd, int events, int timeoutMs) throws OsException {
        PollSet set = new PollSet();
        set.add(fd, events);
        String shown = events == PollSet.POLLIN ? "POLLIN" : events == PollSet.POLLOUT ? "POLLOUT" : "" + events;
        return recorded("poll", fd, shown + ", " + timeoutMs + " ms", () -> Sockets.poll(set, timeoutMs)) > 0;
    }

    /** Waits for any of several descriptors; returns how many are ready. */
    public int poll(PollSet set, int timeoutMs) throws OsException {
        return recorded("poll", Event.UNKNOWN, set.size() + " descriptors, " + timeoutMs + " ms",
                () -> Sockets.poll(set, timeoutMs));
    }

    /** Whether the descriptor is one of ours that nobody has closed yet. */
    boolean isOpen(int fd) {
        return open.contains(fd);
    }

    /** Wakes every call that still waits on one of our descriptors. */
    void wakeAll() {
        for (int fd : open) {
            try {
                Sockets.shutdown(fd, Sockets.SHUT_RDWR);
            } catch (OsException notConnected) {
                // a listening or datagram socket is woken all the same
            }
        }
    }

    /** Closes what a demo left open because something failed; nobody may use the descriptors any more. */
    void closeAll() {
        for (int fd : open) {
            try {
                close(fd);
            } catch (OsException gone) {
                // it is recorded; there is nothing else to be done about it
            }
        }
    }

    private int recorded(String call, long fd, String args, Call body) throws OsException {
        return recorded(call, fd, args, body, false);
    }

    private int carried(String call, long fd, String args, Call body) throws OsException {
        return recorded(call, fd, args, body, true);
    }

    private int recorded(String call, long fd, String args, Call body, boolean carries) throws OsException {
        before(call, args);
        long entered = WallClock.nowNs();
        try {
            int result = body.make();
            record(call, entered, WallClock.nowNs(), fd, args, result, null, carries ? result : Event.UNKNOWN);
            return result;
        } catch (OsException e) {
            record(call, entered, WallClock.nowNs(), fd, args, -1, e.errnoName(), Event.UNKNOWN);
            throw e;
        }
    }

    /** No call is begun any more on a thread that the stage wants to end. */
    private void before(String call, String args) throws OsException {
        if (Thread.currentThread().isInterrupted() && !call.equals("close")) {
            throw new OsException(call, args, Errno.EINTR.number(), "the demo is to end");
        }
        if (step != null) {
            step.before(side.wireName() + " " + call + "(" + args + ")");
        }
    }

    private void record(String call, long entered, long returned, long fd, String args, long result, String errno,
                        long length) {
        recorder.accept(SocketFacts.add(new CallEvent(entered, returned, call, Tasks.pid(), Tasks.tid(), fd, args,
                result, errno, Event.UNKNOWN, side, Event.UNKNOWN, length, List.of())));
    }

    /** One system call. */
    @FunctionalInterface
    private interface Call {
        int make() throws OsException;
    }
}
