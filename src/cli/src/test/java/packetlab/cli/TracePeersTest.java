package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.opentest4j.TestAbortedException;
import packetlab.cli.TraceLiveTest.Traced;
import packetlab.os.BpftraceTracer;
import tools.jackson.databind.JsonNode;

/**
 * Each kind of program, traced in each way that can see it: node, Python with a child, nginx with its workers behind a
 * pipeline, a C program, a static one in Go. What is asserted is what the program is known to have done.
 */
@Tag("peers")
class TracePeersTest {
    private static final Map<String, Inside.Case> CASES = cases();

    @TestFactory
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    Stream<DynamicTest> live() throws Exception {
        return Inside.tests(TracePeersTest.class, CASES);
    }

    public static void main(String[] args) throws Exception {
        Inside.runAll(CASES);
    }

    private static Map<String, Inside.Case> cases() {
        Map<String, Inside.Case> cases = new LinkedHashMap<>();
        for (String via : List.of("preload", "strace", "bpftrace")) {
            cases.put("node, by " + via, () -> node(via));
            cases.put("Python and its child, by " + via, () -> python(via));
            cases.put("nginx with two workers, and curl in a pipeline, by " + via, () -> nginx(via));
            cases.put("a C program, by " + via, () -> c(via));
            cases.put("each kind of call and socket, by " + via, () -> kinds(via));
        }
        cases.put("a static Go program, which chooses strace by itself", () -> go(null));
        cases.put("a static Go program, by bpftrace", () -> go("bpftrace"));
        cases.put("a program that becomes another user's", TracePeersTest::otherUser);
        return cases;
    }

    private static void need(String via, String... programs) throws Exception {
        if (via.equals("bpftrace") && BpftraceTracer.obstacle() != null) {
            throw new TestAbortedException(BpftraceTracer.obstacle());
        }
        for (String program : programs) {
            try {
                packetlab.os.ChildCommand.find(program);
            } catch (IOException e) {
                throw new TestAbortedException(e.getMessage() + " (scripts/test --peers installs it where it may)");
            }
        }
    }

    private static Path resource(String name) throws IOException {
        Path file = Files.createTempDirectory("traced").resolve(name);
        try (InputStream in = TracePeersTest.class.getResourceAsStream(name)) {
            Files.write(file, in.readAllBytes());
        }
        return file;
    }

    /** What one side of a connection has sent, the other has received, call by call and packet by packet. */
    private static void allJoined(Traced run) {
        Map<String, Long> balance = new HashMap<>();
        for (boolean sends : new boolean[] {true, false}) {
            for (JsonNode call : run.moves("tcp", null, sends)) {
                boolean client = Shown.is(call, "from", "client");
                balance.merge(call.get("stream") + (client == sends ? " client" : " server"),
                        sends ? call.get("length").asLong() : -call.get("length").asLong(), Long::sum);
                assertTrue(call.path("frames").size() > 0 && !call.has("uncaptured"), call.toString());
                assertTrue(sends || call.path("peers").size() > 0, call.toString());
            }
        }
        balance.forEach((direction, octets) -> assertEquals(0, octets, "octets on the way in stream " + direction));
    }

    private static void node(String via) throws Exception {
        need(via, "node");
        Traced run = Traced.of(0, "--via", via, "--", "node", resource("trace-talk.js").toString());
        assertTrue(run.moves("tcp", "server", true).stream().mapToLong(c -> c.get("length").asLong()).sum() > 1_000_000);
        JsonNode request = run.moves("tcp", "client", true).get(0);
        assertEquals(request.get("length").asLong(), run.moves("tcp", "server", false).get(0).get("length").asLong());
        assertTrue(run.moves("tcp", "client", false).size() > 1, "received in parts");
        assertEquals(2, run.named("close").stream().filter(c -> c.has("stream")).map(c -> c.get("from")).distinct().count(),
                "node closes past the C library's close()");
        allJoined(run);
    }

    private static void python(String via) throws Exception {
        need(via, "/usr/bin/python3");
        Traced run = Traced.of(0, "--via", via, "--", "/usr/bin/python3", resource("trace_talk.py").toString());
        assertEquals(List.of("0 3", "3 5"), run.moves("tcp", "client", true).stream().map(Traced::place).toList());
        assertEquals(List.of("0 5"), run.moves("tcp", "client", false).stream().map(Traced::place).toList());
        assertNotEquals(run.moves("tcp", "client", true).get(0).get("pid").asLong(),
                run.moves("tcp", "server", true).get(0).get("pid").asLong(), "two processes");
        allJoined(run);
        for (JsonNode call : run.moves("udp", null, true)) {
            assertEquals(1, call.get("frames").size(), call.toString());
        }
        for (JsonNode call : run.moves("udp", null, false)) {
            assertEquals(1, call.path("frames").size(), call.toString());
            assertEquals(1, call.path("peers").size(), call.toString());
        }
        assertEquals(2, run.moves("udp", null, false).size());
    }

