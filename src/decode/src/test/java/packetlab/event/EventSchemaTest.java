package packetlab.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Holds the schema, the records and the contract's event table against one another. */
class EventSchemaTest {
    private static final JsonNode SCHEMA = schema();

    /** Which record becomes which events. */
    private static final Map<EventType, Class<? extends Record>> RECORDS = records();

    /** Components whose field has another name, by record and component; two names where it depends on the bytes. */
    private static final Map<String, List<String>> RENAMED = Map.ofEntries(
            Map.entry("Open.midstream", List.of("start")),
            Map.entry("Frame.payload", List.of("payload", "payloadBase64")),
            Map.entry("Ping.payload", List.of("payload", "payloadBase64")),
            Map.entry("Pong.payload", List.of("payload", "payloadBase64")),
            Map.entry("Message.data", List.of("text", "base64")),
            Map.entry("Message.dataCut", List.of("payloadCut")),
            Map.entry("Chunk.data", List.of("text", "base64")),
            Map.entry("Chunk.dataCut", List.of("payloadCut")),
            Map.entry("EngineIo.data", List.of("text", "base64")),
            Map.entry("EngineIo.dataCut", List.of("payloadCut")),
            Map.entry("Icmp.icmpType", List.of("type")),
            Map.entry("Sse.eventType", List.of("type")));

    private static final Set<EventType> EVENT_AND_ACK = Set.of(EventType.SOCKETIO_EVENT, EventType.SOCKETIO_ACK);

    /** Components that only some of a record's events carry. */
    private static final Map<String, Set<EventType>> ONLY = Map.ofEntries(
            Map.entry("SockJs.data", Set.of(EventType.SOCKJS_MESSAGE)),
            Map.entry("SockJs.dataCut", Set.of(EventType.SOCKJS_MESSAGE)),
            Map.entry("SockJs.length", Set.of(EventType.SOCKJS_MESSAGE)),
            Map.entry("SockJs.code", Set.of(EventType.SOCKJS_CLOSE)),
            Map.entry("SockJs.reason", Set.of(EventType.SOCKJS_CLOSE)),
            Map.entry("SocketIo.query", Set.of(EventType.SOCKETIO_CONNECT)),
            Map.entry("SocketIo.name", Set.of(EventType.SOCKETIO_EVENT)),
            Map.entry("SocketIo.id", EVENT_AND_ACK),
            Map.entry("SocketIo.attachments", EVENT_AND_ACK),
            Map.entry("SocketIo.attachmentLength", EVENT_AND_ACK),
            Map.entry("SocketIo.ackOf", Set.of(EventType.SOCKETIO_ACK)),
            Map.entry("SocketIo.rttNs", Set.of(EventType.SOCKETIO_ACK)));

    @Test
    void everyEventHasADefinitionAndNothingElseDoes() {
        List<String> listed = new ArrayList<>();
        SCHEMA.get("oneOf").forEach(n -> listed.add(n.get("$ref").asString().substring("#/$defs/".length())));
        List<String> expected = Arrays.stream(EventType.values()).map(EventType::wireName).toList();
        assertEquals(Set.copyOf(expected), Set.copyOf(listed));
        assertEquals(expected.size(), listed.size());
        for (EventType type : EventType.values()) {
            JsonNode definition = definition(type);
            assertEquals(type.wireName(), definition.at("/properties/event/const").asString());
            assertEquals("event", definition.get("properties").propertyNames().iterator().next(), "event is first");
            assertTrue(names(definition).containsAll(strings(definition.get("required"))), type.wireName());
        }
    }

    @Test
    void everyComponentOfARecordIsAFieldAndEveryFieldAComponent() {
        for (EventType type : EventType.values()) {
            Set<String> expected = new TreeSet<>(Set.of("event"));
            if (type == EventType.START) {
                expected.add("version");
            }
            Class<? extends Record> owner = RECORDS.get(type);
            for (RecordComponent component : owner.getRecordComponents()) {
                Set<EventType> only = ONLY.get(owner.getSimpleName() + "." + component.getName());
                if (component.getType() != EventType.class && (only == null || only.contains(type))) {
                    expected.addAll(fieldNames(owner, component));
                }
            }
            assertEquals(expected, new TreeSet<>(names(definition(type))), type.wireName());
        }
        assertEquals(componentNames(TcpEvent.Handshake.class), new TreeSet<>(names(SCHEMA.at("/$defs/handshake"))));
        assertEquals(componentNames(TcpEvent.SynOptions.class), new TreeSet<>(names(SCHEMA.at("/$defs/synOptions"))));
        assertEquals(componentNames(PerSide.class), new TreeSet<>(names(SCHEMA.at("/$defs/perSide"))));
    }

