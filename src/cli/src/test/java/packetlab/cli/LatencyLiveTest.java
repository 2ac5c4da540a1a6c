package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import packetlab.os.Interfaces;
import packetlab.os.PrivateNamespace;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What takes rights or a lo of one's own: raw sockets, captured round trips, and every experiment, run for real in a
 * private namespace. Only what holds on any machine is asked; how long things take is not.
 */
class LatencyLiveTest {
    private static final Map<String, Inside.Case> CASES = cases();
    /** Most of them wait most of the time. */
    private static final int AT_ONCE = 4;
    private static final int MTU = 65_536;

    @TestFactory
    @Timeout(240)
    Stream<DynamicTest> live() throws Exception {
        return Inside.tests(LatencyLiveTest.class, CASES);
    }

    public static void main(String[] args) throws Exception {
        PrivateNamespace.prepare();
        Run.of("latency", "-t", "tcp", "-n", "10", "--rounds", "1", "--warmup", "0");       // loads what all need
        ExecutorService runners = Executors.newFixedThreadPool(AT_ONCE);
        Map<String, Inside.Case> results = new LinkedHashMap<>();
        CASES.forEach((name, test) -> {
            FutureTask<Void> run = new FutureTask<>(() -> {
                test.run();
                return null;
            });
            runners.execute(run);
            results.put(name, () -> {
                try {
                    run.get();
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof Exception failed) {
                        throw failed;
                    }
                    throw (Error) e.getCause();
                }
            });
        });
        runners.shutdown();
        Inside.runAll(results);
    }

    private static Map<String, Inside.Case> cases() {
        Map<String, Inside.Case> cases = new LinkedHashMap<>();
        cases.put("raw sockets carry every message", () -> {
            for (String version : List.of("", "-6")) {
                List<JsonNode> rows = results(run(version, "-t", "raw", "-n", "200", "--rounds", "1", "--warmup", "50",
                        "--timeout", "20s"));
                assertEquals(List.of("raw-datagram", "raw-icmp"), rows.stream().map(r -> r.get("transport").asString()).toList());
                for (JsonNode row : rows) {
                    assertEquals(200, row.get("count").asInt(), row.toString());
                    assertEquals(0, row.get("lost").asInt());
                }
            }
        });
        cases.put("raw sockets of other sizes", () -> results(run("", "-t", "raw", "-s", "8", "-s", "1001", "-s", "60000", "-n",
                "50", "--rounds", "1", "--warmup", "10", "--timeout", "20s")).forEach(row ->
                assertEquals(50, row.get("count").asInt(), row.toString())));
        for (String version : List.of("", "-6")) {
            cases.put("every round trip is joined with its packets " + version, () -> wire(version));
        }
        cases.put("nagle", () -> {
            List<JsonNode> rows = experiment("nagle", "-n", "30", "--rounds", "1", "--warmup", "20");
            assertEquals(3, rows.size());
            // The kernel never delays an ACK by less than 40 ms once it delays, so the median of the second is beyond.
            assertTrue(us(rows.get(1), "p50Us") > 30_000, rows.get(1).toString());
        });
        cases.put("head-of-line", () -> {
            List<JsonNode> rows = experiment("head-of-line", "-n", "1000", "--rounds", "1", "--warmup", "20");
            assertEquals(4, rows.size());
            assertEquals(0, rows.get(1).get("lost").asInt(), "TCP loses nothing");
            assertTrue(rows.get(3).get("lost").asInt() > 0, "UDP does");
            assertEquals(1000, rows.get(3).get("lost").asInt() + rows.get(3).get("count").asInt());
        });
        cases.put("mtu", () -> {
            long before = counter("Ip:", "FragCreates");
            List<JsonNode> rows = experiment("mtu", "-n", "100", "--rounds", "1", "--warmup", "20");
            assertEquals(8, rows.size());
            rows.forEach(row -> assertEquals(100, row.get("count").asInt(), row.toString()));
            assertTrue(counter("Ip:", "FragCreates") - before >= 2 * 2 * 2 * 100, "two sizes, both ways, in pieces");
            Interfaces.setMtu("lo", MTU);
        });
        cases.put("connect", () -> {
            long before = counter("Tcp:", "ActiveOpens");
            List<JsonNode> rows = experiment("connect", "-n", "100", "--rounds", "1", "--warmup", "20");
            rows.forEach(row -> assertEquals(100, row.get("count").asInt(), row.toString()));
            assertTrue(counter("Tcp:", "ActiveOpens") - before >= 2 * 120, "a connection for each message");
        });
        cases.put("slow-reader", () -> {
            List<JsonNode> rows = experiment("slow-reader", "-n", "1500", "--rounds", "1", "--warmup", "20");
            assertEquals(0, rows.get(0).get("lost").asInt(), "TCP loses nothing");
            // The last of 1,500 was sent after 0.75 s and answered after 1.5 s, at 1 ms each, at the earliest.
            assertTrue(us(rows.get(0), "maxUs") >= 700_000, rows.get(0).toString());
            assertTrue(rows.get(1).get("lost").asInt() > 0, rows.get(1).toString());
        });
        cases.put("udp-overflow", () -> {
            List<JsonNode> rows = experiment("udp-overflow", "-n", "4000", "--rounds", "1", "--warmup", "500", "--timeout", "5s");
            assertTrue(rows.get(0).get("lost").asInt() >= 100, rows.get(0).toString());
            assertTrue(rows.get(0).get("lost").asInt() >= rows.get(2).get("lost").asInt());
        });
        cases.put("unix", () -> experiment("unix", "-n", "100", "--rounds", "2", "--warmup", "50").forEach(row ->
                assertEquals(200, row.get("count").asInt(), row.toString())));
        cases.put("spin", () -> assertEquals(6, experiment("spin", "-n", "50", "--rounds", "1", "--warmup", "20").size()));
        cases.put("stall", () -> {
            List<JsonNode> rows = experiment("stall", "-n", "2600", "--rounds", "1", "--warmup", "50");
            assertEquals(List.of("closed", "open", "open"), rows.stream().map(r -> r.get("mode").asString()).toList());
            assertTrue(us(rows.get(1), "p99Us") >= 25_000, rows.get(1).toString());
        });
        return cases;
    }

    private static void wire(String version) throws Exception {
        int messages = 400;
        Run run = run(version, "-t", "tcp,udp,websocket,http,raw", "-s", "100", "--wire", "-n", Integer.toString(messages),
                "--rounds", "1", "--warmup", "100", "--timeout", "20s");
        List<JsonNode> rows = results(run);
        assertEquals(12, rows.size(), "each without and with a capture");
        for (JsonNode row : rows) {
            assertEquals(messages, row.get("count").asInt(), row.toString());
            if (!"captured".equals(row.path("remark").asString(null))
                    && !row.path("remark").asString("").startsWith("captured")) {
                continue;
            }
            List<JsonNode> steps = lines(run, "latency.split").stream()
                    .filter(s -> s.get("row").asInt() == row.get("row").asInt()).toList();
            boolean kernel = row.get("transport").asString().equals("raw-icmp");
            assertEquals(kernel ? 5 : 7, steps.size(), row.toString());
            for (JsonNode step : steps) {
                assertEquals(messages, step.get("count").asInt(), step + " of " + row);
            }
            // The steps follow one another: together they are the round trip. Medians of parts do not add up exactly.
            double sum = steps.stream().mapToDouble(s -> us(s, "maxUs")).sum();
            assertTrue(sum * 1.01 + 50 >= us(row, "p50Us"), row.toString());
        }
        JsonNode end = lines(run, "end").get(0);
        assertEquals(0, end.get("dropped").asInt());
        assertTrue(end.get("packets").asInt() >= 6 * 4 * messages, "each way, sent and received");
    }

    private static List<JsonNode> experiment(String name, String... more) {
        List<String> words = new ArrayList<>(List.of("-e", name));
        words.addAll(List.of(more));
        return results(run("", words.toArray(String[]::new)));
    }

    private static Run run(String version, String... more) {
        List<String> words = new ArrayList<>(List.of("latency", "--json", "--debug"));
        if (!version.isEmpty()) {
            words.add(version);
        }
        words.addAll(List.of(more));
        Run run = Run.of(words.toArray(String[]::new));
        assertEquals("", run.err());
        assertEquals(ExitStatus.DONE, run.status());
        return run;
    }

    private static List<JsonNode> results(Run run) {
        return lines(run, "latency.result");
    }

    static List<JsonNode> lines(Run run, String event) {
        return run.outLines().stream().map(l -> JsonMapper.shared().readTree(l))
                .filter(l -> l.get("event").asString().equals(event)).toList();
    }

    private static double us(JsonNode row, String name) {
        return row.get(name).asDouble();
    }

    /** What the kernel has counted in this namespace. */
    private static long counter(String group, String name) throws Exception {
        List<String> lines = Files.readAllLines(Path.of("/proc/thread-self/net/snmp"));
        for (int i = 0; i + 1 < lines.size(); i += 2) {
            List<String> names = List.of(lines.get(i).split(" "));
            if (names.get(0).equals(group)) {
                return Long.parseLong(lines.get(i + 1).split(" ")[names.indexOf(name)]);
            }
        }
        throw new IllegalStateException(group + name);
    }
}