    private static void nginx(String via) throws Exception {
        need(via, "nginx", "curl");
        Path folder = Files.createTempDirectory("nginx");
        Path page = Files.write(folder.resolve("page"), new byte[300_000]);
        Path config = Files.writeString(folder.resolve("conf"), String.join("\n", "daemon off; worker_processes 2;",
                "pid " + folder + "/pid; error_log " + folder + "/log; user root;", "events { worker_connections 64; }",
                "http { access_log off; sendfile on; client_body_temp_path " + folder + "/b; proxy_temp_path " + folder
                        + "/p; fastcgi_temp_path " + folder + "/f; uwsgi_temp_path " + folder + "/u; scgi_temp_path "
                        + folder + "/s;", "server { listen 127.0.0.1:8099; root " + folder + "; } }"));
        Traced run = Traced.of(0, "--via", via, "--", "bash", "-c", "nginx -c " + config + " & n=$!; "
                + "for i in {1..200}; do [ -s " + folder + "/pid ] && break; sleep 0.05; done; sleep 0.3; "
                + "curl -s http://127.0.0.1:8099/" + page.getFileName() + " | wc -c | grep -qx 300000; r=$?; "
                + "kill -QUIT $n; wait $n; exit $r");
        JsonNode accept = run.all().stream().filter(c -> c.get("call").stringValue().startsWith("accept") && !c.has("errno"))
                .findFirst().orElseThrow();
        JsonNode listen = run.named("listen").get(0);
        assertNotEquals(listen.get("pid").asLong(), accept.get("pid").asLong(), "a worker accepts");
        assertEquals(3, accept.get("frames").size(), accept.toString());
        long file = run.named("sendfile").stream().filter(c -> !c.has("errno")).mapToLong(c -> c.get("length").asLong()).sum();
        assertEquals(300_000, file);
        assertNotEquals(accept.get("pid").asLong(), run.moves("tcp", "client", true).get(0).get("pid").asLong());
        allJoined(run);
    }

    private static void c(String via) throws Exception {
        need(via, "gcc");
        Path source = resource("trace-talk.c");
        Path program = source.resolveSibling("talk");
        assertEquals(0, new ProcessBuilder("gcc", "-O2", "-o", program.toString(), source.toString()).start().waitFor());
        Traced run = Traced.of(0, "--via", via, "--", program.toString());
        JsonNode part = run.moves("tcp", "client", true).get(0);
        assertTrue(part.get("length").asLong() < 8 << 20 && part.get("frames").size() >= 1, part.toString());
        JsonNode nothing = run.all().stream().filter(c -> Shown.is(c, "errno", "EAGAIN")).findFirst().orElseThrow();
        assertTrue(!nothing.has("frames") && !nothing.has("length"), nothing.toString());
        JsonNode read = run.moves("tcp", "server", false).get(0);
        assertEquals("0 1000", Traced.place(read));
        assertEquals("[" + part.get("id") + "]", read.get("peers").toString());
        JsonNode close = run.named("close").stream().filter(c -> Shown.is(c, "from", "server") && c.has("stream"))
                .findFirst().orElseThrow();
        long reset = close.get("frames").get(0).asLong();
        assertTrue(run.events().stream().anyMatch(e -> Ndjson.event(e).equals("tcp.segment")
                && e.get("frame").asLong() == reset && e.get("flags").toString().contains("RST")), close.toString());
    }

    /** What trace-kinds.c does, call by call. */
    private static void kinds(String via) throws Exception {
        need(via, "gcc");
        kinds(Traced.of(4, "--via", via, "--", compiled("trace-kinds.c").toString()));
    }

    static void kinds(Traced run) {
        JsonNode connect = run.named("connect").stream().filter(c -> Shown.is(c, "errno", "EINPROGRESS")).findFirst().orElseThrow();
        assertEquals(3, connect.get("frames").size(), connect.toString());
        assertTrue(connect.toString().contains("[::1]:"), connect.toString());
        assertTrue(run.all().stream().anyMatch(c -> c.get("call").stringValue().startsWith("recv") && Shown.is(c, "errno", "EAGAIN")));
        assertEquals(2, run.named("epoll_wait").size());
        assertEquals(List.of(0L, 1L), run.named("epoll_wait").stream().map(c -> c.get("result").asLong()).sorted().toList());
        assertEquals(1, run.named("poll").size());
        JsonNode writev = run.named("writev").get(0);
        JsonNode readv = run.named("readv").get(0);
        assertEquals("0 8", Traced.place(writev));
        assertEquals(writev.get("frames"), readv.get("frames"));
        assertEquals("[" + writev.get("id") + "]", readv.get("peers").toString());
        JsonNode sendfile = run.named("sendfile").get(0);
        assertEquals("0 50", Traced.place(sendfile));
        JsonNode read = run.moves("tcp", "client", false).get(0);
        assertEquals("[" + sendfile.get("id") + "]", read.get("peers").toString());
        allJoined(run);
        JsonNode taken = run.moves("unix-datagram", null, false).get(0);
        assertEquals("[" + run.moves("unix-datagram", null, true).get(0).get("id") + "]", taken.get("peers").toString());
        JsonNode pair = run.moves("unix-stream", null, false).get(0);
        assertEquals("[" + run.moves("unix-stream", null, true).get(0).get("id") + "]", pair.get("peers").toString());
        List<JsonNode> never = run.all().stream().filter(c -> !c.has("endTime")).toList();
        assertEquals(1, never.size(), never.toString());
        assertTrue(never.get(0).get("call").stringValue().startsWith("recv"), never.toString());
        assertTrue(!never.get(0).has("result") && !never.get(0).has("errno") && !never.get(0).has("length"), never.toString());
        waits(run);
        List<JsonNode> sent = run.named("sendmmsg");
        List<JsonNode> received = run.named("recvmmsg").stream().filter(c -> !c.has("errno")).toList();
        assertEquals(1, run.named("recvmmsg").stream().filter(c -> Shown.is(c, "errno", "EAGAIN")).count());
        assertEquals(List.of(3L, 3L, 5L), sent.stream().map(c -> c.get("length").asLong()).toList());
        assertEquals(List.of(3L, 3L, 5L), received.stream().map(c -> c.get("length").asLong()).toList());
        for (int i = 0; i < 3; i++) {
            assertEquals(1, sent.get(i).path("frames").size(), sent.get(i).toString());
            assertEquals(sent.get(i).get("frames"), received.get(i).get("frames"));
            assertEquals("[" + sent.get(i).get("id") + "]", received.get(i).get("peers").toString());
        }
        assertEquals(3, sent.stream().map(c -> c.get("frames").get(0).asLong()).distinct().count());
    }

