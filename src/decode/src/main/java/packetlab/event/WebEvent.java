package packetlab.event;

/** What browser-era libraries frame inside HTTP and WebSocket: server-sent events, SockJS, Engine.IO, Socket.IO. */
public sealed interface WebEvent extends Event {
    long stream();

    Side from();

    /** Server-sent event (WHATWG HTML, section 9.2); {@code id} null where it has none. */
    record Sse(long timeNs, long frame, long stream, Side from, String id, String eventType, String data)
            implements WebEvent {
        @Override
        public EventType type() {
            return EventType.SSE_EVENT;
        }
    }

    /**
     * SockJS frame, one per message.
     *
     * @param type      one of the four SOCKJS types
     * @param transport such as {@code websocket}, {@code xhr_streaming}
     * @param data      of a message, else null
     * @param code      of a close, else UNKNOWN
     */
    record SockJs(EventType type, long timeNs, long frame, long stream, Side from, String session, String transport,
                  String data, int code, String reason) implements WebEvent {}

    /**
     * Engine.IO packet.
     *
     * @param type    one of the seven ENGINEIO types
     * @param version protocol version, 3 or 4, or UNKNOWN
     */
    record EngineIo(EventType type, long timeNs, long frame, long stream, Side from, String sid, int version,
                    String transport) implements WebEvent {}

    /**
     * Socket.IO packet with its attachments joined.
     *
     * @param type  one of the five SOCKETIO types
     * @param name  of an event, else null
     * @param args  as JSON text, null where there are none
     * @param id    acknowledgement id, or UNKNOWN
     * @param ackOf frame number of the event that an ack answers, or UNKNOWN
     * @param rttNs time between them, or UNKNOWN
     */
    record SocketIo(EventType type, long timeNs, long frame, long stream, Side from, String sid, String namespace,
                    String name, String args, long id, long ackOf, long rttNs) implements WebEvent {}
}
