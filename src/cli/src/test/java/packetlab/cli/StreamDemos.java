package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static packetlab.cli.Shown.endTime;
import static packetlab.cli.Shown.has;
import static packetlab.cli.Shown.is;
import static packetlab.cli.Shown.time;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** What the demos of stream sockets must show. */
final class StreamDemos {
    private StreamDemos() {}

    static void addTo(Map<String, Inside.Case> cases) {
        cases.put("tcp-lifecycle", StreamDemos::lifecycle);
        cases.put("many-clients", StreamDemos::manyClients);
        cases.put("half-close", StreamDemos::halfClose);
        cases.put("reset", StreamDemos::reset);
        cases.put("nagle", StreamDemos::nagle);
        cases.put("backpressure", StreamDemos::backpressure);
        cases.put("backlog", StreamDemos::backlog);
        cases.put("file-transfer", StreamDemos::fileTransfer);
        cases.put("reliable-stream", StreamDemos::reliableStream);
        cases.put("chat", StreamDemos::chat);
        cases.put("keepalive", StreamDemos::keepAlive);
    }

    private static void lifecycle() {
        Shown shown = Shown.of("tcp-lifecycle");
        assertEquals(List.of("socket", "bind", "listen", "getsockname", "accept", "recv", "send", "recv", "close", "close"),
                shown.names("server"));
        assertEquals(List.of("socket", "connect", "send", "recv", "close"), shown.names("client"));

        JsonNode connect = shown.calls("client", "connect").get(0);
        JsonNode syn = shown.segments(0, "client", has("SYN")).get(0);
        JsonNode synAck = shown.segments(0, "server", has("SYN")).get(0);
        assertTrue(time(connect).compareTo(time(syn)) <= 0, "connect() sends the SYN");
        assertTrue(time(synAck).compareTo(endTime(connect)) <= 0, "and returns when the SYN/ACK has come");
        JsonNode send = shown.calls("client", "send").get(0);
        JsonNode data = shown.segments(0, "client", Shown::carries).get(0);
        assertTrue(time(send).compareTo(time(data)) <= 0 && time(data).compareTo(endTime(
                shown.calls("server", "recv").get(0))) <= 0, "send(), segment, recv()");
        assertEquals(12, data.get("length").asLong());
        JsonNode close = shown.calls("client", "close").get(0);
        assertTrue(time(close).compareTo(time(shown.segments(0, "client", has("FIN")).get(0))) <= 0);
        assertEquals(0, shown.calls("server", "recv").get(1).get("result").asLong(), "the end of the stream");
        closed(shown, 0, "fin", 12, 15);
    }

    private static void manyClients() {
        Shown shown = Shown.of("many-clients");
        List<JsonNode> opened = shown.all("tcp.open");
        assertEquals(3, opened.size());
        assertEquals(1, values(opened, "server").size(), "one server address");
        assertEquals(3, values(opened, "client").size(), "three client addresses");
        assertEquals(3, values(shown.calls("server", "accept"), "result").size(), "three descriptors");
        assertEquals(values(opened, "client"), values(shown.calls("server", "accept"), "args"));
        assertEquals(values(opened, "server"), values(shown.calls("server", "getsockname"), "args"));
        for (int stream = 0; stream < 3; stream++) {
            assertEquals("fin", closeOf(shown, stream).get("how").stringValue());
        }
    }

    private static void halfClose() {
        Shown shown = Shown.of("half-close");
        assertEquals("SHUT_WR", shown.calls("client", "shutdown").get(0).get("args").stringValue());
        JsonNode fin = shown.segments(0, "client", has("FIN")).get(0);
        JsonNode answer = shown.segments(0, "server", Shown::carries).get(0);
        assertTrue(fin.get("frame").asLong() < answer.get("frame").asLong(), "the answer comes after the client's FIN");
        assertTrue(shown.findings("half-close", "server") >= 1);
        assertTrue(shown.says("after its own FIN the client has received: you have sent 9 octets"));
        closed(shown, 0, "fin", 9, "you have sent 9 octets\n".length());
    }

    private static void reset() {
        Shown shown = Shown.of("reset");
        shown.failed("server", "recv", "ECONNRESET");
        shown.failed("client", "recv", "ECONNRESET");
        assertTrue(shown.segments(0, "client", has("RST")).size() >= 1);
        assertTrue(shown.segments(1, "server", has("RST")).size() >= 1);
        for (int stream = 0; stream < 2; stream++) {
            closed(shown, stream, "reset", 17, 0);
            for (String side : List.of("client", "server")) {
                assertEquals(List.of(), shown.segments(stream, side, has("FIN")));
            }
        }
        JsonNode close = shown.calls("client", "close").get(0);
        assertTrue(time(close).compareTo(time(shown.segments(0, "client", has("RST")).get(0))) <= 0);
        assertTrue(shown.says("ECONNRESET: the client has set SO_LINGER.*"));
        assertTrue(shown.says("ECONNRESET: the server has closed without reading.*"));
    }

