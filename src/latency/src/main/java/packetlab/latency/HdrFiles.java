package packetlab.latency;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/**
 * Files that HdrHistogram's tools read: of each row a log with a line for each round ({@code .hlog}, as HistogramLogWriter
 * makes it, nanoseconds), and its percentiles in microseconds ({@code .hgrm}, which the plotter takes).
 */
public final class HdrFiles {
    private static final int TICKS_PER_HALF = 5;
    private static final double NS_PER_US = 1e3;

    private HdrFiles() {}

    /**
     * Writes both for each row that has rounds of its own.
     *
     * @param prefix of the files' names; a row's own words follow
     * @return the files that were written
     */
    public static List<Path> write(Path prefix, List<Row> rows, List<String> names) throws IOException {
        List<Path> written = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            if (row.rounds().isEmpty()) {
                continue;
            }
            String name = prefix + "-" + names.get(i).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
            written.add(log(Path.of(name + ".hlog"), row));
            written.add(percentiles(Path.of(name + ".hgrm"), row));
        }
        return written;
    }

    private static Path log(Path file, Row row) throws IOException {
        try (PrintStream out = new PrintStream(Files.newOutputStream(file), false, StandardCharsets.US_ASCII)) {
            HistogramLogWriter writer = new HistogramLogWriter(out);
            writer.outputLogFormatVersion();
            long base = row.result().timeNs() / 1_000_000;
            writer.outputStartTime(base);
            writer.setBaseTime(base);
            writer.outputLegend();
            long began = row.rounds().get(0).overTime().atNs(0);
            for (Round round : row.rounds()) {
                Histogram interval = row.histogram(round).copy();
                long at = (round.overTime().atNs(0) - began) / 1_000_000;
                interval.setStartTimeStamp(base + at);
                interval.setEndTimeStamp(base + at + Math.max(1, duration(round)));
                writer.outputIntervalHistogram(interval);
            }
            check(out, file);
        }
        return file;
    }

    private static long duration(Round round) {
        OverTime o = round.overTime();
        long last = 0;
        for (int i = 0; i < o.cells(); i++) {
            last = o.count(i) > 0 ? Math.max(last, o.atNs(i)) : last;
        }
        return (last - o.atNs(0)) / 1_000_000;
    }

    private static Path percentiles(Path file, Row row) throws IOException {
        try (PrintStream out = new PrintStream(Files.newOutputStream(file), false, StandardCharsets.US_ASCII)) {
            row.pooled().outputPercentileDistribution(out, TICKS_PER_HALF, NS_PER_US);
            check(out, file);
        }
        return file;
    }

    private static void check(PrintStream out, Path file) throws IOException {
        if (out.checkError()) {
            throw new IOException(file + ": cannot be written");
        }
    }
}
