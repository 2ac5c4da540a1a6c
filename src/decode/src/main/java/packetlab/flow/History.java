package packetlab.flow;

/**
 * The last octets of one side that were delivered, so that a retransmission with other bytes is noticed: what a
 * capture shows and what the receiver read are then two things (RFC 9293 section 3.10.7.4 lets it keep either).
 * Of what lies in a file that can be read again only the {@link Places} are kept (copying took a sixth of the time of
 * all that decoding does), else copies are. Either is a ring that grows with the data in flight, up to its limit.
 */
class History extends Places {
    /** Octets; small: what is acknowledged at once needs no more, and rings of many connections share the cache. */
    private static final int FIRST_SIZE = 512;

    private byte[] ring;
    /** Stream offset behind the newest octet; the ring holds those before it. */
    private long ringEnd;
    private long ringStart;

    /**
     * Keeps {@code length} delivered octets that begin at stream offset {@code at}.
     *
     * @param position where they are in the file that can be read again, or negative
     */
    void keep(long at, byte[] array, int offset, int length, long position, long inFlight, Shared shared) {
        if (canBePlace(position, length)) {
            keepPlace(at, position, length, inFlight, shared);
        } else {
            copy(at, array, offset, length, inFlight, shared);
        }
    }

    private void copy(long at, byte[] array, int offset, int length, long inFlight, Shared shared) {
        if (ring == null || inFlight > ring.length) {
            grow(inFlight, shared);
            if (ring == null) {
                return;
            }
        }
        if (at != ringEnd) {
            ringStart = at; // first octet, or behind a gap
        }
        int size = ring.length;
        int skipped = Math.max(0, length - size);
        int from = offset + skipped;
        int left = length - skipped;
        int position = (int) (at + skipped) & (size - 1);
        int first = Math.min(left, size - position);
        System.arraycopy(array, from, ring, position, first);
        if (left > first) {
            System.arraycopy(array, from + first, ring, 0, left - first);
        }
        ringEnd = at + length;
        ringStart = Math.max(ringStart, ringEnd - size);
    }

    private void grow(long wanted, Shared shared) {
        int old = ring == null ? 0 : ring.length;
        long size = Math.max(FIRST_SIZE, old);
        while (size < wanted && size < shared.limits.historyPerSide()) {
            size <<= 1;
        }
        if (size <= old || size > shared.limits.historyPerSide()
                || shared.historyBytes + size - old > shared.limits.historyInAll()) {
            return;
        }
        byte[] larger = shared.pool.take((int) size);
        for (long i = ringStart; i < ringEnd; i++) {
            larger[(int) i & (larger.length - 1)] = ring[(int) i & (old - 1)];
        }
        if (ring != null) {
            shared.pool.give(ring);
        }
        shared.historyBytes += larger.length - old;
        ring = larger;
    }

    /** Compares octets that come again with those that were delivered, as far as they are still known. */
    void compareWithHistory(long at, byte[] array, int offset, int length, Shared shared) {
        shared.conflict.clear();
        if (ring != null) {
            long to = Math.min(at + length, ringEnd);
            for (long i = Math.max(at, ringStart); i < to;) {
                int position = (int) i & (ring.length - 1);
                int same = (int) Math.min(to - i, ring.length - position);
                shared.conflict.compare(i, ring, position, array, offset + (int) (i - at), same);
                i += same;
            }
        }
        comparePlaces(at, array, offset, length, shared);
    }

    /** The file will not be read from any more: copies what its places hold, as far as the limits allow. */
    void copyPlaces(Shared shared) {
        int newest = newestPlace();
        long end = oldestPlace() > newest ? 0 : end(newest);
        for (int place = oldestPlace(); place <= newest; place += 2) {
            long to = end(place);
            int n;
            for (long from = Math.max(start(place), end - shared.limits.historyPerSide()); from < to; from += n) {
                n = readAgain(place, from, to, shared);
                if (n == 0) {
                    break;
                }
                copy(from, shared.again, 0, n, end - from, shared);
            }
        }
        releasePlaces(shared);
    }

    void releaseHistory(Shared shared) {
        releasePlaces(shared);
        if (ring != null) {
            shared.historyBytes -= ring.length;
            shared.pool.give(ring);
            ring = null;
        }
        ringStart = 0;
        ringEnd = 0;
    }
}
