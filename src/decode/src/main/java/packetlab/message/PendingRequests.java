package packetlab.message;

import java.util.Arrays;

/** The requests of a connection whose responses have not come, in order: what the framing of a response depends on. */
final class PendingRequests {
    /** Nothing is known of the request. */
    static final int UNKNOWN = 0;
    static final int PLAIN = 1;
    /** Its response has no body, whatever its fields say. */
    static final int HEAD = 2;
    static final int CONNECT = 3;
    /** To WebSocket. */
    static final int UPGRADE = 4;

    private byte[] kinds;
    private int first;
    private int count;
    private boolean matching = true;

    /** Adds a request; false where the limit is hit, after which responses are not matched any more. */
    boolean add(int kind, int limit) {
        if (!matching) {
            return true;
        }
        if (count == limit) {
            stopMatching();
            return false;
        }
        if (kinds == null) {
            kinds = new byte[4];
        } else if (count == kinds.length) {
            byte[] larger = Arrays.copyOf(kinds, count * 2);
            for (int i = 0; i < count; i++) {
                larger[i] = kinds[(first + i) % count];
            }
            first = 0;
            kinds = larger;
        }
        kinds[(first + count++) % kinds.length] = (byte) kind;
        return true;
    }

    /** The request that the next final response answers. */
    int take() {
        if (count == 0) {
            return UNKNOWN;
        }
        int kind = kinds[first];
        first = (first + 1) % kinds.length;
        count--;
        return kind;
    }

    /** Bytes are missing: which response answers what is not known from here on. */
    void stopMatching() {
        matching = false;
        count = 0;
    }

    /** Whether it is still known which response answers what. */
    boolean matches() {
        return matching;
    }

    /** Whether nothing is pending and nothing was missed: a response now would answer no request. */
    boolean none() {
        return matching && count == 0;
    }
}
