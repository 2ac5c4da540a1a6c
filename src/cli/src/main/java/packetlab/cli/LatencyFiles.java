package packetlab.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import packetlab.event.LatencyEvent;
import packetlab.latency.HdrFiles;
import packetlab.latency.Row;
import packetlab.report.LatencyCsv;
import packetlab.report.LatencyCurve;
import packetlab.report.LatencyPicture;
import packetlab.report.LatencyTable;
import picocli.CommandLine.Option;

/** The files that a measurement is kept in. */
final class LatencyFiles {
    @Option(names = "--svg", order = 40, paramLabel = "FILE",
            description = "draw the percentiles, and the latency over time, as a picture")
    Path svg;

    @Option(names = "--html", order = 41, paramLabel = "FILE", description = "the same as a page, with the table")
    Path html;

    @Option(names = "--csv", order = 42, paramLabel = "FILE", description = "the table for a spreadsheet")
    Path csv;

    @Option(names = "--hdr", order = 43, paramLabel = "PREFIX",
            description = "histograms of each row for HdrHistogram's tools: PREFIX-ROW.hlog, PREFIX-ROW.hgrm")
    Path hdr;

    /** Says before anything is measured that a file cannot be made. */
    void check() {
        for (Path file : new Path[] {svg, html, csv, hdr}) {
            Path folder = file == null ? null : file.toAbsolutePath().getParent();
            if (file != null && file.equals(Recording.STANDARD_OUTPUT)) {
                throw Failure.usage("standard output takes the table: --svg, --html, --csv and --hdr need a file");
            }
            if (folder != null && !Files.isDirectory(folder)) {
                throw Failure.failed(file + ": no such folder", null);
            }
            if (file != null && file != hdr && Files.isDirectory(file)) {
                throw Failure.failed(file + ": is a directory", null);
            }
        }
    }

    /** @param startNs when the run began, in System.nanoTime */
    void write(String title, List<Row> rows, List<String> remarks, LatencyEvent.Host host, long startNs) {
        if (rows.isEmpty()) {
            return;
        }
        List<LatencyEvent.Result> results = rows.stream().map(Row::result).toList();
        if (svg != null || html != null) {
            List<LatencyCurve> curves = new ArrayList<>();
            for (Row row : rows) {
                if (!row.rounds().isEmpty()) {
                    curves.add(row.curve(LatencyTable.label(row.result(), results), startNs));
                }
            }
            List<String> notes = List.of("round trips, " + LatencyTable.common(results),
                    host.facts().get("cpu") + ", " + host.facts().get("kernel") + ", Java "
                            + System.getProperty("java.version") + ", load " + host.facts().get("load").split(" ")[0]);
            write(svg, svg == null ? null : LatencyPicture.svg(title, notes, curves));
            write(html, html == null ? null
                    : LatencyPicture.html(title, notes, curves, results, remarks, host.facts()));
        }
        write(csv, csv == null ? null : LatencyCsv.of(results));
        if (hdr != null) {
            try {
                HdrFiles.write(hdr, rows, results.stream().map(r -> LatencyTable.label(r, results)).toList());
            } catch (IOException e) {
                throw Failure.failed(FileTrouble.line(hdr.toString(), e), e);
            }
        }
    }

    private static void write(Path file, String text) {
        if (file == null) {
            return;
        }
        try {
            Files.write(file, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw Failure.failed(FileTrouble.line(file.toString(), e), e);
        }
    }
}
