package packetlab.latency;

import java.io.IOException;
import org.HdrHistogram.Histogram;
import packetlab.os.SocketAddress;

/**
 * What measuring itself takes: nothing that is measured can look faster.
 *
 * @param clockNs between two readings of the clock one after the other, median
 * @param loopNs  that the closed loop says of an exchange that does nothing, median
 */
public record Floor(long clockNs, long loopNs) {
    private static final int WARM = 50_000, SAMPLES = 50_000;

    public static Floor measure() throws IOException {
        Histogram clock = Recorder.histogram();
        for (int i = 0; i < WARM + SAMPLES; i++) {
            long first = System.nanoTime();
            long second = System.nanoTime();
            if (i >= WARM) {
                clock.recordValue(second - first);
            }
        }
        ClosedLoop loop = new ClosedLoop(new Client[] {new Nobody()}, new Stop(() -> false, Long.MAX_VALUE / 2));
        loop.measure(WARM, 0, false, new Recorder(0, WARM), null);
        Recorder recorder = new Recorder(WARM, SAMPLES);
        loop.measure(SAMPLES, 0, false, recorder, null);
        return new Floor(clock.getValueAtPercentile(50), recorder.latency.getValueAtPercentile(50));
    }

    /** Answers at once what it was told last. */
    private static final class Nobody implements Client {
        private long last;

        @Override
        public void send(long number) {
            last = number;
        }

        @Override
        public long receive() {
            return last;
        }

        @Override
        public SocketAddress local() {
            return null;
        }

        @Override
        public long octets(boolean sent) {
            return 0;
        }

        @Override
        public void abort() {
            // nobody waits
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
