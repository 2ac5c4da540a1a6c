package packetlab.cli;

import packetlab.os.RingOptions;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Through what packets are captured. */
final class BackendOptions {
    /** How packets are captured. */
    enum Backend {
        auto, ring, helper, libpcap
    }

    /** How long a packet may wait for company. */
    enum Latency {
        normal, low
    }

    @Option(names = "--backend", order = 16, paramLabel = "NAME", defaultValue = "auto",
            description = "how to capture: ${COMPLETION-CANDIDATES} (default: auto, the ring where it can); helper: "
                    + "capture-helper keeps the socket and passes the packets")
    Backend backend;

    @Option(names = "--buffer", order = 17, paramLabel = "SIZE", converter = Sizes.class,
            description = "what the kernel keeps for packets that wait, such as 128M (default: 32M, trace 64M, or less where it "
                    + "refuses)")
    Long buffer;

    @Option(names = "--latency", order = 18, paramLabel = "HOW", defaultValue = "normal",
            description = "normal: packets are collected for 2 ms (record: 20 ms, trace: 8 ms); low: each comes at once, within "
                    + "some 10 microseconds, from the socket's queue, which costs more and takes a smaller load")
    Latency latency;

    @Spec(Spec.Target.MIXEE)
    CommandSpec spec;

    Backend backend() {
        return backend;
    }

    /** Whether a size was asked for. */
    boolean sized() {
        return buffer != null;
    }

    /** What was asked for, on top of that. */
    RingOptions applyTo(RingOptions options) {
        RingOptions asked = options.withLowLatency(latency == Latency.low);
        if (buffer == null) {
            return asked;
        }
        if (buffer < RingOptions.MIN_BUFFER_BYTES || buffer > RingOptions.MAX_BUFFER_BYTES) {
            throw new ParameterException(spec.commandLine(), "--buffer is from 1M to 2047M, not " + buffer + " bytes");
        }
        return asked.withBufferBytes(buffer.intValue());
    }
}
