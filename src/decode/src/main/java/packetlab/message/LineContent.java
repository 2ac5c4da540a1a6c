package packetlab.message;

import packetlab.event.Side;

/** Hands on each line of an HTTP content when its LF has come, as a stream of SockJS frames needs. */
final class LineContent implements ContentReader {
    interface Sink {
        /**
         * A line without its end.
         *
         * @param wireLength octets that it has with its end
         */
        void line(byte[] a, int at, int n, int wireLength);

        /** Lines are missing, or one is longer than the limit. */
        void lost();
    }

    private final Connection connection;
    private final Side from;
    private final Sink sink;
    private Gathered kept = Gathered.NONE;
    private boolean skipping;

    LineContent(Connection connection, Side from, Sink sink) {
        this.connection = connection;
        this.from = from;
        this.sink = sink;
    }

    @Override
    public void content(byte[] a, int start, int n) {
        int end = start + n;
        int at = start;
        while (at < end) {
            int stop = at;
            while (stop < end && a[stop] != '\n') {
                stop++;
            }
            boolean over = stop < end;
            if (!skipping && over && kept.isEmpty()) {
                line(a, at, stop - at);
            } else if (!skipping) {
                keep(a, at, stop - at);
                if (over && !skipping) {
                    line(kept.bytes(), 0, kept.length());
                }
            }
            if (over) {
                kept.clear(connection.decoder.buffers);
                skipping = false;
                stop++;
            }
            at = stop;
        }
    }

    private void keep(byte[] a, int at, int n) {
        int limit = connection.decoder.limits.webMessageSize();
        boolean fits = kept.length() + (long) n <= limit;
        if (fits) {
            kept = kept.add(a, at, n, limit, connection.decoder.buffers);
        } else {
            connection.limit(from, MessageLimits.Name.WEB_MESSAGE_SIZE);
        }
        if (!fits || kept.refused()) {
            kept.clear(connection.decoder.buffers);
            skipping = true;
            sink.lost();
        }
    }

    private void line(byte[] a, int at, int n) {
        int length = n > 0 && a[at + n - 1] == '\r' ? n - 1 : n;
        sink.line(a, at, length, n + 1);
    }

    @Override
    public void gap() {
        kept.clear(connection.decoder.buffers);
        skipping = true;
        sink.lost();
    }

    @Override
    public void end(boolean complete) {
        kept.clear(connection.decoder.buffers);
    }
}
