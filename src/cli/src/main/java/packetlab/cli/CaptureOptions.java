package packetlab.cli;

import java.util.ArrayList;
import java.util.List;
import packetlab.os.PcapOptions;
import packetlab.os.RingOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What is captured, and for how long. */
final class CaptureOptions {
    private static final int MAX_PORT = 0xFFFF;

    @Option(names = {"-i", "--interface"}, order = 10, paramLabel = "NAME", defaultValue = "lo",
            description = "the interface (default: lo); any: all of them, through libpcap")
    String device;

    @Option(names = {"-p", "--port"}, order = 11, paramLabel = "PORT",
            description = "only packets to or from this port; may be repeated")
    List<Integer> ports = new ArrayList<>();

    @Option(names = {"-c", "--count"}, order = 13, paramLabel = "PACKETS", description = "stop after so many packets")
    Long count;

    @Option(names = "--duration", order = 14, paramLabel = "TIME", converter = Durations.class,
            description = "stop after so long: 500ms, 10s, 2m, 1h")
    Long durationNs;

    @Option(names = "--snaplen", order = 15, paramLabel = "BYTES",
            description = "keep at most this much of each packet (default: 262144, all of it)")
    int snaplen = PcapOptions.DEFAULT_SNAPLEN;

    @Mixin
    BackendOptions backend;

    @Parameters(paramLabel = "FILTER", arity = "0..*",
            description = "a capture filter as of tcpdump, such as: host 127.0.0.1 and not port 22")
    List<String> words = new ArrayList<>();

    @Spec(Spec.Target.MIXEE)
    CommandSpec spec;

    BackendOptions backend() {
        return backend;
    }

    /** All of it but for the backend, the count and the time. */
    RingOptions ring() {
        return backend.applyTo(RingOptions.on(device).withFilter(filter()).withSnaplen(snaplen()));
    }

    /** The ports and the words as one pcap-filter(7) expression; empty for none. */
    String filter() {
        StringBuilder filter = new StringBuilder();
        for (int port : ports) {
            if (port < 1 || port > MAX_PORT) {
                throw new ParameterException(spec.commandLine(), "a port is a number from 1 to 65535, not " + port);
            }
            filter.append(filter.isEmpty() ? "" : " or ").append("port ").append(port);
        }
        String expression = String.join(" ", words).strip();
        if (expression.isEmpty()) {
            return filter.toString();
        }
        return filter.isEmpty() ? expression : "(" + filter + ") and (" + expression + ")";
    }

    /** Octets kept of each packet. */
    private int snaplen() {
        if (snaplen < 1 || snaplen > PcapOptions.DEFAULT_SNAPLEN) {
            throw new ParameterException(spec.commandLine(), "--snaplen is a number from 1 to "
                    + PcapOptions.DEFAULT_SNAPLEN + ", not " + snaplen);
        }
        return snaplen;
    }

    /** Packets after which to stop. */
    long count() {
        if (count != null && count < 1) {
            throw new ParameterException(spec.commandLine(), "--count is at least 1, not " + count);
        }
        return count == null ? Long.MAX_VALUE : count;
    }

    /** Time after which to stop. */
    long durationNs() {
        return durationNs == null ? Long.MAX_VALUE : durationNs;
    }
}
