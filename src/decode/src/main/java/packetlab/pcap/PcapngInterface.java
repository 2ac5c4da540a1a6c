package packetlab.pcap;

import packetlab.event.Event;

/** One interface of a pcapng section: how its time stamps count, and what it dropped. */
final class PcapngInterface {
    /** if_tsresol where the file does not say. */
    static final int MICROSECONDS = 6;
    private static final int BASE_TWO = 0x80;
    private static final long NS_PER_S = 1_000_000_000L;
    /** Seconds whose nanoseconds fit in a long: until 2262-04-11, from 1677-09-21. */
    private static final long MAX_SECONDS = Long.MAX_VALUE / NS_PER_S - 1;

    final int linkType;
    final long snaplen;
    private final boolean binary;
    private final int exponent;
    private final long offsetSeconds;
    /** Nanoseconds per tick where a multiplication suffices, else 0. */
    private final long factor;
    private final long maxTicks;
    private long droppedSoFar = Event.UNKNOWN;
    private long droppedBeforePackets = Event.UNKNOWN;

    PcapngInterface(int linkType, long snaplen, int resolution, long offsetSeconds) {
        this.linkType = linkType;
        this.snaplen = snaplen;
        this.offsetSeconds = offsetSeconds;
        binary = (resolution & BASE_TWO) != 0;
        exponent = resolution & ~BASE_TWO;
        factor = !binary && exponent <= 9 && offsetSeconds == 0 ? power10(9 - exponent) : 0;
        maxTicks = factor == 0 ? -1 : Long.MAX_VALUE / factor;
    }

    /** Nanoseconds since the epoch of an unsigned number of ticks, or NO_TIME where they are no such number. */
    long timeNs(long ticks) {
        if (ticks >= 0 && ticks <= maxTicks) {
            return ticks * factor;
        }
        return slowTimeNs(ticks);
    }

    private long slowTimeNs(long ticks) {
        long seconds;
        long ns;
        if (binary) {
            seconds = exponent == 0 ? ticks : exponent < 64 ? ticks >>> exponent : 0;
            ns = exponent == 0 ? 0 : binaryFraction(ticks);
        } else if (exponent <= 9) {
            long perSecond = power10(exponent);
            seconds = Long.divideUnsigned(ticks, perSecond);
            ns = Long.remainderUnsigned(ticks, perSecond) * power10(9 - exponent);
        } else {
            // 10^19 is the greatest power that 64 unsigned bits hold, and 2^64 ticks of 10^-29 s make no nanosecond.
            long whole = exponent <= 28 ? Long.divideUnsigned(ticks, power10(exponent - 9)) : 0;
            seconds = Long.divideUnsigned(whole, NS_PER_S);
            ns = Long.remainderUnsigned(whole, NS_PER_S);
        }
        if (seconds < 0) { // an unsigned number of seconds beyond 2^63
            return Event.NO_TIME;
        }
        long sum = seconds + offsetSeconds;
        if (((seconds ^ sum) & (offsetSeconds ^ sum)) < 0 || sum > MAX_SECONDS || sum < -MAX_SECONDS) {
            return Event.NO_TIME;
        }
        return sum * NS_PER_S + ns;
    }

    /** Nanoseconds that the ticks make beyond whole seconds. */
    private long binaryFraction(long ticks) {
        long fraction = exponent < 64 ? ticks & (1L << exponent) - 1 : ticks;
        long low = fraction * NS_PER_S;
        long high = Math.multiplyHigh(fraction, NS_PER_S) + (fraction >> 63 & NS_PER_S);
        if (exponent < 64) {
            return high << 64 - exponent | low >>> exponent;
        }
        return exponent < 128 ? high >>> exponent - 64 : 0;
    }

    private static long power10(int n) {
        long p = 1;
        for (int i = 0; i < n; i++) {
            p *= 10;
        }
        return p;
    }

    /** The counter of a statistics block: replaces the one before. */
    void droppedSoFar(long count) {
        if (count != Event.UNKNOWN) {
            droppedSoFar = count;
        }
    }

    /** Packets lost between the last packet and the next. */
    void droppedBeforePacket(long count) {
        droppedBeforePackets = Format.sum(droppedBeforePackets, count);
    }

    /** What the interface's own counter says; else what its packets say; else UNKNOWN. */
    long dropped() {
        return droppedSoFar == Event.UNKNOWN ? droppedBeforePackets : droppedSoFar;
    }
}
