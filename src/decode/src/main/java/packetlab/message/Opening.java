package packetlab.message;

import packetlab.event.Side;
import packetlab.event.WsEvent;
import packetlab.message.HttpHead.Field;

/**
 * The opening handshakes of one connection: keeps a request for WebSocket until it is answered, tells what both break,
 * and makes the WebSocket. One handshake at a time; a refused one may be followed by another.
 */
final class Opening {
    private final Connection connection;
    private final MessageDecoder decoder;
    private HttpHead request;
    private long requestPacket;
    private long requestBroken;
    private Side asker;
    /** A 101 whose request has not been read yet. */
    private HttpHead earlyResponse;

    Opening(Connection connection) {
        this.connection = connection;
        decoder = connection.decoder;
    }

    /** Whether a request waits for its answer. */
    boolean asked() {
        return request != null;
    }

    /** Which side asked last. */
    Side asker() {
        return asker;
    }

    /** Whether the request may still come that a 101 has answered. */
    boolean awaitsRequest() {
        return earlyResponse != null;
    }

    void forgetRequest() {
        request = null;
    }

    /** A request that wants to open a WebSocket; {@code end} is the index behind it. */
    void ask(Side from, HttpHead head, int end) {
        requestBroken = decoder.handshake.checkRequest(head);
        connection.verdict().checked(decoder.handshake.checked());
        requestPacket = connection.packet;
        asker = from;
        request = head.copy(end);
        tell(from, requestBroken, null, head);
    }

    private void tell(Side from, long broken, HttpHead asked, HttpHead head) {
        for (long rest = broken; rest != 0; rest &= rest - 1) {
            WsRule rule = WsRule.first(rest);
            if (connection.broken(from, rule)) {
                connection.tell(from, rule, decoder.handshake.detail(rule, asked, head));
            }
        }
    }

    /** The answer is anything but 101. */
    void refuse(Side from, HttpHead head) {
        decoder.counters.refused++;
        if (decoder.wantsRefused) {
            connection.emit(new WsEvent.Refused(connection.timeNs, connection.packet, connection.stream(),
                    head.status(), request.target()));
        }
        if (head.status() == 426) {
            connection.verdict().checked(WsRule.VERSIONS_NAMED.bit());
            if (!head.has(Field.VERSION) && connection.broken(from, WsRule.VERSIONS_NAMED)) {
                connection.tell(from, WsRule.VERSIONS_NAMED, "there is no Sec-WebSocket-Version");
            }
        }
        request = null;
    }

    /**
     * The answer is 101.
     *
     * @param requestMayCome whether the request, if it was not seen, may still do so
     */
    WebSocket accept(Direction requester, Side responder, HttpHead response, int end, boolean requestMayCome) {
        OpeningHandshake handshake = decoder.handshake;
        long broken = handshake.checkResponse(request, response);
        connection.verdict().checked(handshake.checked());
        WebSocket webSocket = new WebSocket(connection, handshake.compression(response),
                handshake.hasUnknownExtension(response), false, responder.other());
        Boolean acceptValid = request == null ? null : (Boolean) ((broken & WsRule.RESPONSE_ACCEPT.bit()) == 0);
        webSocket.tellOpen(request, requestPacket, response, acceptValid, 1);
        connection.opened(webSocket);
        webSocket.readBy(decoder.web.ofWebSocket(connection, responder.other(), request));
        tell(responder, broken, request, response);
        if (request != null) {
            settleRequest(requester, responder);
        } else if (requestMayCome) {
            earlyResponse = response.copy(end);
        }
        request = null;
        return webSocket;
    }

    /** What the request, now that it was answered with 101, has to do with that. */
    private void settleRequest(Direction requester, Side responder) {
        connection.verdict().checked(WsRule.REQUEST_FAULT_ACCEPTED.bit() | WsRule.DATA_BEFORE_RESPONSE.bit());
        long faults = WsRule.violations(requestBroken);
        if (faults != 0 && connection.broken(responder, WsRule.REQUEST_FAULT_ACCEPTED)) {
            connection.tell(responder, WsRule.REQUEST_FAULT_ACCEPTED, "it breaks " + WsRule.first(faults).id());
        }
        Held early = requester.held();
        if (early != null) {
            long now = connection.packet;
            long nowNs = connection.timeNs;
            connection.packet = early.packet(0);
            connection.timeNs = early.timeNs(0);
            if (connection.broken(requester.side(), WsRule.DATA_BEFORE_RESPONSE)) {
                connection.tell(requester.side(), WsRule.DATA_BEFORE_RESPONSE, null);
            }
            connection.packet = now;
            connection.timeNs = nowNs;
        }
    }

    /** A request behind the 101 that has answered it: its segments came later. If it did ask, it was asked here too. */
    void comesLate(Direction from) {
        if (request != null) {
            Side responder = from.side().other();
            long broken = decoder.handshake.checkResponse(request, earlyResponse);
            connection.verdict().checked(decoder.handshake.checked());
            // What can be judged without the request was judged when the response came.
            long known = decoder.handshake.checkResponse(null, earlyResponse);
            tell(responder, broken & ~known, request, earlyResponse);
            settleRequest(from, responder);
        }
        request = null;
        earlyResponse = null;
    }

    /** Frames were recognised though no 101 was captured, masked ones or not, on that side. */
    WebSocket recognise(Side side, boolean masked, double confidence) {
        boolean uncompressed = request != null && !Compression.offered(decoder.handshake.extensions(request));
        Side client = request != null ? asker : masked ? side : null;
        WebSocket webSocket = new WebSocket(connection, uncompressed ? Compression.NONE : Compression.ASSUMED, false,
                true, client);
        webSocket.tellOpen(request, requestPacket, null, null, confidence);
        request = null;
        return webSocket;
    }
}
