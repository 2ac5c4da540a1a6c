package packetlab.web;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

/**
 * The transports that are nothing but HTTP. A client names itself by {@code id} and its room by {@code room}; the first
 * request of an id lets it join and is answered at once.
 * <pre>
 *   GET  /chat/poll       what waits, now                     200 lines, or 204
 *   GET  /chat/long-poll  what waits, as soon as there is     200 lines, or 204 when it has waited long enough
 *   GET  /chat/stream     lines without end
 *   GET  /chat/events     server-sent events without end
 *   POST /chat/send       the body is one text                204
 *   POST /chat/leave                                          204, and the connection ends
 * </pre>
 */
final class PlainHttp extends HttpServlet {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    /** A client that has no request here for so long is gone. */
    static final int GRACE_MS = 30_000;
    private static final int TOO_MANY = HttpServletResponse.SC_SERVICE_UNAVAILABLE;

    private final transient Hub hub;
    private final transient ServerOptions options;
    private final transient Map<String, Client> clients = new ConcurrentHashMap<>();

    PlainHttp(Hub hub, ServerOptions options) {
        this.hub = hub;
        this.options = options;
        hub.clock().scheduleWithFixedDelay(hub.again(this::forgetTheGone), 1, 1, TimeUnit.SECONDS);
        hub.clock().scheduleWithFixedDelay(hub.again(this::beat), options.heartbeatMs(), options.heartbeatMs(),
                TimeUnit.MILLISECONDS);
    }

    /** One that has joined. */
    private static final class Client {
        private final String id;
        private Member member;
        private volatile long seenNs = System.nanoTime();
        private volatile Outbox.Way way;

        Client(String id) {
            this.id = id;
        }

        /** Messages leave that way from now on; the one before ends, or this one where the client has left meanwhile. */
        void attach(Outbox.Way next) {
            way = next;
            end(member.outbox().attach(next));
        }

        void end() {
            end(way);
        }

        private static void end(Outbox.Way way) {
            if (way instanceof Stream stream) {
                stream.end();
            } else if (way instanceof Answer answer) {
                answer.nothing();
            }
        }
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Transport transport = switch (String.valueOf(request.getPathInfo())) {
            case "/poll" -> Transport.HTTP_POLLING;
            case "/long-poll" -> Transport.HTTP_LONG_POLLING;
            case "/stream" -> Transport.HTTP_STREAMING;
            case "/events" -> Transport.SSE;
            default -> null;
        };
        if (transport == null) {
            answer(response, HttpServletResponse.SC_NOT_FOUND, "no such address");
            return;
        }
        boolean endless = transport == Transport.HTTP_STREAMING || transport == Transport.SSE;
        Query query = Query.of(request.getQueryString());
        String id = query.get("id", endless ? UUID.randomUUID().toString() : null);
        String room = query.room();
        if (id == null || !ID.matcher(id).matches() || room == null) {
            answer(response, HttpServletResponse.SC_BAD_REQUEST, "id and room are letters, digits, _ and -; id is needed here");
            return;
        }
        boolean[] fresh = new boolean[1];
        Client before = clients.get(id);
        if (before != null && (before.member.transport() != transport || !before.member.room().equals(room))) {
            leave(before);                      // it comes back by another way, or into another room
        }
        Client client = clients.computeIfAbsent(id, name -> {
            fresh[0] = true;
            return join(name, room, transport, query.echo());
        });
        if (client == null) {
            answer(response, TOO_MANY, "there are too many clients already");
            return;
        }
        client.seenNs = System.nanoTime();
        response.setHeader("Cache-Control", "no-store");
        if (endless) {
            stream(client, request, response, transport == Transport.SSE);
        } else if (fresh[0] || transport == Transport.HTTP_POLLING) {
            lines(response, client.member.outbox().collect());
        } else {
            await(client, request, response);
        }
    }

    private Client join(String id, String room, Transport transport, boolean echo) {
        Client client = new Client(id);
        client.member = hub.join(room, transport, echo, why -> {
            clients.remove(id, client);
            client.end();
        });
        return client.member == null ? null : client;
    }

    private static void lines(HttpServletResponse response, List<Message> batch) throws IOException {
        if (batch.isEmpty()) {
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
            return;
        }
        byte[] octets = Message.encode(Lines.of(batch));
        response.setContentType("text/plain;charset=utf-8");
        response.setContentLength(octets.length);
        response.getOutputStream().write(octets);
    }

    /** Long polling: the answer is given by whoever has a message first, or by the clock. */
    private void await(Client client, HttpServletRequest request, HttpServletResponse response) {
        AsyncContext waiting = request.startAsync();
        waiting.setTimeout(0);
        Answer way = new Answer(client, waiting);
        client.attach(way);                     // a second request of one client ends the first
        way.endBy(hub.clock().schedule(() -> {
            if (client.member.outbox().detach(way)) {
                client.seenNs = System.nanoTime();
                way.nothing();
            }
        }, options.waitMs(), TimeUnit.MILLISECONDS));
    }

    /** One waiting request. */
    private static final class Answer implements Outbox.Way {
        private final Client client;
        private final AsyncContext waiting;
        private final AtomicBoolean answered = new AtomicBoolean();
        private volatile Future<?> clock;

        Answer(Client client, AsyncContext waiting) {
            this.client = client;
            this.waiting = waiting;
        }

        void endBy(Future<?> wakeUp) {
            clock = wakeUp;
            if (answered.get()) {
                wakeUp.cancel(false);
            }
        }

