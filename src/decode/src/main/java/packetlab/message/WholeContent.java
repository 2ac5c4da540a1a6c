package packetlab.message;

import packetlab.event.Side;

/** Gathers the content of an HTTP message up to the limit and hands it on at its end. */
final class WholeContent implements ContentReader {
    interface Sink {
        /** All of it. */
        void content(byte[] a, int n);

        /** It was not all captured, or is longer than the limit. */
        void lost();
    }

    private final Connection connection;
    private final Side from;
    private final Sink sink;
    private Gathered kept = Gathered.NONE;
    private long length;
    private boolean whole = true;

    WholeContent(Connection connection, Side from, Sink sink) {
        this.connection = connection;
        this.from = from;
        this.sink = sink;
    }

    @Override
    public void content(byte[] a, int at, int n) {
        int limit = connection.decoder.limits.webMessageSize();
        if (length <= limit && length + n > limit) {
            connection.limit(from, MessageLimits.Name.WEB_MESSAGE_SIZE);
        }
        length += n;
        kept = kept.add(a, at, n, limit, connection.decoder.buffers);
    }

    @Override
    public void gap() {
        whole = false;
    }

    @Override
    public void end(boolean complete) {
        if (complete && whole && !kept.refused() && kept.length() == length) {
            sink.content(kept.bytes(), kept.length());
        } else {
            sink.lost();
        }
        kept.clear(connection.decoder.buffers);
    }
}
