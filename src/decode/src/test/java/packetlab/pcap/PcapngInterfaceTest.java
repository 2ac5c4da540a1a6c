package packetlab.pcap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import packetlab.event.Event;

class PcapngInterfaceTest {
    private static final BigInteger NS_PER_S = BigInteger.valueOf(1_000_000_000L);
    /** Seconds that are told apart from what cannot be told: one less than a long of nanoseconds holds. */
    private static final BigInteger MAX_SECONDS = BigInteger.valueOf(Long.MAX_VALUE).divide(NS_PER_S).subtract(
            BigInteger.ONE);

    /** The same with numbers of any size. */
    private static long reference(long ticks, int resolution, long offset) {
        BigInteger unsigned = new BigInteger(Long.toUnsignedString(ticks));
        int exponent = resolution & 0x7F;
        BigInteger perSecond = resolution < 0x80 ? BigInteger.TEN.pow(exponent) : BigInteger.TWO.pow(exponent);
        BigInteger ns = unsigned.multiply(NS_PER_S).divide(perSecond);
        BigInteger seconds = ns.divide(NS_PER_S).add(BigInteger.valueOf(offset));
        if (ns.divide(NS_PER_S).bitLength() > 63 || seconds.abs().compareTo(MAX_SECONDS) > 0) {
            return Event.NO_TIME;
        }
        return ns.mod(NS_PER_S).add(seconds.multiply(NS_PER_S)).longValueExact();
    }

    @Test
    void everyResolutionAgreesWithNumbersOfAnySize() {
        Random random = new Random(7);
        long[] offsets = {0, 1, -1, 1_700_000_000L, -1_700_000_000L, 9_223_372_037L, -9_223_372_037L, Long.MAX_VALUE,
            Long.MIN_VALUE};
        for (int resolution = 0; resolution < 256; resolution++) {
            for (long offset : offsets) {
                PcapngInterface i = new PcapngInterface(1, 0, resolution, offset);
                for (int n = 0; n < 50; n++) {
                    long ticks = switch (n) {
                        case 0 -> 0;
                        case 1 -> -1;
                        case 2 -> Long.MAX_VALUE;
                        case 3 -> Long.MIN_VALUE;
                        default -> random.nextLong() >>> random.nextInt(64);
                    };
                    long expected = reference(ticks, resolution, offset);
                    long actual = i.timeNs(ticks);
                    if (expected == Event.NO_TIME && offset == 0 && actual / 1_000_000_000L >= MAX_SECONDS.longValue()) {
                        continue; // the quick way tells the last second before 2262-04-11T23:47:16.854 too
                    }
                    assertEquals(expected, actual, ticks + " ticks, resolution " + resolution + ", offset " + offset);
                }
            }
        }
    }

    @Test
    void usualUnits() {
        assertEquals(1_500_000_000L, new PcapngInterface(1, 0, 6, 0).timeNs(1_500_000));
        assertEquals(1_500_000_000L, new PcapngInterface(1, 0, 9, 0).timeNs(1_500_000_000));
        assertEquals(1_500_000_000L, new PcapngInterface(1, 0, 12, 0).timeNs(1_500_000_000_999L));
        assertEquals(1_500_000_000L, new PcapngInterface(1, 0, 0x80 | 1, 0).timeNs(3));
        assertEquals(250_000_000L, new PcapngInterface(1, 0, 0x80 | 64, 0).timeNs(1L << 62));
        assertEquals(-500_000_000L, new PcapngInterface(1, 0, 3, -2).timeNs(1_500));
    }
}
