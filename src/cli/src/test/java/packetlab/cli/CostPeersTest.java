package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import packetlab.web.Transport;
import tools.jackson.databind.JsonNode;

/**
 * The price list's sums beside tshark's for the same capture: packets, octets and conversations of each port. They are
 * added up from its packets, since its own statistics round to kB.
 */
@Tag("peers")
class CostPeersTest {
    @TestFactory
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    Stream<DynamicTest> live() throws Exception {
        assumeTrue(Tshark.version() != null, "tshark is not installed");
        return Inside.tests(CostPeersTest.class, cases());
    }

    /** The child of {@link #live}. */
    public static void main(String[] args) throws Exception {
        Inside.runAll(cases());
    }

    private static Map<String, Inside.Case> cases() {
        return Map.of("sums are those of tshark", CostPeersTest::sums);
    }

    private static void sums() throws IOException {
        Path folder = Files.createTempDirectory("packetlab");
        Path file = folder.resolve("a.pcapng");
        try {
            Run run = Run.of("cost", "--clients", "5", "-n", "20", "--rate", "50", "--poll", "100ms", "--idle", "none", "--json",
                    "-w", file.toString());
            assertEquals(0, run.status(), run.err());
            Map<String, Long> packets = new HashMap<>();
            Map<String, Long> octets = new HashMap<>();
            Map<String, Long> conversations = new HashMap<>();
            Map<String, String> last = new HashMap<>();
            for (String[] row : Tshark.rows(file, "tcp", List.of("tcp.srcport", "tcp.dstport", "frame.len", "tcp.stream"))) {
                for (String port : new String[] {row[0], row[1]}) {
                    packets.merge(port, 1L, Long::sum);
                    octets.merge(port, Long.parseLong(row[2]), Long::sum);
                    if (last.put(port + " " + row[3], "seen") == null) {
                        conversations.merge(port, 1L, Long::sum);
                    }
                }
            }
            int compared = 0;
            for (JsonNode r : Ndjson.events(run.out())) {
                if (r.get("event").stringValue().equals("cost.result")) {
                    String port = r.get("server").stringValue().replaceFirst(".*:", "");
                    long total = 0;
                    for (JsonNode part : r.get("octets")) {
                        total += part.asLong();
                    }
                    assertEquals(octets.get(port), total, r.toString());
                    assertEquals(packets.get(port), r.get("packets").asLong(), r.toString());
                    assertEquals(conversations.get(port), r.get("connections").asLong(), r.toString());
                    compared++;
                }
            }
            assertEquals(Transport.all().size(), compared);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }
}
