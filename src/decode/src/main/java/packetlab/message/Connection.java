package packetlab.message;

import java.util.ArrayList;
import java.util.List;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.event.HttpEvent;
import packetlab.event.Side;
import packetlab.event.TcpEvent;
import packetlab.event.WsEvent;
import packetlab.flow.StreamHandler;
import packetlab.message.HttpHead.Field;
import packetlab.message.HttpHead.Kind;

/** One connection: which protocol it speaks, which response answers which request, and when that becomes WebSocket. */
final class Connection implements StreamHandler {
    private static final Word H2C = new Word("h2c");

    final MessageDecoder decoder;
    /** The packet, and its time, that brought the bytes in hand; an earlier one's while held bytes are read. */
    long packet;
    long timeNs;

    private final Stream stream;
    private final boolean midstream;
    private final Direction client;
    private final Direction server;
    private final PendingRequests pending = new PendingRequests();
    /** Who reads a side that sends frames, without a detour; else null. */
    private WebSocketSide clientFrames;
    private WebSocketSide serverFrames;
    private WebSocket webSocket;
    private Verdict verdict;
    private Opening opening;
    private boolean delaying;
    private List<WsEvent.Finding> delayed = List.of();
    private boolean sawHttp;
    private boolean named;

    Connection(MessageDecoder decoder, Stream stream) {
        this.decoder = decoder;
        this.stream = stream;
        midstream = stream.start() == TcpEvent.Start.MIDSTREAM;
        client = new Direction(this, Side.CLIENT, midstream);
        server = new Direction(this, Side.SERVER, midstream);
    }

    @Override
    public void onData(Side from, byte[] array, int offset, int length) {
        begin();
        WebSocketSide reader = from == Side.CLIENT ? clientFrames : serverFrames;
        if (reader != null) {
            reader.read(array, offset, offset + length);
        } else {
            direction(from).data(array, offset, offset + length);
        }
    }

    /** What that side sends is frames, for that reader; or, null, is not just now. */
    void reads(Side side, WebSocketSide reader) {
        if (side == Side.CLIENT) {
            clientFrames = reader;
        } else {
            serverFrames = reader;
        }
    }

    @Override
    public void onGap(Side from, long length, GapCause cause) {
        begin();
        direction(from).gap(length);
    }

    @Override
    public void onFin(Side from) {
        begin();
        direction(from).fin();
        if (webSocket != null) {
            webSocket.fin(from);
        }
    }

    @Override
    public void onClose(TcpEvent.How how) {
        begin();
        client.close();
        server.close();
        if (webSocket != null) {
            webSocket.end(how);
            decoder.counters.webSocketsOpen--;
        }
        if (!sawHttp && !named && webSocket == null) {
            decoder.counters.others++;
        }
        if (verdict != null) {
            decoder.counters.rulesChecked |= verdict.checked();
            if (decoder.wantsVerdict) {
                emit(verdict.toEvent(timeNs, packet, stream()));
            }
        }
    }

    private void begin() {
        packet = stream.frame();
        timeNs = stream.timeNs();
        decoder.packet = packet;
        decoder.timeNs = timeNs;
    }

    private Direction direction(Side side) {
        return side == Side.CLIENT ? client : server;
    }

    long stream() {
        return stream.stream();
    }

    WebSocket webSocket() {
        return webSocket;
    }

    boolean sawHttp() {
        return sawHttp;
    }

    /** Whether the client has asked for WebSocket and no answer was seen. */
    boolean upgradeAsked() {
        return opening != null && opening.asked();
    }

    private Opening opening() {
        if (opening == null) {
            opening = new Opening(this);
        }
        return opening;
    }

    Verdict verdict() {
        if (verdict == null) {
            verdict = new Verdict();
        }
        return verdict;
    }

    void emit(Event event) {
        boolean frame = event instanceof WsEvent.Frame;
        if (!frame) {
            tellDelayed();
        }
        decoder.listener.onEvent(event);
        if (frame) {
            tellDelayed();
        }
    }

    /** Whether findings wait for the frame that they are about, to be read beneath it: not past the bytes in hand. */
    void delayFindings(boolean delay) {
        delaying = delay;
        if (!delay) {
            tellDelayed();
        }
    }

    private void tellDelayed() {
        if (!delayed.isEmpty()) {
            List<WsEvent.Finding> now = delayed;
            delayed = List.of();
            now.forEach(decoder.listener::onEvent);
        }
    }

