package packetlab.latency;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import packetlab.event.Event;
import packetlab.os.Errno;
import packetlab.os.MessageMemory;
import packetlab.os.OsException;
import packetlab.os.SocketAddress;
import packetlab.os.SocketFilter;
import packetlab.os.Sockets;

/**
 * Answers on connections, TCP or Unix, each on a thread of its own: what comes goes back. A connection that begins with
 * an HTTP request speaks HTTP or, where that asks for it, WebSocket; so one port serves all that TCP carries.
 */
final class StreamServer implements Server {
    static final int MAX_CONNECTIONS = 2 * Setting.MAX_CONNECTIONS;
    private static final int BACKLOG = 128;
    private static final long JOIN_MS = 2_000;

    private final Setting setting;
    private final int listening;
    private final SocketAddress address;
    private final ServerTimes times;
    private final Hindrance.StallLog stalls;
    private final ServerClock clock = new ServerClock();
    private final Set<EchoConnection> connections = ConcurrentHashMap.newKeySet();
    private final Thread acceptor;
    private volatile boolean closed;
    private volatile String failure;

    StreamServer(Setting setting, SocketAddress at, ServerTimes times, Hindrance.StallLog stalls) throws IOException {
        this.setting = setting;
        this.times = times;
        this.stalls = stalls;
        listening = Sockets.socket(at.family(), Sockets.SOCK_STREAM | Sockets.SOCK_CLOEXEC, 0);
        try {
            if (setting.transport().isTcp()) {
                Sockets.setsockopt(listening, Sockets.SOL_SOCKET, Sockets.SO_REUSEADDR, 1);
            }
            Ends.prepare(listening, setting);           // accepted sockets inherit them
            if (setting.trouble().loseOneIn() > 0) {
                SocketFilter.loseOneIn(setting.trouble().loseOneIn()).attachTo(listening);
            }
            Sockets.bind(listening, at);
            Sockets.listen(listening, BACKLOG);
            address = Sockets.getsockname(listening);
        } catch (IOException | RuntimeException e) {
            Ends.close(listening);
            throw e;
        }
        acceptor = new Thread(this::accept, "latency-accept");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    private void accept() {
        clock.begin();
        try {
            Ends.pin(setting.placement().server());
            MessageMemory shared = setting.trouble().reconnect() ? EchoConnection.memory() : null;
            while (!closed) {
                int fd = Sockets.accept(listening, null);
                if (connections.size() >= MAX_CONNECTIONS || closed) {
                    Ends.close(fd);
                    continue;
                }
                MessageMemory memory = shared == null ? EchoConnection.memory() : shared;
                EchoConnection connection = new EchoConnection(setting, fd, memory, times,
                        new Hindrance(setting.trouble(), stalls));
                connections.add(connection);
                if (setting.trouble().reconnect()) {
                    serve(connection);      // one after the other: a thread for each would be measured, too
                    continue;
                }
                Thread thread = new Thread(() -> attend(connection), "latency-server");
                thread.setDaemon(true);
                thread.start();
            }
        } catch (OsException e) {
            if (!closed && !e.is(Errno.EINVAL)) {       // EINVAL: shut down
                failure = e.getMessage();
            }
        } catch (IOException e) {
            failure = e.getMessage();
        } finally {
            clock.end();
        }
    }

    private void attend(EchoConnection connection) {
        clock.begin();
        try {
            Ends.pin(setting.placement().server());
            serve(connection);
        } catch (IOException e) {
            failure = e.getMessage();
        } finally {
            clock.end();
        }
    }

    private void serve(EchoConnection connection) {
        try {
            connection.serve();
        } catch (OsException e) {
            boolean gone = e.is(Errno.ECONNRESET) || e.is(Errno.EPIPE) || e.is(Errno.ENOTCONN);
            if (!closed && !gone) {
                failure = e.getMessage();
            }
        } catch (IOException e) {
            failure = e.getMessage();           // what came was no message
        } finally {
            connections.remove(connection);
            connection.close();
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
        return Event.UNKNOWN;
    }

    @Override
    public String failure() {
        return failure;
    }

    @Override
    public void close() {
        closed = true;
        Ends.shutdown(listening);
        connections.forEach(EchoConnection::abort);
        try {
            acceptor.join(JOIN_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Ends.close(listening);
        connections.forEach(EchoConnection::abort);
    }
}
