package packetlab.latency;

import java.io.Closeable;
import packetlab.event.Event;
import packetlab.os.SocketAddress;

/** The server's end: sends every message back, on threads of its own, until it is closed. */
interface Server extends Closeable {
    /** Where clients find it. */
    SocketAddress address();

    /** Processor time of the threads that answer, in nanoseconds so far; UNKNOWN where they are not of this process. */
    long cpuNs();

    /** Octets that those threads have allocated so far, or UNKNOWN. */
    default long allocated() {
        return Event.UNKNOWN;
    }

    /** Packets that its socket had no room for, or UNKNOWN. */
    long dropped();

    /** What went wrong, in one line; null for nothing. */
    String failure();

    @Override
    void close();
}
