package packetlab.os;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Packets on their way through a wire, each in a slot, ordered by when they are due. A heap of slot numbers; nothing is
 * allocated per packet. One thread.
 */
final class WireQueue {
    static final int NO_SLOT = -1;

    private final int slotBytes;
    private final ByteBuffer memory;
    private final int[] free;
    private int freeCount;
    private final int[] heap;
    private int waiting;
    private final long[] dueNs;
    private final long[] order;
    private long nextOrder;
    final int[] length;
    final int[] port;
    final int[] side;
    final long[] stampNs;
    final int[] flags;

    WireQueue(int slots, int slotBytes) {
        this.slotBytes = slotBytes + 7 & ~7;
        memory = ByteBuffer.allocateDirect(slots * this.slotBytes).order(ByteOrder.nativeOrder());
        free = new int[slots];
        heap = new int[slots];
        dueNs = new long[slots];
        order = new long[slots];
        length = new int[slots];
        port = new int[slots];
        side = new int[slots];
        stampNs = new long[slots];
        flags = new int[slots];
        for (int i = 0; i < slots; i++) {
            free[i] = slots - 1 - i;
        }
        freeCount = slots;
    }

    /** Copies a packet into a slot, and returns its number; NO_SLOT where none is free. */
    int store(ByteBuffer buffer, int offset, int octets) {
        if (freeCount == 0 || octets > slotBytes) {
            return NO_SLOT;
        }
        int slot = free[--freeCount];
        memory.put(slot * slotBytes, buffer, offset, octets);
        length[slot] = octets;
        return slot;
    }

    ByteBuffer memory() {
        return memory;
    }

    int offset(int slot) {
        return slot * slotBytes;
    }

    void release(int slot) {
        free[freeCount++] = slot;
    }

    /** Puts a stored packet into the order; of those that are due at once, the first put is the first. */
    void schedule(int slot, long due) {
        dueNs[slot] = due;
        order[slot] = nextOrder++;
        int i = waiting++;
        while (i > 0) {
            int parent = i - 1 >>> 1;
            if (!before(slot, heap[parent])) {
                break;
            }
            heap[i] = heap[parent];
            i = parent;
        }
        heap[i] = slot;
    }

    private boolean before(int one, int other) {
        long difference = dueNs[one] - dueNs[other];
        return difference < 0 || difference == 0 && order[one] < order[other];
    }

    int waiting() {
        return waiting;
    }

    /** When the next is due; only where one waits. */
    long nextDueNs() {
        return dueNs[heap[0]];
    }

    /** Takes the next out of the order; its slot is the caller's to release. */
    int take() {
        int first = heap[0];
        int last = heap[--waiting];
        int i = 0;
        while (true) {
            int child = 2 * i + 1;
            if (child >= waiting) {
                break;
            }
            if (child + 1 < waiting && before(heap[child + 1], heap[child])) {
                child++;
            }
            if (!before(heap[child], last)) {
                break;
            }
            heap[i] = heap[child];
            i = child;
        }
        heap[i] = last;
        return first;
    }
}
