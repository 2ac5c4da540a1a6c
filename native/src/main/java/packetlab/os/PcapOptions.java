package packetlab.os;

import java.util.Objects;

/**
 * How to capture through libpcap.
 *
 * @param device      interface name; {@code any} for all of them
 * @param filter      a pcap-filter(7) expression; empty for none
 * @param snaplen     octets kept of each packet, from its link-layer header on
 * @param bufferBytes size of the kernel's ring
 * @param immediate   whether each packet wakes the reader, a few microseconds after its time stamp. That ring has
 *                    slots of {@code snaplen} octets, so a burst of a few hundred packets fills it. Otherwise the
 *                    kernel collects packets for {@value #COLLECT_MS} ms and packs them, which holds a hundred times as
 *                    many
 * @param promiscuous whether to take what is not addressed to this machine either; has no effect on lo
 */
public record PcapOptions(String device, String filter, int snaplen, int bufferBytes, boolean immediate,
                          boolean promiscuous) {
    /** What tcpdump uses: more than any packet, also a coalesced one. */
    public static final int DEFAULT_SNAPLEN = 262_144;
    public static final int DEFAULT_BUFFER_BYTES = 64 << 20;
    /** Longest time that a packet waits in the ring for company, in milliseconds. */
    public static final int COLLECT_MS = 1;

    private static final int SMALLEST_BUFFER = 1 << 20;

    public PcapOptions {
        Objects.requireNonNull(device);
        Objects.requireNonNull(filter);
        if (snaplen < 1 || snaplen > DEFAULT_SNAPLEN) {
            throw new IllegalArgumentException("the snap length is from 1 to " + DEFAULT_SNAPLEN + " octets, not "
                    + snaplen);
        }
        if (bufferBytes < SMALLEST_BUFFER) {
            throw new IllegalArgumentException("the capture buffer has at least " + SMALLEST_BUFFER + " octets, not "
                    + bufferBytes);
        }
    }

    /** All packets of one interface, whole, and without delay that a person could see. */
    public static PcapOptions on(String device) {
        return new PcapOptions(device, "", DEFAULT_SNAPLEN, DEFAULT_BUFFER_BYTES, false, false);
    }

    public PcapOptions withFilter(String newFilter) {
        return new PcapOptions(device, newFilter, snaplen, bufferBytes, immediate, promiscuous);
    }

    public PcapOptions withSnaplen(int newSnaplen) {
        return new PcapOptions(device, filter, newSnaplen, bufferBytes, immediate, promiscuous);
    }

    public PcapOptions withBufferBytes(int newBufferBytes) {
        return new PcapOptions(device, filter, snaplen, newBufferBytes, immediate, promiscuous);
    }

    public PcapOptions withImmediate(boolean newImmediate) {
        return new PcapOptions(device, filter, snaplen, bufferBytes, newImmediate, promiscuous);
    }

    public PcapOptions withPromiscuous(boolean newPromiscuous) {
        return new PcapOptions(device, filter, snaplen, bufferBytes, immediate, newPromiscuous);
    }
}
