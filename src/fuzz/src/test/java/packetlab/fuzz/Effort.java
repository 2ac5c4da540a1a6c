package packetlab.fuzz;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Holds one input to the time that its octets are worth, in processor time of this thread, so that other work on the
 * machine does not count. What grows faster than its input is found by that. Once a second it also writes down the peak
 * heap for the table of {@code scripts/test --fuzz}.
 */
final class Effort {
    /** For compilation and collections. */
    private static final long FIXED_NS = 1_500_000_000;
    /** For the first input, too, for which all classes are loaded and instrumented. */
    private static final long ONCE_NS = 5_000_000_000L;
    /** Some hundred times what the code takes, since it is instrumented and everything is checked. */
    private static final long PER_OCTET_NS = 3_000;
    private static final long WRITTEN_EVERY_NS = 1_000_000_000;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final String FIGURES = System.getProperty("packetlab.fuzz.figures");
    private static long lastWrittenNs = System.nanoTime();
    private static boolean begun;

    private final long beganNs = THREADS.getCurrentThreadCpuTime();

    /** The work is done, which was to go through that many octets, in all its stages together. */
    void wasWorth(long octets) {
        long ns = THREADS.getCurrentThreadCpuTime() - beganNs;
        long once = begun ? 0 : ONCE_NS;
        begun = true;
        if (ns > FIXED_NS + once + octets * PER_OCTET_NS) {
            throw new AssertionError(ns / 1_000_000 + " ms of processor time for " + octets + " octets");
        }
        if (FIGURES != null && System.nanoTime() - lastWrittenNs > WRITTEN_EVERY_NS) {
            lastWrittenNs = System.nanoTime();
            writeFigures();
        }
    }

    private static void writeFigures() {
        long peak = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (pool.getType() == MemoryType.HEAP) {
                peak += pool.getPeakUsage().getUsed();
            }
        }
        try {
            Files.writeString(Path.of(FIGURES), (peak >> 20) + "\n");
        } catch (IOException e) {
            throw new IllegalStateException("cannot write " + FIGURES, e);
        }
    }
}
