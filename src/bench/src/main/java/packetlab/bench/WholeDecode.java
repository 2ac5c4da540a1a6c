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
import packetlab.flow.FlowLimits;
import packetlab.message.Decoder;
import packetlab.message.MessageDecoder;
import packetlab.message.MessageLimits;

/**
 * The complete work on a capture, as {@code packetlab read --quiet} does it: file, dissection, reassembly, TCP analysis,
 * HTTP, WebSocket, rules, inflating; nobody listens. One invocation is one pass over the file, with decoders of its own.
 * The options of the JVM are those of scripts/packetlab, but for the compiler's, which are for runs of seconds.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgs = {"-XX:+UseSerialGC", "-Xms48m", "-Xmn36m", "-XX:SurvivorRatio=6", "-Xmx384m"})
@Warmup(iterations = 5)
@Measurement(iterations = 10)
public class WholeDecode {
    @Benchmark
    public long decode(Capture capture) throws IOException {
        try (MessageDecoder messages = new MessageDecoder(Nobody.LISTENS, MessageLimits.DEFAULT)) {
            Decoder decoder = new Decoder(Nobody.LISTENS, messages, FlowLimits.DEFAULT, false);
            capture.decode(decoder);
            return decoder.packets();
        }
    }
}