    /** Something is wrong with what a library frames inside HTTP or WebSocket, or is not known here. */
    void oddity(String text) {
        decoder.counters.webOddities++;
        if (decoder.wantsOddity) {
            emit(new CaptureEvent.Oddity(packet, text));
        }
    }

    void limit(Side from, MessageLimits.Name name) {
        decoder.limit(timeNs, packet, stream(), from, name);
    }

    /**
     * Counts a broken rule; whether somebody wants to be told of it, by {@link #tell}. {@code from} null: not known.
     */
    boolean broken(Side from, WsRule rule) {
        decoder.counters.broken[rule.ordinal()]++;
        verdict().broken(rule, packet, decoder.wantsVerdict);
        if (webSocket != null && from != null) {
            webSocket.broke(from, rule);
        }
        return decoder.wantsFinding;
    }

    void tell(Side from, WsRule rule, String detail) {
        WsEvent.Finding finding = new WsEvent.Finding(timeNs, packet, stream(), from, rule.level(), rule.id(),
                rule.section(), detail);
        if (delaying) {
            if (delayed.isEmpty()) {
                delayed = new ArrayList<>();
            }
            delayed.add(finding);
        } else {
            emit(finding);
        }
    }

    void onHead(Direction from, HttpHead head, int end) {
        // Which side is the client is certain only where the connection's beginning was captured.
        boolean request = head.kind() == Kind.REQUEST;
        if (!midstream && request != (from.side() == Side.CLIENT)) {
            from.onNotHttp(head.bytes(), 0, 0);
            return;
        }
        sawHttp = true;
        if (request) {
            onRequest(from, head, end);
        } else {
            onResponse(from, head, end);
        }
    }

    private void onRequest(Direction from, HttpHead head, int end) {
        if (head.version() >= 20) {
            decoder.counters.http2++;
            protocol(from.side(), "HTTP/2");
            from.http2();
            direction(from.side().other()).other();
            return;
        }
        decoder.counters.httpRequests++;
        if (decoder.wantsRequest) {
            long length = head.contentLength();
            emit(new HttpEvent.Request(timeNs, packet, stream(), from.side(), head.method(), head.target(),
                    head.value(Field.HOST), head.headers(), length < 0 ? Event.UNKNOWN : length,
                    head.has(Field.TRANSFER_ENCODING)));
        }
        boolean framed = from.http().body(head, true);
        boolean upgrades = OpeningHandshake.asksForWebSocket(head);
        int kind = upgrades ? PendingRequests.UPGRADE : head.methodIs("CONNECT") ? PendingRequests.CONNECT
                : head.methodIs("HEAD") ? PendingRequests.HEAD : PendingRequests.PLAIN;
        WebRequest web = WebRequest.of(head);
        PendingRequests.Request request = new PendingRequests.Request(kind, packet, web);
        from.beginMessage(head, request, Event.UNKNOWN, web == null ? null
                : decoder.web.ofRequest(this, from.side(), web));
        from.endIfNoBody();
        if (upgrades) {
            opening().ask(from.side(), head, end);
        }
        if (webSocket != null && opening().awaitsRequest()) {
            opening.comesLate(from);
            from.beginFrames(webSocket.side(from.side()));
            return;
        }
        if (!pending.add(request, decoder.limits.pendingRequests())) {
            limit(from.side(), MessageLimits.Name.PENDING_REQUESTS);
        }
        if (!framed) {
            from.lost();
        } else if (kind >= PendingRequests.CONNECT && from.http().expectsHead()) {
            from.holdWhatFollows();
        }
    }

