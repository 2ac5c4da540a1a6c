package packetlab.pcap;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Where the octets of a capture come from. Used by one thread. */
interface ByteSource extends Closeable {
    int END = -1;
    /** How long {@link #read} waits for octets at most. */
    int MAX_WAIT_MS = 200;

    /** Reads what is there into the buffer's remaining space: how many octets, 0 where none came in time, or END. */
    int read(ByteBuffer into) throws IOException;
}
