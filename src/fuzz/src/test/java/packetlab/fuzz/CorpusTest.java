package packetlab.fuzz;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every input that is kept goes through its target once more: the seeds, what fuzzing found, and the captures of the
 * repository. Without Jazzer, so in no time.
 */
class CorpusTest {
    private static final Path SEEDS = Path.of("src/test/resources/packetlab/fuzz");
    private static final Path CAPTURES = Path.of(System.getProperty("packetlab.root", "../..")).resolve("captures");
    private static final long MAX_CAPTURE = 1 << 20;

    private static final Map<String, Consumer<byte[]>> TARGETS = new TreeMap<>(Map.ofEntries(
            entry("Conversation", ConversationTarget::fuzzerTestOneInput),
            entry("Files", FilesTarget::fuzzerTestOneInput),
            entry("Frames", FramesTarget::fuzzerTestOneInput),
            entry("Handshake", HandshakeTarget::fuzzerTestOneInput),
            entry("Headers", HeadersTarget::fuzzerTestOneInput),
            entry("Http", HttpTarget::fuzzerTestOneInput),
            entry("Inflate", InflateTarget::fuzzerTestOneInput),
            entry("Pipeline", PipelineTarget::fuzzerTestOneInput),
            entry("Reassembly", ReassemblyTarget::fuzzerTestOneInput),
            entry("Utf8", Utf8Target::fuzzerTestOneInput),
            entry("Web", WebTarget::fuzzerTestOneInput)));

    private static Map.Entry<String, Consumer<byte[]>> entry(String name, Consumer<byte[]> target) {
        return Map.entry(name, target);
    }

    @TestFactory
    Stream<DynamicTest> whatIsKeptHolds() {
        return TARGETS.entrySet().stream().flatMap(target -> {
            List<Path> inputs = inputs(SEEDS.resolve(target.getKey()));
            assertFalse(inputs.isEmpty(), "no seeds for " + target.getKey());
            inputs.addAll(inputs(SEEDS.resolve("large").resolve(target.getKey())));
            if (target.getKey().equals("Pipeline") || target.getKey().equals("Files")) {
                inputs(CAPTURES).stream().filter(CorpusTest::isCapture).forEach(inputs::add);
            }
            return inputs.stream().map(input -> DynamicTest.dynamicTest(target.getKey() + " " + input.getFileName(),
                    () -> target.getValue().accept(Files.readAllBytes(input))));
        });
    }

    private static boolean isCapture(Path file) {
        return file.getFileName().toString().contains(".pcap") && !file.getFileName().toString().endsWith(".txt");
    }

    private static List<Path> inputs(Path folder) {
        if (!Files.isDirectory(folder)) {
            return new ArrayList<>();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> inputs = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                if (Files.isRegularFile(file) && Files.size(file) <= MAX_CAPTURE) {
                    inputs.add(file);
                }
            }
            return inputs;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
