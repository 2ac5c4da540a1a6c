package packetlab.message;

import packetlab.event.Event;

/**
 * The pings of one side that wait for their pongs (RFC 6455 sections 5.5.2 and 5.5.3). A pong answers the oldest with
 * the same payload, and with it the older ones, which the other side may skip. Payloads are known by a 64-bit hash.
 */
final class Pings {
    private static final int KEPT = 16;

    private final long[] hashes = new long[KEPT];
    private final long[] packets = new long[KEPT];
    private final long[] times = new long[KEPT];
    private int first;
    private int count;
    private boolean complete = true;
    private long answeredPacket;
    private long answeredTimeNs;

    void sent(byte[] a, int from, int to, long packet, long timeNs) {
        if (count == KEPT) {
            complete = false;
            first = first + 1 & KEPT - 1;
            count--;
        }
        int i = first + count & KEPT - 1;
        hashes[i] = hash(a, from, to);
        packets[i] = packet;
        times[i] = timeNs;
        count++;
    }

    /** Some pings were not seen: a pong that answers none of those here may answer one of them. */
    void missed() {
        complete = false;
    }

    /** Whether every ping that is not answered is known. */
    boolean complete() {
        return complete;
    }

    /** Whether the latest ping is not answered. */
    boolean waiting() {
        return count > 0;
    }

    /** Packet of the latest ping; there must be one waiting. */
    long lastPacket() {
        return packets[first + count - 1 & KEPT - 1];
    }

    /** Whether a pong with that payload answers a ping; then {@link #packet} and {@link #rttNs} are of that. */
    boolean answered(byte[] a, int from, int to) {
        if (count == 0) {
            return false;
        }
        long hash = hash(a, from, to);
        for (int n = 0; n < count; n++) {
            int i = first + n & KEPT - 1;
            if (hashes[i] == hash) {
                answeredPacket = packets[i];
                answeredTimeNs = times[i];
                first = i + 1 & KEPT - 1;
                count -= n + 1;
                return true;
            }
        }
        return false;
    }

    long packet() {
        return answeredPacket;
    }

    long rttNs(long nowNs) {
        return Event.elapsedNs(answeredTimeNs, nowNs);
    }

    private static long hash(byte[] a, int from, int to) {
        long h = 0x9E37_79B9_7F4A_7C15L + to - from;
        for (int i = from; i < to; i++) {
            h = (h ^ a[i]) * 0xD6E8_FEB8_6659_FD93L;
            h ^= h >>> 32;
        }
        return h;
    }
}
