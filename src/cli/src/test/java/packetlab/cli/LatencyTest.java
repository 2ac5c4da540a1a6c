package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The command as a user meets it: what it prints, writes, refuses and compares, halves in two processes, and its end. */
@Timeout(90)
class LatencyTest {
    @TempDir
    private Path folder;

    private static Run small(String... more) {
        List<String> words = new ArrayList<>(List.of("latency", "-n", "100", "--rounds", "2", "--warmup", "50"));
        words.addAll(List.of(more));
        return Run.of(words.toArray(String[]::new));
    }

    @Test
    void aTableTellsEachRowOnceAndWhatItTookToGetIt() {
        Run run = small("-t", "tcp,unix-stream");
        assertEquals("", run.err());
        assertEquals(ExitStatus.DONE, run.status());
        assertTrue(run.out().startsWith("Round trips in us: 64 bytes, closed loop, block, cpu "), run.out());
        for (String part : List.of("  p50 ", "\ntcp  ", "\nunix-stream  ", "warm-up, not recorded", "closed loop: a message waits",
                "the harness's own floor", "the JVM meanwhile", "unix-stream: ")) {
            assertTrue(run.out().contains(part), part + " in " + run.out());
        }
        run.outLines().forEach(line -> assertTrue(line.length() <= 100, line));
    }

    @Test
    void everyCombinationIsARow() {
        Run run = small("-t", "tcp", "-t", "udp", "-s", "64", "-s", "2K", "--tcp-nodelay", "on", "--cpu", "any", "--cpu",
                "0", "--json");
        List<JsonNode> rows = LatencyLiveTest.lines(run, "latency.result");
        assertEquals(8, rows.size());
        assertEquals(List.of(64, 64, 2048, 2048), rows.subList(0, 4).stream().map(r -> r.get("size").asInt()).toList());
        assertEquals(List.of("any", "0/0"), rows.subList(0, 2).stream().map(r -> r.get("cpus").asString()).toList());
        List<String> events = run.outLines().stream().map(l -> l.substring(10, l.indexOf('"', 10))).toList();
        assertEquals("start", events.get(0));
        assertEquals("latency.host", events.get(1));
        assertEquals("end", events.get(events.size() - 1));
        assertEquals(16, events.stream().filter("latency.round"::equals).count());
    }

    @Test
    void bothLoopsStandSideBySide() {
        Run run = small("-t", "udp", "--rate", "5000", "--show-omission", "--json");
        List<JsonNode> rows = LatencyLiveTest.lines(run, "latency.result");
        assertEquals(List.of("closed", "open", "open"), rows.stream().map(r -> r.get("mode").asString()).toList());
        assertEquals(List.of("send", "plan", "send"), rows.stream().map(r -> r.get("countsFrom").asString()).toList());
        rows.forEach(r -> assertEquals(5000, r.get("rate").asInt()));
    }

    @Test
    void filesAreWritten() throws Exception {
        Run run = small("-t", "tcp", "--svg", folder + "/a.svg", "--html", folder + "/a.html", "--csv", folder + "/a.csv",
                "--hdr", folder + "/a");
        assertEquals(ExitStatus.DONE, run.status(), run.err());
        assertTrue(Files.readString(folder.resolve("a.svg")).endsWith("</svg>\n"));
        assertTrue(Files.readString(folder.resolve("a.html")).contains("<h2>The machine</h2>"));
        assertTrue(Files.readString(folder.resolve("a.csv")).contains("packetlab,tcp,closed,send,64,"));
        assertTrue(Files.size(folder.resolve("a-tcp.hlog")) > 100);
        assertTrue(Files.size(folder.resolve("a-tcp.hgrm")) > 100);
    }

