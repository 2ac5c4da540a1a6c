package packetlab.message;

import packetlab.event.Side;
import packetlab.event.WsEvent;

/** The bytes that one side of a connection sends, handed to whoever reads what they are just now. */
final class Direction implements HttpStream.Owner {
    private enum Mode {
        /** HTTP messages, or the connection's first bytes, which may be one. */
        HTTP,
        /** The client has asked for another protocol: what follows is that or HTTP, as the response will say. */
        HELD,
        FRAMES,
        /** It is not known where in what these bytes are. */
        SEARCH,
        /** Given up but for an HTTP message at the beginning of a segment. */
        LOST,
        HTTP2,
        /** Something that is not decoded. */
        OTHER
    }

    /** Segments behind a request for WebSocket that may pass without a response before that is given up. */
    private static final int PATIENCE = 8;

    private final Connection connection;
    private final Side side;
    private Mode mode;
    private HttpStream http;
    private WebSocketSide frames;
    private Held held;
    private Http2Peek http2;
    private Searching searching;
    /** The HTTP message in hand; null where nobody wants to know of it. */
    private HttpBody body;
    private long headBeganNs;
    /** The request in hand; null for none. */
    private PendingRequests.Request request;

    Direction(Connection connection, Side side, boolean midstream) {
        this.connection = connection;
        this.side = side;
        mode = midstream ? Mode.SEARCH : Mode.HTTP;
    }

    Side side() {
        return side;
    }

    /** Takes the side's next bytes. */
    void data(byte[] a, int from, int end) {
        int at = from;
        while (at < end) {
            switch (mode) {
                case FRAMES:
                    frames.read(a, at, end);
                    return;
                case HTTP:
                    if (http == null) {
                        http = new HttpStream(connection.decoder, this);
                    }
                    at = http.read(a, at, end);
                    break;
                case HELD:
                    at = hold(a, at, end);
                    break;
                case SEARCH:
                case LOST:
                    at = search(a, at, end);
                    break;
                case HTTP2:
                    if (http2.read(a, at, end)) {
                        connection.protocol(side, "WebSocket over HTTP/2 (RFC 8441)");
                        other();
                    }
                    return;
                default:
                    return;
            }
        }
    }

    /** {@code count} of the side's bytes are missing. */
    void gap(long count) {
        switch (mode) {
            case FRAMES:
                if (!frames.gap(count)) {
                    searchFrom(0);
                }
                break;
            case HTTP:
                if (body != null) {
                    body.gap();
                }
                if (http == null || !http.gap(count)) {
                    connection.lostMessages();
                    searchFrom(0);
                }
                break;
            case HELD:
                searchFrom(held == null ? 0 : held.length());
                break;
            case SEARCH:
                searchFrom(searching == null ? 0 : searching.passed());
                break;
            case HTTP2:
                other();
                break;
            default:
                break;
        }
    }

    /** The connection is over: what waits is decided, what is shared is given back. */
    void close() {
        if (mode == Mode.HELD && held != null) {
            giveUpWaiting();
        }
        if (mode == Mode.SEARCH && searching != null) {
            if (searching.find(true)) {
                found();
            } else if (connection.webSocket() != null) {
                connection.decoder.counters.skippedBytes += searching.passed();
            }
        }
        leaveHttp();
        if (http2 != null) {
            http2.release();
        }
        dropHeld();
    }

    /** The side sends no more. */
    void fin() {
        if (mode == Mode.HTTP && http != null && http.untilClose()) {
            onBodyEnd();
        }
    }

    @Override
    public void onHeadBegins() {
        headBeganNs = connection.timeNs;
    }

    /** When the first octet of the head in hand came. */
    long headBeganNs() {
        return headBeganNs;
    }

    /** A message begins whose head is complete. */
    void beginMessage(HttpHead head, PendingRequests.Request ofRequest, long requestFrame, ContentReader reader) {
        request = ofRequest;
        MessageDecoder decoder = connection.decoder;
        if (decoder.wantsHttpMessage || decoder.wantsHttpChunk || reader != null) {
            body = new HttpBody(connection, side, head, http.headLength(), requestFrame, reader);
        }
    }

