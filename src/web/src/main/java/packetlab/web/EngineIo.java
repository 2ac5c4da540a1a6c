package packetlab.web;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Engine.IO, protocol 4 (engine.io-protocol, README.md): its sessions, and the half of it that is polling. The WebSocket
 * half comes through Spring, see {@link EngineSocketHandler}; both share the path and, after an upgrade, the session.
 */
final class EngineIo implements Filter {
    static final String PATH = "/socket.io/";
    static final char SEPARATOR = '\u001e';
    private static final String VERSION = "4";
    private static final int PING_TIMEOUT_MS = 20_000;
    /** The codes of engine.io/lib/server.ts. */
    private static final String UNKNOWN_TRANSPORT = "{\"code\":0,\"message\":\"Transport unknown\"}",
            UNKNOWN_SID = "{\"code\":1,\"message\":\"Session ID unknown\"}",
            BAD_METHOD = "{\"code\":2,\"message\":\"Bad handshake method\"}",
            BAD_REQUEST = "{\"code\":3,\"message\":\"Bad request\"}",
            BAD_VERSION = "{\"code\":5,\"message\":\"Unsupported protocol version\"}";

    private final Hub hub;
    private final ServerOptions options;
    private final Map<String, EngineSession> sessions = new ConcurrentHashMap<>();

    EngineIo(Hub hub, ServerOptions options) {
        this.hub = hub;
        this.options = options;
        hub.clock().scheduleWithFixedDelay(hub.again(() -> sessions.values().forEach(EngineSession::beat)),
                options.heartbeatMs(), options.heartbeatMs(), TimeUnit.MILLISECONDS);
    }

    Limits limits() {
        return hub.limits();
    }

    static boolean isVersion(Query query) {
        return query.get("EIO", "").equals(VERSION);
    }

    /** The session of that id, or null. */
    EngineSession find(String sid) {
        return sessions.get(sid);
    }

    /** A new session, whose first packet is waiting; null where there are too many. */
    EngineSession open(Query query, boolean overWebSocket) {
        String room = query.room();
        if (room == null || sessions.size() >= hub.limits().clients()) {
            hub.refuse(room == null ? "a room that is none" : "a client beyond the " + hub.limits().clients()
                    + " that may be connected");
            return null;
        }
        String sid = UUID.randomUUID().toString().replace("-", "").substring(12);
        EngineSession session = new EngineSession(hub, sid, room, query.echo(), overWebSocket, sessions::remove);
        sessions.put(sid, session);
        session.packet("0{\"sid\":\"" + sid + "\",\"upgrades\":[" + (overWebSocket ? "" : "\"websocket\"")
                + "],\"pingInterval\":" + options.heartbeatMs() + ",\"pingTimeout\":" + PING_TIMEOUT_MS
                + ",\"maxPayload\":" + hub.limits().bodyOctets() + "}");
        return session;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest http = (HttpServletRequest) request;
        if (http.getHeader("Upgrade") != null) {
            chain.doFilter(request, response);
            return;
        }
        HttpServletResponse answer = (HttpServletResponse) response;
        answer.setHeader("Cache-Control", "no-store");
        Query query = Query.of(http.getQueryString());
        String sid = query.get("sid", null);
        if (!isVersion(query)) {
            refuse(answer, BAD_VERSION);
        } else if (!query.get("transport", "").equals("polling")) {
            refuse(answer, UNKNOWN_TRANSPORT);
        } else if (sid == null) {
            begin(http, answer, query);
        } else {
            EngineSession session = sessions.get(sid);
            if (session == null) {
                refuse(answer, UNKNOWN_SID);
            } else if (http.getMethod().equals("POST")) {
                take(session, http, answer);
            } else if (!session.poll(http, answer)) {
                refuse(answer, BAD_REQUEST);            // two at once, or after the upgrade
            }
        }
    }

    private void begin(HttpServletRequest request, HttpServletResponse answer, Query query) throws IOException {
        if (!request.getMethod().equals("GET")) {
            refuse(answer, BAD_METHOD);
            return;
        }
        EngineSession session = open(query, false);
        if (session == null) {
            answer.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        } else {
            session.poll(request, answer);
        }
    }

    /** What a client posts: packets with a separator between them. */
    private void take(EngineSession session, HttpServletRequest request, HttpServletResponse answer) throws IOException {
        String body;
        try {
            body = StandardCharsets.UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(request.getInputStream().readNBytes(hub.limits().bodyOctets()))).toString();
        } catch (CharacterCodingException e) {
            refuse(answer, BAD_REQUEST);
            return;
        }
        if (!session.beginPost()) {
            refuse(answer, BAD_REQUEST);
            return;
        }
        try {
            for (String packet : body.split(String.valueOf(SEPARATOR), -1)) {
                if (packet.startsWith("b")) {
                    // The one that passes over line ends: the Java client breaks lines.
                    session.binary(Base64.getMimeDecoder().decode(packet.substring(1)));
                } else {
                    session.text(packet);
                }
            }
        } catch (IllegalArgumentException e) {              // not base64, or not what the protocol allows
            session.end("a packet that is none");
            refuse(answer, BAD_REQUEST);
            return;
        } finally {
            session.endPost();
        }
        answer.setContentType("text/html");
        answer.setContentLength(2);
        answer.getOutputStream().write(Message.encode("ok"));
    }

    private static void refuse(HttpServletResponse answer, String why) throws IOException {
        answer.setStatus(HttpServletResponse.SC_BAD_REQUEST);
        answer.setContentType("application/json");
        answer.getOutputStream().write(Message.encode(why));
    }

    @Override
    public void destroy() {
        sessions.values().forEach(session -> session.end("the server ends"));
    }
}
