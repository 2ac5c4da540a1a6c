package packetlab.os;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import packetlab.event.Event;
import packetlab.wire.PacketHandler;
import packetlab.wire.PacketSource;

/**
 * A live capture of one interface: how it waits, notices the end of its interface, and closes, whatever the packets
 * come through. One thread polls; any thread may close, and the polling thread then gets END.
 *
 * <p>What packets lie in is freed under a lock that a poll holds from its first look at that memory to its last. So
 * only the polling thread frees it, or whoever closes while nobody polls; a handler that closes frees nothing while it
 * runs.
 */
public abstract class LiveSource implements PacketSource {
    /** Packets in one poll at most, so that the caller can print and flush in between. */
    static final int BATCH = 1024;
    static final int IDLE_MS = 100;
    private static final int CLOSE_WAIT_MS = 1000;

    /** Held while packets are looked at: whoever closes waits for it. */
    private final ReentrantLock busy = new ReentrantLock();
    final CapturedInterface captured;
    private volatile boolean closed;
    private boolean freed;
    private long droppedAtClose = Event.UNKNOWN;

    LiveSource(CapturedInterface captured) {
        this.captured = captured;
    }

    /** The interface's name. */
    public abstract String device();

    /** The capture filter; empty for none. */
    public abstract String filter();

    /** Octets kept of each packet at most. */
    public abstract int snaplen();

    /** Of every packet; one of {@link packetlab.wire.LinkType}, or a value that we do not decode. */
    public abstract int linkType();

    /** How packets are captured, in a word: {@code libpcap}, {@code ring} or {@code queue}. */
    public abstract String backend();

    /** Octets that the kernel has given for packets that wait, or UNKNOWN. */
    public long bufferBytes() {
        return Event.UNKNOWN;
    }

    /** Delivers what is there, at most BATCH packets and none once this {@link #isClosed}, and returns how many. */
    abstract int drain(PacketHandler handler) throws IOException;

    /** Waits at most IDLE_MS; whether there may be packets, or something else to find out. */
    abstract boolean await() throws IOException;

    /** The kernel's count, or UNKNOWN. */
    abstract long readDropped();

    /** Gives everything back; called once, and nothing is called after it. */
    abstract void free();

    final boolean isClosed() {
        return closed;
    }

    @Override
    public final int poll(PacketHandler handler) throws IOException {
        busy.lock();
        try {
            if (closed) {
                return END;
            }
            int packets = drain(handler);
            if (packets > 0 || closed) {
                return packets;
            }
            if (await()) {
                packets = drain(handler);
            }
            if (packets == 0) {
                captured.check();
            }
            return packets;
        } finally {
            if (closed) {
                freeOnce();
            }
            busy.unlock();
        }
    }

    /** Waits for the descriptors; a signal only ends the wait. */
    static boolean await(PollSet readable) throws OsException {
        try {
            return Sockets.poll(readable, IDLE_MS) > 0;
        } catch (OsException e) {
            if (e.is(Errno.EINTR)) {
                return false;
            }
            throw e;
        }
    }

    /** What the kernel had no room for. */
    @Override
    public final long dropped() {
        busy.lock();
        try {
            return freed ? droppedAtClose : readDropped();
        } finally {
            busy.unlock();
        }
    }

    /** May be called by any thread, also from the handler; waits at most a second for a handler that is at work. */
    @Override
    public final void close() {
        closed = true;          // seen between two packets
        if (busy.isHeldByCurrentThread()) {
            return;             // the handler closes, and may still read its packet: the poll that called it frees
        }
        try {
            if (busy.tryLock(CLOSE_WAIT_MS, TimeUnit.MILLISECONDS)) {
                try {
                    freeOnce();
                } finally {
                    busy.unlock();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();     // the polling thread frees it
        }
    }

    /** Under the lock. */
    private void freeOnce() {
        if (!freed) {
            droppedAtClose = readDropped();
            freed = true;
            free();
        }
    }
}
