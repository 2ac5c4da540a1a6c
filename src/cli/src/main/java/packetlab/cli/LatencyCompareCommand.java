package packetlab.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import packetlab.event.LatencyEvent;
import packetlab.report.LatencyDifference;
import packetlab.report.LatencyReader;
import packetlab.report.LatencyTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Tells whether two measurements differ. */
@Command(name = "compare", description = "Tells whether two measurements differ, row by row, and what else was different.",
        footer = {"", "Examples:",
            "  packetlab latency --json > before.json",
            "  packetlab latency --json > after.json",
            "  packetlab latency compare before.json after.json",
            "", "A difference counts that is larger than the spread between the rounds of either.",
            "Exit status: 0 nothing differs, 1 something does or could not be compared, 2 wrong usage."})
final class LatencyCompareCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "A.json", description = "what packetlab latency --json has printed")
    Path first;

    @Parameters(index = "1", paramLabel = "B.json", description = "the same at another time, or on another machine")
    Path second;

    @Mixin
    HelpOptions help;

    @ParentCommand
    LatencyCommand latency;

    @Override
    public Integer call() throws IOException {
        LatencyReader a = read(first);
        LatencyReader b = read(second);
        StringBuilder text = new StringBuilder();
        int differing = 0;
        int compared = 0;
        for (LatencyEvent.Result row : a.results()) {
            LatencyEvent.Result other = b.like(row);
            String name = LatencyTable.label(row, a.results());
            if (other == null) {
                text.append("  ").append(name).append(": only in ").append(first).append('\n');
                continue;
            }
            compared++;
            LatencyDifference difference = LatencyDifference.between(row, other);
            boolean same = difference.verdict() == LatencyDifference.Verdict.WITHIN_SPREAD;
            differing += same ? 0 : 1;
            text.append(same ? "= " : "! ").append(name).append(": ").append(LatencyTable.us(row.p50Ns())).append(" -> ")
                    .append(LatencyTable.us(other.p50Ns())).append(" us (p50): ").append(difference.words("before"))
                    .append('\n');
        }
        for (LatencyEvent.Result row : b.results()) {
            if (a.like(row) == null) {
                text.append("  ").append(LatencyTable.label(row, b.results())).append(": only in ").append(second)
                        .append('\n');
            }
        }
        facts(text, a.facts(), b.facts());
        latency.main().print(text.toString());
        if (compared == 0) {
            throw Failure.failed("no row of " + first + " is in " + second, null);
        }
        return differing == 0 ? ExitStatus.DONE : ExitStatus.FAILED;
    }

    /** What was different of the machines. */
    private static void facts(StringBuilder text, Map<String, String> a, Map<String, String> b) {
        TreeSet<String> names = new TreeSet<>(a.keySet());
        names.addAll(b.keySet());
        for (String name : names) {
            if (!Objects.equals(a.get(name), b.get(name))) {
                text.append("  ").append(name).append(": ").append(a.get(name)).append(" -> ").append(b.get(name))
                        .append('\n');
            }
        }
    }

    private static LatencyReader read(Path file) {
        try {
            LatencyReader reader = LatencyReader.read(file);
            if (reader.results().isEmpty()) {
                throw Failure.failed(file + ": has no latency.result line (packetlab latency --json prints them)", null);
            }
            return reader;
        } catch (IOException e) {
            throw Failure.failed(FileTrouble.line(file.toString(), e), e);
        }
    }
}
