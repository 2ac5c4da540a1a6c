package packetlab.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The captures that readers are compared on: ours, and those that nobody here made where they lie beside the repository. */
final class Samples {
    static final Path ROOT = Path.of(System.getProperty("packetlab.root", "../..")).toAbsolutePath().normalize();
    static final Path OURS = ROOT.resolve("captures");
    static final Path FOREIGN = ROOT.resolve("../shared/captures").normalize();
    private static final String MANIFEST = "MANIFEST.tsv";
    private static final int REPOSITORY = 0, PATH = 1, TCP_STREAMS = 6, WEBSOCKET_FRAMES = 7;
    /** The one folder that is not called as its rows say. */
    private static final String GENERATED = "generated-autobahn", GENERATED_FOLDER = "autobahn";

    /** @param name as the settled tables name it: below captures/, or owner+repository and the path in there */
    record Capture(String name, Path file) {}

    private Samples() {}

    static List<Capture> ours() throws IOException {
        try (var files = Files.list(OURS)) {
            return files.filter(file -> isCapture(file.getFileName().toString()))
                    .sorted()
                    .map(file -> new Capture(file.getFileName().toString(), file))
                    .toList();
        }
    }

    static boolean isCapture(String name) {
        return name.matches(".*\\.(pcap|pcapng)(\\.gz)?");
    }

    static boolean foreignPresent() {
        return Files.exists(FOREIGN.resolve(MANIFEST));
    }

    static List<Capture> foreignWithTcp() throws IOException {
        return foreign(TCP_STREAMS);
    }

    static List<Capture> foreignWithWebSocket() throws IOException {
        return foreign(WEBSOCKET_FRAMES);
    }

    /** Those of which the manifest counts at least one in that column; none where there are no captures. */
    private static List<Capture> foreign(int column) throws IOException {
        List<Capture> found = new ArrayList<>();
        if (foreignPresent()) {
            for (String line : Files.readAllLines(FOREIGN.resolve(MANIFEST))) {
                String[] row = line.split("\t", -1);
                String folder = row[REPOSITORY].equals(GENERATED) ? GENERATED_FOLDER : row[REPOSITORY].replace('/', '+');
                Path file = FOREIGN.resolve(folder).resolve(row[PATH]);
                if (row[column].matches("[1-9]\\d*") && Files.exists(file)) {
                    found.add(new Capture(folder + "/" + row[PATH], file));
                }
            }
        }
        return found;
    }
}
