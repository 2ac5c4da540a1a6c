package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

/** Live traffic of programs that nobody here wrote. */
@Tag("peers")
class PeersTest {
    /** The one that Debian's packages are for. */
    private static final String PYTHON = "/usr/bin/python3";
    private static final Map<String, Inside.Case> CASES = cases();

    @TestFactory
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    Stream<DynamicTest> peers() throws Exception {
        return Inside.tests(PeersTest.class, CASES);
    }

    public static void main(String[] args) throws IOException {
        Inside.runAll(CASES);
    }

    private static Map<String, Inside.Case> cases() {
        Map<String, Inside.Case> cases = new LinkedHashMap<>();
        cases.put("watch decodes node's ws with compression", PeersTest::nodeWs);
        cases.put("watch decodes Python's websockets", PeersTest::pythonWebsockets);
        cases.put("watch decodes a page in Chromium and aiohttp", PeersTest::chromium);
        cases.put("watch decodes curl", PeersTest::curl);
        cases.put("a recording of node's ws reads the same through tshark", PeersTest::sameAsTshark);
        return cases;
    }

    private static void nodeWs() throws Exception {
        List<String> lines = watched(() -> assertEquals(
                "[\"안녕하세요, node\",70000,\"in three pieces\",\"pong are you there?\",4001]", talk("node", "ws-talk.js")));
        assertTrue(LiveTest.of(lines, "ws.open").get(0).contains("\"target\":\"/talk?x=1\",\"subprotocol\":\"chat\","
                + "\"extensions\":\"permessage-deflate\",\"acceptValid\":true"), lines.toString());
        for (String from : List.of("client", "server")) {
            List<String> messages = messages(lines, from);
            assertEquals(3, messages.size(), lines.toString());
            assertTrue(messages.get(0).contains("\"compressed\":true,\"text\":\"안녕하세요, node\""), messages.get(0));
            assertTrue(messages.get(1).contains("\"opcode\":2,\"frames\":1,") && messages.get(1)
                    .contains("\"length\":70000,\"compressed\":true,"), messages.get(1));
            assertTrue(messages.get(2).endsWith("\"text\":\"in three pieces\"}"), messages.get(2));
        }
        assertTrue(LiveTest.of(lines, "ws.close").get(0).contains("\"code\":4001,\"reason\":\"that is all\""));
        assertTrue(LiveTest.of(lines, "ws.pong").get(0).contains("\"payload\":\"are you there?\",\"rttUs\":"));
        assertEquals(List.of(), LiveTest.of(lines, "ws.finding"));
    }

    private static void pythonWebsockets() throws Exception {
        List<String> lines = watched(() -> assertEquals("안녕하세요, Python 70000 4002", talk(PYTHON, "websockets_talk.py")));
        assertTrue(LiveTest.of(lines, "ws.open").get(0).contains("\"target\":\"/talk\",\"subprotocol\":\"chat\","),
                lines.toString());
        for (String from : List.of("client", "server")) {
            List<String> messages = messages(lines, from);
            assertEquals(2, messages.size(), lines.toString());
            assertTrue(messages.get(0).endsWith("\"compressed\":true,\"text\":\"안녕하세요, Python\"}"), messages.get(0));
            assertTrue(messages.get(1).contains("\"length\":70000,\"compressed\":true,"), messages.get(1));
        }
        assertTrue(LiveTest.of(lines, "ws.pong").get(0).contains("\"payload\":\"are you there?\",\"rttUs\":"));
        assertTrue(LiveTest.of(lines, "ws.close").get(0).contains("\"code\":4002,\"reason\":\"that is all\""));
        assertEquals(List.of(), LiveTest.of(lines, "ws.finding"));
    }

