package packetlab.latency;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import packetlab.os.MessageMemory;
import packetlab.os.SocketAddress;
import packetlab.os.Sockets;

/** The client's end of a connection: TCP or Unix stream, and what is framed in them. */
final class StreamClient implements Client {
    /** Spins between two looks at the clock. */
    private static final int SPINS = 256;
    private static final int LEAST_ROOM = 1 << 16;

    private final int fd;
    private final SocketAddress local;
    private final Framing framing;
    private final int writes;
    private final boolean quickAck;
    private final int waitFlags;
    private final MessageMemory out;
    private final MessageMemory in;
    private final int requestOctets;
    private long openingSent;
    private long openingReceived;
    private Stamps stamps;
    private int from;
    private int to;

    /** What connections that are made one after the other can share: it takes longer to make than they do. */
    static final class Memory {
        final Framing framing;
        final MessageMemory out;
        final MessageMemory in;

        Memory(Setting setting) throws IOException {
            framing = switch (setting.transport()) {
                case WEBSOCKET -> new WebSocketFraming(setting.size());
                case HTTP -> new HttpFraming(setting.size());
                default -> Framing.plain(setting.size());
            };
            out = new MessageMemory(framing.room());
            in = new MessageMemory(Math.max(LEAST_ROOM, 2 * framing.room()));
        }
    }

    StreamClient(Setting setting, SocketAddress server) throws IOException {
        this(setting, server, new Memory(setting));
    }

    /** Connects; TCP and Unix need no word more. */
    StreamClient(Setting setting, SocketAddress server, Memory memory) throws IOException {
        framing = memory.framing;
        out = memory.out;
        in = memory.in;
        writes = setting.trouble().writes();
        quickAck = setting.options().quickAck() && setting.transport().isTcp();
        waitFlags = setting.waiting() == Setting.Wait.SPIN ? Sockets.MSG_DONTWAIT : 0;
        requestOctets = framing.request(out.buffer(), 0);
        fd = Sockets.socket(server.family(), Sockets.SOCK_STREAM | Sockets.SOCK_CLOEXEC, 0);
        SocketAddress own = null;
        try {
            Ends.prepare(fd, setting);
            Ends.limit(fd, Ends.PATIENCE_US);
            Sockets.connect(fd, server);
            own = Sockets.getsockname(fd);
            if (framing instanceof WebSocketFraming webSocket) {
                openWebSocket(webSocket, server);
            }
        } catch (IOException | RuntimeException e) {
            Ends.close(fd);
            throw e;
        }
        local = own;
    }

    private void openWebSocket(WebSocketFraming webSocket, SocketAddress server) throws IOException {
        byte[] request = webSocket.opening(server);
        MessageMemory memory = new MessageMemory(Math.max(request.length, WebSocketFraming.MAX_HEAD));
        memory.buffer().put(0, request);
        send(memory, 0, request.length);
        int length = 0;
        int end = 0;
        while (end == 0) {
            int n = length == memory.capacity() ? 0 : memory.receive(fd, length, memory.capacity() - length, 0);
            if (n <= 0) {
                throw new ProtocolException("the server did not answer the WebSocket's opening handshake");
            }
            length += n;
            end = webSocket.opened(memory.buffer(), length);
        }
        openingSent = request.length;
        openingReceived = end;
    }

    @Override
    public void send(long number) throws IOException {
        int length = framing.request(out.buffer(), number);
        if (writes == 1) {
            send(out, 0, length);
            return;
        }
        int at = 0;
        for (int left = writes; left > 0; left--) {
            int piece = (length - at) / left;
            send(out, at, piece);
            at += piece;
        }
    }

    private void send(MessageMemory memory, int offset, int length) throws IOException {
        int at = offset;
        while (at < offset + length) {
            int n = memory.send(fd, at, offset + length - at, 0);
            if (n == MessageMemory.NOTHING) {
                throw new IOException("the server has taken nothing for " + Ends.PATIENCE_US / 1_000_000
                        + " s: it does not read");
            }
            at += n;
        }
    }

    @Override
    public long receive() throws IOException {
        ByteBuffer buffer = in.buffer();
        while (true) {
            int octets = framing.answer(buffer, from, to);
            if (octets > 0) {
                long number = framing.number(buffer, from);
                from += octets;
                if (from == to) {
                    from = 0;
                    to = 0;
                }
                return number;
            }
            if (from > 0 && in.capacity() - to < framing.room()) {
                buffer.put(0, buffer, from, to - from);
                to -= from;
                from = 0;
            }
            int n = fill();
            if (n == MessageMemory.NOTHING) {
                return NOTHING;
            }
            to += n;
        }
    }

    private int fill() throws IOException {
        if (quickAck) {
            Sockets.setsockopt(fd, Sockets.IPPROTO_TCP, Sockets.TCP_QUICKACK, 1);
        }
        int n = stamps == null ? in.receive(fd, to, in.capacity() - to, waitFlags)
                : stamps.receive(in, to, in.capacity() - to, 0);
        if (n == MessageMemory.NOTHING && waitFlags != 0 && stamps == null) {
            n = spin();
        }
        if (n == 0) {
            throw new IOException("the server has closed the connection");
        }
        return n;
    }

    private int spin() throws IOException {
        long deadlineNs = System.nanoTime() + Ends.PATIENCE_US * 1_000;
        while (true) {
            for (int i = 0; i < SPINS; i++) {
                int n = in.receive(fd, to, in.capacity() - to, waitFlags);
                if (n != MessageMemory.NOTHING) {
                    return n;
                }
                Thread.onSpinWait();
            }
            if (System.nanoTime() - deadlineNs > 0) {
                return MessageMemory.NOTHING;
            }
        }
    }

    @Override
    public boolean stamp() throws IOException {
        stamps = new Stamps(fd);
        return true;
    }

    /** The kernel counts octets, from the first message on. */
    @Override
    public long sentStampNs(long number) throws IOException {
        return stamps.sentNs((number + 1) * requestOctets - 1);
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
    public long opening(boolean sent) {
        return sent ? openingSent : openingReceived;
    }

    @Override
    public long octets(boolean sent) {
        return sent ? requestOctets : framing.answerOctets();
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
