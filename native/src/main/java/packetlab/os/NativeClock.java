package packetlab.os;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The kernel's clocks without allocating, and a sleep that ends on time. Each thread needs its own.
 *
 * <p>{@link #wallNs} is the clock of packets and of socket stamps (CLOCK_REALTIME); {@link #sleepUntil} takes a time of
 * System.nanoTime, which on Linux is CLOCK_MONOTONIC.
 */
public final class NativeClock {
    private static final int CLOCK_REALTIME = 0, CLOCK_MONOTONIC = 1, TIMER_ABSTIME = 1;
    private static final int PR_SET_TIMERSLACK = 29;
    private static final long NS_PER_S = 1_000_000_000L;

    private final LibC.Functions c;
    private final ByteBuffer timespec = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
    private final long address;

    public NativeClock() throws MissingLibraryException {
        c = LibC.get();
        address = NativeCode.address(timespec);
    }

    /** Nanoseconds since the epoch, as packets are stamped. */
    public long wallNs() {
        c.clock_gettime(CLOCK_REALTIME, address);
        return timespec.getLong(0) * NS_PER_S + timespec.getLong(8);
    }

    /** Sleeps until System.nanoTime is that; returns at once where it has been. A signal only delays it. */
    public void sleepUntil(long nanoTime) {
        timespec.putLong(0, Math.floorDiv(nanoTime, NS_PER_S));
        timespec.putLong(8, Math.floorMod(nanoTime, NS_PER_S));
        while (c.clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, address, 0) == Errno.EINTR.number()) {
            // until the same moment
        }
    }

    /** From now on the calling thread's sleeps end within a nanosecond of their time, not within 50 microseconds. */
    public void sleepExactly() {
        c.prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
    }
}
