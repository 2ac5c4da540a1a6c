package packetlab.message;

import java.util.Arrays;
import packetlab.event.Event;

/**
 * The requests of a connection whose responses have not come, in order: what the framing of a response depends on, and
 * what it answers.
 */
final class PendingRequests {
    /** Nothing is known of the request. */
    static final int UNKNOWN = 0;
    static final int PLAIN = 1;
    /** Its response has no body, whatever its fields say. */
    static final int HEAD = 2;
    static final int CONNECT = 3;
    /** To WebSocket. */
    static final int UPGRADE = 4;

    /** One request. */
    static final class Request {
        static final Request NONE = new Request(UNKNOWN, Event.UNKNOWN, null);

        final int kind;
        /** That completed its head. */
        final long packet;
        /** What library it belongs to, as far as its target tells; null for none. */
        final WebRequest web;
        /** When its last octet came; NO_TIME before that. */
        long endNs = Event.NO_TIME;

        Request(int kind, long packet, WebRequest web) {
            this.kind = kind;
            this.packet = packet;
            this.web = web;
        }
    }

    private Request[] requests;
    private int first;
    private int count;
    private boolean matching = true;

    /** Adds a request; false where the limit is hit, after which responses are not matched any more. */
    boolean add(Request request, int limit) {
        if (!matching) {
            return true;
        }
        if (count == limit) {
            stopMatching();
            return false;
        }
        if (requests == null) {
            requests = new Request[4];
        } else if (count == requests.length) {
            Request[] larger = Arrays.copyOf(requests, count * 2);
            for (int i = 0; i < count; i++) {
                larger[i] = requests[(first + i) % count];
            }
            first = 0;
            requests = larger;
        }
        requests[(first + count++) % requests.length] = request;
        return true;
    }

    /** The request that the next final response answers; {@link Request#NONE} where that is not known. */
    Request next() {
        return count == 0 ? Request.NONE : requests[first];
    }

    /** Takes that one out: it has been answered. */
    void take() {
        if (count > 0) {
            requests[first] = null;
            first = (first + 1) % requests.length;
            count--;
        }
    }

    /** Bytes are missing: which response answers what is not known from here on. */
    void stopMatching() {
        matching = false;
        count = 0;
        requests = null;
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