        @Override
        public boolean once() {
            return true;
        }

        @Override
        public void send(List<Message> batch) throws IOException {
            if (!answered.compareAndSet(false, true)) {
                throw new IOException("answered already");
            }
            cancelClock();
            client.seenNs = System.nanoTime();
            try {
                lines((HttpServletResponse) waiting.getResponse(), batch);
                waiting.getResponse().flushBuffer();
            } finally {
                waiting.complete();
            }
        }

        void nothing() {
            if (answered.compareAndSet(false, true)) {
                cancelClock();
                ((HttpServletResponse) waiting.getResponse()).setStatus(HttpServletResponse.SC_NO_CONTENT);
                waiting.complete();
            }
        }

        private void cancelClock() {
            if (clock != null) {
                clock.cancel(false);
            }
        }
    }

    private void stream(Client client, HttpServletRequest request, HttpServletResponse response, boolean events)
            throws IOException {
        response.setContentType(events ? "text/event-stream;charset=utf-8" : "text/plain;charset=utf-8");
        response.flushBuffer();                                 // the head: now the client knows that it has joined
        AsyncContext open = request.startAsync();
        open.setTimeout(0);
        Stream way = new Stream(client, open, events);
        open.addListener(way);
        client.attach(way);
    }

    /** One answer that does not end. */
    private static final class Stream implements Outbox.Way, AsyncListener {
        private final Client client;
        private final AsyncContext open;
        private final boolean events;
        private boolean writing;
        private boolean toEnd;
        private boolean ended;

        Stream(Client client, AsyncContext open, boolean events) {
            this.client = client;
            this.open = open;
            this.events = events;
        }

        @Override
        public void send(List<Message> batch) throws IOException {
            synchronized (this) {
                if (ended) {
                    throw new IOException("the connection has ended");
                }
                writing = true;
            }
            try {
                open.getResponse().getOutputStream().write(Message.encode(events ? Lines.events(batch) : Lines.of(batch)));
                open.getResponse().flushBuffer();
            } catch (IOException | RuntimeException e) {
                client.seenNs = System.nanoTime();
                synchronized (this) {
                    toEnd = true;
                }
                throw e;
            } finally {
                synchronized (this) {
                    writing = false;
                    if (toEnd) {
                        end();
                    }
                }
            }
        }

        /** Now, or after the write that is under way: the container allows no other thread beside it. */
        synchronized void end() {
            toEnd = true;
            if (!ended && !writing) {
                ended = true;
                try {
                    open.complete();
                } catch (RuntimeException alreadyOver) {
                    // the container was first
                }
            }
        }

        @Override
        public void onError(AsyncEvent event) {
            gone();
        }

        @Override
        public void onComplete(AsyncEvent event) {
            gone();
        }

        private void gone() {
            synchronized (this) {
                ended = true;
            }
            client.seenNs = System.nanoTime();
            client.member.outbox().detach(this);
        }

        @Override
        public void onTimeout(AsyncEvent event) {}

        @Override
        public void onStartAsync(AsyncEvent event) {}
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Query query = Query.of(request.getQueryString());
        Client client = clients.get(query.get("id", ""));
        switch (String.valueOf(request.getPathInfo())) {
            case "/send" -> send(client, query, request, response);
            case "/leave" -> {
                if (client != null) {
                    leave(client);
                }
                response.setHeader("Connection", "close");
                response.setStatus(HttpServletResponse.SC_NO_CONTENT);
            }
            default -> answer(response, HttpServletResponse.SC_NOT_FOUND, "no such address");
        }
    }

    private void send(Client client, Query query, HttpServletRequest request, HttpServletResponse response) throws IOException {
        String room = client != null ? client.member.room() : query.room();
        if (room == null) {
            answer(response, HttpServletResponse.SC_BAD_REQUEST, "no such room");
            return;
        }
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(request.getInputStream().readNBytes(hub.limits().bodyOctets()))).toString();
        } catch (CharacterCodingException e) {
            answer(response, HttpServletResponse.SC_BAD_REQUEST, "the body is not UTF-8");
            return;
        }
        if (text.isEmpty()) {
            answer(response, HttpServletResponse.SC_BAD_REQUEST, "the body is the text, and there is none");
        } else if (hub.say(client == null ? null : client.member, room, Message.of(text))) {
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
        } else {
            boolean silent = room.equals(Hub.PRICES);
            answer(response, silent ? HttpServletResponse.SC_FORBIDDEN : HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE,
                    silent ? "only the server speaks there" : "at most " + hub.limits().messageOctets() + " octets");
        }
    }

    private static void answer(HttpServletResponse response, int status, String why) throws IOException {
        response.setStatus(status);
        response.setContentType("text/plain;charset=utf-8");
        response.getWriter().println(why);
    }

    private void leave(Client client) {
        clients.remove(client.id, client);
        hub.leave(client.member);
        client.end();
    }

    private void forgetTheGone() {
        long now = System.nanoTime();
        for (Client client : clients.values()) {
            if (!client.member.outbox().hasWay() && now - client.seenNs > GRACE_MS * 1_000_000L) {
                leave(client);
            }
        }
    }

    /** A write is how the end of a connection is found out. */
    private void beat() {
        for (Client client : clients.values()) {
            if (client.member.transport() == Transport.HTTP_STREAMING || client.member.transport() == Transport.SSE) {
                hub.offer(client.member, Message.HEARTBEAT);
            }
        }
    }

    /** Ends what is open. */
    @Override
    public void destroy() {
        clients.values().forEach(this::leave);
    }
}
