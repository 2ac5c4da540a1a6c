package packetlab.latency;

import java.util.function.BooleanSupplier;

/** When a round is over before all its messages: somebody wants it to end, or its time is up. Any thread may ask. */
final class Stop {
    private final BooleanSupplier ending;
    private final long deadlineNs;

    Stop(BooleanSupplier ending, long longestNs) {
        this.ending = ending;
        this.deadlineNs = System.nanoTime() + longestNs;
    }

    boolean now() {
        return ending.getAsBoolean() || System.nanoTime() - deadlineNs > 0;
    }
}
