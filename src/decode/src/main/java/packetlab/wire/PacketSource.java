package packetlab.wire;

import java.io.Closeable;
import java.io.IOException;
import packetlab.event.Event;

/** Something that packets come from: a file, a pipe, libpcap, a ring. Used by one thread; a ring dies with it. */
public interface PacketSource extends Closeable {
    /** What {@link #poll} returns when nothing will come any more. */
    int END = -1;

    /**
     * Delivers the packets that are there, in capture order, and returns how many (0 where none came within a short
     * wait of at most 200 ms), or {@link #END}.
     *
     * @throws IOException where reading fails; for a damaged file a CaptureFormatException, after all packets before
     *                     the damage were delivered
     */
    int poll(PacketHandler handler) throws IOException;

    /** Where its packets can be read again; null where they cannot. */
    default Origin origin() {
        return null;
    }

    /** Packets that the kernel or the ring dropped so far, as its own counter says, or {@code Event.UNKNOWN}. */
    default long dropped() {
        return Event.UNKNOWN;
    }
}
