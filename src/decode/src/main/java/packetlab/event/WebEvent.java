package packetlab.event;

/**
 * What browser-era libraries frame inside HTTP and WebSocket: server-sent events, SockJS, Engine.IO, Socket.IO. Each is
 * told at the packet that completed it, of the connection that carried it. {@code wireLength} counts octets of the
 * carrying layer's payload (HTTP content without chunk framing and after inflating, a WebSocket message after inflating),
 * {@code length} those of what is carried.
 */
public sealed interface WebEvent extends Event {
    long stream();

    Side from();

    /** Octets that it takes in the payload of the layer below. */
    long wireLength();

    /** Octets of what it carries. */
    long length();

    /**
     * Server-sent event (WHATWG HTML, section 9.2), as a browser would dispatch it.
     *
     * @param id         the last event ID at that time, which an earlier event may have set, at most 1,024 octets of it;
     *                   null where there is none
     * @param eventType  null for the default, {@code message}
     * @param retryMs    reconnection time that was set since the event before, or UNKNOWN
     * @param length     octets of {@code data} as UTF-8, of all of it
     * @param wireLength octets of the stream since the event before: its lines, comments and the empty line
     * @param data       as far as events carry it
     */
    record Sse(long timeNs, long frame, long stream, Side from, String id, String eventType, long retryMs, long length,
               long wireLength, String data, boolean dataCut) implements WebEvent {
        @Override
        public EventType type() {
            return EventType.SSE_EVENT;
        }
    }

    /**
     * SockJS frame, one per message.
     *
     * @param type       one of the four SOCKJS types
     * @param session    as in the URL
     * @param transport  such as {@code websocket}, {@code xhr_streaming}: the last part of the URL
     * @param code       of a close, else UNKNOWN
     * @param length     of a message its octets as UTF-8 after the string's escapes are undone, all of it; else 0
     * @param wireLength octets of the frame; where an array holds several messages, each has its string and what stands
     *                   before it since the one before, and the last also what stands behind it, so that they add up
     * @param data       of a message, as far as events carry it, else null
     */
    record SockJs(EventType type, long timeNs, long frame, long stream, Side from, String session, String transport,
                  int code, String reason, long length, long wireLength, String data, boolean dataCut)
            implements WebEvent {}

    /**
     * Engine.IO packet.
     *
     * @param type       one of the seven ENGINEIO types; a ping or pong with the text {@code probe} belongs to the change
     *                   from polling to WebSocket, which {@code upgrade} completes
     * @param sid        of the session, or null where it is not known
     * @param version    protocol version, 3 or 4
     * @param transport  {@code polling} or {@code websocket}
     * @param length     octets of its data, without its type; of a binary one after base64 is undone
     * @param wireLength octets that it takes: type, base64, and in polling the separator before it (version 4) or its
     *                   length (version 3)
     * @param binary     whether its data are octets, not text
     * @param data       as far as events carry it; null for none
     */
    record EngineIo(EventType type, long timeNs, long frame, long stream, Side from, String sid, int version,
                    String transport, long length, long wireLength, boolean binary, byte[] data, boolean dataCut)
            implements WebEvent {}

    /**
     * Socket.IO packet with its attachments joined: told when the last of them has come.
     *
     * @param type             one of the five SOCKETIO types
     * @param sid              of the Engine.IO session; Socket.IO's own stands in the arguments of the server's connect
     * @param namespace        {@code /} where the packet names none
     * @param query            what a connect has behind {@code ?}, or null
     * @param name             of an event, else null; a number as its digits; of it, the namespace and the query at most
     *                         1,024 characters
     * @param id               acknowledgement id, or UNKNOWN
     * @param ackOf            frame number of the event that an ack answers, or UNKNOWN
     * @param rttNs            time between them, or UNKNOWN
     * @param attachments      how many binary attachments it has
     * @param attachmentLength octets that they have together
     * @param length           octets of its JSON as sent, with the name, without what stands before it
     * @param wireLength       octets that it takes in Engine.IO's data: its text, and its attachments
     * @param args             as JSON text: of an event without its name, an attachment in its place as
     *                         {@code {"_attachment":0,"length":3,"base64":"AQID"}}; null where there are none, or they
     *                         are longer than what is kept ({@code argsCut})
     */
    record SocketIo(EventType type, long timeNs, long frame, long stream, Side from, String sid, String transport,
                    String namespace, String query, String name, long id, long ackOf, long rttNs, int attachments,
                    long attachmentLength, long length, long wireLength, String args, boolean argsCut)
            implements WebEvent {}
}
