package packetlab.latency;

import packetlab.os.MissingLibraryException;
import packetlab.os.NativeClock;

/** What a server does beside answering: it sleeps once in a while, or before each answer. One for each thread. */
final class Hindrance {
    private final Setting.Trouble trouble;
    private final NativeClock clock = new NativeClock();
    private final StallLog log;
    private long nextStallNs;

    /** When a server stalled: the beginnings, in System.nanoTime; for whoever wants to know what became of the messages. */
    static final class StallLog {
        private static final int MOST = 10_000;

        private final long[] beganNs = new long[MOST];
        private volatile int count;

        private void add(long ns) {
            if (count < MOST) {
                beganNs[count] = ns;
                count = count + 1;      // by one thread only
            }
        }

        int count() {
            return count;
        }

        long beganNs(int i) {
            return beganNs[i];
        }
    }

    Hindrance(Setting.Trouble trouble, StallLog log) throws MissingLibraryException {
        this.trouble = trouble;
        this.log = log;
        if (trouble.workNs() > 0 || trouble.stallForNs() > 0) {
            clock.sleepExactly();
        }
        nextStallNs = System.nanoTime() + trouble.stallEveryNs();
    }

    /** Before an answer. */
    void hinder() {
        if (trouble.workNs() > 0) {
            clock.sleepUntil(System.nanoTime() + trouble.workNs());
        }
        if (trouble.stallForNs() > 0 && System.nanoTime() - nextStallNs >= 0) {
            long began = System.nanoTime();
            clock.sleepUntil(began + trouble.stallForNs());
            log.add(began);
            nextStallNs = began + trouble.stallEveryNs();
        }
    }

    boolean hinders() {
        return trouble.workNs() > 0 || trouble.stallForNs() > 0;
    }
}
