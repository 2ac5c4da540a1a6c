package packetlab.bench;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import packetlab.message.Unmask;
import packetlab.message.Utf8;

/** What is done with every octet of a payload: unmasking and the check for UTF-8, in nanoseconds a frame. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgs = "-XX:+UseSerialGC")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class OctetWork {
    private static final int KEY = 0x9d_37_5a_c1;

    /** A small frame, one that fills a segment, and a large one. */
    @Param({"125", "1440", "16384"})
    public int length;

    private byte[] masked;
    private byte[] clear;
    private byte[] ascii;
    private byte[] korean;

    @Setup
    public void fill() {
        masked = new byte[length + Unmask.SLACK];
        new Random(1).nextBytes(masked);
        clear = new byte[length + Unmask.SLACK];
        ascii = new byte[length];
        korean = new byte[length - length % 3];
        byte[] syllable = {(byte) 0xec, (byte) 0x95, (byte) 0x88};
        for (int i = 0; i < length; i++) {
            ascii[i] = (byte) (' ' + i % 90);
        }
        for (int i = 0; i < korean.length; i++) {
            korean[i] = syllable[i % syllable.length];
        }
    }

    @Benchmark
    public byte[] unmask() {
        Unmask.apply(masked, 0, clear, 0, length, KEY);
        return clear;
    }

    @Benchmark
    public int checkAscii() {
        return Utf8.check(Utf8.BEGIN, ascii, 0, ascii.length);
    }

    @Benchmark
    public int checkKorean() {
        return Utf8.check(Utf8.BEGIN, korean, 0, korean.length);
    }
}
