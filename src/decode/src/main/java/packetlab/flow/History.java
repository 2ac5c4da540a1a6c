package packetlab.flow;

import java.util.Arrays;

/**
 * The last octets of one side that were delivered, so that a retransmission with other bytes is noticed: what a
 * capture shows and what the receiver read are then two things (RFC 9293 section 3.10.7.4 lets it keep either).
 * Of what lies in a file that can be read again only the places are kept (copying took a sixth of the time of all that
 * decoding does), else copies are. Either is a ring that grows with the data in flight, up to its limit.
 */
class History {
    /** Octets; small: what is acknowledged at once needs no more, and rings of many connections share the cache. */
    private static final int FIRST_SIZE = 512;
    /** A place is a segment's stream offset, and its position in the file with, in the lower bits, its length. */
    private static final int LENGTH_BITS = 24;
    private static final int LENGTH_MASK = (1 << LENGTH_BITS) - 1;

    private byte[] ring;
    /** Stream offset behind the newest octet; the ring holds those before it. */
    private long ringEnd;
    private long ringStart;
    /** Pairs, from {@link #placesAt} on; the first ones a part of an array of many sides, whose length is at hand. */
    private long[] places;
    private int placesAt;
    /** Numbers in pairs: how many there may be, a power of two, how many there are, and where the newest is. */
    private int placesRoom;
    private int placesKept;
    private int newest;

    /**
     * Keeps {@code length} delivered octets that begin at stream offset {@code at}.
     *
     * @param position where they are in the file that can be read again, or negative
     */
    void keep(long at, byte[] array, int offset, int length, long position, long inFlight, Shared shared) {
        if ((position >>> Long.SIZE - 1 - LENGTH_BITS | length >>> LENGTH_BITS) == 0) {
            keepPlace(at, position, length, inFlight, shared);
        } else {
            copy(at, array, offset, length, inFlight, shared);
        }
    }

    private void keepPlace(long at, long position, int length, long inFlight, Shared shared) {
        if (placesKept == placesRoom) {
            if (placesRoom == 0 || inFlight > length && at + length - start(newest + 4) < inFlight) {
                morePlaces(shared);
            }
            if (placesRoom == 0) {
                return;
            }
        }
        placesKept = Math.min(placesKept + 2, placesRoom);
        newest = newest + 2 & placesRoom - 1;
        places[placesAt + newest] = at;
        places[placesAt + newest + 1] = position << LENGTH_BITS | length;
    }

    private void morePlaces(Shared shared) {
        int room = placesRoom == 0 ? Shared.FIRST_PLACES : 2 * placesRoom;
        long octets = (long) (room - placesRoom) * Long.BYTES;
        if ((long) room * Long.BYTES > shared.limits.historyPerSide() / 4 // each may cost a read
                || shared.historyBytes + octets > shared.limits.historyInAll()) {
            return;
        }
        shared.historyBytes += octets;
        if (placesRoom == 0) {
            shared.takePlaces();
            places = shared.taken;
            placesAt = shared.takenAt;
        } else {
            long[] more = new long[room];
            for (int i = 0; i < placesRoom; i++) {
                more[i] = places[placesAt + (newest + 2 + i & placesRoom - 1)];
            }
            givePlaces(shared);
            places = more;
            placesAt = 0;
        }
        newest = placesKept - 2;
        placesRoom = room;
    }

    private void givePlaces(Shared shared) {
        if (placesRoom == Shared.FIRST_PLACES) {
            shared.givePlaces(places, placesAt);
        }
    }

    /** Stream offset of the place with that index, which may go round. */
    private long start(int place) {
        return places[placesAt + (place & placesRoom - 1)];
    }

    private int length(int place) {
        return (int) places[placesAt + (place & placesRoom - 1) + 1] & LENGTH_MASK;
    }

    private long position(int place) {
        return places[placesAt + (place & placesRoom - 1) + 1] >>> LENGTH_BITS;
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
        Conflict conflict = shared.conflict;
        conflict.clear();
        if (ring != null) {
            long to = Math.min(at + length, ringEnd);
            for (long i = Math.max(at, ringStart); i < to;) {
                int position = (int) i & (ring.length - 1);
                int same = (int) Math.min(to - i, ring.length - position);
                compare(i, ring, position, array, offset + (int) (i - at), same, conflict);
                i += same;
            }
        }
        if (placesKept > 0) {
            comparePlaces(at, array, offset, length, shared);
        }
    }

    private void comparePlaces(long at, byte[] array, int offset, int length, Shared shared) {
        int place = newest; // what comes again was delivered lately
        while (place > newest + 2 - placesKept && start(place) > at) {
            place -= 2;
        }
        for (; place <= newest && start(place) < at + length; place += 2) {
            long from = Math.max(at, start(place));
            long to = Math.min(at + length, start(place) + length(place));
            for (int n; from < to; from += n) {
                n = shared.readAgain(position(place) + from - start(place), to - from);
                if (n == 0) {
                    break; // the file is shorter now, which its reader will say
                }
                compare(from, shared.again, 0, array, offset + (int) (from - at), n, shared.conflict);
            }
        }
    }

    private static void compare(long at, byte[] older, int olderAt, byte[] newer, int newerAt, int length,
                                Conflict conflict) {
        if (conflict.found() || !Arrays.equals(older, olderAt, olderAt + length, newer, newerAt, newerAt + length)) {
            for (int n = 0; n < length; n++) {
                conflict.compare(at + n, older[olderAt + n], newer[newerAt + n]);
            }
        }
    }

    /** The file will not be read from any more: copies what its places hold, as far as the limits allow. */
    void copyPlaces(Shared shared) {
        long end = placesKept == 0 ? 0 : start(newest) + length(newest);
        for (int place = newest + 2 - placesKept; placesKept > 0 && place <= newest; place += 2) {
            long to = start(place) + length(place);
            int n;
            for (long from = Math.max(start(place), end - shared.limits.historyPerSide()); from < to; from += n) {
                n = shared.readAgain(position(place) + from - start(place), to - from);
                if (n == 0) {
                    break;
                }
                copy(from, shared.again, 0, n, end - from, shared);
            }
        }
        releasePlaces(shared);
    }

    private void releasePlaces(Shared shared) {
        shared.historyBytes -= (long) placesRoom * Long.BYTES;
        givePlaces(shared);
        places = null;
        placesRoom = 0;
        placesKept = 0;
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
