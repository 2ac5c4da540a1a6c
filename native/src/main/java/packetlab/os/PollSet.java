package packetlab.os;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Descriptors to wait for with {@link Sockets#poll}: an array of struct pollfd, to be used again. */
public final class PollSet {
    public static final int POLLIN = 0x1;
    public static final int POLLOUT = 0x4;
    public static final int POLLERR = 0x8;
    public static final int POLLHUP = 0x10;
    public static final int POLLNVAL = 0x20;
    public static final int POLLRDHUP = 0x2000;

    private static final int ENTRY = 8, FD = 0, EVENTS = 4, REVENTS = 6;

    private ByteBuffer entries = ByteBuffer.allocateDirect(4 * ENTRY).order(ByteOrder.nativeOrder());
    private int count;

    /** Adds a descriptor and returns its index here. */
    public int add(int fd, int events) {
        if ((count + 1) * ENTRY > entries.capacity()) {
            ByteBuffer larger = ByteBuffer.allocateDirect(2 * entries.capacity()).order(ByteOrder.nativeOrder());
            larger.put(0, entries, 0, count * ENTRY);
            entries = larger;
        }
        entries.putInt(count * ENTRY + FD, fd).putShort(count * ENTRY + EVENTS, (short) events);
        entries.putShort(count * ENTRY + REVENTS, (short) 0);
        return count++;
    }

    /** Waits for other events from now on. */
    public void setEvents(int index, int events) {
        entries.putShort(index * ENTRY + EVENTS, (short) events);
    }

    /** Another descriptor in this place; a negative one is passed over. */
    public void setFd(int index, int fd) {
        entries.putInt(index * ENTRY + FD, fd);
    }

    /** What the last poll found for this entry: POLL flags, 0 for nothing. */
    public int ready(int index) {
        return entries.getShort(index * ENTRY + REVENTS) & 0xFFFF;
    }

    public int size() {
        return count;
    }

    public void clear() {
        count = 0;
    }

    ByteBuffer entries() {
        return entries;
    }
}