    @Test
    void everyNamedValueIsAllowedAndNoOther() {
        assertEquals(wireNames(TcpEvent.FindingKind.values()), strings(at("tcp.finding", "kind").get("enum")));
        assertEquals(wireNames(TcpEvent.Start.values()), strings(at("tcp.open", "start").get("enum")));
        assertEquals(wireNames(TcpEvent.How.values()), strings(SCHEMA.at("/$defs/how/enum")));
        assertEquals(wireNames(WsEvent.Level.values()), strings(at("ws.finding", "level").get("enum")));
        assertEquals(wireNames(WireEvent.Change.values()), strings(at("wire.changed", "kind").get("enum")));
        assertEquals(wireNames(Side.values()), strings(SCHEMA.at("/$defs/side/enum")));
        assertEquals(CaptureEvent.Start.VERSION, at("start", "version").get("const").asInt());
    }

    /**
     * The table of the written contract, which lies beside the repository where it is developed: each event that it
     * names is defined, and each field or value that it names for an event stands in that event's definition.
     */
    @Test
    void theWrittenContractIsKept() throws IOException {
        Path contract = Path.of(System.getProperty("packetlab.root", "../.."), "../shared/design/output.md");
        if (!Files.exists(contract)) {
            System.out.println("EventSchemaTest: no " + contract.normalize() + " here, its table is not compared");
            return;
        }
        Pattern cell = Pattern.compile("(?<!\\\\)\\|");
        int rows = 0;
        boolean inTable = false;
        for (String line : Files.readAllLines(contract)) {
            inTable = line.startsWith("| event |") || inTable && line.startsWith("|");
            if (!inTable || !line.startsWith("| `")) {
                continue;
            }
            String[] cells = cell.split(line);
            Set<String> known = new TreeSet<>();
            for (EventType type : eventsOf(cells[1])) {
                collectNames(definition(type), known);
            }
            for (String word : wordsOf(cells[3])) {
                assertTrue(known.contains(word), () -> word + " of" + cells[1] + "is not in the schema: " + known);
            }
            rows++;
        }
        assertTrue(rows >= 20, "rows found: " + rows);
    }

    /** The events of a table cell such as {@code `engineio.open`, `.ping`} or {@code `icmp.*`}. */
    private static Set<EventType> eventsOf(String cell) {
        Set<EventType> events = new LinkedHashSet<>();
        String family = "";
        for (String word : ticked(cell)) {
            String name = word.startsWith(".") ? family + word : word;
            family = name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
            List<EventType> found = Arrays.stream(EventType.values())
                    .filter(t -> name.endsWith("*")
                            ? t.wireName().startsWith(name.substring(0, name.length() - 1))
                            : t.wireName().equals(name))
                    .toList();
            assertTrue(!found.isEmpty(), () -> "no such event: " + name);
            events.addAll(found);
        }
        return events;
    }

    /** Field names and values in the third cell: what is in backticks and is a name, not an option or an example. */
    private static List<String> wordsOf(String cell) {
        List<String> words = new ArrayList<>();
        for (String ticked : ticked(cell.replace("\\|", "`,`"))) {
            String word = ticked.replace("\"", "");
            if (word.matches("[a-z][A-Za-z0-9]*(-[a-z0-9]+)*") && !EXAMPLES.contains(word)) {
                words.add(word);
            }
        }
        return words;
    }

    /** Ticked words of the table that are values of a free text field. */
    private static final Set<String> EXAMPLES = Set.of("client-frame-unmasked");

    private static List<String> ticked(String cell) {
        List<String> words = new ArrayList<>();
        Matcher matcher = Pattern.compile("`([^`]+)`").matcher(cell);
        while (matcher.find()) {
            words.addAll(Arrays.asList(matcher.group(1).split("[,{}\\s]+")));
        }
        words.removeIf(String::isEmpty);
        return words;
    }

    /** All property names and enumerated values below a definition. */
    private static void collectNames(JsonNode node, Set<String> into) {
        if (node.has("$ref")) {
            collectNames(SCHEMA.at(node.get("$ref").asString().substring(1)), into);
        }
        into.addAll(strings(node.get("enum")));
        if (node.has("const")) {
            into.add(node.get("const").asString());
        }
        JsonNode properties = node.get("properties");
        if (properties != null) {
            into.addAll(properties.propertyNames());
            properties.forEach(p -> collectNames(p, into));
        }
    }

    private static List<String> fieldNames(Class<?> owner, RecordComponent component) {
        List<String> renamed = RENAMED.get(owner.getSimpleName() + "." + component.getName());
        if (renamed != null) {
            return renamed;
        }
        String name = component.getName();
        if (name.equals("timeNs") || name.equals("endTimeNs")) {
            return List.of(name.substring(0, name.length() - 2));
        }
        return List.of(name.endsWith("Ns") ? name.substring(0, name.length() - 2) + "Us" : name);
    }

