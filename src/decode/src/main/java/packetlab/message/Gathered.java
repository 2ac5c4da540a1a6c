package packetlab.message;

import java.util.Arrays;

/** Bytes that come in pieces, up to a limit; holds no array while it is empty. */
final class Gathered {
    private byte[] a;
    private int length;

    byte[] array() {
        return a;
    }

    int length() {
        return length;
    }

    boolean isEmpty() {
        return length == 0;
    }

    /** Adds what of {@code from[at..at+n)} fits into {@code limit} octets in all. */
    void add(byte[] from, int at, int n, int limit, BufferPool pool) {
        int more = Math.min(n, limit - length);
        if (more <= 0) {
            return;
        }
        if (a == null) {
            a = pool.take(more);
        } else if (a.length - length < more) {
            byte[] larger = pool.take(length + more);
            System.arraycopy(a, 0, larger, 0, length);
            pool.give(a);
            a = larger;
        }
        System.arraycopy(from, at, a, length, more);
        length += more;
    }

    /** An array of its own with the bytes. */
    byte[] copy() {
        return length == 0 ? new byte[0] : Arrays.copyOf(a, length);
    }

    void clear(BufferPool pool) {
        if (a != null) {
            pool.give(a);
            a = null;
        }
        length = 0;
    }
}
