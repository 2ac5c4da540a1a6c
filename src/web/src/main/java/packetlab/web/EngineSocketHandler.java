package packetlab.web;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.AbstractWebSocketHandler;

/**
 * The half of Engine.IO that is WebSocket: a session that begins here, or one that polled until now and comes over.
 * <pre>
 *   client  2probe ▶   server  3probe ▶ (and noop to the request that waits)   client  5 ▶
 * </pre>
 */
final class EngineSocketHandler extends AbstractWebSocketHandler {
    private final EngineIo engineIo;
    private final Map<WebSocketSession, Over> sockets = new ConcurrentHashMap<>();

    EngineSocketHandler(EngineIo engineIo) {
        this.engineIo = engineIo;
    }

    /** What a WebSocket carries; until an upgrade is complete, only probes. */
    private static final class Over {
        private final EngineSession session;
        private boolean probing;
        private boolean probed;

        Over(EngineSession session, boolean probing) {
            this.session = session;
            this.probing = probing;
        }
    }

    @Override
    public void afterConnectionEstablished(WebSocketSession socket) throws IOException {
        SocketTimes.limit(socket, engineIo.limits());
        URI uri = socket.getUri();
        Query query = Query.of(uri == null ? null : uri.getRawQuery());
        String sid = query.get("sid", null);
        EngineSession session = !EngineIo.isVersion(query) ? null
                : sid == null ? engineIo.open(query, true) : engineIo.find(sid);
        if (session == null) {
            socket.close(CloseStatus.POLICY_VIOLATION.withReason("no such session"));
            return;
        }
        sockets.put(socket, new Over(session, sid != null));
        if (sid == null) {
            session.begin(batch -> send(socket, batch), () -> close(socket));
        }
    }

    private static void send(WebSocketSession socket, List<Message> batch) throws IOException {
        for (Message message : batch) {
            socket.sendMessage(new TextMessage(message.text()));
            if (message.file() != null) {
                socket.sendMessage(new BinaryMessage(message.file().octets()));
            }
        }
    }

    private static void close(WebSocketSession socket) {
        try {
            socket.close();
        } catch (IOException | IllegalStateException e) {
            // then it is closed already
        }
    }

    @Override
    protected void handleTextMessage(WebSocketSession socket, TextMessage message) throws IOException {
        Over over = sockets.get(socket);
        if (over == null) {
            return;
        }
        try {
            if (!over.probing) {
                over.session.text(message.getPayload());
            } else if (!over.probed) {
                String answer = over.session.probe(message.getPayload());
                if (answer == null) {
                    throw new IllegalArgumentException("not a probe");
                }
                over.probed = true;
                socket.sendMessage(new TextMessage(answer));
            } else if (message.getPayload().equals("5")) {
                over.probing = false;
                over.session.upgrade(batch -> send(socket, batch), () -> close(socket));
            } else {
                throw new IllegalArgumentException("not an upgrade");
            }
        } catch (IllegalArgumentException e) {
            socket.close(CloseStatus.PROTOCOL_ERROR);
        }
    }

    @Override
    protected void handleBinaryMessage(WebSocketSession socket, BinaryMessage message) throws IOException {
        Over over = sockets.get(socket);
        if (over == null || over.probing) {
            return;
        }
        ByteBuffer payload = message.getPayload();
        byte[] octets = new byte[payload.remaining()];
        payload.get(octets);
        try {
            over.session.binary(octets);
        } catch (IllegalArgumentException e) {
            socket.close(CloseStatus.PROTOCOL_ERROR);
        }
    }

    @Override
    public void handleTransportError(WebSocketSession socket, Throwable error) {
        // afterConnectionClosed follows
    }

    @Override
    public void afterConnectionClosed(WebSocketSession socket, CloseStatus status) {
        Over over = sockets.remove(socket);
        if (over != null && over.probing) {
            over.session.notUpgraded();
        } else if (over != null) {
            over.session.end("the WebSocket is closed");
        }
    }
}
