package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.opentest4j.TestAbortedException;
import packetlab.os.ChildCommand;
import packetlab.os.StraceTracer;
import packetlab.os.TraceLibrary;
import tools.jackson.databind.JsonNode;

/**
 * Programs that are on every machine with a JDK, traced for real: their calls, packets and what joins them, against what
 * they are known to have done. Ways of tracing that take something that is not installed are not run, and say so.
 */
class TraceLiveTest {
    private static final Map<String, Inside.Case> CASES = cases();

    @TestFactory
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    Stream<DynamicTest> live() throws Exception {
        return Inside.tests(TraceLiveTest.class, CASES);
    }

    public static void main(String[] args) throws Exception {
        Inside.runAll(CASES);
    }

    private static Map<String, Inside.Case> cases() {
        Map<String, Inside.Case> cases = new LinkedHashMap<>();
        cases.put("a Java program, by preloading", () -> {
            needCompiler();
            talk("preload", true);
        });
        cases.put("a Java program, by strace", () -> {
            needStrace();
            talk("strace", false);
        });
        cases.put("a shell's /dev/tcp, its text as it is, and its pictures", TraceLiveTest::shell);
        cases.put("the exit status is the command's, or what env would return", TraceLiveTest::statuses);
        cases.put("what a command leaves running is ended", TraceLiveTest::leftovers);
        cases.put("each kind of call and socket of a C program", () -> {
            needCompiler();
            TracePeersTest.kinds(Traced.of(4, "--via", "preload", "--", TracePeersTest.compiled("trace-kinds.c").toString()));
        });
        cases.put("a static program that a traced one starts is named", TraceLiveTest::staticChild);
        cases.put("a signal reaches the command first", TraceLiveTest::signal);
        return cases;
    }

    private static void staticChild() throws Exception {
        needCompiler();
        Path folder = Files.createTempDirectory("static");
        Path source = Files.writeString(folder.resolve("fixed.c"), "int main(void) { return 7; }\n");
        Path program = folder.resolve("fixed");
        Process gcc = new ProcessBuilder("gcc", "-static", "-o", program.toString(), source.toString())
                .redirectErrorStream(true).start();
        gcc.getInputStream().readAllBytes();
        if (gcc.waitFor() != 0) {
            throw new TestAbortedException("this gcc makes no static programs");
        }
        Run run = Run.of("trace", "--via", "preload", "--", "sh", "-c", program + "; exit $?");
        assertEquals(7, run.status(), run.err());
        assertTrue(run.err().contains("nothing can be preloaded into it: fixed is a static program; --via strace shows them"),
                run.err());
    }

    private static void signal() throws Exception {
        needCompiler();
        try (Child trace = Child.start("trace", "--", "bash", "-c",
                "trap 'echo got; exit 9' TERM; echo ready; while :; do sleep 0.05; done")) {
            trace.awaitOut(out -> out.contains("ready"));
            trace.signal("TERM");
            Child.Result result = trace.end();
            assertEquals(9, result.status(), result.err());
            assertEquals("ready\ngot\n", result.out());
        }
    }

    static void needCompiler() throws Exception {
        try {
            TraceLibrary.provide();
        } catch (TraceLibrary.UnavailableException e) {
            throw new TestAbortedException(e.getMessage());
        }
    }

    static void needStrace() {
        if (!StraceTracer.installed()) {
            throw new TestAbortedException("strace is not installed");
        }
    }

