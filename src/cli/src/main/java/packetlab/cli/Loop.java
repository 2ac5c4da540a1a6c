package packetlab.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import packetlab.event.Event;
import packetlab.wire.PacketHandler;
import packetlab.wire.PacketSource;

/**
 * Reads packets from sources until they end, a limit is reached, or the process is told to end. Several sources may
 * follow one another; counts and limits go on. One thread.
 */
final class Loop implements PacketHandler {
    /** What it means that the process is told to end while packets are read. */
    enum Kind {
        /** Stop at once: the rest is still there for another time. */
        FILE,
        /** Read on for a moment: the writer was probably told the same, and will close its end. */
        PIPE,
        /** Take what was captured before, and stop. */
        LIVE
    }

    /** Called after each poll, also after one that brought nothing or failed. */
    @FunctionalInterface
    interface Pause {
        void afterPoll(Loop loop);
    }

    private static final long NEVER = Long.MAX_VALUE;
    private static final long NS_PER_S = 1_000_000_000L;
    /** For the writer of a pipe to write what it still has, and to close. */
    private static final long READ_ON_NS = 2 * NS_PER_S;

    private final Lifetime lifetime;
    private final PacketHandler next;
    private final Pause pause;
    private long packets;
    private long bytes;
    private long lastTimeNs = Event.NO_TIME;
    private long packetLimit = NEVER;
    private long deadlineNs = NEVER;
    private BooleanSupplier over = () -> false;
    private boolean interrupted;
    private long interruptedNs;
    private long dropped = Event.UNKNOWN;
    /** Packets stamped later are not waited for any more. */
    private long stopAtNs = NEVER;

    Loop(Lifetime lifetime, PacketHandler next, Pause pause) {
        this.lifetime = lifetime;
        this.next = next;
        this.pause = pause;
    }

    /** Stops after so many packets or so long from now; Long.MAX_VALUE for no limit. */
    void stopAfter(long count, long durationNs) {
        packetLimit = count;
        deadlineNs = durationNs == NEVER ? NEVER : System.nanoTime() + durationNs;
    }

    /** Stops when that becomes true and what was captured until then is taken; asked after each poll. */
    void stopWhen(BooleanSupplier condition) {
        over = condition;
    }

    /**
     * Reads a source until it ends or there is a reason to stop.
     *
     * @throws IOException where the source fails; what it delivered before was taken
     */
    void run(PacketSource source, Kind kind) throws IOException {
        long droppedBefore = dropped;
        int delivered = 0;
        while (delivered != PacketSource.END && goesOn(delivered, kind)) {
            try {
                delivered = source.poll(this);
            } finally {
                long now = source.dropped();
                if (now != Event.UNKNOWN) {
                    dropped = Math.max(droppedBefore, 0) + now;
                }
                pause.afterPoll(this);
                if (delivered != 0) {
                    lifetime.progressed();
                }
            }
        }
    }

    private boolean goesOn(int delivered, Kind kind) {
        if (packets >= packetLimit) {
            return false;
        }
        if (lifetime.ending()) {
            if (!interrupted) {
                interrupted = true;
                interruptedNs = System.nanoTime();
            }
            if (kind == Kind.FILE) {
                return false;
            }
            if (kind == Kind.PIPE) {
                return System.nanoTime() - interruptedNs < READ_ON_NS;
            }
        }
        if (stopAtNs != NEVER) {
            return delivered > 0 && lastTimeNs < stopAtNs;
        }
        if (interrupted || over.getAsBoolean() || deadlineNs != NEVER && System.nanoTime() - deadlineNs >= 0) {
            Instant now = Instant.now();
            stopAtNs = now.getEpochSecond() * NS_PER_S + now.getNano();
        }
        return true;        // also when it is time: once more, for what was captured until now
    }

    @Override
    public void onPacket(ByteBuffer buffer, int offset, int capturedLength, int wireLength, long timestampNs,
                         int linkType, int flags) {
        if (packets >= packetLimit) {
            return;         // a source delivers all that is there
        }
        packets++;
        bytes += wireLength;
        lastTimeNs = timestampNs;
        next.onPacket(buffer, offset, capturedLength, wireLength, timestampNs, linkType, flags);
    }

    /** Whether reading stopped because the process is to end. */
    boolean interrupted() {
        return interrupted;
    }

    long packets() {
        return packets;
    }

    /** Octets that they had on the wire. */
    long bytes() {
        return bytes;
    }

    /** What the sources so far say that they lost, or UNKNOWN. */
    long dropped() {
        return dropped;
    }
}
