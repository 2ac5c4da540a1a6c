package packetlab.message;

import packetlab.event.Side;

/** Who reads the whole messages of a WebSocket: inflated, both sides. */
interface MessageReader {
    /**
     * A message; its octets are valid within the call.
     *
     * @param n      octets of it that are there, which is not all where {@code length} is more
     * @param length octets that it has
     */
    void message(Side from, int opcode, byte[] a, int at, int n, long length);

    /** A message is missing, or cannot be read. */
    void lost(Side from);
}
