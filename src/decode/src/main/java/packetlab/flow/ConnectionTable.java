package packetlab.flow;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/**
 * Connections by 4-tuple, either direction: open addressing with linear probing over an array of hashes. The hash is
 * seeded, so that a capture's author cannot choose collisions.
 */
final class ConnectionTable {
    private static final int FIRST_SIZE = 1024;

    private final long seed;
    private long[] hashes = new long[FIRST_SIZE];
    private Connection[] slots = new Connection[FIRST_SIZE];
    private int count;
    private int foundDirection;

    ConnectionTable() {
        this(new SplittableRandom().nextLong());
    }

    ConnectionTable(long seed) {
        this.seed = seed;
    }

    int size() {
        return count;
    }

    /** The same for both directions of a connection; never 0. */
    long hash(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, int ports) {
        long h = mix(sourceHigh, sourceLow, ports >>> 16) + mix(destinationHigh, destinationLow, ports & 0xFFFF);
        return h == 0 ? 1 : h;
    }

    private long mix(long high, long low, int port) {
        long h = (low ^ seed) * 0x9E3779B97F4A7C15L + port;
        h ^= h >>> 32;
        h = (h ^ high) * 0xD6E8FEB86659FD93L;
        h ^= h >>> 32;
        return h * 0x9E3779B97F4A7C15L;
    }

    /** Whether A or B sent the packet for which {@link #find} last found a connection. */
    int foundDirection() {
        return foundDirection;
    }

    /** The connection of a packet, or null. */
    Connection find(long hash, int version, long sourceHigh, long sourceLow, long destinationHigh, long destinationLow,
                    int ports) {
        int mask = slots.length - 1;
        for (int i = index(hash, mask); hashes[i] != 0; i = (i + 1) & mask) {
            if (hashes[i] == hash) {
                int direction = slots[i].direction(version, sourceHigh, sourceLow, destinationHigh, destinationLow,
                        ports);
                if (direction >= 0) {
                    foundDirection = direction;
                    return slots[i];
                }
            }
        }
        return null;
    }

    void add(Connection connection) {
        if (count * 2 >= slots.length) {
            grow();
        }
        put(connection);
        count++;
    }

    private void put(Connection connection) {
        int mask = slots.length - 1;
        int i = index(connection.hash, mask);
        while (hashes[i] != 0) {
            i = (i + 1) & mask;
        }
        hashes[i] = connection.hash;
        slots[i] = connection;
    }

    private void grow() {
        Connection[] old = slots;
        hashes = new long[old.length * 2];
        slots = new Connection[old.length * 2];
        for (Connection connection : old) {
            if (connection != null) {
                put(connection);
            }
        }
    }

    /** Takes it out; those that had to step aside for it move up. */
    void remove(Connection connection) {
        int mask = slots.length - 1;
        int i = index(connection.hash, mask);
        while (slots[i] != connection) {
            if (hashes[i] == 0) {
                return;
            }
            i = (i + 1) & mask;
        }
        int hole = i;
        for (int j = (i + 1) & mask; hashes[j] != 0; j = (j + 1) & mask) {
            int home = index(hashes[j], mask);
            if (((j - home) & mask) >= ((j - hole) & mask)) {
                hashes[hole] = hashes[j];
                slots[hole] = slots[j];
                hole = j;
            }
        }
        hashes[hole] = 0;
        slots[hole] = null;
        count--;
    }

    private static int index(long hash, int mask) {
        return (int) (hash >>> 32) & mask;
    }

    /** All that are here, in order of their numbers. */
    Connection[] inOrder() {
        return inOrder(c -> true);
    }

    /** Of those that are not over, that share whose last packet is longest ago, and at least one; in order of their numbers. */
    Connection[] idleLongest(double share) {
        long[] lastFrames = new long[count];
        int live = 0;
        for (Connection connection : slots) {
            if (connection != null && connection.closed == null) {
                lastFrames[live++] = connection.lastFrame;
            }
        }
        if (live == 0) {
            return new Connection[0];
        }
        Arrays.sort(lastFrames, 0, live);
        long newest = lastFrames[(int) (live * share)];
        return inOrder(c -> c.closed == null && c.lastFrame <= newest);
    }

    private Connection[] inOrder(Predicate<Connection> which) {
        Connection[] some = new Connection[count];
        int n = 0;
        for (Connection connection : slots) {
            if (connection != null && which.test(connection)) {
                some[n++] = connection;
            }
        }
        Arrays.sort(some, 0, n, (x, y) -> Long.compare(x.number, y.number));
        return Arrays.copyOf(some, n);
    }
}
