package packetlab.latency;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.HdrHistogram.Histogram;
import packetlab.event.Event;
import packetlab.report.LatencyDifference;
import packetlab.report.LatencyTable;

/** What is to be said of rows beside their figures, a line each. */
public final class Remarks {
    private Remarks() {}

    /** How each row differs from the first one, and what capturing adds to a row. */
    public static List<String> differences(List<Row> rows, Function<Row, String> name) {
        List<String> lines = new ArrayList<>();
        Row first = null;
        Row before = null;
        for (Row row : rows) {
            if (row.kind() == Row.Kind.CAPTURED) {
                lines.add("what that costs, " + name.apply(row) + ": " + LatencyDifference.between(before.result(), row.result())
                        .words(name.apply(before)));
            } else if (row.kind() == Row.Kind.OWN && first != null) {
                lines.add(name.apply(row) + ": " + LatencyDifference.between(first.result(), row.result())
                        .words(name.apply(first)));
            }
            first = first == null ? row : first;
            before = row;
        }
        return lines;
    }

    /** How far the figures can be trusted: warm-up, the JVM's own work, what became of datagrams, a late sender. */
    public static List<String> trust(List<Row> rows, Function<Row, String> name) {
        List<String> lines = new ArrayList<>();
        warmUp(lines, rows, name);
        jvm(lines, rows, name);
        for (Row row : rows) {
            datagrams(lines, row, name.apply(row));
            sender(lines, row, name.apply(row));
            for (Round round : row.rounds()) {
                if (round.trouble() != null) {
                    lines.add(name.apply(row) + ", round " + round.number() + ": " + round.trouble());
                }
            }
        }
        return lines;
    }

    private static void warmUp(List<String> lines, List<Row> rows, Function<Row, String> name) {
        long least = Long.MAX_VALUE;
        long most = 0;
        List<String> unsteady = new ArrayList<>();
        for (Row row : rows) {
            for (Round round : row.rounds()) {
                least = Math.min(least, round.warmedUp());
                most = Math.max(most, round.warmedUp());
                if (!round.steady()) {
                    unsteady.add(name.apply(row) + " round " + round.number());
                }
            }
        }
        if (least != Long.MAX_VALUE) {
            lines.add(String.format(Locale.ROOT, "warm-up, not recorded: %,d to %,d messages a round%s", least, most,
                    unsteady.isEmpty() ? ", until the medians of 1,000 stood still"
                            : "; not steady then: " + shortened(unsteady)));
        }
    }

    private static String shortened(List<String> words) {
        int most = 4;
        return String.join(", ", words.subList(0, Math.min(most, words.size())))
                + (words.size() > most ? " and " + (words.size() - most) + " more" : "");
    }

    private static void jvm(List<String> lines, List<Row> rows, Function<Row, String> name) {
        long compileMs = sum(rows, Round::compileMs);
        long collections = sum(rows, Round::collections);
        long collectMs = sum(rows, Round::collectMs);
        long samples = 0;
        long allocated = 0;
        List<String> where = new ArrayList<>();
        for (Row row : rows) {
            for (Round round : row.rounds()) {
                if (round.compileMs() > 0 || round.collections() > 0) {
                    where.add(name.apply(row) + " round " + round.number());
                }
                if (round.allocated() != Event.UNKNOWN) {
                    samples += round.sent();
                    allocated += round.allocated();
                }
            }
        }
        lines.add(String.format(Locale.ROOT, "the JVM meanwhile: compiled for %,d ms, %s%s", compileMs,
                collections == 0 ? "collected no garbage"
                        : String.format(Locale.ROOT, "collected garbage %d times, %,d ms", collections, collectMs),
                where.isEmpty() ? "" : " (" + shortened(where) + ")"));
        if (samples > 0) {
            lines.add(String.format(Locale.ROOT, "both ends' threads here allocated %,d bytes for %,d messages: %,d a message",
                    allocated, samples, allocated / samples));
        }
    }

    private static long sum(List<Row> rows, ToLongFunction<Round> what) {
        return rows.stream().flatMap(r -> r.rounds().stream()).mapToLong(what).sum();
    }

    private static void datagrams(List<String> lines, Row row, String name) {
        List<Row> one = List.of(row);
        long late = sum(one, Round::late);
        long duplicated = sum(one, Round::duplicated);
        long reordered = sum(one, Round::reordered);
        long dropped = sum(one, r -> Math.max(0, r.dropped()));
        long lost = sum(one, Round::lost);
        if (lost + late + duplicated + reordered + dropped > 0) {
            String byKernel = dropped == 0 ? ""
                    : String.format(Locale.ROOT, " (%,d dropped at a socket, by the kernel's count)", dropped);
            lines.add(String.format(Locale.ROOT, "%s: %,d of %,d messages lost%s, %,d answers late, %,d twice, "
                    + "%,d out of order", name, lost, sum(one, Round::sent), byKernel, late, duplicated, reordered));
        }
    }

    private static void sender(List<String> lines, Row row, String name) {
        Histogram all = Recorder.histogram();
        row.rounds().stream().filter(r -> r.lateness() != null).forEach(r -> all.add(r.lateness()));
        if (all.getTotalCount() > 0 && row.kind() != Row.Kind.OTHER_VIEW) {
            lines.add(String.format(Locale.ROOT, "%s: the sender itself was %s us late (median; 99 %%: %s us), which its "
                    + "latency includes", name, LatencyTable.us(all.getValueAtPercentile(50)),
                    LatencyTable.us(all.getValueAtPercentile(99))));
        }
    }

    /** What the capture of a row saw and what it missed. */
    public static List<String> wire(Row row, String name) {
        long joined = 0;
        long unjoined = 0;
        long packets = 0;
        long dropped = 0;
        for (Round round : row.rounds()) {
            if (round.wire() != null) {
                joined += round.wire().joined();
                unjoined += round.wire().unjoined();
                packets += round.wire().packets();
                dropped += round.wire().dropped();
            }
        }
        String of = packets == 0 ? "the stamps of their socket"
                : String.format(Locale.ROOT, "their packets (%,d captured, %,d dropped)", packets, dropped);
        return List.of(String.format(Locale.ROOT, "%s: %,d round trips joined with %s, %,d not", name, joined, of, unjoined));
    }
}
