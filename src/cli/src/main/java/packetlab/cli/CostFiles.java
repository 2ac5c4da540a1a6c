package packetlab.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import packetlab.event.CostEvent.Idle;
import packetlab.event.CostEvent.Result;
import packetlab.report.CostCsv;
import packetlab.report.CostPicture;
import picocli.CommandLine.Option;

/** The files that a price list is kept in. */
final class CostFiles {
    @Option(names = "--svg", order = 40, paramLabel = "FILE", description = "draw the octets of a message as stacked bars")
    Path svg;

    @Option(names = "--csv", order = 41, paramLabel = "FILE", description = "all figures for a spreadsheet")
    Path csv;

    /** Says before anything is run that a file cannot be made. */
    void check() {
        for (Path file : new Path[] {svg, csv}) {
            Path folder = file == null ? null : file.toAbsolutePath().getParent();
            if (file != null && file.equals(Recording.STANDARD_OUTPUT)) {
                throw Failure.usage("standard output takes the table: --svg and --csv need a file");
            }
            if (folder != null && !Files.isDirectory(folder)) {
                throw Failure.failed(file + ": no such folder", null);
            }
            if (file != null && Files.isDirectory(file)) {
                throw Failure.failed(file + ": is a directory", null);
            }
        }
    }

    void write(List<String> notes, List<Result> results, List<Idle> idle) {
        if (svg != null) {
            write(svg, CostPicture.svg("What a message costs", notes, results, idle));
        }
        if (csv != null) {
            write(csv, CostCsv.of(results, idle));
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.write(file, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw Failure.failed(FileTrouble.line(file.toString(), e), e);
        }
    }
}
