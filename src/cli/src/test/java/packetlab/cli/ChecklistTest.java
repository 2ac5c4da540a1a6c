package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** checklist.tsv, which maps each case that a decoder must get right to its tests and captures, names what there is. */
class ChecklistTest {
    private static final Path ROOT = Path.of(System.getProperty("packetlab.root", "../.."));
    /** The rows behind it are about raw sockets and measuring latency. */
    private static final int LAST_ROW = 88;

    @Test
    void everyRowHasTestsAndCapturesThatExist() throws IOException {
        Map<String, String> sources = testSources();
        List<String[]> rows = rows();
        assertEquals(IntStream.rangeClosed(1, LAST_ROW).mapToObj(Integer::toString).toList(),
                rows.stream().map(r -> r[0]).toList());
        for (String[] row : rows) {
            assertEquals(4, row.length, row[0]);
            for (String test : row[2].split(" ")) {
                String[] name = test.split("#");
                String source = sources.get(name[0]);
                assertTrue(source != null, () -> "row " + row[0] + ": there is no " + name[0]);
                assertTrue(name.length == 1 || Pattern.compile(" void " + name[1] + "\\(").matcher(source).find(),
                        () -> "row " + row[0] + ": there is no " + test);
            }
            for (String capture : row[3].split(" ")) {
                assertTrue(capture.equals("-") || Files.isRegularFile(ROOT.resolve("captures").resolve(capture)),
                        () -> "row " + row[0] + ": there is no " + capture);
            }
        }
    }

    private static List<String[]> rows() throws IOException {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                ChecklistTest.class.getResourceAsStream("checklist.tsv"), StandardCharsets.UTF_8))) {
            return in.lines().filter(l -> !l.startsWith("#")).map(l -> l.split("\t")).toList();
        }
    }

    /** By class. */
    private static Map<String, String> testSources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        for (String module : List.of("src/decode", "src/report", "src/cli", "native")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
                for (Path file : files.filter(f -> f.toString().endsWith("Test.java")).toList()) {
                    sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
                }
            }
        }
        return sources;
    }
}
