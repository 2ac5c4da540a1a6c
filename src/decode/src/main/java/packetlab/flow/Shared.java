package packetlab.flow;

import java.nio.ByteBuffer;
import java.util.Arrays;
import packetlab.wire.Origin;

/** What all connections of one tracker share: limits, what is used of them, and the arrays to reuse. */
final class Shared {
    /** A power of two; in pairs. */
    static final int FIRST_PLACES = 16;
    private static final int AGAIN = 64 << 10;
    /** Sides whose first places share an array. */
    private static final int SIDES = 256;

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
    /** What {@link #takePlaces} has taken. */
    long[] taken;
    int takenAt;
    /** Parts of arrays that nobody has: which array, and from where. */
    private long[][] spare = new long[SIDES][];
    private int[] spareAt = new int[SIDES];
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

    /** Takes room for {@link #FIRST_PLACES} numbers: {@link #taken}, from {@link #takenAt} on. */
    void takePlaces() {
        if (spares == 0) {
            long[] many = new long[SIDES * FIRST_PLACES];
            for (int at = many.length - FIRST_PLACES; at >= 0; at -= FIRST_PLACES) {
                givePlaces(many, at);
            }
        }
        taken = spare[--spares];
        takenAt = spareAt[spares];
    }

    void givePlaces(long[] array, int at) {
        if (spares == spare.length) {
            spare = Arrays.copyOf(spare, 2 * spares);
            spareAt = Arrays.copyOf(spareAt, 2 * spares);
        }
        spare[spares] = array;
        spareAt[spares++] = at;
    }
}
