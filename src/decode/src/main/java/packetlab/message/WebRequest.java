package packetlab.message;

import java.nio.charset.StandardCharsets;
import packetlab.message.HttpHead.Field;
import packetlab.message.HttpHead.Kind;

/**
 * What the target of a request says of the library that sent it. Engine.IO: the query has {@code EIO} and
 * {@code transport}. SockJS: the path ends in {@code /server/session/transport}. That alone claims nothing yet; what the
 * messages hold has to agree.
 */
final class WebRequest {
    /** Longer targets are neither's, and would be what the table of sessions keeps. */
    private static final int MAX_TARGET = 2048;
    private static final int LONGEST_HOST = 256;
    private static final String[] SOCKJS = {"websocket", "xhr", "xhr_streaming", "xhr_send", "eventsource", "htmlfile",
        "jsonp", "jsonp_send"};

    enum Protocol { ENGINEIO, SOCKJS }

    final Protocol protocol;
    /** Of Engine.IO {@code polling} or {@code websocket}; of SockJS the last part of the path. */
    final String transport;
    /** What a session is known by: the host, and the path without the transport. */
    final String place;
    /** SockJS: the session. Engine.IO: the sid; null in the first request. */
    final String session;
    /** Engine.IO: 3 or 4. */
    final int version;
    /** SockJS: the part before the session is what its clients make, three digits. */
    final boolean certain;
    /** Engine.IO: Socket.IO's own path. */
    final boolean socketIoPath;
    /** Engine.IO: the answer comes as a script, with a callback. */
    final boolean script;
    final boolean post;

    private WebRequest(Protocol protocol, String transport, String place, String session, int version, boolean certain,
                       boolean socketIoPath, boolean script, boolean post) {
        this.protocol = protocol;
        this.transport = transport;
        this.place = place;
        this.session = session;
        this.version = version;
        this.certain = certain;
        this.socketIoPath = socketIoPath;
        this.script = script;
        this.post = post;
    }

    boolean isWebSocket() {
        return transport.equals("websocket");
    }

    /** What the request belongs to; null for neither. */
    static WebRequest of(HttpHead head) {
        if (head.kind() != Kind.REQUEST || head.targetEnd() - head.targetStart() > MAX_TARGET) {
            return null;
        }
        boolean post = head.methodIs("POST");
        if (!post && !head.methodIs("GET")) {
            return null;
        }
        byte[] a = head.bytes();
        int from = head.targetStart();
        int end = head.targetEnd();
        int query = from;
        while (query < end && a[query] != '?') {
            query++;
        }
        int eio = parameter(a, query, end, "EIO");
        if (eio >= 0) {
            return engineIo(head, from, query, end, eio, post);
        }
        int slash = query;
        while (slash > from && a[slash - 1] != '/') {
            slash--;
        }
        // The shortest of their names has three letters, the longest thirteen.
        return query - slash < 3 || query - slash > 13 || slash == from ? null
                : sockJs(head, from, slash, query, post);
    }

    private static WebRequest engineIo(HttpHead head, int from, int query, int end, int eio, boolean post) {
        byte[] a = head.bytes();
        String version = value(a, eio, end);
        String transport = value(a, parameter(a, query, end, "transport"), end);
        String sid = value(a, parameter(a, query, end, "sid"), end);
        if (!version.equals("3") && !version.equals("4") || sid.length() > WebDecoder.LONGEST_SID
                || !transport.equals("polling") && !(transport.equals("websocket") && !post)) {
            return null;
        }
        String path = text(a, from, query);
        boolean script = parameter(a, query, end, "j") >= 0;
        return new WebRequest(Protocol.ENGINEIO, transport, host(head) + path, sid.isEmpty() ? null : sid,
                version.charAt(0) - '0', false, path.contains("socket.io"), script, post);
    }

    private static WebRequest sockJs(HttpHead head, int from, int slash, int end, boolean post) {
        byte[] a = head.bytes();
        String transport = null;
        for (String each : SOCKJS) {
            if (is(a, slash, end, each)) {
                transport = each;
            }
        }
        int session = before(a, from, slash - 1);
        int server = before(a, from, session - 1);
        if (transport == null || session < 0 || server < 0 || session == slash - 1 || server == session - 1) {
            return null;
        }
        for (int at = server; at < slash; at++) {
            if (a[at] == '.') {
                return null;
            }
        }
        if (transport.equals("xhr_send") || transport.equals("jsonp_send") ? !post
                : !transport.startsWith("xhr") && post) {
            return null;
        }
        boolean digits = session - 1 - server == 3 && Json.digits(a, server, session - 1) == session - 1;
        // Which server a session is on does not tell it from others (SockJS protocol, "URL"); prefix and session do.
        return new WebRequest(Protocol.SOCKJS, transport, host(head) + text(a, from, server) + text(a, session, slash - 1),
                text(a, session, slash - 1), 0, digits, false, false, post);
    }

    /** Where the part of the path begins that ends at {@code end}; -1 for none. */
    private static int before(byte[] a, int from, int end) {
        int at = end;
        while (at > from && a[at - 1] != '/') {
            at--;
        }
        return end < from || at == from ? -1 : at;
    }

    /** Where the value of that parameter begins, or -1. */
    private static int parameter(byte[] a, int query, int end, String name) {
        for (int at = query; at < end; at++) {
            if ((a[at] == '?' || a[at] == '&') && end - at > name.length() + 1 && a[at + 1 + name.length()] == '='
                    && is(a, at + 1, at + 1 + name.length(), name)) {
                return at + name.length() + 2;
            }
        }
        return -1;
    }

    private static String value(byte[] a, int from, int end) {
        int stop = Math.max(from, 0);
        while (from >= 0 && stop < end && a[stop] != '&') {
            stop++;
        }
        return from < 0 ? "" : text(a, from, stop);
    }

    private static boolean is(byte[] a, int from, int end, String word) {
        if (end - from != word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (a[from + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static String host(HttpHead head) {
        String host = head.value(Field.HOST);
        return host == null || host.length() > LONGEST_HOST ? "" : host;
    }

    private static String text(byte[] a, int from, int end) {
        return new String(a, from, end - from, StandardCharsets.ISO_8859_1);
    }
}
