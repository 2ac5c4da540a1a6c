package packetlab.latency;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/** Processor time and memory of a server's threads, also of those that have ended. Any thread may call. */
final class ServerClock {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final List<Thread> running = new ArrayList<>();
    private long endedNs;
    private long endedAllocated;

    /** The calling thread's time counts from here on. */
    synchronized void begin() {
        running.add(Thread.currentThread());
    }

    /** The calling thread is about to end. */
    synchronized void end() {
        running.remove(Thread.currentThread());
        endedNs += THREADS.getCurrentThreadCpuTime();
        endedAllocated += THREADS.getCurrentThreadAllocatedBytes();
    }

    synchronized long cpuNs() {
        long sum = endedNs;
        for (Thread thread : running) {
            sum += Math.max(0, THREADS.getThreadCpuTime(thread.getId()));
        }
        return sum;
    }

    /** Octets that they have allocated. */
    synchronized long allocated() {
        long sum = endedAllocated;
        for (Thread thread : running) {
            sum += Math.max(0, THREADS.getThreadAllocatedBytes(thread.getId()));
        }
        return sum;
    }
}
