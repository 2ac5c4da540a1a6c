package packetlab.message;

import java.util.Arrays;

/**
 * Bytes of one side that wait until it is known what they are, with the packets that brought them, so that what they
 * turn out to be is told of the right packet.
 */
final class Held {
    private static final int PER_PIECE = Integer.BYTES + 2 * Long.BYTES;

    private final BufferPool pool;
    private byte[] a = new byte[0];
    private int length;
    private int[] starts = new int[0];
    private long[] packets = new long[0];
    private long[] times = new long[0];
    private int pieces;

    /** @param pool counts what waits */
    Held(BufferPool pool) {
        this.pool = pool;
    }

    byte[] array() {
        return a;
    }

    int length() {
        return length;
    }

    /** How many segments they came in. */
    int pieces() {
        return pieces;
    }

    /** Index of the first byte of a piece; {@code length()} behind the last. */
    int start(int piece) {
        return piece < pieces ? starts[piece] : length;
    }

    long packet(int piece) {
        return packets[piece];
    }

    long timeNs(int piece) {
        return times[piece];
    }

    /** Adds a piece; false, and nothing is added, where too much waits in all. */
    boolean add(byte[] from, int at, int n, long packet, long timeNs) {
        int room = a.length - length >= n ? a.length : Math.max(256, Math.max(a.length * 2, length + n));
        int roomForPieces = pieces < starts.length ? starts.length : Math.max(4, pieces * 2);
        if (!pool.lend(room - a.length + (long) PER_PIECE * (roomForPieces - starts.length))) {
            return false;
        }
        if (room > a.length) {
            a = Arrays.copyOf(a, room);
        }
        if (roomForPieces > starts.length) {
            starts = Arrays.copyOf(starts, roomForPieces);
            packets = Arrays.copyOf(packets, roomForPieces);
            times = Arrays.copyOf(times, roomForPieces);
        }
        starts[pieces] = length;
        packets[pieces] = packet;
        times[pieces++] = timeNs;
        System.arraycopy(from, at, a, length, n);
        length += n;
        return true;
    }

    /** It waits no more. Call once, last. */
    void release() {
        pool.returned(a.length + (long) PER_PIECE * starts.length);
    }

    /** Forgets the first {@code n} bytes. */
    void drop(int n) {
        int first = 0;
        while (first < pieces && start(first + 1) <= n) {
            first++;
        }
        for (int i = first; i < pieces; i++) {
            starts[i - first] = Math.max(0, starts[i] - n);
            packets[i - first] = packets[i];
            times[i - first] = times[i];
        }
        pieces -= first;
        System.arraycopy(a, n, a, 0, length - n);
        length -= n;
    }
}
