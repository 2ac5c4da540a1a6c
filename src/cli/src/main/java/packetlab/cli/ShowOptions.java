package packetlab.cli;

import java.util.ArrayList;
import java.util.List;
import packetlab.message.MessageLimits;
import packetlab.report.EventFilter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What is shown of the decoded events. */
final class ShowOptions {
    @Option(names = "--stream", order = 40, paramLabel = "N", split = ",",
            description = "only these connections, by the number that the output gives them")
    List<Long> streams = new ArrayList<>();

    @Option(names = "--only", order = 41, paramLabel = "KIND", split = ",",
            description = "only these events: tcp, http, ws, udp, icmp, other, call, or one such as ws.close")
    List<String> only = new ArrayList<>();

    @Option(names = "--max-payload", order = 42, paramLabel = "BYTES",
            description = "show at most this much of each frame and message (default: 65536)")
    int maxPayload = MessageLimits.DEFAULT.shownPayload();

    @Spec(Spec.Target.MIXEE)
    CommandSpec spec;

    /** Whether somebody said which events. */
    boolean selective() {
        return !only.isEmpty();
    }

    EventFilter filter() {
        try {
            return EventFilter.of(only, streams);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }

    MessageLimits limits() {
        if (maxPayload < 0) {
            throw new ParameterException(spec.commandLine(), "--max-payload is a number of octets, not " + maxPayload);
        }
        return MessageLimits.DEFAULT.withShownPayload(maxPayload);
    }
}
