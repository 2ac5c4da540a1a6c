package packetlab.web;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.PingMessage;
import org.springframework.web.socket.PongMessage;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.TextWebSocketHandler;

/**
 * The chat over Spring's WebSocket sessions, which those of SockJS are, too, whatever carries them. One text message is
 * one text of the chat. Room and more are in the query of the address.
 */
final class SocketHandler extends TextWebSocketHandler {
    private static final int TOO_BIG = 1009, TRY_AGAIN_LATER = 1013;

    private final Hub hub;
    private final Map<WebSocketSession, Client> clients = new ConcurrentHashMap<>();

    SocketHandler(Hub hub, int heartbeatMs) {
        this.hub = hub;
        hub.clock().scheduleWithFixedDelay(hub.again(this::beat), heartbeatMs, heartbeatMs, TimeUnit.MILLISECONDS);
    }

    /** One session. */
    private static final class Client {
        private final boolean pings;
        private Member member;
        private volatile boolean silent;

        Client(boolean pings) {
            this.pings = pings;
        }
    }

    @Override
    public void afterConnectionEstablished(WebSocketSession session) throws IOException {
        SocketTimes.limit(session, hub.limits());
        URI uri = session.getUri();
        Query query = Query.of(uri == null ? null : uri.getRawQuery());
        Transport transport = transport(session, uri);
        String room = query.room();
        if (room == null) {
            session.close(CloseStatus.POLICY_VIOLATION.withReason("no such room"));
            return;
        }
        // SockJS has heartbeats of its own.
        Client client = new Client(transport == Transport.WEBSOCKET || transport == Transport.WEBSOCKET_DEFLATE);
        client.member = hub.join(room, transport, query.echo(), why -> close(session, why));
        if (client.member == null) {
            session.close(new CloseStatus(TRY_AGAIN_LATER, "too many clients"));
            return;
        }
        clients.put(session, client);
        client.member.outbox().attach(batch -> send(session, batch));
    }

    private static Transport transport(WebSocketSession session, URI uri) {
        String path = uri == null ? "" : uri.getPath();
        if (path.startsWith(SpringSockets.SOCKJS + "/")) {
            return path.endsWith("/xhr_streaming") ? Transport.SOCKJS_XHR_STREAMING
                    : path.endsWith("/xhr") ? Transport.SOCKJS_XHR_POLLING
                    : path.endsWith("/eventsource") || path.endsWith("/htmlfile") ? Transport.SOCKJS_EVENTSOURCE
                    : Transport.SOCKJS_WEBSOCKET;
        }
        return session.getExtensions().isEmpty() ? Transport.WEBSOCKET : Transport.WEBSOCKET_DEFLATE;
    }

    private static void send(WebSocketSession session, List<Message> batch) throws IOException {
        for (Message message : batch) {
            session.sendMessage(message == Message.HEARTBEAT ? new PingMessage(ByteBuffer.wrap(Message.encode("hb")))
                    : new TextMessage(message.text()));
        }
    }

    private static void close(WebSocketSession session, Member.Departure why) {
        try {
            session.close(why == Member.Departure.SERVER_ENDS ? CloseStatus.GOING_AWAY.withReason(why.words())
                    : new CloseStatus(TRY_AGAIN_LATER, why.words()));
        } catch (IOException | IllegalStateException e) {
            // then it is closed already
        }
    }

    @Override
    protected void handleTextMessage(WebSocketSession session, TextMessage message) throws IOException {
        Client client = clients.get(session);
        if (client != null && !message.getPayload().isEmpty()
                && !hub.say(client.member, client.member.room(), Message.of(message.getPayload()))) {
            session.close(client.member.room().equals(Hub.PRICES)
                    ? CloseStatus.POLICY_VIOLATION.withReason("only the server speaks there")
                    : new CloseStatus(TOO_BIG, "at most " + hub.limits().messageOctets() + " octets"));
        }
    }

    @Override
    protected void handlePongMessage(WebSocketSession session, PongMessage message) {
        Client client = clients.get(session);
        if (client != null) {
            client.silent = false;
        }
    }

    @Override
    public void handleTransportError(WebSocketSession session, Throwable error) {
        // afterConnectionClosed follows
    }

    @Override
    public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
        Client client = clients.remove(session);
        if (client != null) {
            hub.leave(client.member);
        }
    }

    private void beat() {
        for (Client client : clients.values()) {
            if (client.pings) {
                if (client.silent) {
                    hub.drop(client.member, Member.Departure.SILENT);
                } else {
                    client.silent = true;
                    hub.offer(client.member, Message.HEARTBEAT);
                }
            }
        }
    }
}
