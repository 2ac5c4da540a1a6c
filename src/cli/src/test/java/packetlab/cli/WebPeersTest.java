package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Real servers of Socket.IO 4 and 2 and of SockJS with their own clients, on each transport that those have in node:
 * what is decoded of their live traffic is what they say they sent, all of it and nothing else.
 */
@Tag("peers")
class WebPeersTest {
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final Map<String, Inside.Case> CASES = cases();

    @TestFactory
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    Stream<DynamicTest> peers() throws Exception {
        return Inside.tests(WebPeersTest.class, CASES);
    }

    public static void main(String[] args) throws IOException {
        Inside.runAll(CASES);
    }

    private static Map<String, Inside.Case> cases() {
        Map<String, Inside.Case> cases = new LinkedHashMap<>();
        for (String major : List.of("4", "2")) {
            for (String transports : List.of("polling", "websocket", "polling,websocket")) {
                cases.put("Socket.IO " + major + " by " + transports, () -> socketIo(major, transports));
            }
        }
        for (String transport : List.of("websocket", "xhr-streaming", "xhr-polling", "eventsource")) {
            cases.put("SockJS by " + transport, () -> sockJs(transport));
        }
        return cases;
    }

    private static void socketIo(String major, String transports) throws Exception {
        Talk talk = watched("socketio", major, transports);
        Set<String> sids = new LinkedHashSet<>();
        for (String side : List.of("client", "server")) {
            List<JsonNode> events = new ArrayList<>();
            List<JsonNode> acks = new ArrayList<>();
            for (JsonNode e : talk.events) {
                String event = Ndjson.event(e);
                if (!event.startsWith("socketio.") || !e.get("from").asString().equals(side)) {
                    continue;
                }
                sids.add(e.get("sid").asString());
                if (event.equals("socketio.event")) {
                    events.add(said(e, e.get("name")));
                } else if (event.equals("socketio.ack")) {
                    assertTrue(e.has("ackOf") && e.has("rttUs"), e.toString());
                    acks.add(said(e, null));
                }
            }
            // Two namespaces take turns; within each the order is that of sending.
            for (String namespace : List.of("/", "/admin")) {
                assertEquals(of(namespace, talk.said.at("/said/" + side)), of(namespace, events), side + " sent");
                List<JsonNode> expected = of(namespace, talk.said.at("/acked/" + side));
                List<JsonNode> found = of(namespace, acks);
                // They are noted when they arrive, and those of attachments may be overtaken.
                assertEquals(expected.stream().map(JsonNode::toString).sorted().toList(),
                        found.stream().map(JsonNode::toString).sorted().toList(), side + " acknowledged");
            }
        }
        assertEquals(1, sids.size(), "sessions: " + sids);
        assertEquals(talk.said.at("/counts/upgraded").asInt(), talk.count("engineio.upgrade"));
        assertEquals(1, talk.count("engineio.open"));
        assertTrue(talk.count("engineio.ping") > 0 && talk.count("engineio.pong") > 0, talk.events.toString());
        // Version 4 of the protocol before 5 connects the default namespace without being asked.
        assertEquals(major.equals("4") ? 4 : 3, talk.count("socketio.connect"));
        assertEquals(2, talk.count("socketio.disconnect"));
        talk.nothingOdd();
    }

    /** An event or an acknowledgement as the talk notes it: namespace, name, arguments. */
    private static JsonNode said(JsonNode e, JsonNode name) {
        ArrayNode said = MAPPER.createArrayNode().add(e.get("namespace"));
        if (name != null) {
            said.add(name);
        }
        e.get("args").forEach(arg -> said.add(octets(arg)));
        return said;
    }

    /** With attachments as the talk notes them. */
    private static JsonNode octets(JsonNode node) {
        if (node.has("_attachment")) {
            return MAPPER.createObjectNode().set("base64", node.get("base64"));
        }
        if (node.isArray()) {
            ArrayNode all = MAPPER.createArrayNode();
            node.forEach(each -> all.add(octets(each)));
            return all;
        }
        if (node.isObject()) {
            ObjectNode all = MAPPER.createObjectNode();
            node.properties().forEach(p -> all.set(p.getKey(), octets(p.getValue())));
            return all;
        }
        return node;
    }

    private static List<JsonNode> of(String namespace, Iterable<JsonNode> said) {
        List<JsonNode> its = new ArrayList<>();
        said.forEach(each -> {
            if (each.get(0).asString().equals(namespace)) {
                its.add(each);
            }
        });
        return its;
    }

    private static void sockJs(String transport) throws Exception {
        Talk talk = watched("sockjs", transport);
        assertTrue(talk.said.at("/counts/heard").asBoolean(), "the client heard what the server sent");
        Set<String> sessions = new LinkedHashSet<>();
        Map<String, List<String>> messages = new LinkedHashMap<>(Map.of("client", new ArrayList<>(), "server",
                new ArrayList<>()));
        for (JsonNode e : talk.events) {
            if (Ndjson.event(e).startsWith("sockjs.")) {
                sessions.add(e.get("session").asString());
            }
            if (Ndjson.event(e).equals("sockjs.message")) {
                messages.get(e.get("from").asString()).add(e.get("data").asString());
            }
        }
        for (String side : List.of("client", "server")) {
            List<String> expected = new ArrayList<>();
            talk.said.at("/said/" + side).forEach(each -> expected.add(each.asString()));
            assertEquals(expected, messages.get(side), side + " sent");
        }
        assertEquals(1, sessions.size(), "sessions: " + sessions);
        assertEquals(1, talk.count("sockjs.open"));
        // By WebSocket this server's heartbeat is a ping of that.
        assertTrue(talk.count(transport.equals("websocket") ? "ws.ping" : "sockjs.heartbeat") > 0);
        JsonNode close = talk.events.stream().filter(e -> Ndjson.event(e).equals("sockjs.close")).findFirst().orElseThrow();
        assertEquals("[3001,\"that is \\\"all\\\"\"]", talk.said.at("/counts/close").toString());
        assertEquals("3001 that is \"all\"", close.get("code").asInt() + " " + close.get("reason").asString());
        talk.nothingOdd();
    }

    /** What two programs said they sent, and what was decoded meanwhile. */
    private record Talk(JsonNode said, List<JsonNode> events) {
        long count(String event) {
            return events.stream().filter(e -> Ndjson.event(e).equals(event)).count();
        }

        void nothingOdd() {
            assertEquals(0, count("oddity") + count("limit") + count("gap") + count("ws.finding"),
                    () -> events.stream().filter(e -> Set.of("oddity", "limit", "gap", "ws.finding")
                            .contains(Ndjson.event(e))).toList().toString());
        }
    }

    private static Talk watched(String... arguments) throws Exception {
        try (Child watch = Child.start("watch", "--json")) {
            watch.awaitOut(out -> out.contains("\n"));
            JsonNode said = MAPPER.readTree(PeersTest.talk("node", "web-talk.js", arguments));
            watch.awaitOut(out -> times(out, "\"tcp.open\"") > 0
                    && times(out, "\"tcp.open\"") == times(out, "\"tcp.close\""));
            watch.signal("INT");
            Child.Result result = watch.end();
            assertEquals(ExitStatus.DONE, result.status(), result.err());
            List<JsonNode> events = Ndjson.events(result.out());
            assertEquals(0, events.get(events.size() - 1).get("dropped").asInt());
            return new Talk(said, events);
        }
    }

    private static int times(String text, String word) {
        int times = 0;
        for (int at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
            times++;
        }
        return times;
    }
}
