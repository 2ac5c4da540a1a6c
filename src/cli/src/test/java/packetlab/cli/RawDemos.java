package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static packetlab.cli.Shown.has;
import static packetlab.cli.Shown.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.opentest4j.TestAbortedException;
import packetlab.os.Interfaces;
import tools.jackson.databind.JsonNode;

/** What the demos of raw sockets must show. */
final class RawDemos {
    /** Of this namespace alone; a user namespace takes only the groups that it maps. */
    private static final Path PING_GROUPS = Path.of("/proc/sys/net/ipv4/ping_group_range");

    private RawDemos() {}

    static void addTo(Map<String, Inside.Case> cases) {
        cases.put("ping with a raw socket and with a datagram socket", () -> {
            ping(false);        // a new namespace lets no group make them
            Files.writeString(PING_GROUPS, ownGroup() + " " + ownGroup());
            ping(true);
            pingAHost();
        });
        cases.put("raw-handshake", RawDemos::handshake);
        cases.put("sniffer", RawDemos::sniffer);
        cases.put("traceroute", RawDemos::traceroute);
        cases.put("spoof-detect", RawDemos::spoofDetect);
    }

    private static void ping(boolean datagrams) {
        Shown shown = Shown.of("ping");
        List<String> sockets = shown.calls("client", "socket").stream().map(c -> c.get("args").stringValue()
                + (c.has("errno") ? " " + c.get("errno").stringValue() : "")).toList();
        assertEquals(datagrams ? List.of("AF_INET, SOCK_DGRAM, IPPROTO_ICMP")
                : List.of("AF_INET, SOCK_DGRAM, IPPROTO_ICMP EACCES", "AF_INET, SOCK_RAW, IPPROTO_ICMP"), sockets);
        assertEquals(3, icmp(shown, "echo-request").size());
        assertEquals(3, icmp(shown, "echo-reply").size());
        for (int i = 1; i <= 3; i++) {
            assertTrue(shown.says("reply " + i + " from 127\\.0\\.0\\.1 after [\\d.]+ ms"), shown.all("note").toString());
        }
    }

    private static void pingAHost() {
        Shown shown = Shown.of("ping", "--connect", "localhost");
        assertEquals(3, icmp(shown, "echo-reply").size());
        Run nobody = Run.of("demo", "ping", "--connect", "192.0.2.1");
        assertEquals(ExitStatus.FAILED, nobody.status(), nobody.out());
        assertTrue(nobody.out().contains("ENETUNREACH"), nobody.out());
        assertTrue(nobody.err().contains("ENETUNREACH, Network is unreachable (no route leads there"), nobody.err());
    }

    private static String ownGroup() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(l -> l.startsWith("Gid:"))
                .map(l -> l.split("\\s+")[2]).findFirst().orElseThrow();
    }

    private static void handshake() {
        Shown shown = Shown.of("raw-handshake");
        assertEquals("10.9.9.9:40000", shown.calls("server", "accept").get(0).get("args").stringValue());
        assertEquals(0, shown.calls("client", "connect").size(), "nobody has called connect()");
        JsonNode close = shown.all("tcp.close").get(0);
        assertTrue(is(close, "how", "fin") && is(close, "client", "10.9.9.9:40000"), close.toString());
        assertEquals("made by hand".length(), close.at("/bytes/client").asLong());
        assertEquals("answered by the kernel".length(), close.at("/bytes/server").asLong());
        for (String side : List.of("client", "server")) {
            assertEquals(List.of(), shown.segments(0, side, has("RST")));
            assertTrue(shown.segments(0, side, has("SYN")).size() >= 1 && shown.segments(0, side, has("FIN")).size() >= 1);
        }
        assertEquals("made by hand".length(), shown.octets("server", "recv"));
        assertTrue(shown.says("the kernel has answered: answered by the kernel"));
        assertTrue(shown.all("tcp.segment").stream().noneMatch(s -> is(s, "checksum", "bad")), "pcap4j's checksums");
    }

    private static void sniffer() {
        Shown shown = Shown.of("sniffer");
        assertEquals(shown.end("packets"), shown.number("the sniffer has seen"), "as many as the real one");
        long segments = shown.all("note").stream().filter(n -> n.get("text").stringValue().startsWith("TCP ")).count();
        assertEquals(shown.all("tcp.segment").size(), segments);
        assertTrue(shown.says("UDP 127\\.0\\.0\\.1:\\d+ > 127\\.0\\.0\\.1:\\d+ 9 octets"));
        assertTrue(shown.says("TCP .* > .* SYN ACK 0 octets") && shown.says("TCP .* PSH ACK 14 octets"));
    }

    private static void traceroute() throws IOException {
        Run run = Run.of("demo", "traceroute", "--json");
        if (run.err().contains("unshare(CLONE_NEWNET): EPERM")) {
            throw new TestAbortedException("no right to make more namespaces in this one");
        }
        Shown shown = Shown.of("traceroute");
        List<JsonNode> dead = icmp(shown, "ttl-exceeded");
        assertEquals(List.of("10.1.0.2", "10.2.0.2", "10.3.0.2"),
                dead.stream().map(m -> m.get("source").stringValue()).toList());
        assertEquals(List.of("10.4.0.2"),
                icmp(shown, "port-unreachable").stream().map(m -> m.get("source").stringValue())
                        .filter(a -> a.startsWith("10.")).toList());
        assertTrue(shown.says("hop 2: 10\\.2\\.0\\.2, a router: time to live exceeded"));
        assertTrue(shown.says("hop 4: 10\\.4\\.0\\.2, which is the host: port unreachable"));
        assertEquals(4, shown.calls("client", "sendto").size());
        assertTrue(Interfaces.names().stream().noneMatch(n -> n.startsWith("plcable")), "nothing is left");
    }

    private static void spoofDetect() {
        Shown shown = Shown.of("spoof-detect");
        List<JsonNode> datagrams = shown.all("udp.datagram");
        assertEquals(7, datagrams.size());
        assertEquals(2, datagrams.stream().map(d -> d.get("source").stringValue()).distinct().count(),
                "the forged ones look like the honest ones");
        String victim = datagrams.get(0).get("source").stringValue();
        assertTrue(shown.says("accepted: " + victim + " has repeated its cookie"));
        assertTrue(shown.says("refused: a wrong cookie, so this is not from " + victim + ".*"));
        assertTrue(shown.says("'cookie [0-9a-f]{16}' has come to " + victim + ", which never asked.*"));
        assertTrue(datagrams.stream().noneMatch(d -> is(d, "checksum", "bad")));
    }

    private static List<JsonNode> icmp(Shown shown, String name) {
        return shown.all("icmp.message").stream().filter(m -> is(m, "name", name)).toList();
    }
}