    private void onResponse(Direction from, HttpHead head, int end) {
        decoder.counters.httpResponses++;
        int status = head.status();
        boolean interim = status >= 100 && status < 200 && status != 101;
        PendingRequests.Request request = pending.next();
        if (decoder.wantsResponse) {
            long length = head.contentLength();
            emit(new HttpEvent.Response(timeNs, packet, stream(), from.side(), status, head.headers(),
                    length < 0 ? Event.UNKNOWN : length, head.has(Field.TRANSFER_ENCODING), request.packet,
                    Event.elapsedNs(request.endNs, from.headBeganNs())));
        }
        if (interim) {
            from.http().body(head, false);
            from.beginMessage(head, null, request.packet, null);
            from.endIfNoBody();
            return;
        }
        boolean unasked = pending.none();
        pending.take();
        int kind = request.kind;
        if (status == 101) {
            from.http().body(head, false);
            from.beginMessage(head, null, request.packet, null);
            switchProtocol(from, kind, unasked, head, end);
            return;
        }
        boolean tunnel = kind == PendingRequests.CONNECT && status >= 200 && status < 300;
        boolean hasBody = kind != PendingRequests.HEAD && !tunnel && status != 204 && status != 304;
        boolean framed = from.http().body(head, hasBody);
        from.beginMessage(head, null, request.packet, hasBody ? decoder.web.ofResponse(this, from.side(), request.web, head)
                : null);
        Direction requester = direction(from.side().other());
        if (kind == PendingRequests.UPGRADE && upgradeAsked()) {
            opening.refuse(from.side(), head);
        }
        if (framed) {
            from.endIfNoBody();
        } else {
            from.lost();
        }
        // Behind a CONNECT either side may begin anything, a new request too.
        if (requester.waits() && kind >= PendingRequests.CONNECT) {
            requester.resumeHttp();
        }
    }

    /** HTTP comes where frames were expected: if responses are not matched any more, the answer was missed. */
    boolean upgradeWasRefused() {
        if (pending.matches()) {
            return false;
        }
        opening().forgetRequest();
        return true;
    }

    private void switchProtocol(Direction from, int kind, boolean unasked, HttpHead head, int end) {
        boolean toWebSocket = OpeningHandshake.switchesToWebSocket(head)
                || upgradeAsked() && kind != PendingRequests.PLAIN && !head.has(Field.UPGRADE);
        Direction requester = direction(from.side().other());
        if (!toWebSocket) {
            boolean http2 = head.hasToken(Field.UPGRADE, H2C);
            decoder.counters.http2 += http2 ? 1 : 0;
            protocol(from.side(), http2 ? "HTTP/2" : head.has(Field.UPGRADE) ? head.list(Field.UPGRADE)
                    : "another protocol than HTTP");
            from.other();
            requester.other();
            return;
        }
        if (webSocket != null) {
            // Its frames were recognised before the response came.
            from.beginFrames(webSocket.side(from.side()));
            return;
        }
        boolean asked = upgradeAsked();
        opening().accept(requester, from.side(), head, end, unasked && requester.atMessageStart());
        from.beginFrames(webSocket.side(from.side()));
        if (asked && !requester.searches() || requester.waits()) {
            requester.beginFrames(webSocket.side(requester.side()));
        } else if (!opening.awaitsRequest()) {
            requester.searchFrames();
        }
    }

    /** This is a WebSocket: from now on, what its sides break counts for it too. */
    void opened(WebSocket it) {
        webSocket = it;
    }

    /** How frames of that side are masked. */
    FrameSearch.Masking masking(Side side) {
        Side known = webSocket != null ? webSocket.clientSide() : upgradeAsked() ? opening.asker() : null;
        if (known == null) {
            return side == Side.CLIENT ? FrameSearch.Masking.LIKELY_MASKED : FrameSearch.Masking.LIKELY_UNMASKED;
        }
        boolean masks = webSocket == null ? known == side : webSocket.side(side).masks(known == side);
        return masks ? FrameSearch.Masking.MASKED : FrameSearch.Masking.UNMASKED;
    }

    /** Frames were recognised on a connection whose 101 was not captured. */
    void openUnseen(Direction found, boolean masked, double confidence) {
        if (webSocket != null) {
            found.beginFrames(webSocket.side(found.side()));
            return;
        }
        webSocket = opening().recognise(found.side(), masked, confidence);
        Direction other = direction(found.side().other());
        if (found.waits()) {
            found.beginFrames(webSocket.side(found.side()));
        }
        if (other.waits()) {
            other.beginFrames(webSocket.side(other.side()));
        } else if (!other.atMessageStart()) {
            other.searchFrames();
        }
    }

    /** HTTP messages may be missing. */
    void lostMessages() {
        pending.stopMatching();
    }

    void tls(Side from) {
        if (!named) {
            decoder.counters.tls++;
            protocol(from, "TLS");
        }
    }

    /** The connection's first bytes are of something that is not decoded. */
    void notHttp() {
        client.other();
        server.other();
    }

    void protocol(Side from, String name) {
        named = true;
        if (decoder.wantsProtocol) {
            emit(new TcpEvent.Protocol(timeNs, packet, stream(), from, name));
        }
    }
}
