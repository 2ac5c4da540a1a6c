package packetlab.event;

import java.util.List;

/** HTTP/1.1 messages (RFC 9112): their heads when they are complete, chunks as they come, and each whole message. */
public sealed interface HttpEvent extends Event {
    long stream();

    Side from();

    /** The head of a message. */
    sealed interface Head extends HttpEvent {
        List<Header> headers();
    }

    /** A header field as sent: octets read as ISO-8859-1, name in its own case, value without surrounding space. */
    record Header(String name, String value) {}

    /**
     * @param host    null where the request has no Host field
     * @param length  Content-Length in octets, or UNKNOWN
     */
    record Request(long timeNs, long frame, long stream, Side from, String method, String target, String host,
                   List<Header> headers, long length, boolean chunked) implements Head {
        @Override
        public EventType type() {
            return EventType.HTTP_REQUEST;
        }
    }

    /**
     * @param length       Content-Length in octets, or UNKNOWN
     * @param requestFrame the {@code frame} of the request that it answers, or UNKNOWN
     * @param latencyNs    from the request's last octet to this response's first, or UNKNOWN: where the request is not
     *                     known or was not complete yet
     */
    record Response(long timeNs, long frame, long stream, Side from, int status, List<Header> headers, long length,
                    boolean chunked, long requestFrame, long latencyNs) implements Head {
        public Response(long timeNs, long frame, long stream, Side from, int status, List<Header> headers, long length,
                        boolean chunked) {
            this(timeNs, frame, stream, from, status, headers, length, chunked, UNKNOWN, UNKNOWN);
        }

        @Override
        public EventType type() {
            return EventType.HTTP_RESPONSE;
        }
    }

    /**
     * The data of a chunk (RFC 9112 section 7.1) is complete: its last octet came with this packet.
     *
     * @param headFrame the {@code frame} of the head of its message
     * @param offset    of its first octet in the message's content
     * @param length    octets of its data, as captured
     * @param data      as far as events carry it, not inflated; null where nothing of it was kept
     * @param dataCut   whether {@code data} is less than the chunk
     */
    record Chunk(long timeNs, long frame, long stream, Side from, long headFrame, long offset, long length, byte[] data,
                 boolean dataCut) implements HttpEvent {
        @Override
        public EventType type() {
            return EventType.HTTP_CHUNK;
        }
    }

    /**
     * A message is over: each head that was told is followed by one, also a head without a body (1xx, 101, 204, 304, the
     * answer to HEAD, a GET). {@code headLength + wireLength} is all that the message takes in its TCP stream, and
     * {@code wireLength - length} is the framing of its chunks.
     *
     * @param headFrame       the {@code frame} of its head
     * @param requestFrame    of a response, the {@code frame} of the request that it answers, or UNKNOWN
     * @param status          of a response, or UNKNOWN
     * @param headLength      octets of its head as on the wire, with the empty line, and empty lines before it
     * @param length          octets of its content without the framing of chunks, before inflating; as captured
     * @param wireLength      octets of its body on the wire: content, chunk sizes with extensions, line ends, trailers
     * @param complete        false where octets of it are missing, or the connection or the capture ended first
     * @param contentType     as its head says; null where it does not
     * @param contentEncoding likewise; null for none
     * @param inflatedLength  octets of its content after inflating; UNKNOWN where it is not encoded, or that failed
     * @param data            its content as far as events carry it: inflated where {@code inflatedLength} is known, else
     *                        as sent; null where nothing of it was kept
     * @param dataCut         whether {@code data} is less than the content that came
     */
    record Message(long timeNs, long frame, long stream, Side from, long headFrame, long requestFrame, int status,
                   long headLength, long length, long wireLength, boolean complete, String contentType,
                   String contentEncoding, long inflatedLength, byte[] data, boolean dataCut) implements HttpEvent {
        @Override
        public EventType type() {
            return EventType.HTTP_MESSAGE;
        }
    }
}
