package packetlab.message;

import java.util.Arrays;
import packetlab.event.Event;
import packetlab.event.HttpEvent;
import packetlab.event.Side;
import packetlab.message.HttpHead.Field;

/**
 * One HTTP message from its head to its end: its content is counted, inflated, kept as far as events carry it, and handed
 * to who reads it. Made only where somebody wants any of that.
 */
final class HttpBody implements ContentInflater.Sink {
    private final Connection connection;
    private final MessageDecoder decoder;
    private final Side from;
    private final long headFrame;
    private final long requestFrame;
    private final int status;
    private final long headLength;
    private final String contentType;
    private final String contentEncoding;
    private final ContentInflater inflater;
    private final ContentReader reader;
    private long length;
    private boolean whole = true;
    private Gathered kept = Gathered.NONE;
    private Gathered chunk = Gathered.NONE;
    private long chunkStart;

    /**
     * @param requestFrame of a response: the packet of the request's head, or UNKNOWN
     * @param reader       of the content; null for none
     */
    HttpBody(Connection connection, Side from, HttpHead head, long headLength, long requestFrame, ContentReader reader) {
        this.connection = connection;
        this.from = from;
        this.headLength = headLength;
        this.requestFrame = requestFrame;
        this.reader = reader;
        decoder = connection.decoder;
        headFrame = connection.packet;
        status = head.kind() == HttpHead.Kind.RESPONSE ? head.status() : (int) Event.UNKNOWN;
        contentType = head.list(Field.CONTENT_TYPE);
        contentEncoding = head.list(Field.CONTENT_ENCODING);
        inflater = ContentInflater.of(decoder, head);
    }

    /** The next octets of its content. */
    void content(byte[] a, int at, int n, boolean chunked) {
        length += n;
        if (chunked && decoder.wantsHttpChunk) {
            chunk = chunk.add(a, at, n, decoder.shown, decoder.buffers);
        }
        if (inflater != null) {
            inflater.feed(a, at, n, this, limit -> connection.limit(from, limit));
        } else {
            pass(a, at, n);
        }
    }

    @Override
    public void inflated(byte[] a, int at, int n) {
        decoder.counters.inflatedBytes += n;
        pass(a, at, n);
    }

    private void pass(byte[] a, int at, int n) {
        if (decoder.wantsHttpMessage) {
            kept = kept.add(a, at, n, decoder.shown, decoder.buffers);
        }
        if (reader != null) {
            reader.content(a, at, n);
        }
    }

    /** The data of a chunk is complete. */
    void chunk() {
        if (decoder.wantsHttpChunk) {
            long octets = length - chunkStart;
            byte[] data = chunk.refused() ? null : chunk.copy();
            connection.emit(new HttpEvent.Chunk(connection.timeNs, connection.packet, connection.stream(), from, headFrame,
                    chunkStart, octets, data, data == null || data.length < octets));
            chunk.clear(decoder.buffers);
        }
        chunkStart = length;
    }

    /** Octets are missing. */
    void gap() {
        whole = false;
        if (reader != null) {
            reader.gap();
        }
    }

    /**
     * It is over.
     *
     * @param complete   whether that is the end which its head announces
     * @param wireLength octets of its body on the wire
     */
    void end(boolean complete, long wireLength) {
        if (reader != null) {
            reader.end(complete && whole && (inflater == null || !inflater.failed()));
        }
        if (decoder.wantsHttpMessage) {
            boolean inflated = inflater != null && !inflater.failed();
            boolean readable = (inflater == null || inflated) && !kept.refused();
            long content = inflated ? inflater.length() : length;
            byte[] data = readable ? Arrays.copyOf(kept.bytes(), kept.length()) : null;
            connection.emit(new HttpEvent.Message(connection.timeNs, connection.packet, connection.stream(), from,
                    headFrame, requestFrame, status, headLength, length, wireLength, complete && whole, contentType,
                    contentEncoding, inflated ? inflater.length() : Event.UNKNOWN, data,
                    data == null || data.length < content));
        }
        kept.clear(decoder.buffers);
        chunk.clear(decoder.buffers);
        if (inflater != null) {
            inflater.release();
        }
    }
}