    private static void talk(String via, boolean stamped) throws Exception {
        Traced run = Traced.of(3, "--via", via, "--", System.getProperty("java.home") + "/bin/java", "-Xmx64m",
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-cp", Child.classPath(),
                TracedTalk.class.getName());
        // TCP: two sends are two packets or one, in any case octets 0 to 10; one that receives took both.
        List<JsonNode> sent = run.moves("tcp", "client", true);
        assertEquals(List.of("0 5", "5 6"), sent.stream().map(Traced::place).toList(), sent.toString());
        for (JsonNode send : sent) {
            assertEquals(1, send.get("frames").size(), send.toString());
            assertTrue(run.carries(send), send.toString());
        }
        long received = run.moves("tcp", "server", false).stream().mapToLong(c -> c.get("length").asLong()).sum();
        assertEquals(11, received);
        JsonNode first = run.moves("tcp", "server", false).get(0);
        assertTrue(first.get("peers").toString().contains(sent.get(0).get("id").toString()), first.toString());
        assertEquals(1, run.moves("tcp", "client", false).stream().filter(c -> c.get("length").asLong() == 5).count());
        JsonNode connect = run.named("connect").stream().filter(c -> transport(c).equals("tcp")).findFirst().orElseThrow();
        assertEquals(3, connect.get("frames").size(), connect.toString());
        JsonNode accept = run.all.stream().filter(c -> c.get("call").stringValue().startsWith("accept")
                && transport(c).equals("tcp")).findFirst().orElseThrow();
        assertEquals(connect.get("frames"), accept.get("frames"));
        JsonNode shutdown = run.named("shutdown").stream().filter(c -> c.toString().contains("SHUT_WR")).findFirst().orElseThrow();
        assertEquals(1, shutdown.get("frames").size(), shutdown.toString());
        // UDP: each question and each answer is one packet, which the one that receives it has, too.
        List<JsonNode> asked = run.moves("udp", "client", true);
        assertEquals(List.of(5L, 5L, 5L), asked.stream().map(c -> c.get("length").asLong()).toList());
        for (JsonNode send : run.moves("udp", null, true)) {
            assertEquals(1, send.get("frames").size(), send.toString());
        }
        List<JsonNode> taken = run.moves("udp", null, false);
        assertEquals(6, taken.size(), taken.toString());
        for (JsonNode receive : taken) {
            assertEquals(1, receive.path("frames").size(), receive.toString());
            assertEquals(1, receive.path("peers").size(), receive.toString());
        }
        assertEquals(6, run.moves("udp", null, true).stream().map(c -> c.get("frames").get(0).asLong()).distinct().count());
        // Unix: no packet, but the call that sent it.
        JsonNode unix = run.moves("unix-stream", null, false).get(0);
        assertEquals(4, unix.get("length").asLong());
        assertEquals("[" + run.moves("unix-stream", null, true).get(0).get("id") + "]", unix.get("peers").toString());
        for (JsonNode call : run.all) {
            assertTrue(Shown.time(call).compareTo(new java.math.BigDecimal(call.get("endTime").stringValue())) <= 0);
            assertTrue(call.get("pid").asLong() > 1 && call.get("tid").asLong() > 1, call.toString());
        }
        assertEquals(run.all.size(), run.all.stream().map(c -> c.get("id").asLong()).distinct().count());
        assertTrue(stamped || run.all.stream().anyMatch(c -> c.toString().contains("EAGAIN")) || run.all.size() > 20);
    }

    private static String transport(JsonNode call) {
        return call.path("socket").path("transport").asString("");
    }