    @Test
    void comparingTellsADifferenceFromTheSpread() throws Exception {
        Path before = folder.resolve("before.json");
        Path after = folder.resolve("after.json");
        String line = "{\"event\":\"latency.host\",\"facts\":{\"kernel\":\"%s\"}}\n{\"event\":\"latency.result\",\"row\":1,"
                + "\"tool\":\"packetlab\",\"transport\":\"tcp\",\"mode\":\"closed\",\"size\":64,\"rounds\":5,\"count\":100000,"
                + "\"lost\":0,\"p50Us\":%s,\"spreadUs\":%s}\n";
        Files.writeString(before, String.format(line, "6.1", "13.1", "0.4"));
        Files.writeString(after, String.format(line, "6.18", "13.4", "0.2"));
        Run same = Run.of("latency", "compare", before.toString(), after.toString());
        assertEquals(ExitStatus.DONE, same.status(), same.err());
        assertEquals("= tcp: 13.1 -> 13.4 us (p50): no difference from before: 0.3 us lies within the 0.4 us by which the "
                + "rounds spread\n  kernel: 6.1 -> 6.18\n", same.out());

        Files.writeString(after, String.format(line, "6.1", "15.0", "0.2"));
        Run differs = Run.of("latency", "compare", before.toString(), after.toString());
        assertEquals(ExitStatus.FAILED, differs.status());
        assertEquals("! tcp: 13.1 -> 15.0 us (p50): 1.9 us slower than before (1.15 x); the rounds spread by 0.4 us\n",
                differs.out());

        Files.writeString(after, "{\"event\":\"start\"}\n");
        Run nothing = Run.of("latency", "compare", before.toString(), after.toString());
        assertEquals(ExitStatus.FAILED, nothing.status());
        assertTrue(nothing.err().contains("has no latency.result line"), nothing.err());
        assertEquals(ExitStatus.FAILED, Run.of("latency", "compare", before.toString(), folder + "/none.json").status());
        Files.writeString(after, "no json\n");
        assertTrue(Run.of("latency", "compare", before.toString(), after.toString()).err().contains("line 1 is no JSON"));
    }

