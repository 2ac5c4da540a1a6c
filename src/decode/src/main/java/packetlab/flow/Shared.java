package packetlab.flow;

import java.nio.ByteBuffer;
import java.util.Arrays;
import packetlab.wire.Origin;

/** What all connections of one tracker share: limits, what is used of them, and the arrays to reuse. */
final class Shared {
    /** A power of two; in pairs. */
    static final int FIRST_PLACES = 16;
    private static final int AGAIN = 64 << 10;
    private static final int SPARE = 256;

    final FlowLimits limits;
    final BytePool pool = new BytePool();
    final Conflict conflict = new Conflict();
    long historyBytes;
    long outOfOrderBytes;
    /** Where the packets can be read again; null for nowhere. */
    Origin origin;
    /** What {@link #readAgain} has read. */
    final byte[] again = new byte[AGAIN];
    private final ByteBuffer againBuffer = ByteBuffer.wrap(again);
    private final long[][] sparePlaces = new long[SPARE][];
    private int spares;

    Shared(FlowLimits limits) {
        this.limits = limits;
    }

    /** Where the octet can be read again, or negative. */
    long position(byte[] array, int offset) {
        long begin = origin == null ? -1 : origin.positionOf(array);
        return begin < 0 ? begin : begin + offset;
    }

    /** Reads up to that many octets into {@link #again}: how many, 0 where the file does not have them any more. */
    int readAgain(long position, long length) {
        return origin.readAgain(position, againBuffer.clear().limit((int) Math.min(length, AGAIN)));
    }

    /** {@link #FIRST_PLACES} zeros. */
    long[] takePlaces() {
        return spares == 0 ? new long[FIRST_PLACES] : sparePlaces[--spares];
    }

    void givePlaces(long[] places) {
        if (places.length == FIRST_PLACES && spares < SPARE) {
            Arrays.fill(places, 0);
            sparePlaces[spares++] = places;
        }
    }
}