    private static void shell() throws Exception {
        needCompiler();
        Path folder = Files.createTempDirectory("trace");
        Path page = folder.resolve("page.html");
        Path recording = folder.resolve("talk.pcapng");
        Path text = folder.resolve("text");
        try (java.net.ServerSocket server = new java.net.ServerSocket(0, 1, java.net.InetAddress.getByName("127.0.0.1"))) {
            Thread echo = new Thread(() -> echo(server));
            echo.start();
            Run run = Run.of("trace", "-o", text.toString(), "--html", page.toString(), "-w", recording.toString(),
                    "--", "bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/" + server.getLocalPort()
                            + "; echo one line >&3; read -r line <&3; [ \"$line\" = 'one line' ]");
            echo.join();
            assertEquals(0, run.status(), run.err());
            assertEquals("", run.out());
            String ladder = Files.readString(text);
            // bash writes through a FILE of the C library, whose writes are seen, too.
            assertTrue(ladder.contains("write(") && ladder.contains("= 9 [0..8]"), ladder);
            assertTrue(ladder.contains("connect(3, 127.0.0.1:" + server.getLocalPort() + ")"), ladder);
            assertTrue(ladder.contains("data 9 [0..8]"), ladder);
            assertTrue(Files.readString(page).contains("one line"), "the page");
            Run read = Run.of("read", "-v", "--json", recording.toString());
            assertTrue(read.out().contains("\"processId\":"), read.out());
            assertTrue(read.out().contains("sent by the client: write("), read.out());
        } finally {
            for (Path file : new Path[] {page, recording, text, folder}) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static void echo(java.net.ServerSocket server) {
        try (java.net.Socket accepted = server.accept()) {
            byte[] line = accepted.getInputStream().readNBytes(9);
            accepted.getOutputStream().write(line);
            accepted.getInputStream().readAllBytes();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void statuses() throws Exception {
        needCompiler();
        Path text = Files.createTempFile("trace", "script");
        Path none = Files.createTempFile("trace", "program");
        try {
            Files.setPosixFilePermissions(text, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
            Files.writeString(text, "exit 5\n");         // no #! line: as a shell runs it
            assertEquals(5, Run.of("trace", "-q", "--", text.toString()).status());
            assertEquals(128 + 9, Run.of("trace", "-q", "--", "sh", "-c", "kill -9 $$").status());
            assertEquals(ChildCommand.NOT_FOUND, Run.of("trace", "--", "no-such-command").status());
            assertEquals(ChildCommand.NOT_EXECUTABLE, Run.of("trace", "--", none.toString()).status());
            assertEquals(ChildCommand.OWN_FAILURE, Run.of("trace", "-o", "/no/such/folder/x", "--", "true").status());
            Run missing = Run.of("trace", "--", "no-such-command");
            assertEquals("packetlab: no-such-command: no such command", missing.err().strip());
        } finally {
            Files.delete(text);
            Files.delete(none);
        }
    }

    private static void leftovers() throws Exception {
        needCompiler();
        Run run = Run.of("trace", "--", "sh", "-c", "sleep 300 & exit 4");
        assertEquals(4, run.status());
        assertTrue(run.err().contains("ended what it had left running: sleep "), run.err());
    }

    /** A run's calls, as NDJSON has them. */
    record Traced(List<JsonNode> events, List<JsonNode> all) {
        static Traced of(int status, String... options) {
            List<String> line = new ArrayList<>(List.of("trace", "--json"));
            line.addAll(List.of(options));
            Run run = Run.of(line.toArray(String[]::new));
            assertEquals(status, run.status(), run.err());
            List<JsonNode> events = Ndjson.events(run.out());
            assertEquals("end", Ndjson.event(events.get(events.size() - 1)));
            assertEquals(0, events.get(events.size() - 1).get("dropped").asLong());
            return new Traced(events, events.stream().filter(e -> Ndjson.event(e).equals("call")).toList());
        }

        List<JsonNode> named(String call) {
            return all.stream().filter(c -> Shown.is(c, "call", call)).toList();
        }

        /** Calls that moved octets; side null for both. */
        List<JsonNode> moves(String transport, String side, boolean sends) {
            return all.stream().filter(c -> transport(c).equals(transport) && (side == null || Shown.is(c, "from", side))
                    && !c.has("errno") && c.path("length").asLong(0) > 0
                    && sends == c.get("call").stringValue().matches("send.*|write.*"))
                    .sorted((a, b) -> Shown.time(a).compareTo(Shown.time(b))).toList();
        }

        static String place(JsonNode call) {
            return call.path("offset").asLong(-1) + " " + call.get("length").asLong();
        }

        /** Whether the packets of a call hold its octets: from its offset on, as many as it sent. */
        boolean carries(JsonNode call) {
            long offset = call.get("offset").asLong();
            for (JsonNode frame : call.get("frames")) {
                for (JsonNode s : events) {
                    if (Ndjson.event(s).equals("tcp.segment") && s.get("frame").asLong() == frame.asLong()) {
                        long start = s.get("sequence").asLong() - 1;
                        return start <= offset && start + s.get("length").asLong() >= offset + call.get("length").asLong();
                    }
                }
            }
            return false;
        }
    }
}
