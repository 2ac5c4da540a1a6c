package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import packetlab.event.Event;
import packetlab.wire.LinkType;
import packetlab.wire.PacketHandler;
import packetlab.wire.PacketSource;

/** When the loop stops, and what it has taken until then. */
@Timeout(60)
class LoopTest {
    private static final long LONG_AGO = 1_000_000_000L;
    private static final ByteBuffer PACKET = ByteBuffer.allocate(60);

    private final Lifetime lifetime = new Lifetime();
    private final List<Long> taken = new ArrayList<>();
    private final Loop loop = new Loop(lifetime, this::take, this::pause);
    private long pauses;
    private long droppedAtPause;

    private void pause(Loop paused) {
        pauses++;
        droppedAtPause = paused.dropped();
    }

    private void take(ByteBuffer buffer, int offset, int capturedLength, int wireLength, long timestampNs, int linkType,
                      int flags) {
        taken.add(timestampNs);
    }

    @Test
    void aSourceIsReadToItsEnd() throws IOException {
        loop.run(new Source(3, 0, 2, PacketSource.END), Loop.Kind.FILE);
        assertEquals(5, taken.size());
        assertEquals(5, loop.packets());
        assertEquals(300, loop.bytes());
        assertFalse(loop.interrupted());
    }

    @Test
    void notOnePacketMoreThanAskedForIsTaken() throws IOException {
        loop.stopAfter(4, Long.MAX_VALUE);
        loop.run(new Source(3, 3, 3), Loop.Kind.LIVE);
        assertEquals(4, taken.size());
        loop.run(new Source(3), Loop.Kind.LIVE);
        assertEquals(4, taken.size(), "nor of the next source");
    }

    @Test
    void aFileIsLeftAtOnceWhenTheEndIsRequested() throws IOException {
        lifetime.requestEnd();
        loop.run(new Source(1, 1, 1), Loop.Kind.FILE);
        assertTrue(loop.interrupted());
        assertEquals(List.of(), taken);
    }

    @Test
    void whatWasCapturedBeforeTheEndIsStillTaken() throws IOException {
        lifetime.requestEnd();
        Source source = new Source(2, 1, 0, 7);
        loop.run(source, Loop.Kind.LIVE);
        assertEquals(3, taken.size());
        assertEquals(1, source.pollsLeft(), "idle: nothing is left from before");
    }

    @Test
    void anEndIsReachedHoweverMuchTrafficThereIs() throws IOException {
        lifetime.requestEnd();
        long begun = nowNs();
        Polls endless = handler -> {
            handler.onPacket(PACKET, 0, 60, 60, nowNs(), LinkType.EN10MB, 0);
            return 1;
        };
        loop.run(closing(endless), Loop.Kind.LIVE);
        assertTrue(nowNs() - begun < 5_000_000_000L);
        assertTrue(taken.size() <= 2, taken.size() + " packets");
    }

    @Test
    void aPipeIsReadOnAfterTheEndIsRequested() throws IOException {
        lifetime.requestEnd();
        loop.run(new Source(2, 0, 3, PacketSource.END), Loop.Kind.PIPE);
        assertEquals(5, taken.size());
        assertTrue(loop.interrupted());
    }

    @Test
    void aPipeThatStaysOpenIsNotReadForever() throws IOException {
        lifetime.requestEnd();
        long begun = System.nanoTime();
        loop.run(closing(handler -> 0), Loop.Kind.PIPE);
        assertTrue(System.nanoTime() - begun >= 1_900_000_000L);
    }

    @Test
    void aConditionStopsItAndTheRestIsTaken() throws IOException {
        loop.stopWhen(() -> taken.size() >= 2);
        loop.run(new Source(2, 3, 0, 9), Loop.Kind.LIVE);
        assertEquals(5, taken.size());
        assertFalse(loop.interrupted());
    }

    @Test
    void aTimeStopsIt() throws IOException {
        loop.stopAfter(Long.MAX_VALUE, 50_000_000L);
        loop.run(closing(handler -> 0), Loop.Kind.LIVE);
        assertFalse(loop.interrupted());
    }

    @Test
    void dropsOfSourcesAreAddedUp() throws IOException {
        loop.run(new Source(1, PacketSource.END), Loop.Kind.FILE);
        assertEquals(Event.UNKNOWN, loop.dropped(), "nobody counted");
        Source counting = new Source(1, 1, PacketSource.END);
        counting.dropped = 2;
        loop.run(counting, Loop.Kind.FILE);
        loop.run(counting.again(), Loop.Kind.FILE);
        assertEquals(4, loop.dropped());
        assertEquals(4, droppedAtPause);
    }

    @Test
    void aSourceThatFailsWasStillPausedFor() {
        IOException gone = new IOException("gone");
        Polls failing = handler -> {
            handler.onPacket(PACKET, 0, 60, 60, LONG_AGO, LinkType.EN10MB, 0);
            throw gone;
        };
        assertSame(gone, assertThrows(IOException.class, () -> loop.run(closing(failing), Loop.Kind.LIVE)));
        assertEquals(1, taken.size());
        assertEquals(1, pauses);
    }

    private static long nowNs() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    /** A source without a close of its own. */
    @FunctionalInterface
    private interface Polls {
        int poll(PacketHandler handler) throws IOException;
    }

    private static PacketSource closing(Polls polls) {
        return new PacketSource() {
            @Override
            public int poll(PacketHandler handler) throws IOException {
                return polls.poll(handler);
            }

            @Override
            public void close() {
                // nothing is held
            }
        };
    }

    /** Delivers so many packets at each poll; END is -1. */
    private static final class Source implements PacketSource {
        private final int[] polls;
        private int next;
        private long dropped = Event.UNKNOWN;

        Source(int... polls) {
            this.polls = polls;
        }

        Source again() {
            Source source = new Source(polls);
            source.dropped = dropped;
            return source;
        }

        int pollsLeft() {
            return polls.length - next;
        }

        @Override
        public int poll(PacketHandler handler) {
            int count = polls[next++];
            for (int i = 0; i < count; i++) {
                handler.onPacket(PACKET, 0, 60, 60, LONG_AGO, LinkType.EN10MB, 0);
            }
            return count;
        }

        @Override
        public long dropped() {
            return dropped;
        }

        @Override
        public void close() {
            // nothing is held
        }
    }
}
