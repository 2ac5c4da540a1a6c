package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import packetlab.pcap.CaptureReader;
import packetlab.wire.PacketSource;
import tools.jackson.databind.JsonNode;

/** What {@code packetlab demo} shows of calls and packets together: as text, as JSON, as pictures, in its recording. */
class DemoTimelineTest {
    private static final Map<String, Inside.Case> CASES = cases();

    @TestFactory
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    Stream<DynamicTest> live() throws Exception {
        return Inside.tests(DemoTimelineTest.class, CASES);
    }

    public static void main(String[] args) throws IOException {
        Inside.runAll(CASES);
    }

    private static Map<String, Inside.Case> cases() {
        Map<String, Inside.Case> cases = new LinkedHashMap<>();
        cases.put("tcp-echo is calls beside packets, and pictures and a recording of the same", DemoTimelineTest::tcpEcho);
        cases.put("json joins calls with packets", DemoTimelineTest::json);
        cases.put("a Unix socket's reads name the writes", DemoTimelineTest::unix);
        cases.put("the ladder is there for who wants it", DemoTimelineTest::ladder);
        cases.put("a picture that cannot be made is said before anything is played", DemoTimelineTest::noFolder);
        return cases;
    }

    private static void tcpEcho() throws Exception {
        Path folder = Files.createTempDirectory("packetlab");
        Path svg = folder.resolve("a.svg");
        Path html = folder.resolve("a.html");
        Path recording = folder.resolve("a.pcapng");
        try {
            String out = done("demo", "tcp-echo", "--svg", svg.toString(), "--html", html.toString(), "-w",
                    recording.toString());
            for (int frame = 1; frame <= 14; frame++) {
                String number = "#" + frame + " ";
                assertEquals(1, out.lines().filter(l -> l.contains(number)).count(), "packet " + frame + "\n" + out);
            }
            for (String line : out.lines().toList()) {
                assertTrue(line.length() <= 100 && !line.endsWith(" "), line);
            }
            Matching.all(out, "\\brecv\\(\\d+, 4096\\)", "= 13 \\[0\\.\\.12\\]", "══data 13 \\[0\\.\\.12\\]═+▶",
                    "◀═+data 36 \\[28\\.\\.63\\]══", "one clock \\(CLOCK_REALTIME\\)", "1 connection · 14 packets");
            assertTrue(Files.readString(svg).contains("data-k=\"p14\""));
            assertTrue(Files.readString(html).contains("data-k=\"p14\""));
            Map<Long, String> comments = comments(recording);
            Matching.all(comments.get(1L), "sent by the client: connect\\(\\d+, 127.0.0.1:\\d+\\) = 0",
                    "accepted by the server: accept");
            Matching.all(comments.get(4L), "sent by the client: send\\(\\d+, \"hello, server\"\\) = 13 \\[0..12\\]",
                    "received by the server: recv\\(\\d+, 4096\\) = 13 \\[0..12\\]");
            Matching.all(comments.get(12L), "sent by the client: close\\(\\d+\\) = 0");
        } finally {
            for (Path file : new Path[] {svg, html, recording, folder}) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Patterns that must be found somewhere in a text. */
    private static final class Matching {
        static void all(String text, String... patterns) {
            for (String pattern : patterns) {
                assertTrue(Pattern.compile(pattern).matcher(text).find(), pattern + " in\n" + text);
            }
        }
    }

    private static Map<Long, String> comments(Path recording) throws IOException {
        Map<Long, String> comments = new HashMap<>();
        CaptureReader.Listener listener = new CaptureReader.Listener() {
            @Override
            public void comment(long frame, String text) {
                comments.put(frame, text);
            }
        };
        try (CaptureReader reader = CaptureReader.open(recording, listener)) {
            int packets = 0;
            for (int n = 0; n != PacketSource.END; n = reader.poll((b, o, c, w, t, l, f) -> { })) {
                packets += n;
            }
            assertEquals(14, packets);
        }
        return comments;
    }

    private static void json() throws Exception {
        List<JsonNode> events = Ndjson.events(done("demo", "tcp-echo", "--json"));
        Map<Long, JsonNode> segments = new HashMap<>();
        Map<Long, JsonNode> calls = new HashMap<>();
        for (JsonNode event : events) {
            if (Ndjson.event(event).equals("tcp.segment")) {
                segments.put(event.get("frame").longValue(), event);
            } else if (Ndjson.event(event).equals("call")) {
                calls.put(event.get("id").longValue(), event);
            }
        }
        assertEquals(14, segments.size());
        int carried = 0;
        for (JsonNode call : calls.values()) {
            String name = call.get("call").stringValue();
            if (name.equals("connect") || name.equals("accept")) {
                assertEquals(List.of(1L, 2L, 3L), numbers(call.get("frames")), call.toString());
            }
            boolean sends = name.equals("send");
            if (!sends && !(name.equals("recv") && call.get("result").longValue() > 0)) {
                continue;
            }
            carried++;
            long offset = call.get("offset").longValue();
            long length = call.get("length").longValue();
            assertFalse(call.has("uncaptured"), call.toString());
            for (long frame : numbers(call.get("frames"))) {
                JsonNode segment = segments.get(frame);
                long start = segment.get("sequence").longValue() - 1;
                assertTrue(start < offset + length && start + segment.get("length").longValue() > offset,
                        call + " " + segment);
                assertEquals(sends, segment.get("from").stringValue().equals(call.get("from").stringValue()));
            }
            for (long peer : sends ? List.<Long>of() : numbers(call.get("peers"))) {
                JsonNode sent = calls.get(peer);
                assertEquals("send", sent.get("call").stringValue());
                assertEquals(sent.get("frames"), call.get("frames"));
            }
        }
        assertTrue(carried >= 12, carried + " calls carried something");
    }

    private static List<Long> numbers(JsonNode array) {
        List<Long> numbers = new ArrayList<>();
        if (array != null) {
            StreamSupport.stream(array.spliterator(), false).forEach(n -> numbers.add(n.longValue()));
        }
        return numbers;
    }

    private static void unix() throws Exception {
        Map<Long, JsonNode> calls = new HashMap<>();
        for (JsonNode event : Ndjson.events(done("demo", "unix-stream", "--json"))) {
            if (Ndjson.event(event).equals("call")) {
                calls.put(event.get("id").longValue(), event);
            }
        }
        int joined = 0;
        for (JsonNode call : calls.values()) {
            for (long peer : numbers(call.get("peers"))) {
                JsonNode other = calls.get(peer);
                assertFalse(other.get("from").equals(call.get("from")));
                if (other.get("call").stringValue().equals("write")) {
                    String data = other.get("args").stringValue();
                    assertTrue(call.get("args").stringValue().startsWith(data.substring(0, data.lastIndexOf(", "))),
                            call + " " + other);
                    joined++;
                }
            }
        }
        assertEquals(6, joined, "three messages there and back");
    }

    private static void ladder() throws Exception {
        assertTrue(done("demo", "tcp-echo", "--no-timeline").contains("──PSH,ACK 13──"));
        String timeline = done("demo", "websocket-echo", "--timeline");
        Matching.all(timeline, "accept\\(\\d+\\)", "══data \\d+ \\[0\\.\\.\\d+\\]═+▶");
    }

    private static void noFolder() throws Exception {
        try (Child child = Child.start("demo", "tcp-echo", "--svg", "/nonexistent/a.svg")) {
            Child.Result result = child.end();
            assertEquals(ExitStatus.FAILED, result.status());
            assertEquals("", result.out());
            assertEquals("packetlab: /nonexistent/a.svg: no such folder\n", result.err());
        }
        try (Child child = Child.start("demo", "tcp-echo", "--html", "-")) {
            Child.Result result = child.end();
            assertEquals(ExitStatus.USAGE, result.status());
            assertEquals("", result.out());
            assertEquals("packetlab: --svg and --html need a file: standard output takes the events\n", result.err());
        }
        try (Child child = Child.start("demo", "tcp-echo", "-q", "--svg", "/dev/full")) {
            Child.Result result = child.end();
            assertEquals(ExitStatus.FAILED, result.status());
            assertEquals("packetlab: /dev/full: No space left on device\n", result.err());
        }
    }

    private static String done(String... arguments) throws Exception {
        try (Child child = Child.start(arguments)) {
            Child.Result result = child.end();
            assertEquals(ExitStatus.DONE, result.status(), result.err());
            assertEquals("", result.err());
            return result.out();
        }
    }
}
