package packetlab.flow;

import java.util.Arrays;

/**
 * Octets of one side that arrived before those in front of them: disjoint pieces in order of their stream offset. A
 * sorted array, since an attacker chooses the order of arrival.
 */
final class OutOfOrder {
    /** What a piece costs beside its octets, so that one-octet segments reach the limit, too. */
    static final int OVERHEAD = 256;

    /** Octets from {@code start}; the last {@code cut} of its range were on the wire, but not captured. */
    static final class Piece {
        long start;
        byte[] data;
        int length;
        int cut;
        /** Where the data can be read again, or negative. */
        long position;

        long end() {
            return start + length + cut;
        }
    }

    private Piece[] pieces = new Piece[8];
    private int count;
    private int bytes;

    boolean isEmpty() {
        return count == 0;
    }

    Piece first() {
        return pieces[0];
    }

    long lastEnd() {
        return pieces[count - 1].end();
    }

    /** Whether every octet of the range is here. */
    boolean covers(long start, long end) {
        long at = start;
        for (int i = indexBehind(start) - 1; at < end; i++) {
            if (i < 0) {
                continue; // the first piece may still begin at start
            }
            if (i >= count || pieces[i].start > at) {
                return false;
            }
            at = Math.max(at, pieces[i].end());
        }
        return true;
    }

    /**
     * Adds a segment's octets where there are none yet; where there are, the first stay, or with {@code lastWins} the
     * new ones replace them. Sets {@code shared.conflict} where they differ.
     *
     * @return false where the limits leave no room: nothing was added
     */
    boolean insert(long start, byte[] array, int offset, int length, int cut, boolean lastWins, Shared shared) {
        shared.conflict.clear();
        int cost = length + OVERHEAD;
        if (bytes + cost > shared.limits.outOfOrderPerSide()
                || shared.outOfOrderBytes + cost > shared.limits.outOfOrderInAll()) {
            return false;
        }
        long end = start + length + cut;
        long at = start;
        int i = Math.max(0, indexBehind(start) - 1);
        while (at < end) {
            while (i < count && pieces[i].end() <= at) {
                i++;
            }
            long pieceStart = i < count ? Math.min(end, Math.max(at, pieces[i].start)) : end;
            if (pieceStart > at) {
                add(i, at, pieceStart, start, array, offset, length, shared);
                i++;
                at = pieceStart;
            }
            if (at < end) {
                long overlapEnd = Math.min(end, pieces[i].end());
                overlap(pieces[i], at, overlapEnd, start, array, offset, length, lastWins, shared.conflict);
                at = overlapEnd;
            }
        }
        return true;
    }

    private void add(int index, long from, long to, long start, byte[] array, int offset, int length,
                     Shared shared) {
        if (count == pieces.length) {
            pieces = Arrays.copyOf(pieces, count * 2);
        }
        System.arraycopy(pieces, index, pieces, index + 1, count - index);
        Piece piece = new Piece();
        piece.start = from;
        piece.length = (int) Math.max(0, Math.min(to, start + length) - from);
        piece.cut = (int) (to - from) - piece.length;
        piece.data = shared.pool.take(piece.length);
        int at = offset + (int) Math.min(from - start, length);
        System.arraycopy(array, at, piece.data, 0, piece.length);
        piece.position = shared.position(array, at);
        pieces[index] = piece;
        count++;
        charge(piece.length + OVERHEAD, shared);
    }

    private static void overlap(Piece piece, long from, long to, long start, byte[] array, int offset, int length,
                                boolean lastWins, Conflict conflict) {
        long known = Math.min(to, Math.min(start + length, piece.start + piece.length));
        for (long i = from; i < known; i++) {
            byte fresh = array[offset + (int) (i - start)];
            int index = (int) (i - piece.start);
            conflict.compare(i, piece.data[index], fresh);
            if (lastWins && piece.data[index] != fresh) {
                piece.data[index] = fresh;
                piece.position = -1; // the file has the octets in no one place
            }
        }
    }

    /** Takes the first piece out; its array goes back to the pool when {@link #recycle} is called. */
    Piece removeFirst(Shared shared) {
        Piece piece = pieces[0];
        System.arraycopy(pieces, 1, pieces, 0, --count);
        pieces[count] = null;
        charge(-(piece.length + OVERHEAD), shared);
        return piece;
    }

    static void recycle(Piece piece, Shared shared) {
        shared.pool.give(piece.data);
        piece.data = null;
    }

    /** The file will not be read from any more. */
    void forgetPositions() {
        for (int i = 0; i < count; i++) {
            pieces[i].position = -1;
        }
    }

    void release(Shared shared) {
        for (int i = 0; i < count; i++) {
            recycle(pieces[i], shared);
            pieces[i] = null;
        }
        charge(-bytes, shared);
        count = 0;
    }

    private void charge(int amount, Shared shared) {
        bytes += amount;
        shared.outOfOrderBytes += amount;
    }

    /** Index of the first piece that begins behind {@code start}. */
    private int indexBehind(long start) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (pieces[middle].start <= start) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
