package packetlab.message;

import java.util.Arrays;

/**
 * Bytes that come in pieces, up to a limit; holds no array while it is empty. Who has gathered nothing yet holds
 * {@link #NONE}, so that the many connections that never do need no object for it.
 */
final class Gathered {
    /** Always empty. */
    static final Gathered NONE = new Gathered();

    private static final byte[] NOTHING = new byte[0];

    private byte[] a;
    private int length;
    /** The pool had no room: what follows would be out of place. */
    private boolean refused;

    /** The array that they are in, from its beginning. */
    byte[] bytes() {
        return a == null ? NOTHING : a;
    }

    int length() {
        return length;
    }

    /** Whether something could not be kept because too much waits in all. */
    boolean refused() {
        return refused;
    }

    boolean isEmpty() {
        return length == 0;
    }

    /**
     * Adds what of {@code from[at..at+n)} fits into {@code limit} octets in all.
     *
     * @return where it was added to: from now on in place of this
     */
    Gathered add(byte[] from, int at, int n, int limit, BufferPool pool) {
        Gathered to = this == NONE ? new Gathered() : this;
        to.append(from, at, n, limit, pool);
        return to;
    }

    private void append(byte[] from, int at, int n, int limit, BufferPool pool) {
        int more = Math.min(n, limit - length);
        if (more <= 0 || refused) {
            return;
        }
        int held = a == null ? 0 : a.length;
        if (held - length < more) {
            int size = BufferPool.sizeFor(length + more);
            if (!pool.lend(size - held)) {
                refused = true;
                return;
            }
            byte[] larger = pool.take(size);
            if (a != null) {
                System.arraycopy(a, 0, larger, 0, length);
                pool.give(a);
            }
            a = larger;
        }
        System.arraycopy(from, at, a, length, more);
        length += more;
    }

    /** An array of its own with the bytes. */
    byte[] copy() {
        return Arrays.copyOf(bytes(), length);
    }

    void clear(BufferPool pool) {
        if (a != null) {
            pool.returned(a.length);
            pool.give(a);
            a = null;
        }
        length = 0;
        refused = false;
    }
}
