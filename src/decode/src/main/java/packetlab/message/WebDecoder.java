package packetlab.message;

import java.util.Iterator;
import java.util.LinkedHashMap;
import packetlab.event.Side;
import packetlab.message.HttpHead.Field;

/**
 * Who reads what is framed inside HTTP messages and WebSockets, decided once for each of them by its head: server-sent
 * events by their type, SockJS and Engine.IO by the request's target. Keeps the sessions of all connections; the one that
 * was not heard of for the longest is given up first.
 */
final class WebDecoder {
    static final int LONGEST_SID = 256;
    private static final Word EVENT_STREAM = new Word("text/event-stream");

    final SocketIo socketIo;
    private final MessageDecoder decoder;
    private final LinkedHashMap<String, Object> sessions = new LinkedHashMap<>(16, 0.75f, true);

    WebDecoder(MessageDecoder decoder) {
        this.decoder = decoder;
        socketIo = new SocketIo(decoder);
    }

    /** Reads the content of a request; null for nobody. */
    ContentReader ofRequest(Connection connection, Side from, WebRequest request) {
        if (!request.post || request.isWebSocket()) {
            return null;
        }
        if (request.protocol == WebRequest.Protocol.ENGINEIO) {
            return new EngineReader(connection, request, from).polled(from);
        }
        return request.transport.endsWith("_send") ? sockJs(connection, request, from).posted() : null;
    }

    /** Reads the content of the answer to that request, if one is known; null for nobody. */
    ContentReader ofResponse(Connection connection, Side from, WebRequest request, HttpHead head) {
        if (head.status() != 200) {
            return null;
        }
        if (request != null && !request.isWebSocket()) {
            if (request.protocol == WebRequest.Protocol.ENGINEIO) {
                return request.post ? null : new EngineReader(connection, request, from.other()).polled(from);
            }
            ContentReader frames = sockJs(connection, request, from.other()).answered();
            if (frames != null && (!request.transport.equals("eventsource") || isEventStream(head))) {
                return frames;
            }
        }
        return isEventStream(head) ? new SseReader(connection, from, null) : null;
    }

    /** Reads the messages of a WebSocket that was opened by that request; null for nobody. */
    MessageReader ofWebSocket(Connection connection, Side client, HttpHead opening) {
        WebRequest request = opening == null ? null : WebRequest.of(opening);
        if (request == null || !request.isWebSocket()) {
            return null;
        }
        return request.protocol == WebRequest.Protocol.ENGINEIO ? new EngineReader(connection, request, client)
                : sockJs(connection, request, client);
    }

    private static boolean isEventStream(HttpHead head) {
        if (!head.has(Field.CONTENT_TYPE)) {
            return false;
        }
        int at = head.valueStart(Field.CONTENT_TYPE);
        int end = at + head.valueLength(Field.CONTENT_TYPE);
        int stop = at;
        while (stop < end && head.bytes()[stop] != ';' && head.bytes()[stop] != ' ') {
            stop++;
        }
        return EVENT_STREAM.is(head.bytes(), at, stop);
    }

    private SockJsReader sockJs(Connection connection, WebRequest request, Side client) {
        String key = "sockjs " + request.place + ' ' + request.session;
        SockJsSession session = (SockJsSession) sessions.get(key);
        if (session == null) {
            session = new SockJsSession();
            add(key, session);
        }
        return new SockJsReader(connection, request, session, client);
    }

    /** The session of that sid; null where there is none and none is to be made. */
    EngineSession engine(WebRequest request, String sid, boolean make) {
        String key = key(request, sid);
        EngineSession session = (EngineSession) sessions.get(key);
        if (session == null && make) {
            session = new EngineSession(sid, request.version, false);
            begin(key, session);
        }
        return session;
    }

    /** The server has begun a session. */
    EngineSession beginEngine(WebRequest request, String sid) {
        EngineSession session = new EngineSession(sid, request.version, true);
        EngineSession before = (EngineSession) sessions.remove(key(request, sid));
        if (before != null) {
            before.release(decoder.buffers);
        }
        begin(key(request, sid), session);
        return session;
    }

    private void begin(String key, EngineSession session) {
        decoder.counters.engineIoSessions++;
        add(key, session);
    }

    private static String key(WebRequest request, String sid) {
        return "engine.io " + request.place + ' ' + sid;
    }

    private void add(String key, Object session) {
        sessions.put(key, session);
        if (sessions.size() > decoder.limits.webSessions()) {
            Iterator<Object> oldest = sessions.values().iterator();
            if (oldest.next() instanceof EngineSession engine) {
                engine.release(decoder.buffers);
            }
            oldest.remove();
            decoder.limitInAll(MessageLimits.Name.WEB_SESSIONS);
        }
    }
}
