package packetlab.message;

import java.nio.charset.StandardCharsets;
import packetlab.event.Event;
import packetlab.event.EventType;

/**
 * One Socket.IO packet as text (socket.io-protocol 5, and 3 and 4, which are read the same way):
 * {@code <type>[<attachments>-][<namespace>,][<acknowledgement id>][JSON]}.
 */
final class SocketIoPacket {
    private static final int CONNECT = 0, DISCONNECT = 1, EVENT = 2, ACK = 3, ERROR = 4, BINARY_EVENT = 5, BINARY_ACK = 6;
    /** Characters of a namespace, a query or a name that are kept: they are remembered while an answer is waited for. */
    static final int LONGEST_NAME = 1024;
    private static final int MAX_ID_DIGITS = 18;
    private static final int MAX_COUNT_DIGITS = 9;

    EventType type;
    int attachments;
    String namespace = "/";
    String query;
    String name;
    long id = Event.UNKNOWN;
    /** Octets of its JSON, and of all of it. */
    long jsonLength;
    long wireLength;
    /** Nests deeper than the limit. */
    boolean tooDeep;
    /** The arguments are not all there, or not to be read. */
    boolean argsCut;
    /** Where in the octets that were parsed its arguments are: elements of an array without its brackets, or a value. */
    int argsFrom;
    int argsEnd;
    boolean argsAreElements;
    /** The arguments, while attachments are waited for. */
    private Gathered kept = Gathered.NONE;

    private SocketIoPacket() {}

    /**
     * @param length octets that it has, of which {@code end - from} are there
     * @return null where that is no Socket.IO packet
     */
    static SocketIoPacket parse(byte[] a, int from, int end, long length, int maxDepth) {
        if (from == end || a[from] < '0' || a[from] > '6') {
            return null;
        }
        SocketIoPacket p = new SocketIoPacket();
        int kind = a[from] - '0';
        p.type = kind == CONNECT ? EventType.SOCKETIO_CONNECT : kind == DISCONNECT ? EventType.SOCKETIO_DISCONNECT
                : kind == EVENT || kind == BINARY_EVENT ? EventType.SOCKETIO_EVENT
                : kind == ERROR ? EventType.SOCKETIO_CONNECT_ERROR : EventType.SOCKETIO_ACK;
        p.wireLength = length;
        int at = from + 1;
        if (kind >= BINARY_EVENT) {
            int digits = Json.digits(a, at, end);
            if (digits == at || digits - at > MAX_COUNT_DIGITS || digits == end || a[digits] != '-') {
                return null;
            }
            p.attachments = (int) number(a, at, digits);
            at = digits + 1;
        }
        if (at < end && a[at] == '/') {
            int stop = at;
            while (stop < end && a[stop] != ',') {
                stop++;
            }
            p.names(new String(a, at, stop - at, StandardCharsets.UTF_8));
            at = Math.min(stop + 1, end);
        }
        int digits = Json.digits(a, at, end);
        if (digits > at && (kind == EVENT || kind == ACK || kind >= BINARY_EVENT)) {
            if (digits - at > MAX_ID_DIGITS) {
                return null;
            }
            p.id = number(a, at, digits);
            at = digits;
        }
        p.jsonLength = length - (at - from);
        return p.json(a, at, end, kind, end - from < length, maxDepth) ? p : null;
    }

    private static long number(byte[] a, int from, int end) {
        long number = 0;
        for (int at = from; at < end; at++) {
            number = number * 10 + a[at] - '0';
        }
        return number;
    }

    private void names(String text) {
        int mark = text.indexOf('?');
        namespace = cut(mark < 0 ? text : text.substring(0, mark));
        query = mark < 0 ? null : cut(text.substring(mark + 1));
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_NAME ? text : text.substring(0, LONGEST_NAME);
    }

    /** Whether the rest is what a packet of that kind may have. */
    private boolean json(byte[] a, int from, int end, int kind, boolean cut, int maxDepth) {
        boolean event = kind == EVENT || kind == BINARY_EVENT;
        boolean ack = kind == ACK || kind == BINARY_ACK;
        if (from == end) {
            return !cut && !event && !ack;
        }
        if (kind == DISCONNECT || kind == CONNECT && a[from] != '{' || (event || ack) && a[from] != '['
                || ack && id == Event.UNKNOWN) {
            return false;
        }
        if (!cut) {
            int whole = Json.whole(a, from, end, maxDepth);
            tooDeep = whole == Json.TOO_DEEP;
            if (whole < 0 && !tooDeep) {
                return false;
            }
        }
        argsCut = cut || tooDeep;
        argsFrom = from;
        argsEnd = end;
        if (event) {
            return eventName(a, from, end);
        }
        if (ack) {
            argsFrom = from + 1;
            argsEnd = lastBracket(a, end);
            argsAreElements = true;
        }
        return true;
    }

    /** The first element of an event's array is its name, a string or a number. */
    private boolean eventName(byte[] a, int from, int end) {
        int at = Json.space(a, from + 1, end);
        if (at == end || a[at] != '"' && a[at] != '-' && (a[at] < '0' || a[at] > '9')) {
            return argsCut && at == end;
        }
        int stop = Json.value(a, at, end, 1);
        if (stop < 0) {
            return argsCut;
        }
        name = a[at] == '"' ? Json.text(a, at, stop, LONGEST_NAME).text
                : new String(a, at, Math.min(stop - at, LONGEST_NAME), StandardCharsets.US_ASCII);
        int next = Json.space(a, stop, end);
        boolean more = next < end && a[next] == ',';
        argsFrom = more ? Json.space(a, next + 1, end) : next;
        argsEnd = Math.max(argsFrom, lastBracket(a, end));
        argsAreElements = true;
        return true;
    }

    private static int lastBracket(byte[] a, int end) {
        int at = end;
        while (at > 0 && a[at - 1] != ']') {
            at--;
        }
        return Math.max(0, at - 1);
    }

    /** Keeps the arguments until the attachments have come. */
    void keep(byte[] a, int shown, BufferPool buffers) {
        if (!argsCut && argsEnd - argsFrom <= shown) {
            kept = kept.add(a, argsFrom, argsEnd - argsFrom, shown, buffers);
            argsCut = kept.refused();
        } else {
            argsCut = true;
        }
        argsFrom = 0;
        argsEnd = kept.length();
    }

    byte[] kept() {
        return kept.bytes();
    }

    void release(BufferPool buffers) {
        kept.clear(buffers);
    }
}
