package packetlab.report;

import java.util.ArrayDeque;
import packetlab.event.Endpoint;
import packetlab.event.Side;
import packetlab.event.WsEvent;

/**
 * What the ladder remembers of each connection, by stream number: open addressing, linear probing. It holds the
 * connections that are open, which the decoder limits, and the last {@link #REMEMBERED} that are over, so that their late
 * packets are not taken for another connection's.
 */
final class StreamTable {
    /** At least as many as the decoder remembers. */
    private static final int REMEMBERED = 8192;

    static final class Stream {
        final long number;
        Endpoint client;
        Endpoint server;
        /** It was introduced by a header. */
        boolean headed;
        boolean closed;
        boolean webSocket;
        /** What the HTTP message in hand of a side carries was told as events of its own. */
        boolean clientTold;
        boolean serverTold;
        private long clientMessages;
        private long serverMessages;
        private Cell.Payload clientMessage = Cell.Payload.FRAGMENT;
        private Cell.Payload serverMessage = Cell.Payload.FRAGMENT;
        /** How its WebSocket ended; null before that. */
        WsEvent.End end;

        Stream(long number) {
            this.number = number;
        }

        void ends(Endpoint clientEnd, Endpoint serverEnd) {
            if (client == null) {
                client = clientEnd;
                server = serverEnd;
            }
        }

        /** What the message in hand consists of. */
        Cell.Payload message(Side from) {
            return from == Side.CLIENT ? clientMessage : serverMessage;
        }

        void message(Side from, Cell.Payload kind) {
            if (from == Side.CLIENT) {
                clientMessage = kind;
            } else {
                serverMessage = kind;
            }
        }

        void countMessage(Side from) {
            if (from == Side.CLIENT) {
                clientMessages++;
            } else {
                serverMessages++;
            }
        }

        long messages(Side from) {
            return from == Side.CLIENT ? clientMessages : serverMessages;
        }
    }

    private final ArrayDeque<Stream> over = new ArrayDeque<>();
    private Stream[] slots = new Stream[64];
    private int count;
    private int headedAndOpen;
    private Stream last;

    /** The connection, new if it was not known. */
    Stream get(long number) {
        if (last != null && last.number == number) {
            return last;
        }
        int at = find(number);
        if (slots[at] == null) {
            if (2 * ++count > slots.length) {
                grow();
                at = find(number);
            }
            slots[at] = new Stream(number);
        }
        last = slots[at];
        return last;
    }

    /** Connections that were introduced and are not over. */
    int headedAndOpen() {
        return headedAndOpen;
    }

    void head(Stream stream) {
        stream.headed = true;
        headedAndOpen++;
    }

    void close(Stream stream) {
        if (stream.closed) {
            return;
        }
        stream.closed = true;
        headedAndOpen -= stream.headed ? 1 : 0;
        over.addLast(stream);
        if (over.size() > REMEMBERED) {
            remove(over.removeFirst().number);
        }
    }

    private void remove(long number) {
        int hole = find(number);
        if (slots[hole] == null) {
            return;
        }
        count--;
        last = null;
        // What was pushed on by the one that leaves moves back, so that searches still end at the first empty slot.
        int mask = slots.length - 1;
        for (int at = hole + 1 & mask; slots[at] != null; at = at + 1 & mask) {
            if ((at - home(slots[at].number) & mask) >= (at - hole & mask)) {
                slots[hole] = slots[at];
                hole = at;
            }
        }
        slots[hole] = null;
    }

    private int find(long number) {
        int mask = slots.length - 1;
        int at = home(number);
        while (slots[at] != null && slots[at].number != number) {
            at = at + 1 & mask;
        }
        return at;
    }

    private int home(long number) {
        // Numbers come in order: taken as they are they would fill one long run, which each removal had to walk.
        return (int) (number * 0x9E3779B97F4A7C15L >>> 32) & slots.length - 1;
    }

    private void grow() {
        Stream[] old = slots;
        slots = new Stream[2 * old.length];
        for (Stream stream : old) {
            if (stream != null) {
                slots[find(stream.number)] = stream;
            }
        }
    }
}
