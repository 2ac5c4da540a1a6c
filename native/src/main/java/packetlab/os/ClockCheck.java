package packetlab.os;

import java.util.Arrays;

/**
 * How exactly calls are stamped, measured on this machine in this process: reading the clock twice around a call that
 * does nothing. Also notices that somebody set the clock between two looks, by the clock that nobody can set.
 */
public final class ClockCheck {
    private static final int ROUNDS = 501;

    private final long offsetNs;

    private ClockCheck(long offsetNs) {
        this.offsetNs = offsetNs;
    }

    /**
     * @param readingNs   between two readings one right after the other (the median)
     * @param emptyCallNs between the stamps around a call that the kernel answers at once (the median)
     * @param setByNs     by how much the clock was set since the check began; below the noise of reading two clocks it
     *                    tells nothing
     */
    public record Result(long readingNs, long emptyCallNs, long setByNs) {}

    public static ClockCheck begin() {
        return new ClockCheck(offset());
    }

    /** The smallest of several differences: between two readings another thread may have run. */
    private static long offset() {
        long best = Long.MAX_VALUE;
        long offset = 0;
        for (int i = 0; i < 20; i++) {
            long before = System.nanoTime();
            long now = WallClock.nowNs();
            long after = System.nanoTime();
            if (after - before < best) {
                best = after - before;
                offset = now - before - (after - before) / 2;
            }
        }
        return offset;
    }

    public Result end() throws OsException {
        long[] readings = new long[ROUNDS];
        long[] calls = new long[ROUNDS];
        PollSet nothing = new PollSet();
        for (int i = 0; i < ROUNDS; i++) {
            long first = WallClock.nowNs();
            readings[i] = WallClock.nowNs() - first;
            long entered = WallClock.nowNs();
            Sockets.poll(nothing, 0);
            calls[i] = WallClock.nowNs() - entered;
        }
        Arrays.sort(readings);
        Arrays.sort(calls);
        return new Result(readings[ROUNDS / 2], calls[ROUNDS / 2], offset() - offsetNs);
    }
}