    private static void nagle() {
        Shown shown = Shown.of("nagle");
        int writes = shown.calls("client", "send").size() / 2;
        // On a busy machine the kernel may send a segment again, because its ACK comes late: that is not another one.
        assertEquals(writes, values(shown.segments(1, "client", Shown::carries), "sequence").size(),
                "with TCP_NODELAY each write is a segment");
        int withNagle = values(shown.segments(0, "client", Shown::carries), "sequence").size();
        assertTrue(withNagle < writes, withNagle + " segments of " + writes + " writes");
        // RFC 9293 section 3.7.4: no small segment goes out while an earlier one is not acknowledged.
        long acknowledged = 1;
        for (JsonNode segment : shown.all("tcp.segment")) {
            if (segment.get("stream").asLong() == 0 && is(segment, "from", "server") && segment.has("acknowledged")) {
                acknowledged = Math.max(acknowledged, segment.get("acknowledged").asLong());
            } else if (segment.get("stream").asLong() == 0 && Shown.carries(segment)) {
                assertTrue(segment.get("sequence").asLong() <= acknowledged, segment.toString());
            }
        }
        closed(shown, 0, "fin", 4L * writes, 4L * writes / 3);
        closed(shown, 1, "fin", 4L * writes, 4L * writes / 3);
    }

    private static void backpressure() {
        Shown shown = Shown.of("backpressure");
        assertTrue(shown.findings("zero-window", "server") >= 1, "the window closes");
        assertTrue(shown.findings("zero-window-probe", "client") >= 1, "it is probed");
        assertTrue(shown.findings("window-update", "server") >= 1, "it opens again");
        assertTrue(shown.segments(0, "server", s -> s.get("window").asLong() == 0).size() >= 1);
        assertEquals(512 << 10, shown.octets("client", "send"));
        assertEquals(512 << 10, shown.octets("server", "recv"));
        closed(shown, 0, "fin", 512 << 10, 0);
    }

    private static void backlog() {
        Shown shown = Shown.of("backlog");
        shown.failed("client", "connect", "EINPROGRESS");
        JsonNode accept = shown.calls("server", "accept").get(0);
        List<JsonNode> opened = shown.all("tcp.open");
        assertEquals(3, opened.size());
        assertTrue(time(opened.get(0)).compareTo(time(accept)) < 0 && time(opened.get(1)).compareTo(time(accept)) < 0,
                "complete before any accept()");
        assertTrue(time(accept).compareTo(time(opened.get(2))) < 0, "the third only after it");
        assertTrue(shown.segments(2, "client", has("SYN")).size() >= 2, "its SYN had to be sent again");
        assertTrue(shown.number("the kernel has counted") >= 1);
        assertEquals(3, shown.calls("server", "accept").size());
    }

    private static void keepAlive() {
        Shown shown = Shown.of("keepalive");
        shown.failed("server", "recv", "ETIMEDOUT");
        assertTrue(shown.findings("keep-alive", "server") >= 3, "one answered, two not");
        assertTrue(shown.findings("keep-alive-ack", "client") >= 1);
        shown.failed("client", "recv", "EAGAIN");
        assertTrue(shown.says("ETIMEDOUT: 2 keepalive probes were not answered"));
    }

    private static void fileTransfer() {
        Shown shown = Shown.of("file-transfer");
        assertEquals(4 << 20, shown.octets("server", "recv"));
        closed(shown, 0, "fin", 4 << 20, 65);
        assertTrue(shown.says("4194304 octets received, SHA-256 [0-9a-f]{16}\\.\\.\\."));
        assertTrue(shown.says("the receiver has the same SHA-256.*"));
    }

    private static void reliableStream() {
        Shown shown = Shown.of("reliable-stream");
        long dropped = shown.number("the filter dropped");
        assertTrue(dropped >= 1, "nothing was lost");
        long sentAgain = shown.findings("retransmission", "client") + shown.findings("fast-retransmission", "client")
                + shown.findings("spurious-retransmission", "client");
        assertTrue(sentAgain >= 1, "nothing was sent again");
        assertEquals(10_000, shown.octets("server", "recv"));
        assertTrue(shown.says("100 lines in order, none missing.*"));
        closed(shown, 0, "fin", 10_000, 0);
    }

    private static void chat() {
        Shown shown = Shown.of("chat");
        assertEquals(3, shown.all("tcp.open").size());
        String hello = "hello from Ann\\n";
        assertEquals(1, shown.calls("client", "send").stream().filter(c -> args(c).contains(hello)).count());
        assertEquals(2, shown.calls("server", "send").stream().filter(c -> args(c).contains("Ann: " + hello)).count(),
                "once for each of the others");
        assertEquals(shown.octets("server", "send"), shown.octets("client", "recv"), "all that was said was heard");
    }

    private static String args(JsonNode call) {
        return call.get("args").stringValue().replace("\n", "\\n");
    }

    private static Set<String> values(List<JsonNode> events, String field) {
        return events.stream().map(e -> e.get(field).asString()).collect(Collectors.toSet());
    }

    private static JsonNode closeOf(Shown shown, int stream) {
        return shown.all("tcp.close").stream().filter(c -> c.get("stream").asInt() == stream).findFirst().orElseThrow();
    }

    private static void closed(Shown shown, int stream, String how, long fromClient, long fromServer) {
        JsonNode close = closeOf(shown, stream);
        assertEquals(how, close.get("how").stringValue());
        assertEquals(fromClient, close.at("/bytes/client").asLong());
        assertEquals(fromServer, close.at("/bytes/server").asLong());
    }
}
