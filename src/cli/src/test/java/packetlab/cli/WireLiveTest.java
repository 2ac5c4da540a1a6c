package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import packetlab.os.Interfaces;
import packetlab.os.NetworkNamespace;
import tools.jackson.databind.JsonNode;

/**
 * Real kernels behind our wire: what the wire does to packets, and what the kernels do about it. Each case has a network
 * namespace of its own in one JVM; the command is a shell that talks to an echo server of this test.
 */
class WireLiveTest {
    private static final Map<String, Inside.Case> CASES = cases();

    @TestFactory
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    Stream<DynamicTest> live() throws Exception {
        return Inside.tests(WireLiveTest.class, CASES);
    }

    /** @param args the beginnings of the names of the cases to be run; all where there are none */
    public static void main(String[] args) throws Exception {
        Map<String, Inside.Case> chosen = new LinkedHashMap<>();
        CASES.forEach((name, test) -> {
            if (args.length == 0 || Stream.of(args).anyMatch(name::startsWith)) {
                chosen.put(name, () -> inNamespace(test));
            }
        });
        Inside.runAll(chosen);
    }

    private static void inNamespace(Inside.Case test) throws Exception {
        FutureTask<Void> task = new FutureTask<>(() -> {
            NetworkNamespace.enterNew();
            Interfaces.raise("lo");
            test.run();
            return null;
        });
        new Thread(task, "case").start();
        try {
            task.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (Exception) e.getCause();
        }
    }

    private static Map<String, Inside.Case> cases() {
        Map<String, Inside.Case> cases = new LinkedHashMap<>();
        cases.put("a dropped data segment is sent again, and nothing else is", WireLiveTest::droppedData);
        cases.put("two runs of a scripted loss drop the same packets", WireLiveTest::sameSeed);
        cases.put("retransmissions that loss causes are those that are found", WireLiveTest::lossAndFindings);
        cases.put("a delayed SYN/ACK makes the client repeat its SYN", WireLiveTest::delayedSynAck);
        cases.put("two segments that change places come out of order", WireLiveTest::swapped);
        cases.put("what comes twice is seen twice behind the wire", WireLiveTest::duplicated);
        cases.put("a corrupted segment is not believed", WireLiveTest::corrupted);
        cases.put("a corrupted segment with a mended checksum is", WireLiveTest::mended);
        cases.put("a full queue loses packets", WireLiveTest::rate);
        cases.put("a firewall lets through what it may, and says what it drops", WireLiveTest::firewall);
        cases.put("the recording has what became of its packets as comments", WireLiveTest::recording);
        cases.put("what the wire did is drawn", WireLiveTest::picture);
        cases.put("the command's status is ours", WireLiveTest::status);
        cases.put("a rule that cannot be read is wrong usage", WireLiveTest::badRule);
        cases.put("a connection is made by hand against a kernel", WireLiveTest::byHand);
        cases.put("what is sent again comes as it was recorded", WireLiveTest::replay);
        cases.put("a packet that is too long or has no way is refused in one line", WireLiveTest::cannotSend);
        return cases;
    }

    /** Says so many lines, each after the answer to the one before. */
    private static String talk(int port, int lines) {
        return "exec 3<>/dev/tcp/127.0.0.1/" + port + "; for i in $(seq 1 " + lines + "); do echo \"message $i\" >&3; "
                + "read -t 20 -r line <&3; [ \"$line\" = \"message $i\" ] || exit 9; done; exec 3>&-; sleep 0.05";
    }

    private static Shown run(int status, List<String> options, String script) {
        List<String> line = new ArrayList<>(options);
        line.addAll(1, List.of("--json", "-v"));
        line.addAll(List.of("--", "bash", "-c", script));
        Run run = Run.of(line.toArray(String[]::new));
        assertEquals(status, run.status(), run.err());
        assertEquals("", run.err());
        return new Shown(Ndjson.events(run.out()));
    }

    private static Shown impair(int lines, String... options) throws IOException {
        try (EchoServer server = new EchoServer("127.0.0.1")) {
            List<String> line = new ArrayList<>(List.of("impair"));
            line.addAll(List.of(options));
            Shown shown = run(0, line, talk(server.port(), lines));
            assertEquals(0, shown.end("dropped"), "shown in full");
            return shown;
        }
    }

    private static List<Long> frames(Shown shown, String event) {
        return shown.all(event).stream().map(e -> e.get("frame").asLong()).toList();
    }

    private static List<String> kinds(Shown shown) {
        return shown.all("tcp.finding").stream().map(f -> f.get("kind").stringValue()).toList();
    }

