package packetlab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import packetlab.event.Event;
import packetlab.event.LatencyEvent;
import packetlab.event.LatencyEvent.Result;

/**
 * Results as a table for people, at most 100 columns wide: what all rows have in common stands above it, what sets them
 * apart in their first column. Microseconds.
 */
public final class LatencyTable {
    private static final int WIDTH = 100, LEAST_LABEL = 10;
    private static final String[] HEADS = {"min", "p50", "p90", "p99", "p99.9", "max", "mad", "count", "lost", "cpu"};
    private static final double US = 1e3;

    private LatencyTable() {}

    /** What is the same in all rows, in words, such as {@code 64 bytes, closed loop, block, cpu 0/0}; one line. */
    public static String common(List<Result> rows) {
        List<String> words = new ArrayList<>();
        for (Trait trait : Trait.values()) {
            String text = rows.isEmpty() ? null : trait.text(rows.get(0));
            if (text != null && trait != Trait.TOOL && isCommon(rows, trait)) {
                words.add(text);
            }
        }
        return String.join(", ", words);
    }

    /** What a row is called among those: what not all have in common. */
    public static String label(Result row, List<Result> rows) {
        List<String> words = new ArrayList<>();
        for (Trait trait : Trait.values()) {
            String text = trait.text(row);
            if (text != null && (trait == Trait.TRANSPORT || !isCommon(rows, trait))) {
                words.add(trait == Trait.TOOL ? "(" + text + ")" : text);
            }
        }
        return String.join(" ", words);
    }

    private static boolean isCommon(List<Result> rows, Trait trait) {
        return rows.stream().map(trait::text).map(String::valueOf).distinct().count() <= 1;
    }

    /** The lines of the table, its heading first. */
    public static List<String> lines(List<Result> rows) {
        List<String[]> cells = new ArrayList<>();
        int[] widths = new int[HEADS.length];
        for (int i = 0; i < HEADS.length; i++) {
            widths[i] = HEADS[i].length();
        }
        for (Result r : rows) {
            String[] line = cells(r);
            for (int i = 0; i < line.length; i++) {
                widths[i] = Math.max(widths[i], line[i].length());
            }
            cells.add(line);
        }
        int numbers = 0;
        for (int width : widths) {
            numbers += width + 2;
        }
        int longest = rows.stream().mapToInt(r -> label(r, rows).length()).max().orElse(0);
        int label = Math.max(LEAST_LABEL, Math.min(longest, WIDTH - numbers));
        List<String> lines = new ArrayList<>();
        lines.add(line(" ".repeat(label), HEADS, widths));
        for (int i = 0; i < rows.size(); i++) {
            String name = label(rows.get(i), rows);
            if (name.length() > label) {
                lines.add(name);
                name = "";
            }
            lines.add(line(name + " ".repeat(label - name.length()), cells.get(i), widths));
        }
        return lines;
    }

    static String[] heads() {
        return HEADS.clone();
    }

    /** One row's figures, as the heads name them. */
    static String[] cells(Result r) {
        return new String[] {us(r.minNs()), us(r.p50Ns()), us(r.p90Ns()), us(r.p99Ns()), us(r.p999Ns()), us(r.maxNs()),
            us(r.madNs()), String.format(Locale.ROOT, "%,d", r.count()), String.format(Locale.ROOT, "%,d", r.lost()),
            us(r.cpuNs())};
    }

    private static String line(String label, String[] cells, int[] widths) {
        StringBuilder line = new StringBuilder(label);
        for (int i = 0; i < cells.length; i++) {
            line.append("  ").append(" ".repeat(Math.max(0, widths[i] - cells[i].length()))).append(cells[i]);
        }
        return line.toString().stripTrailing();
    }

    /** Microseconds; one decimal below a thousand; a dash for what is not known. */
    public static String us(long ns) {
        if (ns == Event.UNKNOWN) {
            return "-";
        }
        double us = ns / US;
        return String.format(Locale.ROOT, us < 999.95 ? "%.1f" : "%,.0f", us);
    }

    /** What sets rows apart. */
    enum Trait {
        TRANSPORT(Result::transport),
        SIZE(r -> r.size() + " bytes"),
        MODE(r -> r.mode() + " loop" + (r.rate() == Event.UNKNOWN ? "" : " at " + r.rate() + "/s")),
        COUNTS(r -> r.mode().equals("open") && "send".equals(r.countsFrom()) ? "from the send call" : null),
        WAITS(Result::waits),
        CPUS(r -> r.cpus() == null ? null : "cpu " + r.cpus()),
        REMARK(Result::remark),
        TOOL(r -> r.tool().equals("packetlab") ? null : r.tool());

        private final Function<Result, String> text;

        Trait(Function<Result, String> text) {
            this.text = text;
        }

        String text(Result row) {
            return text.apply(row);
        }
    }

    /** Where the time of a row's messages went, one step a line. */
    public static List<String> splits(List<LatencyEvent.Split> splits) {
        int longest = splits.stream().mapToInt(s -> s.step().length()).max().orElse(0);
        List<String> lines = new ArrayList<>();
        lines.add(" ".repeat(longest) + String.format("  %9s  %9s  %9s  %9s", "p50", "p90", "p99", "max"));
        for (LatencyEvent.Split split : splits) {
            lines.add(split.step() + " ".repeat(longest - split.step().length())
                    + String.format("  %9s  %9s  %9s  %9s", us(split.p50Ns()), us(split.p90Ns()), us(split.p99Ns()),
                    us(split.maxNs())));
        }
        return lines;
    }

    /** Whether two rows are of the same setting. */
    static boolean same(Result a, Result b) {
        for (Trait trait : Trait.values()) {
            if (!Objects.equals(trait.text(a), trait.text(b))) {
                return false;
            }
        }
        return true;
    }
}
