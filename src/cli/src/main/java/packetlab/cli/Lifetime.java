package packetlab.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * How the process ends when it is told to (SIGINT, SIGTERM, SIGHUP). The JVM answers those by running its shutdown
 * hooks; ours asks the command to stop, waits until it has finished and printed, and then leaves with the command's own
 * status instead of 128 + signal. A command that makes no progress for {@link #PATIENCE_MS} is left behind, so that a
 * blocked reader of our output cannot keep the process alive.
 */
final class Lifetime {
    static final long PATIENCE_MS = 5_000;
    private static final long TICK_MS = 50;

    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile boolean ending;
    private volatile long progress;
    private volatile int status = ExitStatus.INTERRUPTED;
    private volatile boolean graceful;
    private volatile Thread exiting;

    /** Starts to listen for the end; without this the JVM dies of the signal as usual. */
    void install() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::end, "packetlab-end"));
    }

    /** From now on a signal lets the command come to its own end: {@link #ending} becomes true. */
    void graceful() {
        graceful = true;
    }

    /** What a signal does, when it lets the command come to its own end. */
    void requestEnd() {
        ending = true;
    }

    /** Whether the command should come to its end. */
    boolean ending() {
        return ending;
    }

    /** Tells that the command still gets on, so that its end is waited for. */
    void progressed() {
        progress++;
    }

    /** The command is over, everything is printed and closed. Call before System.exit. */
    void finished(int exitStatus) {
        status = exitStatus;
        exiting = Thread.currentThread();
        finished.countDown();
    }

    private void end() {
        if (finished.getCount() == 0) {
            // Who calls System.exit waits for this hook; where a signal came just before, its status would be returned.
            if (exiting.getState() != Thread.State.WAITING) {
                Runtime.getRuntime().halt(status);
            }
            return;
        }
        if (!graceful) {
            return;   // nothing that would have to be saved
        }
        requestEnd();
        try {
            long seen = progress;
            long quietMs = 0;
            while (quietMs < PATIENCE_MS && !finished.await(TICK_MS, TimeUnit.MILLISECONDS)) {
                quietMs = progress == seen ? quietMs + TICK_MS : 0;
                seen = progress;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(status);   // exit() would wait for this very hook
    }
}
