package packetlab.latency;

import java.io.IOException;
import packetlab.os.AddressBuffer;
import packetlab.os.Errno;
import packetlab.os.MessageMemory;
import packetlab.os.OsException;
import packetlab.os.SocketAddress;
import packetlab.os.SocketFilter;
import packetlab.os.Sockets;

/** Sends every datagram back to where it came from: UDP, Unix datagrams, and the protocol of our own on raw sockets. */
final class DatagramServer implements Server {
    private static final int ROOM = 1 << 18;
    private static final long JOIN_MS = 2_000;

    private final Setting setting;
    private final int fd;
    private final int answering;
    private final SocketAddress address;
    private final ServerClock clock = new ServerClock();
    private final ServerTimes times;
    private final Hindrance.StallLog stalls;
    private final Thread thread;
    private volatile boolean closed;
    private volatile String failure;

    /**
     * @param times  takes when each message was received and answered; null for nobody
     * @param stalls takes when it slept
     */
    DatagramServer(Setting setting, SocketAddress at, ServerTimes times, Hindrance.StallLog stalls) throws IOException {
        this.setting = setting;
        this.times = times;
        this.stalls = stalls;
        boolean raw = setting.transport() == Transport.RAW_DATAGRAM;
        int type = (raw ? Sockets.SOCK_RAW : Sockets.SOCK_DGRAM) | Sockets.SOCK_CLOEXEC;
        fd = Sockets.socket(at.family(), type, raw ? RawClient.REQUESTS : 0);
        int own = fd;
        try {
            Ends.prepare(fd, setting);
            if (setting.trouble().loseOneIn() > 0) {
                SocketFilter.loseOneIn(setting.trouble().loseOneIn()).attachTo(fd);
            }
            Sockets.bind(fd, at);
            if (raw) {
                own = Sockets.socket(at.family(), type, RawClient.ANSWERS);
                SocketFilter.nothing().attachTo(own);
            }
            address = Sockets.getsockname(fd);
        } catch (IOException | RuntimeException e) {
            Ends.close(fd);
            if (own != fd) {
                Ends.close(own);
            }
            throw e;
        }
        answering = own;
        thread = new Thread(this::run, "latency-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        clock.begin();
        try {
            Ends.pin(setting.placement().server());
            serve();
        } catch (IOException e) {
            if (!closed) {
                failure = e.getMessage();
            }
        } finally {
            clock.end();
        }
    }

    private void serve() throws IOException {
        boolean rawV4 = setting.transport() == Transport.RAW_DATAGRAM && address.family() == Sockets.AF_INET;
        int flags = setting.waiting() == Setting.Wait.SPIN ? Sockets.MSG_DONTWAIT : 0;
        MessageMemory memory = new MessageMemory(ROOM);
        AddressBuffer from = new AddressBuffer();
        Hindrance hindrance = new Hindrance(setting.trouble(), stalls);
        boolean hinders = hindrance.hinders();
        while (!closed) {
            int n = memory.receiveFrom(fd, ROOM, flags, from);
            if (n <= 0) {
                Thread.onSpinWait();
                continue;           // nothing yet, or shut down
            }
            long receivedNs = times == null ? 0 : times.nowNs();
            int at = rawV4 ? (memory.buffer().get(0) & 0xF) * 4 : 0;
            if (hinders) {
                hindrance.hinder();
            }
            if (times != null) {
                times.answered(memory.buffer().getLong(at), receivedNs);
            }
            try {
                memory.sendTo(answering, at, n - at, 0, from);
            } catch (OsException e) {
                if (!e.is(Errno.ECONNREFUSED) && !e.is(Errno.ENOENT) && !e.is(Errno.ENOTCONN)) {
                    throw e;
                }
                // the client has gone without its answer
            }
        }
    }

    @Override
    public SocketAddress address() {
        return address;
    }

    @Override
    public long cpuNs() {
        return clock.cpuNs();
    }

    @Override
    public long allocated() {
        return clock.allocated();
    }

    @Override
    public long dropped() {
        return Ends.dropped(fd);
    }

    @Override
    public String failure() {
        return failure;
    }

    @Override
    public void close() {
        closed = true;
        Ends.shutdown(fd);
        try {
            thread.join(JOIN_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Ends.close(fd);
        if (answering != fd) {
            Ends.close(answering);
        }
    }
}
