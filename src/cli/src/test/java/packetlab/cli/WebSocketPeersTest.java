package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/**
 * Every WebSocket frame of every capture, as tshark and as {@code read --json} see it: the connection, who sent it, FIN,
 * RSV bits, opcode, mask and length; of a close frame its code, of a text its words, inflated. A disagreement that is not settled in
 * {@code websocket-settled.tsv} fails.
 */
@Tag("peers")
class WebSocketPeersTest {
    private static final List<String> FIELDS = List.of("frame.number", "tcp.stream", "ip.src", "ipv6.src",
            "tcp.srcport", "websocket.fin", "websocket.rsv", "websocket.opcode", "websocket.mask",
            "websocket.payload_length", "websocket.payload_length_ext_16", "websocket.payload_length_ext_64",
            "websocket.payload.close.status_code", "websocket.payload.text");
    /** It finds WebSocket by the upgrade alone: where that was not recorded it has to be told. */
    private static final Map<String, String> TOLD = Map.of("midstream.pcapng", "tcp.port==8080,websocket",
            "snaplen.pcapng", "tcp.port==8080,websocket");
    private static final int LENGTH_IN_16_BITS = 126, LENGTH_IN_64_BITS = 127, CLOSE = 8, TEXT = 1;
    /** They shorten longer ones. */
    private static final int MAX_TEXT = 200;

    private record Frame(String stream, String from, String fin, String rsv, String opcode, String masked,
                         String length, String code) {}

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void everyFrameIsWhatTsharkSaysOrTheReasonIsSettled() throws IOException {
        String version = Tshark.version();
        assumeTrue(version != null, "tshark is not installed");
        List<Samples.Capture> captures = new ArrayList<>(Samples.ours());
        captures.addAll(Samples.foreignWithWebSocket());
        Comparison comparison = new Comparison("websocket-settled.tsv", "tshark " + version);
        for (Samples.Capture capture : captures) {
            Run run = Run.of("read", "--json", "--max-payload", String.valueOf(MAX_TEXT), capture.file().toString());
            assertEquals(ExitStatus.DONE, run.status(), run.err());
            List<JsonNode> events = Ndjson.events(run.out());
            Map<Long, String> texts = new TreeMap<>();
            compare(comparison, capture.name(), theirs(capture, clients(events), texts), ours(events));
            compareTexts(comparison, capture.name(), texts, events);
        }
        System.out.println("WebSocket, frame by frame, in " + captures.size() + " captures"
                + (Samples.foreignPresent() ? "" : " (only ours: there are none in " + Samples.FOREIGN + ")"));
        System.out.print(comparison.table());
        comparison.check();
        if (Samples.foreignPresent()) {
            comparison.checkAllMet();
        }
    }

    private static void compare(Comparison comparison, String capture, Map<Long, List<Frame>> theirs,
                                Map<Long, List<Frame>> ours) {
        TreeSet<Long> packets = new TreeSet<>(theirs.keySet());
        packets.addAll(ours.keySet());
        for (long packet : packets) {
            List<Frame> t = theirs.getOrDefault(packet, List.of());
            List<Frame> o = ours.getOrDefault(packet, List.of());
            comparison.compare(capture, packet, "frames", String.valueOf(t.size()), String.valueOf(o.size()));
            for (int i = 0; i < Math.min(t.size(), o.size()); i++) {
                Frame a = t.get(i);
                Frame b = o.get(i);
                comparison.compare(capture, packet, "stream", a.stream, b.stream);
                comparison.compare(capture, packet, "from", a.from, b.from);
                comparison.compare(capture, packet, "fin", a.fin, b.fin);
                comparison.compare(capture, packet, "rsv", a.rsv, b.rsv);
                comparison.compare(capture, packet, "opcode", a.opcode, b.opcode);
                comparison.compare(capture, packet, "masked", a.masked, b.masked);
                comparison.compare(capture, packet, "length", a.length, b.length);
                if (a.code != null || b.code != null) {
                    comparison.compare(capture, packet, "close code", String.valueOf(a.code), String.valueOf(b.code));
                }
            }
        }
    }

