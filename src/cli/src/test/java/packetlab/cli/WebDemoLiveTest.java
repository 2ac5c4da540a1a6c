package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import packetlab.web.Transport;
import tools.jackson.databind.JsonNode;

/** The demo of the web with its capture: what its transports put on the wire, and both of its halves. */
class WebDemoLiveTest {
    private static final Map<String, Inside.Case> CASES = cases();

    @TestFactory
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    Stream<DynamicTest> live() throws Exception {
        return Inside.tests(WebDemoLiveTest.class, CASES);
    }

    public static void main(String[] args) throws IOException {
        Inside.runAll(CASES);
    }

    private static Map<String, Inside.Case> cases() {
        Map<String, Inside.Case> cases = new LinkedHashMap<>();
        cases.put("every transport is played and seen", WebDemoLiveTest::everyTransport);
        cases.put("both halves can be played apart", WebDemoLiveTest::halves);
        cases.put("over TLS nothing can be read", WebDemoLiveTest::tls);
        return cases;
    }

    private static void everyTransport() {
        Shown shown = Shown.of("chat-web");
        for (Transport transport : Transport.all()) {
            assertTrue(shown.says(transport.id() + ": .*"), transport.id());
            assertTrue(shown.all("ws.message").stream().anyMatch(m -> Shown.is(m, "from", "server") && Shown.is(m, "text",
                    "hello from Ann over " + transport.id())), "Bob hears of " + transport.id());
        }
        Set<String> asked = new TreeSet<>();
        for (JsonNode request : shown.all("http.request")) {
            asked.add(request.get("target").stringValue().replaceAll("\\?.*|[^/]+/[^/]+(?=/[a-z_]+\\?)", ""));
        }
        asked.addAll(shown.all("ws.open").stream().map(o -> o.get("target").stringValue()
                .replaceAll("\\?.*|[^/]+/[^/]+(?=/[a-z_]+\\?)", "")).toList());
        assertTrue(asked.containsAll(List.of("/chat/poll", "/chat/long-poll", "/chat/stream", "/chat/events", "/chat/send",
                "/ws", "/ws-deflate", "/sockjs/info", "/socket.io/")), asked.toString());
        for (String sockJs : List.of("websocket", "xhr_streaming", "xhr", "eventsource", "xhr_send")) {
            assertTrue(asked.stream().anyMatch(a -> a.startsWith("/sockjs/") && a.endsWith("/" + sockJs)), sockJs + asked);
        }
        assertEquals(1, shown.all("ws.open").stream().filter(o -> Shown.is(o, "extensions", "permessage-deflate")).count());
        JsonNode refused = shown.all("ws.refused").get(0);
        assertEquals(403, refused.get("status").asInt());
        assertEquals(List.of("cross-site-origin"), shown.all("ws.finding").stream().map(f -> f.get("rule").stringValue())
                .toList());
        assertEquals(0, shown.end("dropped"));
    }

    private static void halves() throws Exception {
        ServingHalf serving = new ServingHalf("demo", "chat-web", "--serve", "--peers", "3", "--json");
        String address = serving.address();
        Run connecting = Run.of("demo", "chat-web", "--connect", address, "--transport", "sse,websocket", "--json");
        assertEquals(ExitStatus.DONE, connecting.status(), connecting.err());
        Run served = serving.end();
        assertEquals(ExitStatus.DONE, served.status(), served.err());
        assertTrue(served.err().contains("a browser at http://" + address + "/"), served.err());
        for (Run half : List.of(connecting, served)) {
            assertTrue(half.out().contains("\"text\":\"hello from Ann over sse\""), half.out());
        }
        assertTrue(served.out().contains("may not talk to this server"), served.out());
    }

    private static void tls() {
        Shown shown = Shown.of("chat-web", "--tls", "--transport", "websocket");
        assertEquals(List.of(), shown.all("http.request"));
        assertEquals(List.of(), shown.all("ws.open"));
        assertTrue(shown.all("tcp.close").stream().anyMatch(c -> c.get("bytes").get("server").asLong() > 1_000),
                shown.all("tcp.close").toString());
    }
}
