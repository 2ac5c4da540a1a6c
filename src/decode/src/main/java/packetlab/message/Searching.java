package packetlab.message;

import packetlab.event.Side;

/**
 * The bytes of one side among which the next frame has to be found again: collected until {@link FrameSearch} is sure
 * enough of a place. How often that looks, and where, grows with what has come, so that the whole costs no more than a
 * few looks at each octet.
 */
final class Searching {
    /** What came of more bytes. */
    enum Outcome { NOT_YET, FOUND, NO_ROOM }

    private static final int FIRST_SEARCH = 512;
    /** So many segments are looked at again whenever one comes; more only when what is held has grown by an eighth. */
    private static final int FEW_PIECES = 32;
    private static final int RSV1 = 4;

    private final Connection connection;
    private final Side side;
    private final int heldSize;
    private final Held held;
    private long skipped;
    private int nextSearch = FIRST_SEARCH;
    private int nextLook;

    /** @param skipped octets before these that could not be decoded either */
    Searching(Connection connection, Side side, long skipped) {
        this.connection = connection;
        this.side = side;
        this.skipped = skipped;
        heldSize = connection.decoder.limits.heldSize();
        held = new Held(connection.decoder.buffers);
    }

    /** What is searched. */
    Held held() {
        return held;
    }

    /** Octets that could not be decoded, those that are still searched included. */
    long passed() {
        return skipped + held.length();
    }

    /** Octets before {@link #at} that could not be decoded. */
    long skipped() {
        return skipped + at();
    }

    /** Whether nothing has come yet. */
    boolean isEmpty() {
        return held.length() == 0;
    }

    Outcome take(byte[] a, int at, int end) {
        if (!held.add(a, at, end - at, connection.packet, connection.timeNs)) {
            skipped += end - at;
            return Outcome.NO_ROOM;
        }
        boolean full = held.length() > heldSize;
        boolean anywhere = held.length() >= nextSearch;
        boolean look = anywhere || held.length() >= nextLook || full;
        if (look && find(anywhere)) {
            return Outcome.FOUND;
        }
        if (look && held.pieces() > FEW_PIECES) {
            // Each look is at all of them: a sender of single octets must not have us look at each octet for each.
            nextLook = held.length() + held.length() / 8;
        }
        if (anywhere) {
            nextSearch = held.length() * 2;
        }
        return full ? Outcome.NO_ROOM : Outcome.NOT_YET;
    }

    /** Makes room by giving up the older half. */
    void drop() {
        int dropped = held.length() / 2;
        skipped += dropped;
        held.drop(dropped);
        nextSearch = held.length() * 2;
        nextLook = 0;
    }

    /** Looks for a frame, at the beginnings of segments or anywhere. */
    boolean find(boolean anywhere) {
        WebSocket webSocket = connection.webSocket();
        boolean known = webSocket != null || connection.upgradeAsked();
        int rsv = webSocket == null ? RSV1 : webSocket.understoodRsv();
        return connection.decoder.search.find(held, connection.masking(side), rsv, known, anywhere);
    }

    /** Index in {@link #held} of the frame that was found. */
    int at() {
        return connection.decoder.search.at();
    }

    /** How sure that is, 0..1. */
    double confidence() {
        return connection.decoder.search.confidence();
    }

    /** Whether that frame is masked. */
    boolean masked() {
        return connection.decoder.search.masked();
    }
}
