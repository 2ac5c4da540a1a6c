package packetlab.web;

import jakarta.websocket.Session;
import java.util.Map;
import org.apache.tomcat.websocket.Constants;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.NativeWebSocketSession;

/** How long the container lets one WebSocket block a thread: Tomcat takes that from the session's own properties. */
final class SocketTimes {
    private SocketTimes() {}

    static void limit(WebSocketSession session, Limits limits) {
        Session container = session instanceof NativeWebSocketSession over ? over.getNativeSession(Session.class) : null;
        if (container != null) {
            Map<String, Object> properties = container.getUserProperties();
            long ms = limits.writeTimeoutMs();
            properties.put(Constants.BLOCKING_SEND_TIMEOUT_PROPERTY, ms);
            properties.put(Constants.SESSION_CLOSE_TIMEOUT_PROPERTY, ms);
            properties.put(Constants.ABNORMAL_SESSION_CLOSE_SEND_TIMEOUT_PROPERTY, ms);
        }
    }
}