    /** The client of each connection, as {@code address port}. */
    private static Map<String, String> clients(List<JsonNode> events) {
        Map<String, String> clients = new HashMap<>();
        for (JsonNode event : events) {
            if (Ndjson.event(event).equals("tcp.open")) {
                String client = event.get("client").stringValue();
                int colon = client.lastIndexOf(':');
                clients.put(event.get("stream").asString(), client.substring(0, colon).replaceAll("[\\[\\]]", "") + " "
                        + client.substring(colon + 1));
            }
        }
        return clients;
    }

    /** Only of packets in which we see one text: they put several into one value, with commas. */
    private static void compareTexts(Comparison comparison, String capture, Map<Long, String> theirs,
                                     List<JsonNode> events) {
        Map<Long, List<JsonNode>> ours = new TreeMap<>();
        for (JsonNode event : events) {
            if (Ndjson.event(event).equals("ws.message") && event.get("opcode").asInt() == TEXT) {
                ours.computeIfAbsent(event.get("frame").asLong(), p -> new ArrayList<>()).add(event);
            }
        }
        ours.forEach((packet, messages) -> {
            JsonNode message = messages.get(0);
            // What is no UTF-8, or cannot be inflated, has no text.
            if (messages.size() == 1 && message.has("text") && !message.path("payloadCut").asBoolean(false)) {
                String text = message.get("text").stringValue();
                comparison.compare(capture, packet, "text", printable(theirs.getOrDefault(packet, "")),
                        printable(text.replace("\n", "\\n").replace("\t", "\\t")));
            }
        });
    }

    private static Map<Long, List<Frame>> theirs(Samples.Capture capture, Map<String, String> clients,
                                                 Map<Long, String> texts) {
        String told = TOLD.get(capture.name());
        String[] options = told == null ? new String[0] : new String[] {"-d", told};
        Map<Long, List<Frame>> frames = new TreeMap<>();
        for (String[] row : Tshark.rows(capture.file(), "websocket", FIELDS, options)) {
            String sender = (row[2].isEmpty() ? row[3] : row[2]) + " " + row[4];
            String from = sender.equals(clients.get(row[1])) ? "client" : "server";
            String[] fin = row[5].split(",");
            List<String> length16 = new ArrayList<>(List.of(row[10].split(",")));
            List<String> length64 = new ArrayList<>(List.of(row[11].split(",")));
            List<String> codes = new ArrayList<>(List.of(row[12].split(",")));
            List<Frame> list = new ArrayList<>();
            for (int i = 0; i < fin.length; i++) {
                int length = Integer.parseInt(at(row[9], i));
                int opcode = Integer.decode(at(row[7], i));
                list.add(new Frame(row[1], from, fin[i], String.valueOf(Integer.decode(at(row[6], i))),
                        String.valueOf(opcode), at(row[8], i),
                        length == LENGTH_IN_16_BITS ? length16.remove(0)
                                : length == LENGTH_IN_64_BITS ? length64.remove(0) : String.valueOf(length),
                        opcode == CLOSE && length >= 2 && !codes.get(0).isEmpty() ? codes.remove(0) : null));
            }
            frames.put(Long.parseLong(row[0]), list);
            texts.put(Long.parseLong(row[0]), row[13]);
        }
        return frames;
    }

    private static String printable(String text) {
        return text.replaceAll("[\\p{Cntrl}\uFFFD]", "\u00B7");
    }

    private static String at(String values, int index) {
        return values.split(",")[index];
    }

    private static Map<Long, List<Frame>> ours(List<JsonNode> events) {
        Map<Long, List<Frame>> frames = new TreeMap<>();
        for (JsonNode e : events) {
            long packet = e.path("frame").asLong(0);
            if (Ndjson.event(e).equals("ws.frame")) {
                frames.computeIfAbsent(packet, p -> new ArrayList<>()).add(new Frame(e.get("stream").asString(),
                        e.get("from").stringValue(), bit(e.get("fin")), e.get("rsv").asString(),
                        e.get("opcode").asString(), bit(e.get("masked")), e.get("length").asString(), null));
            } else if (Ndjson.event(e).equals("ws.close") && e.has("code")) {
                List<Frame> list = frames.get(packet);
                Frame close = list.remove(list.size() - 1); // its frame comes before it
                list.add(new Frame(close.stream, close.from, close.fin, close.rsv, close.opcode, close.masked,
                        close.length, e.get("code").asString()));
            }
        }
        return frames;
    }

    private static String bit(JsonNode flag) {
        return flag.booleanValue() ? "1" : "0";
    }
}
