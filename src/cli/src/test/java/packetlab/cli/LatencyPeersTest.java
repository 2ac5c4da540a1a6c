package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Programs that measure the same, beside ours: what they print is understood, and is a whole round trip. */
@Tag("peers")
@Timeout(120)
class LatencyPeersTest {
    private static final String C = "src/bench/src/main/c/ping-pong.c";

    @TempDir
    private Path folder;

    @Test
    void sockperfAndQperfPrintWholeRoundTrips() {
        need("sockperf");
        need("qperf");
        Run run = Run.of("latency", "-t", "tcp,udp,unix-stream", "--peer", "sockperf", "--peer", "qperf", "-n", "2000",
                "--rounds", "2", "--json");
        assertEquals("", run.err());
        List<JsonNode> rows = LatencyLiveTest.lines(run, "latency.result");
        assertEquals(List.of("tcp packetlab", "tcp sockperf", "tcp qperf, mean", "udp packetlab", "udp sockperf",
                "udp qperf, mean", "unix-stream packetlab"), names(rows));
        for (JsonNode row : rows) {
            assertTrue(row.get("p50Us").asDouble() > 1 && row.get("p50Us").asDouble() < 10_000, row.toString());
        }
        JsonNode sockperf = rows.get(1);
        assertTrue(sockperf.get("count").asInt() > 100 && sockperf.get("minUs").asDouble() > 1, sockperf.toString());
        assertEquals(0, sockperf.get("lost").asInt());
    }

    @Test
    void theBaselineInCRunsOnEveryTransportInBothWays() throws Exception {
        need("gcc");
        Path program = folder.resolve("ping-pong");
        Process gcc = new ProcessBuilder("gcc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-pthread", "-o",
                program.toString(), System.getProperty("packetlab.root", "../..") + "/" + C).inheritIO().start();
        assertTrue(gcc.waitFor(60, TimeUnit.SECONDS) && gcc.exitValue() == 0);
        Run run = Run.of("latency", "-t", "tcp,udp,unix-stream", "--wait", "block", "--wait", "spin", "--peer",
                program.toString(), "-n", "300", "--warmup", "50", "--rounds", "1", "--json");
        assertEquals("", run.err());
        List<JsonNode> rows = LatencyLiveTest.lines(run, "latency.result");
        assertEquals(12, rows.size(), names(rows).toString());
        rows.forEach(row -> assertEquals(300, row.get("count").asInt(), row.toString()));
    }

    private static List<String> names(List<JsonNode> rows) {
        return rows.stream().map(r -> r.get("transport").asString() + " " + r.get("tool").asString()).toList();
    }

    private static void need(String program) {
        if (!Files.isExecutable(Path.of("/usr/bin", program))) {
            System.err.println("NOT RUN: needs " + program);
            Assumptions.abort("needs " + program);
        }
    }
}