    @Test
    void whatJsonSaysCanBeComparedWithItself() throws Exception {
        Path file = folder.resolve("a.json");
        Files.writeString(file, small("-t", "tcp", "--json").out());
        Run run = Run.of("latency", "compare", file.toString(), file.toString());
        assertEquals(ExitStatus.DONE, run.status(), run.err());
        assertTrue(run.out().startsWith("= tcp: "), run.out());
        assertEquals(1, run.outLines().size(), run.out());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "-t sctp                       | there is no transport sctp",
        "-s 4                          | a message has from 8",
        "-t udp -s 70000               | has at most 65507 octets",
        "--rounds 0                    | --rounds is from 1",
        "-n 0                          | --messages is from 1",
        "--cpu 4000                    | there is no processor 4000",
        "--cpu 0,0,0                   | --cpu takes one or two",
        "--show-omission               | --show-omission needs --rate",
        "--rate 0                      | the rate is from 1",
        "--connections 0               | connections are made",
        "--stall 5                     | --stall takes FOR/EVERY",
        "--stall x/y                   | --stall: 'y' is no time",
        "-e nothing                    | there is no experiment nothing",
        "--peer nothing                | --peer is sockperf",
        "--processes 3                 | --processes is 1 or 2",
        "--serve 1 --connect 1         | two halves",
        "--connect nowhere             | takes HOST:PORT",
        "--connect ::1:80              | stands in brackets",
        "-t unix-stream --connect 1    | cannot connect to",
        "--wire --rate 5               | closed loop",
        "--wait sleep                  | invalid value",
        "--svg -                       | standard output takes the table"})
    void wrongUsageIsSaidInALine(String words, String said) {
        Run run = Run.of(("latency " + words).split(" +"));
        assertEquals(ExitStatus.USAGE, run.status(), run.err());
        assertTrue(run.errLines().get(0).contains(said), run.err());
        assertEquals("", run.out());
    }

    @Test
    void nobodyThereIsAFailureAndNoTable() {
        Run run = Run.of("latency", "--connect", "127.0.0.1:1", "-t", "tcp", "--rounds", "1");
        assertEquals(ExitStatus.FAILED, run.status());
        assertTrue(run.err().contains("ECONNREFUSED"), run.err());
        assertEquals("", run.out());
    }

    @Test
    void aServerInAnotherProcessAnswersEveryTransport() throws Exception {
        try (Child server = Child.start("latency", "--serve", "-t", "tcp,udp,websocket,http,unix-stream,unix-datagram")) {
            server.awaitOut(out -> out.lines().count() == 6);
            for (String line : server.out().lines().toList()) {
                String[] words = line.split(" ");        // serving TRANSPORT at ADDRESS
                Run run = small("--connect", words[3], "-t", words[1], "--json");
                assertEquals("", run.err());
                JsonNode row = LatencyLiveTest.lines(run, "latency.result").get(0);
                assertEquals(200, row.get("count").asInt(), row.toString());
                assertFalse(row.has("cpuUs"), "nobody knows the server's time");
            }
            String internet = server.out().lines().findFirst().orElseThrow().split(" ")[3];
            Run stamped = small("--connect", internet, "-t", "tcp,udp,http,websocket", "--wire", "--json");
            assertEquals("", stamped.err());
            assertEquals(8, LatencyLiveTest.lines(stamped, "latency.result").size());
            List<JsonNode> splits = LatencyLiveTest.lines(stamped, "latency.split");
            assertEquals(12, splits.size());
            splits.forEach(s -> assertEquals(200, s.get("count").asInt(), s.toString()));
            server.signal("INT");
            assertEquals(ExitStatus.DONE, server.end().status());
        }
    }

    @Test
    void clientAndServerInTwoProcessesKnowTheServersTime() throws Exception {
        try (Child child = Child.start("latency", "-t", "udp", "--processes", "2", "-n", "200", "--rounds", "2", "--warmup",
                "50", "--json")) {
            Child.Result result = child.end();
            assertEquals("", result.err());
            assertEquals(ExitStatus.DONE, result.status());
            List<JsonNode> rows = LatencyLiveTest.lines(new Run(0, result.out(), ""), "latency.result");
            assertEquals(1, rows.size());
            rows.forEach(r -> assertTrue(r.get("cpuUs").asDouble() > 0 && r.get("count").asInt() == 400, r.toString()));
        }
    }

    @Test
    void anInterruptLeavesTheResultsSoFar() throws Exception {
        try (Child child = Child.start("latency", "-t", "tcp", "--rate", "1000", "--rounds", "100", "-n", "300", "--warmup",
                "10", "--json")) {
            child.awaitOut(out -> out.contains("latency.host"));
            Thread.sleep(1_000);        // some rounds; none would do as well
            child.signal("INT");
            Child.Result result = child.end();
            assertEquals("", result.err());
            assertTrue(result.out().endsWith("}\n") && result.out().contains("{\"event\":\"end\""), result.out());
            long rows = result.lines().stream().filter(l -> l.contains("latency.result")).count();
            assertEquals(rows == 1 ? ExitStatus.DONE : ExitStatus.FAILED, result.status());
            assertTrue(rows <= 1);
        }
    }

    @Test
    void aPeersRowStandsBesideOurs() throws Exception {
        Path peer = folder.resolve("other");
        Files.writeString(peer, "#!/bin/sh\n[ \"$1 $2 $3\" = 'tcp block 64' ] && echo 10000 1000 2000 3000 4000 5000 6000 700\n");
        Files.setPosixFilePermissions(peer, PosixFilePermissions.fromString("rwx------"));
        Run run = small("-t", "tcp", "--peer", peer.toString(), "--json");
        assertEquals("", run.err());
        List<JsonNode> rows = LatencyLiveTest.lines(run, "latency.result");
        assertEquals(List.of("packetlab", "other"), rows.stream().map(r -> r.get("tool").asString()).toList());
        assertEquals("{\"event\":\"latency.result\",\"count\":20000,\"p50Us\":2,\"madUs\":0.7,\"spreadUs\":0}",
                "{\"event\":\"latency.result\",\"count\":" + rows.get(1).get("count") + ",\"p50Us\":" + rows.get(1).get("p50Us")
                        + ",\"madUs\":" + rows.get(1).get("madUs") + ",\"spreadUs\":" + rows.get(1).get("spreadUs") + "}");

        Files.writeString(peer, "#!/bin/sh\necho sorry; exit 1\n");
        Run failed = small("-t", "tcp", "--peer", peer.toString());
        assertEquals(ExitStatus.FAILED, failed.status());
        assertTrue(failed.err().contains("failed: sorry"), failed.err());
        assertTrue(failed.out().contains("\ntcp"), "ours is told all the same");
    }

    @Test
    void experimentsAreListed() {
        Run run = Run.of("latency", "--list");
        assertEquals(List.of("nagle", "head-of-line", "mtu", "connect", "slow-reader", "udp-overflow", "unix", "spin", "stall"),
                run.outLines().stream().map(l -> l.strip().split(" ")[0]).toList());
    }
}
