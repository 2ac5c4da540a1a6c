package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import packetlab.web.Transport;
import tools.jackson.databind.JsonNode;

/** Every transport with a small load under capture: nothing is lost, every octet is accounted for, and a file says the same. */
class CostLiveTest {
    private static final int CLIENTS = 2, MESSAGES = 6, SIZE = 64;

    @TestFactory
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    Stream<DynamicTest> live() throws Exception {
        return Inside.tests(CostLiveTest.class, Map.of("all transports", CostLiveTest::allTransports));
    }

    /** The child of {@link #live}. */
    public static void main(String[] args) throws Exception {
        Map<String, Inside.Case> cases = new LinkedHashMap<>();
        cases.put("all transports", CostLiveTest::allTransports);
        Inside.runAll(cases);
    }

    private static void allTransports() throws IOException {
        Path folder = Files.createTempDirectory("packetlab");
        Path file = folder.resolve("a.pcapng");
        Path svg = folder.resolve("a.svg");
        Path csv = folder.resolve("a.csv");
        try {
            Run run = Run.of("cost", "--clients", "" + CLIENTS, "-n", "" + MESSAGES, "-s", "" + SIZE, "--rate", "50", "--poll",
                    "50ms", "--idle", "300ms", "--json", "-w", file.toString(), "--svg", svg.toString(), "--csv", csv.toString());
            assertEquals(0, run.status(), run.err());
            List<JsonNode> live = results(run);
            assertEquals(Transport.all().stream().map(Transport::id).toList(),
                    named(live, "cost.result").stream().map(r -> r.get("transport").stringValue()).toList());
            assertEquals(Transport.all().size(), named(live, "cost.idle").size());
            named(live, "cost.result").forEach(CostLiveTest::isWhole);
            JsonNode end = live.get(live.size() - 1);
            assertEquals(0, end.get("dropped").asLong());

            Run read = Run.of("cost", "--json", "--read", file.toString());
            assertEquals(0, read.status(), read.err());
            assertEquals(costs(live), costs(results(read)), "the recording tells the same");
            for (Transport transport : Transport.all()) {
                assertTrue(Files.readString(svg).contains(">" + transport.id() + "<"), transport.id());
                assertTrue(Files.readString(csv).contains("\n" + transport.id() + ",127.0.0.1:"), transport.id());
            }
        } finally {
            for (Path made : List.of(file, svg, csv)) {
                Files.deleteIfExists(made);
            }
            Files.delete(folder);
        }
    }

    private static void isWhole(JsonNode r) {
        long messages = CLIENTS * MESSAGES;
        assertEquals(List.of(messages, messages, 0L, 0L), List.of(r.get("sent").asLong(), r.get("delivered").asLong(),
                r.get("lost").asLong(), r.get("duplicated").asLong()), r.toString());
        JsonNode octets = r.get("octets");
        boolean deflate = r.get("transport").stringValue().equals("websocket-deflate");
        long payload = octets.get("payload").asLong();
        assertTrue(deflate ? payload < 2 * messages * SIZE : payload == 2 * messages * SIZE, r.toString());
        assertTrue(octets.get("framing").asLong() > 0, r.toString());
        // Each packet has at least the headers of Ethernet, IPv4 and TCP.
        assertTrue(octets.get("headers").asLong() + octets.get("acks").asLong() >= 54 * r.get("packets").asLong(), r.toString());
        assertTrue(r.get("connections").asLong() >= CLIENTS, r.toString());
        assertTrue(r.get("maxUs").asDouble() > 0, r.toString());
    }

    private static List<JsonNode> results(Run run) {
        return Ndjson.events(run.out());
    }

    private static List<JsonNode> named(List<JsonNode> events, String name) {
        return events.stream().filter(e -> e.get("event").stringValue().equals(name)).toList();
    }

    private static List<JsonNode> costs(List<JsonNode> events) {
        List<JsonNode> costs = new ArrayList<>(named(events, "cost.result"));
        costs.addAll(named(events, "cost.idle"));
        return costs;
    }
}
