package packetlab.latency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Counted in bytes, not in time: in steady state a round trip allocates nothing, at neither end. */
@Timeout(60)
class AllocationTest {
    private static final int ROUNDS = 3, MESSAGES = 2_000, WARM_UP = 3_000;

    @ParameterizedTest
    @EnumSource(value = Transport.class, mode = EnumSource.Mode.EXCLUDE, names = {"RAW_DATAGRAM", "RAW_ICMP"})
    void aRoundTripAllocatesNothing(Transport transport) {
        assertNothing(Measured.setting(transport, 64));
    }

    private static void assertNothing(Setting setting) {
        List<Round> rounds = Measured.rounds(setting, Plan.of(ROUNDS, MESSAGES).warmingUp(WARM_UP));
        for (Round round : rounds) {
            // A call that is compiled anew meanwhile allocates once: less than a byte a message.
            assertTrue(round.allocated() < round.sent() * 8, () -> setting + ": " + round.allocated());
        }
        assertEquals(0, rounds.stream().mapToLong(Round::allocated).min().orElseThrow());
    }
}
