package packetlab.latency;

import java.io.IOException;
import java.nio.ByteBuffer;
import packetlab.os.MessageMemory;

/** How a server answers requests that have a form. One for each connection; nothing is allocated per message. */
interface Answers {
    /** Takes the request that begins at {@code from}; returns its octets, or 0 where its end has not come. */
    int take(ByteBuffer in, int from, int to) throws IOException;

    /** What answers the request that was taken: so many octets at the beginning of this memory. */
    MessageMemory answer();

    int length();

    /** The number in that request, or -1 where it has none. */
    long number();

    /** Whether the connection ends with this answer. */
    boolean ends();
}
