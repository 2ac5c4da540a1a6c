package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
        cases.put("a recording of node's ws reads the same through tshark", PeersTest::sameAsTshark);
        return cases;
    }

    private static void nodeWs() throws Exception {
        try (Child watch = Child.start("watch", "--json")) {
            watch.awaitOut(out -> out.contains("\n"));
            String heard = nodeTalks();
            assertEquals("[\"안녕하세요, node\",70000,\"in three pieces\",\"pong are you there?\",4001]", heard);
            watch.awaitOut(out -> out.contains("\"tcp.close\""));
            watch.signal("INT");
            Child.Result result = watch.end();
            assertEquals(ExitStatus.DONE, result.status(), result.err());
            List<String> lines = result.lines();
            assertTrue(LiveTest.of(lines, "ws.open").get(0).contains("\"target\":\"/talk?x=1\",\"subprotocol\":\"chat\","
                    + "\"extensions\":\"permessage-deflate\",\"acceptValid\":true"), result.out());
            for (String from : List.of("client", "server")) {
                List<String> messages = LiveTest.of(lines, "ws.message").stream()
                        .filter(l -> l.contains("\"from\":\"" + from + "\"")).toList();
                assertEquals(3, messages.size(), result.out());
                assertTrue(messages.get(0).contains("\"compressed\":true,\"text\":\"안녕하세요, node\""), messages.get(0));
                assertTrue(messages.get(1).contains("\"opcode\":2,\"frames\":1,") && messages.get(1)
                        .contains("\"length\":70000,\"compressed\":true,"), messages.get(1));
                assertTrue(messages.get(2).endsWith("\"text\":\"in three pieces\"}"), messages.get(2));
            }
            assertTrue(LiveTest.of(lines, "ws.close").get(0).contains("\"code\":4001,\"reason\":\"that is all\""));
            assertTrue(LiveTest.of(lines, "ws.pong").get(0).contains("\"payload\":\"are you there?\",\"rttUs\":"));
            assertEquals(List.of(), LiveTest.of(lines, "ws.finding"));
            assertTrue(lines.get(lines.size() - 1).contains("\"dropped\":0"), result.out());
        }
    }

    private static void sameAsTshark() throws Exception {
        Path file = Files.createTempFile("packetlab", ".pcapng");
        try (Child record = Child.start("record", "-w", file.toString())) {
            LiveTest.awaitSize(file, 1);
            long empty = Files.size(file);
            nodeTalks();
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

    /** What the client has heard, as JSON. */
    private static String nodeTalks() throws Exception {
        Path script = Files.createTempFile("ws-talk", ".js");
        try (InputStream in = PeersTest.class.getResourceAsStream("ws-talk.js")) {
            Files.write(script, in.readAllBytes());
            return output("node", script.toString()).strip();
        } finally {
            Files.delete(script);
        }
    }

    private static String output(String... command) throws Exception {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        } catch (IOException e) {
            throw new TestAbortedException(command[0] + " is not installed");
        }
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new TestAbortedException(command[0] + " failed; node needs the package ws (npm install ws) where"
                    + " NODE_PATH points");
        }
        return output;
    }
}