    /** What was waited for and what was ready, in the same words by each way; of a pipe nothing is told. */
    private static void waits(Traced run) {
        assertEquals(List.of("100 POLLIN|POLLOUT, 101 POLLIN, 1000 ms; ready: 100 POLLOUT, 101 POLLIN"), args(run, "ppoll"));
        assertEquals(List.of("100 read, 101 read|write, no timeout; ready: 101 read|write"), args(run, "select"));
        assertEquals(List.of("100 read, 1 ms"), args(run, "pselect"));
        assertEquals(List.of("1, no timeout"), args(run, "epoll_pwait2"));
        assertTrue(args(run, "poll").get(0).matches("(\\d+) POLLIN, 5000 ms; ready: \\1 POLLIN"), args(run, "poll").toString());
    }

    private static List<String> args(Traced run, String call) {
        return run.named(call).stream().map(c -> c.get("args").stringValue()).toList();
    }

    static Path compiled(String name) throws Exception {
        Path source = resource(name);
        Path program = source.resolveSibling("program");
        Process gcc = new ProcessBuilder("gcc", "-O2", "-pthread", "-o", program.toString(), source.toString())
                .redirectErrorStream(true).start();
        assertEquals("", new String(gcc.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
        assertEquals(0, gcc.waitFor());
        return program;
    }

    /** What a program of root's does after it has become another user's is seen, and the program is told nothing. */
    private static void otherUser() throws Exception {
        need("preload", "gcc", "setpriv");
        if (packetlab.os.User.current().uid() != 0) {
            throw new TestAbortedException("only root's programs may become another user's");
        }
        Path said = Files.createTempFile("traced", "said");
        Traced run = Traced.of(0, "--via", "preload", "--", "sh", "-c", "exec 2>" + said + "; setpriv --reuid 61000 "
                + "--regid 61000 --clear-groups /usr/bin/python3 -c 'import socket\n"
                + "a, b = socket.socketpair()\na.send(b\"four\")\nassert b.recv(9) == b\"four\"'");
        assertEquals("", Files.readString(said));
        assertEquals(4, run.moves("unix-stream", null, true).get(0).get("length").asLong());
        assertEquals("[" + run.moves("unix-stream", null, true).get(0).get("id") + "]",
                run.moves("unix-stream", null, false).get(0).get("peers").toString());
    }

    private static void go(String via) throws Exception {
        need(via == null ? "strace" : via, "go", "strace");
        Path source = resource("trace-talk.go");
        Path program = source.resolveSibling("talk");
        ProcessBuilder build = new ProcessBuilder("go", "build", "-o", program.toString(), source.toString());
        build.environment().putAll(Map.of("CGO_ENABLED", "0", "GOFLAGS", "-mod=mod", "GO111MODULE", "off"));
        build.environment().putIfAbsent("HOME", source.getParent().toString());
        assertEquals(0, build.redirectErrorStream(true).start().waitFor());
        List<String> line = new ArrayList<>(List.of("trace", "--json"));
        line.addAll(via == null ? List.of() : List.of("--via", via));
        line.addAll(List.of("--", program.toString()));
        Run run = Run.of(line.toArray(String[]::new));
        assertEquals(0, run.status(), run.err());
        assertTrue(run.err().contains("calls by " + (via == null ? "strace (talk is a static program)" : via)), run.err());
        List<JsonNode> events = Ndjson.events(run.out());
        Traced traced = new Traced(events, events.stream().filter(e -> Ndjson.event(e).equals("call")).toList());
        assertEquals(List.of("0 4"), traced.moves("tcp", "client", true).stream().map(Traced::place).toList());
        assertEquals(List.of("0 6"), traced.moves("tcp", "server", true).stream().map(Traced::place).toList());
        allJoined(traced);
    }
}