    /**
     * Each loss of what the other side did not have is repaired by a retransmission that is found, and each that is found
     * repairs such a loss, or is one that the receiver says it did not need: where a loaded machine was slow.
     */
    private static void everyRetransmissionIsExplained(Shown shown) {
        Map<Long, String> found = new LinkedHashMap<>();
        for (JsonNode finding : shown.all("tcp.finding")) {
            String kind = finding.get("kind").stringValue();
            if (kind.endsWith("retransmission")) {
                found.put(finding.get("frame").asLong(), kind);
            }
        }
        List<Long> dropped = frames(shown, "wire.dropped");
        List<JsonNode> data = shown.all("tcp.segment").stream().filter(Shown::carries).toList();
        for (JsonNode segment : data) {
            long frame = segment.get("frame").asLong();
            if (dropped.contains(frame) && !"spurious-retransmission".equals(found.get(frame))) {
                assertTrue(data.stream().anyMatch(s -> s.get("frame").asLong() > frame && sameOctets(s, segment)
                        && found.containsKey(s.get("frame").asLong())), "nobody repairs " + segment);
            }
        }
        long unexplained = data.stream().filter(s -> found.containsKey(s.get("frame").asLong())
                && !found.get(s.get("frame").asLong()).startsWith("spurious"))
                .filter(s -> data.stream().noneMatch(d -> dropped.contains(d.get("frame").asLong()) && sameOctets(d, s)
                        && d.get("frame").asLong() < s.get("frame").asLong())).count();
        long unneeded = kinds(shown).stream().filter("d-sack"::equals).count();
        assertTrue(unexplained <= unneeded, unexplained + " retransmissions have no cause: " + found);
    }

    private static boolean sameOctets(JsonNode one, JsonNode other) {
        return one.get("from").equals(other.get("from")) && one.get("sequence").asLong() <= other.get("sequence").asLong()
                && one.get("sequence").asLong() + one.get("length").asLong()
                        >= other.get("sequence").asLong() + other.get("length").asLong();
    }

    /** Octets of each side that were delivered: all of them, in spite of everything. */
    private static void carriedAll(Shown shown, int lines) {
        long octets = 0;
        for (int i = 1; i <= lines; i++) {
            octets += ("message " + i + "\n").length();
        }
        JsonNode close = shown.all("tcp.close").get(0);
        assertEquals(octets, close.get("bytes").get("client").asLong());
        assertEquals(octets, close.get("bytes").get("server").asLong());
    }

    private static void droppedData() throws IOException {
        Shown shown = impair(5, "-r", "drop the 3rd data segment of the client");
        assertEquals(1, shown.all("wire.dropped").size());
        everyRetransmissionIsExplained(shown);
        assertEquals(1, shown.all("wire.rule").get(0).get("packets").asLong());
        carriedAll(shown, 5);
    }

