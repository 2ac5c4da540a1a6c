package packetlab.web;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A way in which a browser and a server have exchanged messages. Each has a server and a client here. */
public enum Transport {
    HTTP_POLLING("http-polling", "asks again and again; every answer comes at once"),
    HTTP_LONG_POLLING("http-long-polling", "asks, and the server answers when there is something"),
    HTTP_STREAMING("http-streaming", "one answer that never ends, in chunks"),
    SSE("sse", "server-sent events: an endless answer of text/event-stream"),
    WEBSOCKET("websocket", "frames both ways over one connection"),
    WEBSOCKET_DEFLATE("websocket-deflate", "the same, with permessage-deflate"),
    SOCKJS_WEBSOCKET("sockjs-websocket", "SockJS's frames inside WebSocket's"),
    SOCKJS_XHR_STREAMING("sockjs-xhr-streaming", "SockJS over an endless answer of up to 128 KB"),
    SOCKJS_XHR_POLLING("sockjs-xhr-polling", "SockJS over long polling"),
    SOCKJS_EVENTSOURCE("sockjs-eventsource", "SockJS over server-sent events"),
    SOCKETIO_POLLING("socketio-polling", "Socket.IO over Engine.IO's long polling"),
    SOCKETIO_WEBSOCKET("socketio-websocket", "Socket.IO over a WebSocket from the start"),
    SOCKETIO_UPGRADE("socketio-upgrade", "Socket.IO as by default: begins with polling, goes on over a WebSocket");

    private static final List<Transport> ALL = List.of(values());

    private final String id;
    private final String description;

    Transport(String id, String description) {
        this.id = id;
        this.description = description;
    }

    /** As on the command line, such as {@code http-long-polling}. */
    public String id() {
        return id;
    }

    /** In one line. */
    public String description() {
        return description;
    }

    public static List<Transport> all() {
        return ALL;
    }

    /** The transport of that {@link #id}. */
    public static Optional<Transport> find(String id) {
        return Arrays.stream(values()).filter(t -> t.id.equals(id)).findFirst();
    }
}
