package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code --json} printed, as objects. */
final class Ndjson {
    private static final JsonMapper MAPPER = new JsonMapper();

    private Ndjson() {}

    /** Fails where a line is no JSON object that names its event first. */
    static List<JsonNode> events(String out) {
        List<JsonNode> events = new ArrayList<>();
        for (String line : out.lines().toList()) {
            assertTrue(line.startsWith("{\"event\":\""), line);
            events.add(MAPPER.readTree(line));
        }
        return events;
    }

    static String event(JsonNode node) {
        return node.get("event").stringValue();
    }
}