    private static void sameSeed() throws IOException {
        List<List<Long>> runs = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            List<Long> places = new ArrayList<>();
            Shown shown = impair(12, "-r", "drop the 2nd, 5th and 9th data segment of the server");
            List<JsonNode> data = shown.segments(0, "server", Shown::carries);
            List<Long> dropped = frames(shown, "wire.dropped");
            for (int n = 0; n < data.size(); n++) {
                if (dropped.contains(data.get(n).get("frame").asLong())) {
                    places.add(n + 1L);
                }
            }
            runs.add(places);
            if (i == 0) {
                NetworkNamespace.enterNew();        // the second has a wire of its own
                Interfaces.raise("lo");
            }
        }
        assertEquals(List.of(2L, 5L, 9L), runs.get(0));
        assertEquals(runs.get(0), runs.get(1));
    }

    private static void lossAndFindings() throws IOException {
        int lines = 60;
        Shown shown = impair(lines, "--seed", "7", "-r", "allow not data", "-r", "drop 8% of data");
        long dropped = shown.all("wire.dropped").size();
        assertTrue(dropped > 0, "the seed loses some");
        everyRetransmissionIsExplained(shown);
        carriedAll(shown, lines);
    }

    private static void delayedSynAck() throws IOException {
        // All of them: the server repeats its own at the same time as the client, which then has no need to.
        Shown shown = impair(1, "-r", "delay syn/ack of the server by 1300ms");
        assertEquals(1_300_000, shown.all("wire.delayed").get(0).get("delayUs").asLong());
        assertTrue(shown.segments(0, "client", Shown.has("SYN")).size() >= 2, "the client asks again");
        carriedAll(shown, 1);
    }

    private static void swapped() throws IOException {
        try (EchoServer server = new EchoServer("127.0.0.1")) {
            String script = "exec 3<>/dev/tcp/127.0.0.1/" + server.port() + "; printf aaaa >&3; printf bbbb >&3; printf cccc >&3;"
                    + " read -t 20 -r -N 12 line <&3; [ $line = aaaabbbbcccc ] || exit 9; exec 3>&-; sleep 0.05";
            Shown shown = run(0, List.of("impair", "-r", "swap the 1st and 2nd data segment of the client",
                    "--at", "received"), script);
            assertEquals("reordered", shown.all("wire.changed").get(0).get("kind").stringValue());
            List<JsonNode> data = shown.segments(0, "client", Shown::carries);
            assertTrue(data.get(0).get("sequence").asLong() > data.get(1).get("sequence").asLong(), data.toString());
            // A busy machine may hold the second one back until the kernel has repeated the first.
            assertTrue(kinds(shown).contains("out-of-order") || kinds(shown).contains("retransmission"),
                    kinds(shown).toString());
        }
    }

    private static void duplicated() throws IOException {
        Shown shown = impair(3, "-r", "duplicate the 2nd data segment of the client", "--at", "received");
        assertEquals(1, shown.all("wire.changed").size());
        List<JsonNode> data = shown.segments(0, "client", Shown::carries);
        assertEquals(data.get(1).get("sequence"), data.get(2).get("sequence"));
        assertTrue(kinds(shown).stream().anyMatch(k -> k.endsWith("retransmission")), kinds(shown).toString());
        assertTrue(kinds(shown).contains("d-sack"), "the kernel says that it had it: " + kinds(shown));
        carriedAll(shown, 3);
    }

    private static void corrupted() throws IOException {
        Shown shown = impair(3, "-r", "corrupt the 2nd data segment of the client", "--at", "received");
        assertEquals(1, shown.all("tcp.segment").stream().filter(s -> Shown.is(s, "checksum", "bad")).count());
        assertTrue(shown.segments(0, "client", Shown::carries).size() > 3, "it is sent again");
    }

    private static void mended() throws IOException {
        try (EchoServer server = new EchoServer("127.0.0.1")) {
            Shown shown = run(9, List.of("impair", "-r", "corrupt mended the 2nd data segment of the client", "--seed",
                    "2", "--at", "received"), talk(server.port(), 3));
            assertTrue(shown.all("tcp.segment").stream().noneMatch(s -> Shown.is(s, "checksum", "bad")));
        }
    }

    private static void rate() throws IOException {
        try (EchoServer server = new EchoServer("127.0.0.1")) {
            String script = "exec 3<>/dev/tcp/127.0.0.1/" + server.port() + "; head -c 60000 /dev/zero >&3; "
                    + "head -c 60000 <&3 | wc -c | grep -q 60000 || exit 9; exec 3>&-; sleep 0.05";
            Shown shown = run(0, List.of("impair", "--rate", "20mbit", "--queue", "4"), script);
            assertTrue(shown.all("wire.dropped").stream().allMatch(d -> d.get("rule").stringValue().startsWith("queue of 4")));
            assertFalse(shown.all("wire.dropped").isEmpty());
            assertFalse(shown.all("wire.delayed").isEmpty());
        }
    }

    private static void firewall() throws IOException {
        Path rules = Files.createTempFile("packetlab", ".rules");
        try (EchoServer open = new EchoServer("127.0.0.1"); EchoServer shut = new EchoServer("127.0.0.1")) {
            Files.writeString(rules, "allow established\nallow log tcp new to port " + open.port() + "\n# the rest\n"
                    + "reject tcp new\ndefault deny\n");
            String script = "(exec 4<>/dev/tcp/127.0.0.1/" + shut.port() + ") 2>/dev/null && exit 8; " + talk(open.port(), 2);
            List<String> line = List.of("firewall", rules.toString());
            Shown shown = run(0, line, script);
            assertEquals(1, shown.all("wire.passed").size());
            JsonNode dropped = shown.all("wire.dropped").get(0);
            assertTrue(dropped.get("rule").stringValue().contains(":4 reject tcp new"), dropped.toString());
            assertEquals(List.of("reset", "fin"),
                    shown.all("tcp.close").stream().map(c -> c.get("how").stringValue()).toList());
            assertEquals(4, shown.all("wire.rule").size());
        } finally {
            Files.delete(rules);
        }
    }

    private static void recording() throws IOException {
        Path folder = Files.createTempDirectory("packetlab");
        Path file = folder.resolve("a.pcapng");
        try {
            impair(3, "-r", "drop the 2nd data segment of the client", "-w", file.toString());
            Shown read = new Shown(Ndjson.events(Run.of("read", "--json", "-v", file.toString()).out()));
            List<JsonNode> comments = read.all("comment");
            assertEquals(1, comments.size());
            assertTrue(comments.get(0).get("text").stringValue().startsWith("dropped by the wire"), comments.toString());
            assertEquals(1, read.all("tcp.segment").stream()
                    .filter(s -> s.get("frame").equals(comments.get(0).get("frame")) && Shown.carries(s)).count());
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    private static void picture() throws IOException {
        Path folder = Files.createTempDirectory("packetlab");
        Path svg = folder.resolve("a.svg");
        Path html = folder.resolve("a.html");
        try {
            Shown shown = impair(3, "-r", "drop the 2nd data segment of the client", "--svg", svg.toString(), "--html",
                    html.toString());
            long lost = shown.all("wire.dropped").get(0).get("frame").asLong();
            for (Path file : List.of(svg, html)) {
                String drawn = Files.readString(file);
                int packet = drawn.indexOf("data-k=\"p" + lost + "\"");
                assertTrue(drawn.substring(packet, drawn.indexOf("</g>", packet)).contains("class=\"lost\""), drawn);
                assertTrue(drawn.contains("class=\"packet data again client\""), "what was sent again is drawn, too");
            }
        } finally {
            Files.deleteIfExists(svg);
            Files.deleteIfExists(html);
            Files.delete(folder);
        }
    }

    private static void status() throws Exception {
        assertEquals(7, Run.of("impair", "-q", "--", "sh", "-c", "exit 7").status());
        another();
        Run none = Run.of("impair", "--", "/nowhere/nothing");
        assertEquals(127, none.status());
        assertEquals(1, none.errLines().size(), none.err());
        another();
        assertEquals(126, Run.of("impair", "--", "/tmp").status());
        another();
        assertEquals(137, Run.of("impair", "-q", "--", "sh", "-c", "sleep 60 & kill -KILL $$").status());
        assertTrue(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive)
                .noneMatch(p -> p.info().command().orElse("").endsWith("sleep")), "nothing is left running");
        another();
        Run unwritable = Run.of("impair", "-w", "/nowhere/a.pcapng", "--", "true");
        assertEquals(125, unwritable.status(), unwritable.err());
    }

    private static void another() throws Exception {
        NetworkNamespace.enterNew();
        Interfaces.raise("lo");
    }

    private static void badRule() {
        Run run = Run.of("impair", "-r", "drop the 3rd date segment", "--", "true");
        assertEquals(ExitStatus.RAN_NOTHING, run.status());
        assertTrue(run.err().startsWith("packetlab: rule:1:14: expected "), run.err());
        assertEquals(1, run.errLines().size(), run.err());
    }

    private static void byHand() throws IOException {
        try (EchoServer server = new EchoServer("127.0.0.1")) {
            Run run = Run.of("send", "connection", "--dst", "127.0.0.1:" + server.port(), "--data", "by hand\\n", "--json");
            assertEquals(ExitStatus.DONE, run.status(), run.err());
            JsonNode close = new Shown(Ndjson.events(run.out())).all("tcp.close").get(0);
            assertEquals("fin", close.get("how").stringValue());
            assertEquals(8, close.get("bytes").get("server").asLong());
            Run nobody = Run.of("send", "tcp", "--dst", "127.0.0.1:1", "--option", "mss=1460,ts=5:0", "--ttl", "9",
                    "--expect", "--json");
            assertEquals(ExitStatus.DONE, nobody.status(), nobody.err());
            assertEquals("reset", new Shown(Ndjson.events(nobody.out())).all("tcp.close").get(0).get("how").stringValue());
            Run wrong = Run.of("send", "udp", "--dst", "127.0.0.1:1", "--bad-checksum", "--expect", "300ms");
            assertEquals(ExitStatus.FAILED, wrong.status(), "nobody answers what is broken: " + wrong.out());
        }
    }

    private static void replay() throws IOException {
        Run run = Run.of("send", Samples.OURS.resolve("udp.pcapng").toString(), "--fast");
        assertEquals(ExitStatus.DONE, run.status(), run.err());
        assertTrue(run.out().startsWith("sent 12 packets, 3,490 octets, through lo"), run.out());
    }

    private static void cannotSend() {
        Run none = Run.of("send", "udp", "--dst", "192.0.2.1:7", "--data", "x");
        assertTrue(none.status() == ExitStatus.FAILED && none.err().contains("no interface routes to 192.0.2.1"), none.err());
        Run other = Run.of("send", "udp", "--dst", "127.0.0.1:7", "-i", "nosuch0");
        assertEquals(ExitStatus.USAGE, other.status(), other.err());
        assertEquals(1, none.errLines().size(), none.err());
    }
}
