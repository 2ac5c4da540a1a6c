package packetlab.os;

import java.time.Instant;

/** The clock that packets are stamped with: CLOCK_REALTIME, in nanoseconds since the epoch. */
public final class WallClock {
    private WallClock() {}

    /** Takes some 30 ns; steps when somebody sets the clock. */
    public static long nowNs() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }
}
