package packetlab.latency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import packetlab.event.Event;

/** What the histogram says, against a sorted array that does it plainly. */
class HistogramTest {
    /** Three significant digits. */
    private static final double NEARLY = 0.001;

    @Test
    void percentilesAreThoseOfASortedArray() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int run = 0; run < 40; run++) {
            int count = 20 + random.nextInt(60_000);
            Recorder recorder = new Recorder(0, count);
            long[] plain = new long[count];
            for (int i = 0; i < count; i++) {
                // From below a microsecond to some seconds, most of them small.
                plain[i] = 1 + (long) Math.exp(random.nextDouble() * 22);
                assertTrue(recorder.record(i, 1_000, 1_000, 1_000 + plain[i]));
            }
            Arrays.sort(plain);
            Histogram h = recorder.latency;
            String message = "seed " + seed + ", run " + run;
            assertEquals(count, h.getTotalCount(), message);
            for (double percent : new double[] {50, 90, 99, 99.9}) {
                long told = Results.percentile(h, percent);
                if (count * (100 - percent) / 100 + 1e-9 < 10) {
                    assertEquals(Event.UNKNOWN, told, message + ": too few samples for " + percent);
                } else {
                    int at = (int) Math.max(0, Math.ceil(count * percent / 100 - 1e-9) - 1);
                    assertEquals(plain[at], told, plain[at] * NEARLY + 1, message + ", " + percent);
                }
            }
            assertEquals(plain[0], h.getMinValue(), plain[0] * NEARLY + 1, message);
            assertEquals(plain[count - 1], h.getMaxValue(), plain[count - 1] * NEARLY + 1, message);
            double mean = Arrays.stream(plain).average().orElseThrow();
            double deviation = Arrays.stream(plain).mapToDouble(x -> Math.abs(x - mean)).average().orElseThrow();
            assertEquals(deviation, Results.meanAbsoluteDeviation(h), mean * 2 * NEARLY + 1, message);
        }
    }

    @Test
    void aPercentileNeedsTenSamplesBeyondIt() {
        Histogram h = Recorder.histogram();
        for (int i = 1; i <= 999; i++) {
            h.recordValue(i);
        }
        assertEquals(Event.UNKNOWN, Results.percentile(h, 99));
        h.recordValue(1_000);
        assertEquals(990, Results.percentile(h, 99), 1);
        assertEquals(Event.UNKNOWN, Results.percentile(h, 99.9));
    }

    @Test
    void oneThatTakesLongerThanTheHistogramReachesCountsAsItsLongest() {
        Recorder recorder = new Recorder(0, 1);
        recorder.record(0, 0, 0, Long.MAX_VALUE);
        assertEquals(Recorder.HIGHEST_NS, recorder.latency.getMaxValue(), Recorder.HIGHEST_NS * NEARLY);
    }

    @Test
    void answersAreToldApart() {
        Recorder recorder = new Recorder(10, 5);
        for (long number : new long[] {10, 12, 11, 12, 13, 9}) {
            recorder.record(number, 1, 1, 2);
        }
        assertEquals(4, recorder.latency.getTotalCount());
        assertEquals(1, recorder.duplicated);
        assertEquals(1, recorder.reordered);
        assertEquals(1, recorder.late, "9 belongs to the warm-up");
    }
}
