package packetlab.event;

import java.util.List;

/** HTTP/1.1 message heads (RFC 9112). */
public sealed interface HttpEvent extends Event {
    long stream();

    Side from();

    List<Header> headers();

    /** A header field as sent: octets read as ISO-8859-1, name in its own case, value without surrounding space. */
    record Header(String name, String value) {}

    /**
     * @param host    null where the request has no Host field
     * @param length  Content-Length in octets, or UNKNOWN
     */
    record Request(long timeNs, long frame, long stream, Side from, String method, String target, String host,
                   List<Header> headers, long length, boolean chunked) implements HttpEvent {
        @Override
        public EventType type() {
            return EventType.HTTP_REQUEST;
        }
    }

    /** @param length Content-Length in octets, or UNKNOWN */
    record Response(long timeNs, long frame, long stream, Side from, int status, List<Header> headers, long length,
                    boolean chunked) implements HttpEvent {
        @Override
        public EventType type() {
            return EventType.HTTP_RESPONSE;
        }
    }
}