    private static void chromium() throws Exception {
        List<String> lines = watched(() -> assertEquals("안녕하세요, Chromium", talk(PYTHON, "chromium_talk.py")));
        assertTrue(LiveTest.of(lines, "ws.open").get(0).matches(".*\"target\":\"/echo\",\"origin\":\"http://127.0.0.1:\\d+\","
                + "\"extensions\":\"permessage-deflate.*\",\"acceptValid\":true.*"), lines.toString());
        for (String from : List.of("client", "server")) {
            assertTrue(messages(lines, from).get(0).endsWith("\"text\":\"안녕하세요, Chromium\"}"), lines.toString());
        }
        assertTrue(LiveTest.of(lines, "ws.close").get(0).contains("\"code\":4003,\"reason\":\"that is all\""));
        assertEquals(List.of(), LiveTest.of(lines, "ws.finding"));
    }

    private static void curl() throws Exception {
        List<String> lines = watched(() -> talk(PYTHON, "curl_talk.py"));
        assertTrue(LiveTest.of(lines, "http.request").get(0).contains("\"method\":\"GET\",\"target\":\"/by-curl\","),
                lines.toString());
        assertTrue(LiveTest.of(lines, "http.response").get(0).contains("\"status\":404,"), lines.toString());
    }

    /** The lines of a watch during which something talks over one connection, which ends. */
    private static List<String> watched(Inside.Case talk) throws Exception {
        try (Child watch = Child.start("watch", "--json")) {
            watch.awaitOut(out -> out.contains("\n"));
            talk.run();
            watch.awaitOut(out -> out.contains("\"tcp.close\""));
            watch.signal("INT");
            Child.Result result = watch.end();
            assertEquals(ExitStatus.DONE, result.status(), result.err());
            List<String> lines = result.lines();
            assertTrue(lines.get(lines.size() - 1).contains("\"dropped\":0"), result.out());
            return lines;
        }
    }

    private static List<String> messages(List<String> lines, String from) {
        return LiveTest.of(lines, "ws.message").stream().filter(l -> l.contains("\"from\":\"" + from + "\"")).toList();
    }

    private static void sameAsTshark() throws Exception {
        Path file = Files.createTempFile("packetlab", ".pcapng");
        try (Child record = Child.start("record", "-w", file.toString())) {
            LiveTest.awaitSize(file, 1);
            long empty = Files.size(file);
            talk("node", "ws-talk.js");
            LiveTest.awaitSize(file, empty + 1_000);
            record.signal("INT");
            assertEquals(ExitStatus.DONE, record.end().status());
            List<String> theirs = output("tshark", "-r", file.toString(), "-Y", "websocket", "-T", "fields",
                    "-e", "websocket.opcode").lines().flatMap(l -> Stream.of(l.split(","))).toList();
            List<String> ours = LiveTest.of(Run.of("read", "--json", file.toString()).outLines(), "ws.frame").stream()
                    .map(l -> l.replaceAll(".*\"opcode\":(\\d+),.*", "$1")).toList();
            assertEquals(12, ours.size(), ours.toString());
            assertEquals(theirs, ours);
        } finally {
            Files.delete(file);
        }
    }

    /** What the client has heard. */
    static String talk(String program, String name, String... arguments) throws Exception {
        Path script = Files.createTempFile("talk", name);
        try (InputStream in = PeersTest.class.getResourceAsStream(name)) {
            Files.write(script, in.readAllBytes());
            List<String> command = new ArrayList<>(List.of(program, script.toString()));
            command.addAll(List.of(arguments));
            return output(command.toArray(String[]::new)).strip();
        } finally {
            Files.delete(script);
        }
    }

    private static String output(String... command) throws Exception {
        Process process;
        Path err = Files.createTempFile("talk", "err");
        try {
            process = new ProcessBuilder(command).redirectError(err.toFile()).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new TestAbortedException(command[0] + " failed (scripts/test --peers installs what it needs): "
                        + Files.readString(err));
            }
            return output;
        } catch (IOException e) {
            throw new TestAbortedException(command[0] + " is not installed");
        } finally {
            Files.delete(err);
        }
    }
}
