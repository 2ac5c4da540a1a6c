package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * Where every octet of a connection went: heads, bodies with their chunks, frames with their headers and masks are all of
 * its payload, and the packets of Engine.IO all that its HTTP bodies and WebSocket messages hold. What a price list of
 * transports adds up.
 */
class OctetsTest {
    @ParameterizedTest
    @ValueSource(strings = {"socketio-polling", "socketio-upgrade", "socketio-websocket", "socketio2-polling",
        "socketio2-upgrade", "sockjs-websocket", "sockjs-xhr-streaming", "sockjs-xhr-polling", "sockjs-eventsource",
        "sockjs-scripts", "server-sent-events", "http", "deflate", "subprotocol"})
    void headsBodiesAndFramesAreThePayload(String name) {
        Run run = Run.of("read", "--json", Samples.OURS.resolve(name + ".pcapng").toString());
        Map<String, Long> payload = new HashMap<>();
        Map<String, Long> told = new HashMap<>();
        Map<String, Long> carried = new HashMap<>();
        Map<String, Long> packets = new HashMap<>();
        for (JsonNode e : Ndjson.events(run.out())) {
            String side = e.path("stream").asInt(-1) + " " + e.path("from").asString("");
            switch (Ndjson.event(e)) {
                case "tcp.close" -> List.of("client", "server").forEach(from -> payload.put(e.get("stream").asInt() + " "
                        + from, e.at("/bytes/" + from).asLong()));
                case "http.message" -> {
                    told.merge(side, e.get("headLength").asLong() + e.get("wireLength").asLong(), Long::sum);
                    carried.merge(side, e.path("inflatedLength").asLong(e.get("length").asLong()), Long::sum);
                }
                case "ws.frame" -> told.merge(side, header(e) + e.get("length").asLong(), Long::sum);
                case "ws.message" -> carried.merge(side, e.get("length").asLong(), Long::sum);
                default -> {
                    if (Ndjson.event(e).startsWith("engineio.")) {
                        packets.merge(side, e.get("wireLength").asLong(), Long::sum);
                    }
                }
            }
        }
        payload.values().removeIf(octets -> octets == 0);
        assertEquals(payload, told);
        packets.forEach((side, octets) -> assertEquals(carried.get(side), octets, side));
    }

    private static long header(JsonNode frame) {
        long length = frame.get("length").asLong();
        return 2 + (length > 65_535 ? 8 : length > 125 ? 2 : 0) + (frame.get("masked").asBoolean() ? 4 : 0);
    }
}
