package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** What is printed of every sample capture is its golden text; scripts/golden --update writes that anew. */
class GoldenTest {
    /** The end of the Ethernet, IPv4 and TCP header, and one that lies in the options. */
    private static final int[] SNAPLENS = {14, 34, 54, 64};
    private static final long MAX_CAPTURE = 100_000;

    static List<String> captures() throws IOException {
        return Samples.ours().stream().map(Samples.Capture::name).toList();
    }

    @ParameterizedTest
    @MethodSource("captures")
    void itsTextIsTheGoldenText(String capture) throws IOException {
        assertEquals(Files.readString(golden(capture, ".txt")), read(capture));
    }

    @ParameterizedTest
    @MethodSource("captures")
    void withALineForEachPacketLikewise(String capture) throws IOException {
        String text = read(capture, "-v");
        Path golden = golden(capture, ".v.txt");
        if (Files.exists(golden)) {
            assertEquals(Files.readString(golden), text);
        }
    }

    @ParameterizedTest
    @MethodSource("captures")
    void cutAtAnySnapLengthEveryPacketIsCountedAndWhatIsMissingIsSaid(String capture) throws IOException {
        StringBuilder summaries = new StringBuilder();
        List<JsonNode> whole = json(capture);
        JsonNode end = whole.get(whole.size() - 1);
        long packets = end.get("packets").asLong();
        for (int snaplen : SNAPLENS) {
            String length = String.valueOf(snaplen);
            String summary = read(capture, "--quiet", "--snaplen", length);
            summaries.append("--snaplen ").append(length).append('\n').append(summary);
            List<JsonNode> cut = json(capture, "-v", "--snaplen", length);
            assertEquals(packets, cut.get(cut.size() - 1).get("packets").asLong());
            if (end.get("streams").asLong() > 0 || snaplen == SNAPLENS[0]) { // what a datagram carries is not decoded
                assertTrue(cut.stream().anyMatch(GoldenTest::saysThatItWasCut), capture + " at " + length);
                assertTrue(summary.contains("cut too short to read") || summary.contains("never captured"), summary);
            }
        }
        assertEquals(Files.readString(golden(capture, ".cut.txt")), summaries.toString());
    }

    private static boolean saysThatItWasCut(JsonNode event) {
        return event.path("kind").asString("").equals("cut-by-snaplen")
                || event.path("fault").asString("").equals("cut by the snap length");
    }

    @ParameterizedTest
    @MethodSource("captures")
    void itsJsonIsOneObjectALineFromStartToEndAndCountsTheSame(String capture) throws IOException {
        List<JsonNode> events = json(capture, "-v");
        JsonNode end = events.get(events.size() - 1);
        assertEquals("start", Ndjson.event(events.get(0)));
        assertEquals("end", Ndjson.event(end));
        TreeSet<Long> streams = new TreeSet<>();
        long frames = 0;
        for (JsonNode event : events.subList(1, events.size() - 1)) {
            assertTrue(!Ndjson.event(event).equals("start") && !Ndjson.event(event).equals("end"), capture);
            long frame = event.path("frame").asLong(0);
            assertTrue(frame >= 0 && frame <= end.get("packets").asLong(), event.toString());
            frames = Math.max(frames, frame);
            if (event.has("stream")) {
                streams.add(event.get("stream").asLong());
            }
        }
        assertEquals(end.get("packets").asLong(), frames);
        assertEquals(end.get("streams").asLong(), streams.size());
        assertEquals(streams.isEmpty() ? -1 : streams.size() - 1, streams.isEmpty() ? -1 : streams.last());
    }

    @Test
    void thereIsNoGoldenTextWithoutItsCapture() throws IOException {
        TreeSet<String> names = new TreeSet<>();
        captures().forEach(capture -> names.add(name(capture)));
        try (var files = Files.list(Samples.OURS)) {
            List<String> alone = files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".txt") && !names.contains(file.replaceFirst("(\\.cut|\\.v)?\\.txt$", "")))
                    .toList();
            assertEquals(List.of(), alone);
        }
        assertTrue(names.size() >= 16, names.toString());
    }

    @Test
    void everyCaptureIsSmallAndDescribed() throws IOException {
        String described = Files.readString(Samples.OURS.resolve("README.md"));
        List<String> faults = new ArrayList<>();
        for (Samples.Capture capture : Samples.ours()) {
            if (Files.size(capture.file()) > MAX_CAPTURE) {
                faults.add(capture.name() + " is larger than a sample should be");
            }
            if (!described.contains("| `" + capture.name() + "` |")) {
                faults.add(capture.name() + " is not described in captures/README.md");
            }
        }
        assertEquals(List.of(), faults);
    }

    private static Path golden(String capture, String suffix) {
        return Samples.OURS.resolve(name(capture) + suffix);
    }

    private static String name(String capture) {
        return capture.substring(0, capture.indexOf(".pcap"));
    }

    private static List<JsonNode> json(String capture, String... options) {
        List<String> all = new ArrayList<>(List.of("--json"));
        all.addAll(List.of(options));
        return Ndjson.events(read(capture, all.toArray(new String[0])));
    }

    /** What the command prints when it runs in the folder of the captures. */
    private static String read(String capture, String... options) {
        List<String> line = new ArrayList<>(List.of("read"));
        line.addAll(List.of(options));
        line.add(Samples.OURS.resolve(capture).toString());
        Run run = Run.of(line.toArray(new String[0]));
        assertEquals("", run.err());
        assertEquals(ExitStatus.DONE, run.status());
        return run.out().replace(Samples.OURS + "/", "");
    }
}
