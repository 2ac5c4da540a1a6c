package packetlab.message;

import java.util.ArrayDeque;
import java.util.zip.Inflater;

/**
 * The native inflaters of one decoder, lent to the sides that compress. Each costs some 40 KB outside the heap, so
 * their number is limited: the side that has not used its own for the longest gives it up and keeps only what it
 * inflated last (its history), from which it goes on exactly when its next message comes. If the histories of all sides
 * grow past their limit, the longest unused is dropped; what refers to it later is undecodable. One thread.
 */
final class InflaterPool implements AutoCloseable {
    private final int maxInflaters;
    private final long maxHistory;
    private final BufferPool buffers;
    private final ArrayDeque<Inflater> idle = new ArrayDeque<>();
    /** Both lists begin with the side that was used last. */
    private final Lru attached = new Lru();
    private final Lru parked = new Lru();
    private long historyBytes;
    private final Runnable onHistoryDropped;

    /** @param onHistoryDropped told each time when the limit for histories costs a side its own */
    InflaterPool(MessageLimits limits, BufferPool buffers, Runnable onHistoryDropped) {
        maxInflaters = limits.inflaters();
        maxHistory = limits.inflateHistory();
        this.buffers = buffers;
        this.onHistoryDropped = onHistoryDropped;
    }

    BufferPool buffers() {
        return buffers;
    }

    /** Native inflaters that exist: lent ones and idle ones. */
    int inflaters() {
        return attached.size + idle.size();
    }

    /**
     * Moves the side to the front of those that use an inflater, lends it one if it has none; false if none is left.
     */
    boolean use(MessageInflater side) {
        if (side.inflater != null) {
            attached.toFront(side);
            return true;
        }
        if (attached.size >= maxInflaters && !takeOneBack()) {
            return false;
        }
        if (side.list == parked) {
            parked.remove(side);
        }
        side.inflater = idle.isEmpty() ? new Inflater(true) : idle.pop();
        attached.toFront(side);
        return true;
    }

    private boolean takeOneBack() {
        for (MessageInflater s = attached.last; s != null; s = s.newer) {
            if (!s.inMessage()) {
                park(s);
                return true;
            }
        }
        return false;
    }

    /** Takes the side's inflater back; its history stays. */
    void park(MessageInflater side) {
        attached.remove(side);
        giveBack(side);
        if (side.historyCapacity() > 0) {
            parked.toFront(side);
        }
    }

    /** The side needs nothing any more. */
    void leave(MessageInflater side) {
        if (side.list != null) {
            side.list.remove(side);
        }
        giveBack(side);
    }

    private void giveBack(MessageInflater side) {
        if (side.inflater != null) {
            side.inflater.reset();
            idle.push(side.inflater);
            side.inflater = null;
        }
    }

    /** The history of {@code by} has grown. */
    void historyGrew(int octets, MessageInflater by) {
        historyBytes += octets;
        while (historyBytes > maxHistory) {
            MessageInflater oldest = parked.last != null ? parked.last : attached.last;
            while (oldest != null && (oldest == by || oldest.inMessage() || oldest.historyCapacity() == 0)) {
                oldest = oldest.newer;
            }
            if (oldest == null) {
                return;
            }
            oldest.lose();
            onHistoryDropped.run();
        }
    }

    void historyShrank(int octets) {
        historyBytes -= octets;
    }

    /** Frees the native memory. */
    @Override
    public void close() {
        while (attached.last != null) {
            park(attached.last);
        }
        idle.forEach(Inflater::end);
        idle.clear();
    }

    /** A list of sides, linked through themselves, by last use. */
    static final class Lru {
        private MessageInflater first;
        private MessageInflater last;
        private int size;

        void toFront(MessageInflater s) {
            if (s == first) {
                return;
            }
            if (s.list == this) {
                remove(s);
            }
            s.list = this;
            s.older = first;
            s.newer = null;
            if (first != null) {
                first.newer = s;
            } else {
                last = s;
            }
            first = s;
            size++;
        }

        void remove(MessageInflater s) {
            if (s.newer != null) {
                s.newer.older = s.older;
            } else {
                first = s.older;
            }
            if (s.older != null) {
                s.older.newer = s.newer;
            } else {
                last = s.newer;
            }
            s.newer = null;
            s.older = null;
            s.list = null;
            size--;
        }
    }
}
