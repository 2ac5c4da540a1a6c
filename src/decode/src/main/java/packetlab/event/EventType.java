package packetlab.event;

/** Every event there is, with its name in the NDJSON output. */
public enum EventType {
    START("start"),
    END("end"),
    DROPPED("dropped"),
    LIMIT("limit"),
    GAP("gap"),
    INTERFACE("interface"),
    COMMENT("comment"),
    ODDITY("oddity"),
    TCP_OPEN("tcp.open"),
    TCP_SEGMENT("tcp.segment"),
    TCP_FINDING("tcp.finding"),
    TCP_CLOSE("tcp.close"),
    TCP_PROTOCOL("tcp.protocol"),
    UDP_DATAGRAM("udp.datagram"),
    ICMP_MESSAGE("icmp.message"),
    OTHER("other"),
    PACKET_ORIGIN("packet.origin"),
    HTTP_REQUEST("http.request"),
    HTTP_RESPONSE("http.response"),
    HTTP_CHUNK("http.chunk"),
    HTTP_MESSAGE("http.message"),
    WS_OPEN("ws.open"),
    WS_REFUSED("ws.refused"),
    WS_FRAME("ws.frame"),
    WS_MESSAGE("ws.message"),
    WS_PING("ws.ping"),
    WS_PONG("ws.pong"),
    WS_CLOSE("ws.close"),
    WS_FINDING("ws.finding"),
    WS_RESYNC("ws.resync"),
    WS_END("ws.end"),
    WS_VERDICT("ws.verdict"),
    CALL("call"),
    NOTE("note"),
    WIRE_DROPPED("wire.dropped"),
    WIRE_DELAYED("wire.delayed"),
    WIRE_CHANGED("wire.changed"),
    WIRE_PASSED("wire.passed"),
    WIRE_RULE("wire.rule"),
    SSE_EVENT("sse.event"),
    SOCKJS_OPEN("sockjs.open"),
    SOCKJS_MESSAGE("sockjs.message"),
    SOCKJS_HEARTBEAT("sockjs.heartbeat"),
    SOCKJS_CLOSE("sockjs.close"),
    ENGINEIO_OPEN("engineio.open"),
    ENGINEIO_PING("engineio.ping"),
    ENGINEIO_PONG("engineio.pong"),
    ENGINEIO_UPGRADE("engineio.upgrade"),
    ENGINEIO_MESSAGE("engineio.message"),
    ENGINEIO_CLOSE("engineio.close"),
    ENGINEIO_NOOP("engineio.noop"),
    SOCKETIO_CONNECT("socketio.connect"),
    SOCKETIO_EVENT("socketio.event"),
    SOCKETIO_ACK("socketio.ack"),
    SOCKETIO_DISCONNECT("socketio.disconnect"),
    SOCKETIO_CONNECT_ERROR("socketio.connect-error"),
    COST_RESULT("cost.result"),
    COST_IDLE("cost.idle"),
    LATENCY_RESULT("latency.result"),
    LATENCY_ROUND("latency.round"),
    LATENCY_SPLIT("latency.split"),
    LATENCY_HOST("latency.host");

    private final String wireName;

    EventType(String wireName) {
        this.wireName = wireName;
    }

    /** The value of the field {@code event}, such as {@code tcp.open}. */
    public String wireName() {
        return wireName;
    }
}
