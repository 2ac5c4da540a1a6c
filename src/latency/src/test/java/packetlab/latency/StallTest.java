package packetlab.latency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import packetlab.latency.Setting.Mode;
import packetlab.latency.Setting.Trouble;

/**
 * A server that sleeps 50 ms once a second. Whatever else the machine does, a message that was planned while it slept
 * waited at least until it woke; a busy machine makes latencies longer, never shorter.
 */
@Timeout(60)
class StallTest {
    private static final long EVERY_NS = 1_000_000_000, FOR_NS = 50_000_000, HALF_NS = FOR_NS / 2;
    /** As many as the cells over time, so that each message is a cell of its own. */
    private static final int MESSAGES = OverTime.CELLS, RATE = 450;

    @Test
    void theOpenLoopHidesNoStall() {
        for (Transport transport : List.of(Transport.TCP)) {
            Setting setting = Measured.setting(transport, 64).at(Mode.OPEN, RATE).with(Trouble.stall(EVERY_NS, FOR_NS));
            Bench bench = Measured.bench(List.of(setting), Plan.of(1, MESSAGES).warmingUp(500).waiting(20_000_000_000L));
            Round round = bench.rounds(0).get(0);
            assertEquals(MESSAGES, round.latency().getTotalCount());
            Hindrance.StallLog stalls = bench.stalls(0);
            OverTime each = round.overTime();
            int caught = 0;
            int caughtForHalf = 0;
            for (int i = 0; i < MESSAGES; i++) {
                assertEquals(1, each.count(i));
                for (int s = 0; s < stalls.count(); s++) {
                    long left = stalls.beganNs(s) + FOR_NS - each.atNs(i);
                    if (each.atNs(i) > stalls.beganNs(s) && left > 0) {
                        caught++;
                        caughtForHalf += left >= HALF_NS ? 1 : 0;
                        long latency = each.maxNs(i);
                        assertTrue(latency >= left, () -> transport + ": " + latency + " ns, " + left
                                + " ns of the stall were left");
                    }
                }
            }
            assertTrue(stalls.count() >= 2, transport + ": the server has stalled " + stalls.count() + " times");
            assertTrue(caught >= 2 * RATE * FOR_NS / EVERY_NS - 4, transport + ": " + caught + " messages met a stall");
            // Theory: one message in forty waited for more than half a stall, so p99 lies beyond that.
            assertTrue(caughtForHalf > MESSAGES / 100, transport + ": " + caughtForHalf);
            assertTrue(round.latency().getValueAtPercentile(99) >= HALF_NS * 0.999);
            // From the send call it looks shorter, or the same; never longer.
            assertTrue(round.fromSend().getValueAtPercentile(99) <= round.latency().getValueAtPercentile(99));
        }
    }
}
