package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static packetlab.cli.Shown.endTime;
import static packetlab.cli.Shown.time;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What the demos of datagram sockets must show. */
final class DatagramDemos {
    private DatagramDemos() {}

    static void addTo(Map<String, Inside.Case> cases) {
        cases.put("udp-boundaries", DatagramDemos::boundaries);
        cases.put("udp-loss", DatagramDemos::loss);
        cases.put("udp-unreachable", DatagramDemos::unreachable);
        cases.put("multicast", DatagramDemos::multicast);
        cases.put("sensors", DatagramDemos::sensors);
        cases.put("game", DatagramDemos::game);
        cases.put("media-stream", DatagramDemos::mediaStream);
    }

    private static void boundaries() {
        Shown shown = Shown.of("udp-boundaries");
        List<Long> lengths = List.of(3L, 3L, 0L, 65_507L, 33L, 33L);
        List<JsonNode> sent = shown.calls("client", "sendto").stream().filter(c -> !c.has("errno")).toList();
        assertEquals(lengths, numbers(sent, "result"));
        assertEquals(lengths, numbers(shown.all("udp.datagram"), "length"));
        assertEquals(List.of(3L, 3L, 0L, 65_507L, 8L, 33L), numbers(shown.calls("server", "recv"), "result"));
        assertEquals(List.of(3L, 3L, 0L, 65_507L, 8L, 8L), numbers(shown.calls("server", "recv"), "length"));
        shown.failed("client", "sendto", "EMSGSIZE");
        for (int i = 0; i < lengths.size(); i++) {
            JsonNode packet = shown.all("udp.datagram").get(i);
            assertTrue(time(sent.get(i)).compareTo(time(packet)) <= 0 && time(packet).compareTo(endTime(sent.get(i))) <= 0,
                    "on loopback the packet lies inside sendto()");
        }
    }

    private static void loss() {
        Shown shown = Shown.of("udp-loss");
        long received = shown.number("received");
        long dropped = shown.number("dropped by the kernel at this socket");
        assertEquals(50, received + dropped, "every datagram is accounted for");
        assertTrue(received > 0 && dropped > 0, shown.all("note").toString());
        assertEquals(50, shown.all("udp.datagram").size(), "all of them were on the wire");
        assertEquals(50_000, shown.octets("client", "sendto"), "and no sendto() has failed");
        assertEquals(received * 1_000, shown.octets("server", "recv"));
        assertTrue(shown.number("RcvbufErrors of all sockets:") >= dropped);
    }

    private static void unreachable() {
        Shown shown = Shown.of("udp-unreachable");
        shown.failed("client", "recv", "ECONNREFUSED");
        JsonNode last = shown.calls("client", "recv").get(shown.calls("client", "recv").size() - 1);
        assertEquals("EAGAIN", last.get("errno").stringValue(), "the unconnected socket");
        List<JsonNode> icmp = shown.all("icmp.message");
        assertTrue(icmp.size() >= 2, "one for each socket");
        assertTrue(icmp.stream().allMatch(m -> m.toString().contains("port-unreachable")));
        assertTrue(shown.says("ECONNREFUSED: .*"));
    }

    private static void multicast() {
        Shown shown = Shown.of("multicast");
        assertEquals(3, shown.calls("client", "sendto").size());
        assertEquals(6, shown.calls("server", "recvfrom").size());
        assertEquals(3, shown.all("udp.datagram").size());
        for (JsonNode packet : shown.all("udp.datagram")) {
            assertTrue(packet.get("destination").stringValue().startsWith("239.255.0.7:"), packet.toString());
        }
    }

    private static void sensors() {
        Shown shown = Shown.of("sensors");
        assertEquals(36, shown.all("udp.datagram").size());
        assertEquals(12, shown.all("udp.datagram").stream().map(d -> d.get("source").stringValue()).distinct().count());
        assertEquals(36, shown.calls("server", "recvfrom").size());
        assertEquals(shown.octets("client", "sendto"), shown.octets("server", "recvfrom"));
        assertTrue(shown.says("36 reports from 12 devices through one socket"));
    }

    private static void game() {
        Shown shown = Shown.of("game");
        assertEquals(60, shown.all("udp.datagram").size(), "all were on the wire");
        long arrived = shown.number("UDP:");
        assertTrue(shown.says("UDP: " + arrived + " of 60 updates arrived, " + (60 - arrived) + " lost, \\d+ late"),
                shown.all("note").toString());
        assertTrue(arrived < 60, "one in ten is lost");
        assertTrue(shown.says("TCP: 60 of 60 updates arrived, 0 lost, \\d+ late"), shown.all("note").toString());
        assertEquals(60 * 64, shown.all("tcp.close").get(0).at("/bytes/client").asLong());
    }

    private static void mediaStream() {
        Shown shown = Shown.of("media-stream");
        assertEquals(75, shown.all("udp.datagram").size(), "all were on the wire");
        assertTrue(shown.says("UDP: \\d+ of 25 frames shown, [1-9]\\d* incomplete, \\d+ too late"),
                shown.all("note").toString());
        assertTrue(shown.says("TCP: \\d+ of 25 frames shown, 0 incomplete, \\d+ too late"), shown.all("note").toString());
        assertEquals(75_000, shown.all("tcp.close").get(0).at("/bytes/client").asLong());
    }

    private static List<Long> numbers(List<JsonNode> events, String field) {
        return events.stream().map(e -> e.get(field).asLong()).toList();
    }
}