    /** If no body follows the head in hand, its message is over. */
    void endIfNoBody() {
        if (http != null && http.expectsHead()) {
            endMessage(true);
        }
    }

    private void endMessage(boolean complete) {
        if (request != null && complete) {
            request.endNs = connection.timeNs;
        }
        request = null;
        HttpBody ending = body;
        body = null;
        if (ending != null) {
            ending.end(complete, http.bodyLength());
        }
    }

    @Override
    public void onHead(HttpHead head, int end) {
        connection.onHead(this, head, end);
    }

    @Override
    public void onBody(byte[] a, int at, int n) {
        connection.decoder.counters.httpBodyBytes += n;
        if (body != null) {
            body.content(a, at, n, http.inChunk());
        }
    }

    @Override
    public void onChunk() {
        if (body != null) {
            body.chunk();
        }
    }

    @Override
    public void onBodyEnd() {
        endMessage(true);
    }

    @Override
    public void onNotHttp(byte[] a, int at, int end) {
        if (connection.webSocket() != null) {
            searchFrom(end - at);
        } else if (connection.sawHttp()) {
            lost();
        } else {
            if (isTls(a, at, end)) {
                connection.tls(side);
            }
            connection.notHttp();
        }
    }

    @Override
    public void onLimit(MessageLimits.Name limit) {
        connection.limit(side, limit);
    }

    @Override
    public void onHeadTooLong() {
        connection.lostMessages();
        lost();
    }

    /** A record of TLS (RFC 8446 section 5.1, and its ancestors): type, version 3.x, length. */
    private static boolean isTls(byte[] a, int at, int end) {
        return end - at >= 5 && a[at] >= 20 && a[at] <= 23 && a[at + 1] == 3 && a[at + 2] >= 0 && a[at + 2] <= 4
                && (a[at + 3] & 0xFF) <= 0x48;
    }

    HttpStream http() {
        return http;
    }

    /** Whether this side stands at the beginning of an HTTP message. */
    boolean atMessageStart() {
        return mode == Mode.HTTP && (http == null || http.betweenMessages());
    }

    boolean waits() {
        return mode == Mode.HELD;
    }

    boolean searches() {
        return mode == Mode.SEARCH || mode == Mode.LOST;
    }

    /** What follows is not decoded. */
    void other() {
        leaveHttp();
        dropHeld();
        mode = Mode.OTHER;
    }

    void lost() {
        leaveHttp();
        dropHeld();
        mode = Mode.LOST;
    }

    /** What follows is HTTP/2, behind the first part of its preface. */
    void http2() {
        leaveHttp();
        http2 = new Http2Peek(connection.decoder);
        mode = Mode.HTTP2;
    }

    /** What follows waits for the response. */
    void holdWhatFollows() {
        mode = Mode.HELD;
    }

    /** What follows, and what was held, is HTTP or begins something new that may be. */
    void resumeHttp() {
        if (mode == Mode.HELD || mode == Mode.HTTP) {
            mode = Mode.HTTP;
            replay(0);
        }
    }

    /** What follows, and what was held, is frames. */
    void beginFrames(WebSocketSide reader) {
        leaveHttp();
        frames = reader;
        mode = Mode.FRAMES;
        connection.reads(side, reader);
        replay(0);
    }

    /** This is a WebSocket, but it is not known where in it the next bytes are. */
    void searchFrames() {
        if (mode != Mode.SEARCH) {
            searchFrom(0);
        }
    }

    private void leaveHttp() {
        if (http != null) {
            endMessage(http.expectsHead());
            http.release();
            http = null;
        }
    }

    private void searchFrom(long alreadySkipped) {
        connection.reads(side, null);
        leaveHttp();
        dropHeld();
        searching = alreadySkipped == 0 ? null : new Searching(connection, side, alreadySkipped);
        mode = Mode.SEARCH;
        WebSocket webSocket = connection.webSocket();
        if (webSocket != null) {
            webSocket.side(side).lostTrack();
        }
    }

