package packetlab.flow;

/**
 * Where the last segments of one side that were delivered can be read again. A ring that grows with the data in flight,
 * up to its limit.
 */
class Places {
    /** A place is two numbers: a segment's stream offset, and its position in the file above its length. */
    private static final int LENGTH_BITS = 24;
    private static final int LENGTH_MASK = (1 << LENGTH_BITS) - 1;

    /** From {@link #placesAt} on; the first ones are a part of an array of many sides, whose length is at hand. */
    private long[] places;
    private int placesAt;
    /** Numbers: how many there is room for, a power of two, and how many there are; index of the newest place. */
    private int placesRoom;
    private int placesKept;
    private int newest;

    /** Whether those octets are in a file, and neither number is larger than a place may be. */
    static boolean canBePlace(long position, int length) {
        return (position >>> Long.SIZE - 1 - LENGTH_BITS | length >>> LENGTH_BITS) == 0;
    }

    final void keepPlace(long at, long position, int length, long inFlight, Shared shared) {
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

    /** Index of the oldest place; others are two apart, up to the newest. It may be negative: the ring goes round. */
    final int oldestPlace() {
        return newest + 2 - placesKept;
    }

    /** Less than that of the oldest where there is none. */
    final int newestPlace() {
        return newest;
    }

    /** Stream offset of a place. */
    final long start(int place) {
        return places[placesAt + (place & placesRoom - 1)];
    }

    /** Stream offset behind a place. */
    final long end(int place) {
        return start(place) + (position(place) & LENGTH_MASK);
    }

    private long position(int place) {
        return places[placesAt + (place & placesRoom - 1) + 1];
    }

    /** Reads octets of a place into {@code shared.again}: how many, 0 where the file does not have them any more. */
    final int readAgain(int place, long from, long to, Shared shared) {
        return shared.readAgain((position(place) >>> LENGTH_BITS) + from - start(place), to - from);
    }

    /** Compares octets that come again with those of the places. */
    final void comparePlaces(long at, byte[] array, int offset, int length, Shared shared) {
        int oldest = oldestPlace();
        int place = newest; // what comes again was delivered lately
        while (place > oldest && start(place) > at) {
            place -= 2;
        }
        for (; place >= oldest && place <= newest && start(place) < at + length; place += 2) {
            long from = Math.max(at, start(place));
            long to = Math.min(at + length, end(place));
            for (int n; from < to; from += n) {
                n = readAgain(place, from, to, shared);
                if (n == 0) {
                    break; // the file is shorter now, which its reader will say
                }
                shared.conflict.compare(from, shared.again, 0, array, offset + (int) (from - at), n);
            }
        }
    }

    final void releasePlaces(Shared shared) {
        shared.historyBytes -= (long) placesRoom * Long.BYTES;
        givePlaces(shared);
        places = null;
        placesRoom = 0;
        placesKept = 0;
    }
}
