package packetlab.os;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;
import packetlab.event.WireEvent;
import packetlab.rules.Fate;
import packetlab.wire.LinkType;
import packetlab.wire.PacketHandler;
import packetlab.wire.PacketSource;

/**
 * Shows what passes a wire to another thread, in order, without ever making the wire wait: copies of the packets, each
 * with what became of it. What there is no room for is not shown, and counted.
 */
public final class WireTap implements PacketSource {
    /** Who looks at it. Called by the thread that polls. */
    public interface Listener {
        /** Before the packet that is delivered next: what becomes of it; valid until {@link #after}. */
        void before(Fate fate);

        /** The packet has been delivered. */
        void after(Fate fate, long timeNs);

        /** Of a packet that is not delivered, or was before. */
        void told(WireEvent event);
    }

    private static final int SLOTS = 1 << 13, MASK = SLOTS - 1;
    private static final int BATCH = 256;
    private static final long WAIT_NS = 50_000_000;

    private final int slotBytes;
    private final ByteBuffer memory;
    private final int[] length = new int[SLOTS];
    private final long[] timeNs = new long[SLOTS];
    private final int[] flags = new int[SLOTS];
    private final Fate[] fates = new Fate[SLOTS];
    private final WireEvent[] events = new WireEvent[SLOTS];
    private final Listener listener;
    private volatile long head;
    private volatile long tail;
    private volatile long dropped;
    private volatile long lost;
    private volatile Thread waiting;
    private volatile boolean ended;

    WireTap(int slotBytes, Listener listener) {
        this.slotBytes = slotBytes;
        this.listener = listener;
        memory = ByteBuffer.allocateDirect(SLOTS * slotBytes);
        for (int i = 0; i < SLOTS; i++) {
            fates[i] = new Fate();
        }
    }

    /** A packet and its fate; null for one that is of no more interest. The wire's thread. */
    void show(ByteBuffer buffer, int offset, int octets, long stampNs, int packetFlags, Fate fate) {
        long at = head;
        if (at - tail == SLOTS) {
            dropped++;          // one thread writes it
            return;
        }
        int i = (int) at & MASK;
        memory.put(i * slotBytes, buffer, offset, octets);
        length[i] = octets;
        timeNs[i] = stampNs;
        flags[i] = packetFlags;
        fates[i].set(fate);
        events[i] = null;
        publish(at);
    }

    /** Something to be told without a packet. The wire's thread. */
    void tell(WireEvent event) {
        long at = head;
        if (at - tail < SLOTS) {
            events[(int) at & MASK] = event;
            publish(at);
        }
    }

    private void publish(long at) {
        head = at + 1;
        Thread reader = waiting;
        if (reader != null) {
            LockSupport.unpark(reader);
        }
    }

    /** Packets so far that the kernel had no room for on their way into the wire: nobody has seen them. */
    void lost(long packets) {
        lost = packets;
    }

    /** Nothing will come any more. */
    void end() {
        ended = true;
        LockSupport.unpark(waiting);
    }

    @Override
    public int poll(PacketHandler handler) {
        if (head == tail && !awaitPacket()) {
            return ended && head == tail ? END : 0;
        }
        int delivered = 0;
        for (int n = 0; n < BATCH && tail < head; n++) {
            int i = (int) tail & MASK;
            if (events[i] != null) {
                listener.told(events[i]);
                events[i] = null;
            } else {
                listener.before(fates[i]);
                handler.onPacket(memory, i * slotBytes, length[i], length[i], timeNs[i], LinkType.EN10MB, flags[i]);
                listener.after(fates[i], timeNs[i]);
                delivered++;
            }
            tail++;             // one thread writes it
        }
        return delivered;
    }

    private boolean awaitPacket() {
        waiting = Thread.currentThread();
        if (head == tail && !ended) {
            LockSupport.parkNanos(this, WAIT_NS);
        }
        waiting = null;
        return head != tail;
    }

    @Override
    public long dropped() {
        return dropped + lost;
    }

    @Override
    public void close() throws IOException {
        // The wire ends it.
    }
}
