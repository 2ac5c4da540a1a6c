package packetlab.bench;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;
import packetlab.event.Side;
import packetlab.event.TcpEvent;
import packetlab.flow.FlowLimits;
import packetlab.flow.StreamHandler;
import packetlab.message.Decoder;
import packetlab.wire.Dissector;

/** The same passes as {@link WholeDecode} that stop earlier on the way: the differences are what each room costs. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgs = {"-XX:+UseSerialGC", "-Xms48m", "-Xmn36m", "-XX:SurvivorRatio=6", "-Xmx384m"})
@Warmup(iterations = 5)
@Measurement(iterations = 10)
public class PartsOfDecode {
    /** Reads the file and finds its packets. */
    @Benchmark
    public long read(Capture capture) throws IOException {
        long[] octets = {0};
        capture.passThrough((buffer, offset, captured, wire, timeNs, linkType, flags) -> octets[0] += captured);
        return octets[0];
    }

    /** And looks at their headers. */
    @Benchmark
    public long dissect(Capture capture) throws IOException {
        Dissector dissector = new Dissector();
        long[] segments = {0};
        capture.passThrough((buffer, offset, captured, wire, timeNs, linkType, flags) -> {
            if (dissector.dissect(buffer, offset, captured, wire, linkType) == Dissector.Result.TCP) {
                segments[0]++;
            }
        });
        return segments[0];
    }

    /** And follows the connections, up to the octets that each side sent, in order. */
    @Benchmark
    public long reassemble(Capture capture) throws IOException {
        OctetCount count = new OctetCount();
        Decoder decoder = new Decoder(Nobody.LISTENS, stream -> count, FlowLimits.DEFAULT, false);
        capture.decode(decoder);
        return count.octets;
    }

    private static final class OctetCount implements StreamHandler {
        private long octets;

        @Override
        public void onData(Side from, byte[] array, int offset, int length) {
            octets += length;
        }

        @Override
        public void onGap(Side from, long length, GapCause cause) {
            octets += length;
        }

        @Override
        public void onFin(Side from) {
            // Nothing to count.
        }

        @Override
        public void onClose(TcpEvent.How how) {
            // Nothing to count.
        }
    }
}
