package packetlab.os;

import java.util.Objects;

/**
 * How to capture through a packet socket of our own.
 *
 * @param device      interface name
 * @param filter      a pcap-filter(7) expression; empty for none
 * @param snaplen     octets kept of each packet, from its link-layer header on
 * @param bufferBytes what the kernel is asked to keep for packets that wait
 * @param leastBytes  what to be content with where it refuses so much; the same as {@code bufferBytes} for no less
 * @param collectMs   longest time that a packet waits for company, in milliseconds. Each time uses up a block, however
 *                    few packets are in it, so a ring of 256 blocks takes a reader's pause of 256 times that long
 * @param lowLatency  whether each packet wakes the reader, a few microseconds after its time stamp, at the cost of a
 *                    copy and of some microseconds of work for each; collectMs then means nothing
 * @param promiscuous whether to take what is not addressed to this machine either; has no effect on lo
 * @param bothCopies  on lo, whether each packet comes twice: as it was sent, and some microseconds later as it was
 *                    received, each with its own stamp
 */
public record RingOptions(String device, String filter, int snaplen, int bufferBytes, int leastBytes, int collectMs,
                          boolean lowLatency, boolean promiscuous, boolean bothCopies) {
    public static final int DEFAULT_BUFFER_BYTES = 32 << 20;
    /** More is not addressed by one buffer of Java's. */
    public static final int MAX_BUFFER_BYTES = 2047 << 20;
    public static final int MIN_BUFFER_BYTES = 1 << 20;
    public static final int DEFAULT_COLLECT_MS = 2;

    private static final int LEAST_BY_DEFAULT = 2 << 20;
    private static final int MAX_COLLECT_MS = 1000;

    public RingOptions {
        Objects.requireNonNull(device);
        Objects.requireNonNull(filter);
        if (snaplen < 1 || snaplen > PcapOptions.DEFAULT_SNAPLEN) {
            throw new IllegalArgumentException("the snap length is from 1 to " + PcapOptions.DEFAULT_SNAPLEN
                    + " octets, not " + snaplen);
        }
        if (leastBytes < MIN_BUFFER_BYTES || bufferBytes < leastBytes || bufferBytes > MAX_BUFFER_BYTES) {
            throw new IllegalArgumentException("the capture buffer has from " + MIN_BUFFER_BYTES + " to "
                    + MAX_BUFFER_BYTES + " octets, not " + bufferBytes + ", " + leastBytes + " at least");
        }
        if (collectMs < 1 || collectMs > MAX_COLLECT_MS) {
            throw new IllegalArgumentException("packets are collected for 1 to " + MAX_COLLECT_MS + " ms, not "
                    + collectMs);
        }
    }

    /** All packets of one interface, whole, and without delay that a person could see. */
    public static RingOptions on(String device) {
        return new RingOptions(device, "", PcapOptions.DEFAULT_SNAPLEN, DEFAULT_BUFFER_BYTES, LEAST_BY_DEFAULT,
                DEFAULT_COLLECT_MS, false, false, false);
    }

    public RingOptions withFilter(String newFilter) {
        return new RingOptions(device, newFilter, snaplen, bufferBytes, leastBytes, collectMs, lowLatency, promiscuous,
                bothCopies);
    }

    public RingOptions withSnaplen(int newSnaplen) {
        return new RingOptions(device, filter, newSnaplen, bufferBytes, leastBytes, collectMs, lowLatency, promiscuous,
                bothCopies);
    }

    /** That much or nothing. */
    public RingOptions withBufferBytes(int newBytes) {
        return new RingOptions(device, filter, snaplen, newBytes, newBytes, collectMs, lowLatency, promiscuous,
                bothCopies);
    }

    /** That much, or less where the kernel refuses. */
    public RingOptions withBufferUpTo(int newBytes) {
        return new RingOptions(device, filter, snaplen, newBytes, Math.min(newBytes, leastBytes), collectMs, lowLatency,
                promiscuous, bothCopies);
    }

    public RingOptions withCollectMs(int newCollectMs) {
        return new RingOptions(device, filter, snaplen, bufferBytes, leastBytes, newCollectMs, lowLatency, promiscuous,
                bothCopies);
    }

    public RingOptions withLowLatency(boolean newLowLatency) {
        return new RingOptions(device, filter, snaplen, bufferBytes, leastBytes, collectMs, newLowLatency, promiscuous,
                bothCopies);
    }

    public RingOptions withPromiscuous(boolean newPromiscuous) {
        return new RingOptions(device, filter, snaplen, bufferBytes, leastBytes, collectMs, lowLatency, newPromiscuous,
                bothCopies);
    }

    public RingOptions withBothCopies(boolean newBothCopies) {
        return new RingOptions(device, filter, snaplen, bufferBytes, leastBytes, collectMs, lowLatency, promiscuous,
                newBothCopies);
    }
}