    /** What is held; null for nothing. */
    Held held() {
        return held;
    }

    private int hold(byte[] a, int at, int end) {
        if (held == null) {
            if (HttpStream.surelyBegins(a, at, end) && connection.upgradeWasRefused()) {
                mode = Mode.HTTP;
                return at;
            }
            held = new Held(connection.decoder.buffers);
        }
        if (held.length() + (end - at) > connection.decoder.limits.heldSize()) {
            connection.limit(side, MessageLimits.Name.HELD_SIZE);
            giveUpWaiting();
            return at;
        }
        if (!held.add(a, at, end - at, connection.packet, connection.timeNs)) {
            giveUpWaiting();
            return at;
        }
        if (held.pieces() > PATIENCE) {
            giveUpWaiting();
        }
        return end;
    }

    /** No response has come: are these frames all the same, whose 101 was not captured? */
    private void giveUpWaiting() {
        FrameSearch search = connection.decoder.search;
        if (search.find(held, FrameSearch.Masking.MASKED, 4, true, false) && search.at() == 0) {
            connection.openUnseen(this, true, search.confidence());
        } else {
            lost();
        }
    }

    private int search(byte[] a, int at, int end) {
        WebSocket webSocket = connection.webSocket();
        if (webSocket == null && HttpStream.surelyBegins(a, at, end)) {
            dropHeld();
            mode = Mode.HTTP;
            return at;
        }
        if (mode == Mode.LOST) {
            return end;
        }
        boolean first = searching == null || searching.isEmpty();
        if (webSocket == null && !connection.sawHttp() && first && isTls(a, at, end)) {
            connection.tls(side);
            connection.notHttp();
            return end;
        }
        if (searching == null) {
            searching = new Searching(connection, side, 0);
        }
        switch (searching.take(a, at, end)) {
            case FOUND:
                found();
                break;
            case NO_ROOM:
                if (webSocket == null) {
                    lost();
                } else {
                    searching.drop();
                }
                break;
            default:
                break;
        }
        return end;
    }

    private void dropHeld() {
        if (held != null) {
            held.release();
            held = null;
        }
        if (searching != null) {
            searching.held().release();
            searching = null;
        }
    }

    private void found() {
        MessageDecoder decoder = connection.decoder;
        long packet = connection.packet;
        long timeNs = connection.timeNs;
        int at = searching.at();
        long before = searching.skipped();
        double confidence = searching.confidence();
        held = searching.held();
        int piece = 0;
        while (held.start(piece + 1) <= at) {
            piece++;
        }
        connection.packet = held.packet(piece);
        connection.timeNs = held.timeNs(piece);
        boolean opened = connection.webSocket() == null;
        if (opened) {
            connection.openUnseen(this, searching.masked(), confidence);
        }
        decoder.counters.skippedBytes += before;
        if (!opened) {
            decoder.counters.resyncs++;
        }
        if (decoder.wantsResync && (!opened || before > 0)) {
            connection.emit(new WsEvent.Resync(connection.timeNs, connection.packet, connection.stream(), side, before,
                    confidence));
        }
        searching = null;
        frames = connection.webSocket().side(side);
        mode = Mode.FRAMES;
        connection.reads(side, frames);
        replay(at);
        connection.packet = packet;
        connection.timeNs = timeNs;
    }

    /** Reads what was held, from that place on, as what the side is now known to send. */
    private void replay(int from) {
        Held what = held;
        if (what == null) {
            return;
        }
        held = null;
        long packet = connection.packet;
        long timeNs = connection.timeNs;
        for (int piece = 0; piece < what.pieces(); piece++) {
            int start = Math.max(from, what.start(piece));
            if (start < what.start(piece + 1)) {
                connection.packet = what.packet(piece);
                connection.timeNs = what.timeNs(piece);
                data(what.array(), start, what.start(piece + 1));
            }
        }
        what.release();
        connection.packet = packet;
        connection.timeNs = timeNs;
    }
}