    private static Set<String> componentNames(Class<? extends Record> owner) {
        return Arrays.stream(owner.getRecordComponents())
                .flatMap(c -> fieldNames(owner, c).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<EventType, Class<? extends Record>> records() {
        Map<EventType, Class<? extends Record>> map = new EnumMap<>(EventType.class);
        map.put(EventType.START, CaptureEvent.Start.class);
        map.put(EventType.END, CaptureEvent.End.class);
        map.put(EventType.DROPPED, CaptureEvent.Dropped.class);
        map.put(EventType.LIMIT, CaptureEvent.Limit.class);
        map.put(EventType.GAP, CaptureEvent.Gap.class);
        map.put(EventType.INTERFACE, CaptureEvent.Interface.class);
        map.put(EventType.COMMENT, CaptureEvent.Comment.class);
        map.put(EventType.ODDITY, CaptureEvent.Oddity.class);
        map.put(EventType.PACKET_ORIGIN, PacketEvent.Origin.class);
        map.put(EventType.TCP_OPEN, TcpEvent.Open.class);
        map.put(EventType.TCP_SEGMENT, TcpEvent.Segment.class);
        map.put(EventType.TCP_FINDING, TcpEvent.Finding.class);
        map.put(EventType.TCP_CLOSE, TcpEvent.Close.class);
        map.put(EventType.TCP_PROTOCOL, TcpEvent.Protocol.class);
        map.put(EventType.UDP_DATAGRAM, PacketEvent.Datagram.class);
        map.put(EventType.ICMP_MESSAGE, PacketEvent.Icmp.class);
        map.put(EventType.OTHER, PacketEvent.Other.class);
        map.put(EventType.HTTP_REQUEST, HttpEvent.Request.class);
        map.put(EventType.HTTP_RESPONSE, HttpEvent.Response.class);
        map.put(EventType.HTTP_CHUNK, HttpEvent.Chunk.class);
        map.put(EventType.HTTP_MESSAGE, HttpEvent.Message.class);
        map.put(EventType.WS_OPEN, WsEvent.Open.class);
        map.put(EventType.WS_REFUSED, WsEvent.Refused.class);
        map.put(EventType.WS_FRAME, WsEvent.Frame.class);
        map.put(EventType.WS_MESSAGE, WsEvent.Message.class);
        map.put(EventType.WS_PING, WsEvent.Ping.class);
        map.put(EventType.WS_PONG, WsEvent.Pong.class);
        map.put(EventType.WS_CLOSE, WsEvent.Close.class);
        map.put(EventType.WS_FINDING, WsEvent.Finding.class);
        map.put(EventType.WS_RESYNC, WsEvent.Resync.class);
        map.put(EventType.WS_END, WsEvent.End.class);
        map.put(EventType.WS_VERDICT, WsEvent.Verdict.class);
        map.put(EventType.CALL, CallEvent.class);
        map.put(EventType.NOTE, NoteEvent.class);
        map.put(EventType.WIRE_DROPPED, WireEvent.Dropped.class);
        map.put(EventType.WIRE_DELAYED, WireEvent.Delayed.class);
        map.put(EventType.WIRE_CHANGED, WireEvent.Changed.class);
        map.put(EventType.WIRE_PASSED, WireEvent.Passed.class);
        map.put(EventType.WIRE_RULE, WireEvent.Rule.class);
        map.put(EventType.SSE_EVENT, WebEvent.Sse.class);
        map.put(EventType.COST_RESULT, CostEvent.Result.class);
        map.put(EventType.COST_IDLE, CostEvent.Idle.class);
        map.put(EventType.LATENCY_RESULT, LatencyEvent.Result.class);
        map.put(EventType.LATENCY_ROUND, LatencyEvent.Round.class);
        map.put(EventType.LATENCY_SPLIT, LatencyEvent.Split.class);
        map.put(EventType.LATENCY_HOST, LatencyEvent.Host.class);
        for (EventType type : EventType.values()) {
            if (type.wireName().startsWith("sockjs.")) {
                map.put(type, WebEvent.SockJs.class);
            } else if (type.wireName().startsWith("engineio.")) {
                map.put(type, WebEvent.EngineIo.class);
            } else if (type.wireName().startsWith("socketio.")) {
                map.put(type, WebEvent.SocketIo.class);
            }
            assertNotNull(map.get(type), () -> "no record becomes " + type);
        }
        return map;
    }

    /** What {@code wireName()} gives for each constant; the enums share the method, not an interface. */
    private static List<String> wireNames(Enum<?>[] values) {
        return Arrays.stream(values).map(v -> {
            try {
                return (String) v.getDeclaringClass().getMethod("wireName").invoke(v);
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        }).toList();
    }

    private static JsonNode at(String event, String field) {
        return SCHEMA.get("$defs").get(event).get("properties").get(field);
    }

    private static JsonNode definition(EventType type) {
        JsonNode definition = SCHEMA.get("$defs").get(type.wireName());
        assertNotNull(definition, () -> "no definition of " + type.wireName());
        return definition;
    }

    private static Set<String> names(JsonNode definition) {
        return new LinkedHashSet<>(definition.get("properties").propertyNames());
    }

    private static List<String> strings(JsonNode array) {
        List<String> strings = new ArrayList<>();
        if (array != null) {
            array.forEach(n -> strings.add(n.asString()));
        }
        return strings;
    }

    private static JsonNode schema() {
        try (InputStream in = Event.class.getResourceAsStream("events-1.schema.json")) {
            return JsonMapper.builder().build().readTree(in);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
