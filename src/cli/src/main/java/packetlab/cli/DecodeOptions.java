package packetlab.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import packetlab.flow.FlowLimits;
import packetlab.message.MessageLimits;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How packets are decoded. */
final class DecodeOptions {
    /** Which of two different octets for one place in a stream stands. */
    enum Overlap {
        first, last
    }

    @Option(names = "--overlap", order = 44, paramLabel = "WHICH", defaultValue = "first",
            description = "of octets that come twice and differ, the one that stands: ${COMPLETION-CANDIDATES} "
                    + "(default: first; last replaces only what still waits for a hole in front of it)")
    Overlap overlap;

    @Option(names = "--limit", order = 45, paramLabel = "NAME=N", split = ",",
            description = "change a limit on what input can make grow, by the name that a limit event gives it, such as "
                    + "message-size or connections")
    Map<String, Long> limits = new LinkedHashMap<>();

    @Spec(Spec.Target.MIXEE)
    CommandSpec spec;

    boolean lastWins() {
        return overlap == Overlap.last;
    }

    FlowLimits flowLimits() {
        FlowLimits result = FlowLimits.DEFAULT;
        for (Map.Entry<String, Long> limit : limits.entrySet()) {
            if (!MessageLimits.NAMES.contains(limit.getKey())) {
                if (!FlowLimits.NAMES.contains(limit.getKey())) {
                    throw new ParameterException(spec.commandLine(), "there is no limit " + limit.getKey()
                            + "; there are " + String.join(", ", FlowLimits.NAMES) + ", "
                            + String.join(", ", MessageLimits.NAMES));
                }
                try {
                    result = result.with(limit.getKey(), limit.getValue());
                } catch (IllegalArgumentException e) {
                    throw refused(limit);
                }
            }
        }
        return result;
    }

    MessageLimits messageLimits(MessageLimits from) {
        MessageLimits result = from;
        for (Map.Entry<String, Long> limit : limits.entrySet()) {
            if (MessageLimits.NAMES.contains(limit.getKey())) {
                try {
                    result = result.with(limit.getKey(), limit.getValue());
                } catch (IllegalArgumentException e) {
                    throw refused(limit);
                }
            }
        }
        return result;
    }

    private ParameterException refused(Map.Entry<String, Long> limit) {
        return new ParameterException(spec.commandLine(),
                "the limit " + limit.getKey() + " cannot be " + limit.getValue());
    }
}
