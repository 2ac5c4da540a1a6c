package packetlab.latency;

import java.io.IOException;
import packetlab.os.MessageMemory;
import packetlab.os.SocketAddress;
import packetlab.os.Sockets;

/** The client's end of UDP and of Unix datagrams: a socket that is connected to the server's. */
final class DatagramClient implements Client {
    private final int fd;
    private final int size;
    private final MessageMemory out;
    private final MessageMemory in;
    private final Patience patience;
    private final SocketAddress local;
    private Stamps stamps;

    /** @param own the name of a Unix socket's client, which needs one to be answered; null for others */
    DatagramClient(Setting setting, SocketAddress server, SocketAddress own, long limitNs) throws IOException {
        size = setting.size();
        out = new MessageMemory(size);
        in = new MessageMemory(size);
        fd = Sockets.socket(server.family(), Sockets.SOCK_DGRAM | Sockets.SOCK_CLOEXEC, 0);
        try {
            Ends.prepare(fd, setting);
            Ends.limit(fd, limitNs / 1_000);
            if (own != null) {
                Sockets.bind(fd, own);
            }
            Sockets.connect(fd, server);
            local = Sockets.getsockname(fd);
        } catch (IOException | RuntimeException e) {
            Ends.close(fd);
            throw e;
        }
        patience = new Patience(setting.waiting(), limitNs);
    }

    @Override
    public void send(long number) throws IOException {
        out.buffer().putLong(0, number);
        if (out.send(fd, 0, size, 0) == MessageMemory.NOTHING) {
            throw new IOException("no datagram could be sent for " + Ends.PATIENCE_US / 1_000_000
                    + " s: the server does not read");
        }
    }

    @Override
    public long receive() throws IOException {
        // A datagram of another size is not ours; an empty one is a socket's being shut down.
        int n = patience.receive(in, fd, size, stamps);
        return n == size ? in.buffer().getLong(0) : NOTHING;
    }

    @Override
    public boolean stamp() throws IOException {
        stamps = new Stamps(fd);
        return true;
    }

    @Override
    public long sentStampNs(long number) throws IOException {
        return stamps.sentNs(number);           // they are counted from the first one, too
    }

    @Override
    public long receivedStampNs() {
        return stamps.receivedNs();
    }

    @Override
    public SocketAddress local() {
        return local;
    }

    @Override
    public long octets(boolean sent) {
        return size;
    }

    @Override
    public long dropped() {
        return Math.max(0, Ends.dropped(fd));
    }

    @Override
    public void abort() {
        Ends.shutdown(fd);
    }

    @Override
    public void close() {
        Ends.close(fd);
    }
}
