package packetlab.message;

import java.util.Arrays;

/**
 * Bytes of one side that wait until it is known what they are, with the packets that brought them, so that what they
 * turn out to be is told of the right packet.
 */
final class Held {
    private byte[] a = new byte[256];
    private int length;
    private int[] starts = new int[4];
    private long[] packets = new long[4];
    private long[] times = new long[4];
    private int pieces;

    byte[] array() {
        return a;
    }

    int length() {
        return length;
    }

    /** How many segments they came in. */
    int pieces() {
        return pieces;
    }

    /** Index of the first byte of a piece; {@code length()} behind the last. */
    int start(int piece) {
        return piece < pieces ? starts[piece] : length;
    }

    long packet(int piece) {
        return packets[piece];
    }

    long timeNs(int piece) {
        return times[piece];
    }

    void add(byte[] from, int at, int n, long packet, long timeNs) {
        if (a.length - length < n) {
            a = Arrays.copyOf(a, Math.max(a.length * 2, length + n));
        }
        if (pieces == starts.length) {
            starts = Arrays.copyOf(starts, pieces * 2);
            packets = Arrays.copyOf(packets, pieces * 2);
            times = Arrays.copyOf(times, pieces * 2);
        }
        starts[pieces] = length;
        packets[pieces] = packet;
        times[pieces++] = timeNs;
        System.arraycopy(from, at, a, length, n);
        length += n;
    }

    /** Forgets the first {@code n} bytes. */
    void drop(int n) {
        int first = 0;
        while (first < pieces && start(first + 1) <= n) {
            first++;
        }
        for (int i = first; i < pieces; i++) {
            starts[i - first] = Math.max(0, starts[i] - n);
            packets[i - first] = packets[i];
            times[i - first] = times[i];
        }
        pieces -= first;
        System.arraycopy(a, n, a, 0, length - n);
        length -= n;
    }
}
