package packetlab.sockets;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import packetlab.event.Side;
import packetlab.message.HttpHead;
import packetlab.message.OpeningHandshake;
import packetlab.message.WebSocketReader;
import packetlab.message.WebSocketWriter;
import packetlab.message.WsRule;
import packetlab.os.Errno;
import packetlab.os.OsException;
import packetlab.os.Sockets;

/**
 * The server's side of one WebSocket connection (RFC 6455): answers the opening handshake, sends every message back,
 * answers pings and the closing handshake. It takes its client for hostile: what does not fit into a limit, breaks a
 * rule or takes too long ends the connection, with the close code that the RFC names.
 */
final class WebSocketServer implements WebSocketReader.Handler {
    /** Octets of a request's head; 431 beyond. */
    static final int MAX_HEAD = 8_192;
    /** Octets of a message; 1009 beyond. */
    static final int MAX_MESSAGE = 1 << 20;
    /** For the whole head, however slowly its octets come. */
    static final int HEAD_TIMEOUT_MS = 5_000;
    /** What is still read of a client that we have said goodbye to, so that it gets our last words before a reset. */
    private static final int MAX_LINGER = 1 << 16;
    private static final int LINGER_TIMEOUT_MS = 2_000;
    private static final int BUFFER = 1 << 14;

    private static final int GOING_AWAY = 1001, NO_CODE = -1;

    private final Calls calls;
    private final int socket;
    private final int idleTimeoutMs;
    private final WebSocketWriter writer = new WebSocketWriter(Side.SERVER);
    private final WebSocketReader reader = new WebSocketReader(Side.CLIENT, MAX_MESSAGE, this);
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER);
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER);
    private final byte[] bytes = new byte[BUFFER];
    private OsException failure;

    /**
     * @param socket        a connected socket, which {@link #serve} closes
     * @param idleTimeoutMs how long a client may say nothing
     */
    WebSocketServer(Calls calls, int socket, int idleTimeoutMs) {
        this.calls = calls;
        this.socket = socket;
        this.idleTimeoutMs = idleTimeoutMs;
    }

    /**
     * Serves this connection until it is closed.
     *
     * @throws OsException where a call failed for another reason than the client's being gone or silent
     */
    void serve() throws OsException {
        try {
            calls.setsockopt(socket, Sockets.IPPROTO_TCP, Sockets.TCP_NODELAY, 1);   // a pong does not wait for an ACK
            calls.setTimeout(socket, Sockets.SO_SNDTIMEO, idleTimeoutMs);
            calls.setTimeout(socket, Sockets.SO_RCVTIMEO, Math.min(idleTimeoutMs, HEAD_TIMEOUT_MS));
            if (open()) {
                calls.setTimeout(socket, Sockets.SO_RCVTIMEO, idleTimeoutMs);
                converse();
            }
            sayGoodbye();
        } catch (OsException e) {
            if (!isOfTheClient(e)) {
                throw e;
            }
        } finally {
            calls.close(socket);
        }
    }

    /** Reads the request and answers it; whether a WebSocket is open now. */
    private boolean open() throws OsException {
        long deadlineNs = System.nanoTime() + HEAD_TIMEOUT_MS * 1_000_000L;
        byte[] head = new byte[MAX_HEAD];
        int length = 0;
        HttpHead request = new HttpHead();
        while (true) {
            int n = receive();
            if (n == 0 || System.nanoTime() - deadlineNs > 0) {
                return false;
            }
            int taken = Math.min(n, MAX_HEAD - length);
            System.arraycopy(bytes, 0, head, length, taken);
            length += taken;
            int end = request.parse(head, 0, length);
            if (end != HttpHead.INCOMPLETE) {
                if (!answer(request)) {
                    return false;
                }
                reader.read(head, end, length);      // a client that has not waited for our answer: section 4.1
                reader.read(bytes, taken, n);
                throwFailure();
                return true;
            }
            if (length == MAX_HEAD) {
                send(ascii("HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n"
                        + "Content-Length: 0\r\n\r\n"));
                return false;
            }
        }
    }

    private boolean answer(HttpHead request) throws OsException {
        long broken = new OpeningHandshake().checkRequest(request);
        if (WsRule.violations(broken) != 0) {
            send(OpeningHandshake.refused(broken));
            return false;
        }
        send(OpeningHandshake.accepted(request, null, null));
        return true;
    }

    private void converse() throws OsException {
        while (!reader.over()) {
            int n;
            try {
                n = receive();
            } catch (OsException e) {
                if (!e.is(Errno.EAGAIN)) {
                    throw e;
                }
                send(writer.close(GOING_AWAY, "nothing was said for " + idleTimeoutMs + " ms"));
                return;
            }
            if (n == 0) {
                return;
            }
            reader.read(bytes, 0, n);
            throwFailure();
        }
    }

    /** Our FIN, then what the client had still to say: closing at once would reset, and take our last words back. */
    private void sayGoodbye() throws OsException {
        calls.shutdown(socket, Sockets.SHUT_WR);
        calls.setTimeout(socket, Sockets.SO_RCVTIMEO, LINGER_TIMEOUT_MS);
        int rest = MAX_LINGER;
        int n;
        do {
            n = receive();
            rest -= n;
        } while (n > 0 && rest > 0);
    }

    @Override
    public void onMessage(int opcode, byte[] data) {
        trySend(writer.frame(true, 0, opcode, data, 0, data.length));
    }

    @Override
    public void onPing(byte[] payload) {
        trySend(writer.pong(payload));
    }

    @Override
    public void onPong(byte[] payload) {
        // nobody asked, which section 5.5.3 allows
    }

    @Override
    public void onClose(int code, String reason) {
        trySend(writer.close(code, ""));
    }

    @Override
    public void onFailure(int closeCode, WsRule rule) {
        trySend(writer.close(closeCode, rule == null ? "larger than " + MAX_MESSAGE + " octets" : rule.text()));
    }

    /** The handler's methods throw nothing checked: a failure waits until the reader has returned. */
    private void trySend(byte[] frame) {
        if (failure == null) {
            try {
                send(frame);
            } catch (OsException e) {
                failure = e;
            }
        }
    }

    private void throwFailure() throws OsException {
        if (failure != null) {
            throw failure;
        }
    }

    private int receive() throws OsException {
        int n = calls.recv(socket, in.clear());
        in.flip().get(bytes, 0, n);
        return n;
    }

    private void send(byte[] data) throws OsException {
        for (int at = 0; at < data.length; at += out.capacity()) {
            calls.sendAll(socket, out.clear().put(data, at, Math.min(out.capacity(), data.length - at)).flip());
        }
    }

    private static boolean isOfTheClient(OsException e) {
        return e.is(Errno.ECONNRESET) || e.is(Errno.EPIPE) || e.is(Errno.EAGAIN) || e.is(Errno.ETIMEDOUT)
                || e.is(Errno.ENOTCONN);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
