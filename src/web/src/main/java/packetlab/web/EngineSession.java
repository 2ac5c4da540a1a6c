package packetlab.web;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * One session of Engine.IO: packets wait in one {@link Outbox}, and leave by a request that waits, or by a WebSocket once
 * there is one. What the packets carry is Socket.IO's, see {@link SocketIo}.
 * <pre>
 *   0 open  1 close  2 ping  3 pong  4 message  5 upgrade  6 noop
 * </pre>
 */
final class EngineSession {
    /** Closes the WebSocket under it. */
    interface Closing {
        void close();
    }

    private static final String CLOSE = "1", PING = "2", PROBE = "2probe", PROBED = "3probe", NOOP = "6";

    private final Hub hub;
    private final String sid;
    private final Consumer<String> forget;
    private final Outbox outbox;
    private final SocketIo socketIo;
    private final AtomicBoolean posting = new AtomicBoolean();
    private volatile boolean silent;
    private volatile boolean overWebSocket;
    private boolean upgrading;
    private boolean ended;
    private Closing socket;
    private Poll waiting;

    EngineSession(Hub hub, String sid, String room, boolean echo, boolean overWebSocket, Consumer<String> forget) {
        this.hub = hub;
        this.sid = sid;
        this.overWebSocket = overWebSocket;
        this.forget = forget;
        this.outbox = new Outbox(hub.limits().queuedMessages(), hub.limits().queuedOctets(), hub.senders(),
                new Outbox.Owner() {
                    @Override
                    public void sent(int messages) {
                        hub.sent(messages);
                    }

                    @Override
                    public void failed(Throwable why) {
                        hub.fault(why);
                        if (EngineSession.this.overWebSocket) {
                            end("the connection broke");
                        }
                    }
                });
        this.socketIo = new SocketIo(hub, this, room, echo);
    }

    Outbox outbox() {
        return outbox;
    }

    Transport transport() {
        return overWebSocket ? Transport.SOCKETIO_WEBSOCKET : Transport.SOCKETIO_POLLING;
    }

    /** Leaves a packet for the client. */
    void packet(String text) {
        if (!outbox.offer(Message.of(text))) {
            socketIo.tooSlow();
        }
    }

    /** A sign of life; who has not answered the one before is gone. */
    void beat() {
        if (silent) {
            socketIo.silent();
            end("silent");
        } else {
            silent = true;
            packet(PING);
        }
    }

    /** A packet has come. IllegalArgumentException where it is none. */
    void text(String packet) {
        if (packet.isEmpty()) {
            throw new IllegalArgumentException("an empty packet");
        }
        switch (packet.charAt(0)) {
            case '1' -> end("closed by the client");
            case '2', '6' -> { }                    // that is the server's to send
            case '3' -> silent = false;
            case '4' -> socketIo.text(packet.substring(1));
            default -> throw new IllegalArgumentException("no such packet");
        }
    }

    void binary(byte[] octets) {
        socketIo.binary(octets);
    }

    boolean beginPost() {
        return posting.compareAndSet(false, true);
    }

    void endPost() {
        posting.set(false);
    }

    /**
     * A client asks for packets. What waits is the answer, or what comes next.
     *
     * @return false where it may not ask: because it does so already, which ends the session, or uses a WebSocket now
     */
    boolean poll(HttpServletRequest request, HttpServletResponse response) throws IOException {
        List<Message> batch;
        synchronized (this) {
            if (overWebSocket || ended) {
                return false;
            }
            batch = waiting == null ? outbox.collect() : List.of();
            if (waiting == null && batch.isEmpty() && !upgrading) {
                AsyncContext async = request.startAsync();
                async.setTimeout(0);
                waiting = new Poll(async);
                outbox.attach(waiting);
                return true;
            }
        }
        if (batch.isEmpty() && !isUpgrading()) {
            end("two requests at once");
            return false;
        }
        answer(response, batch.isEmpty() ? NOOP : payload(batch));
        return true;
    }

    private synchronized boolean isUpgrading() {
        return upgrading;
    }

    private static void answer(HttpServletResponse response, String payload) throws IOException {
        byte[] octets = Message.encode(payload);
        response.setContentType("text/plain;charset=UTF-8");
        response.setContentLength(octets.length);
        response.getOutputStream().write(octets);
        response.flushBuffer();
    }

    private static String payload(List<Message> batch) {
        StringBuilder payload = new StringBuilder();
        for (Message message : batch) {
            payload.append(payload.isEmpty() ? "" : EngineIo.SEPARATOR).append(message.text());
            if (message.file() != null) {
                payload.append(EngineIo.SEPARATOR).append('b')
                        .append(Base64.getEncoder().encodeToString(message.file().octets()));
            }
        }
        return payload.toString();
    }

    /** A request that waits. */
    private final class Poll implements Outbox.Way {
        private final AsyncContext async;

        Poll(AsyncContext async) {
            this.async = async;
        }

        @Override
        public boolean once() {
            return true;
        }

        @Override
        public void send(List<Message> batch) throws IOException {
            synchronized (EngineSession.this) {
                waiting = waiting == this ? null : waiting;
            }
            finish(payload(batch));
        }

        private void finish(String payload) throws IOException {
            try {
                answer((HttpServletResponse) async.getResponse(), payload);
            } finally {
                async.complete();
            }
        }
    }

    /** Ends the request that waits, if there is one and nothing is on its way to it. */
    private void release(String packet) {
        Poll poll;
        synchronized (this) {
            poll = waiting;
            if (!outbox.detach(poll)) {
                return;
            }
            waiting = null;
        }
        try {
            poll.finish(packet);
        } catch (IOException e) {
            // whoever asked has gone
        }
    }

    /** A WebSocket on which a session begins. */
    void begin(Outbox.Way way, Closing closing) {
        synchronized (this) {
            socket = closing;
        }
        outbox.attach(way);
    }

    /** The first packet on a WebSocket that is to take over; the answer to it, or null where it is not the right one. */
    String probe(String packet) {
        synchronized (this) {
            if (!packet.equals(PROBE) || overWebSocket || ended) {
                return null;
            }
            upgrading = true;
        }
        release(NOOP);
        return PROBED;
    }

    /** The client has seen the answer: from now on packets leave by the WebSocket. */
    void upgrade(Outbox.Way way, Closing closing) {
        release(NOOP);
        synchronized (this) {
            overWebSocket = true;
            upgrading = false;
            socket = closing;
        }
        outbox.attach(way);
    }

    /** The WebSocket that was probed has gone without taking over. */
    synchronized void notUpgraded() {
        upgrading = false;
    }

    /** May be called again. */
    void end(String why) {
        Closing closing;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            closing = socket;
        }
        forget.accept(sid);
        release(CLOSE);
        socketIo.end();
        outbox.close();
        if (closing != null) {
            hub.senders().execute(closing::close);
        }
    }
}
