package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import packetlab.message.WsRule;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code read} prints and returns, for captures that are well and for files that are not. */
class ReadTest {
    @TempDir
    private Path directory;
    private byte[] capture;
    private Path file;

    @BeforeEach
    void writeCapture() throws IOException {
        capture = Conversation.capture(40_000);
        file = write("talk.pcapng", capture);
    }

    @Test
    void textTellsTheConversationAndSumsItUp() {
        Run run = Run.of("read", file.toString());
        assertEquals(ExitStatus.DONE, run.status());
        assertEquals("", run.err());
        assertTrue(run.outLines().get(0).startsWith("packetlab · " + file), run.out());
        for (String told : List.of("──SYN──", "SYN,ACK", "GET /chat", "101 Switching", "\"안녕\"", "\"hello\"",
                "1000 normal", "1 connection · 12 packets", "1 WebSocket · 4 frames · 2 messages")) {
            assertTrue(run.out().contains(told), told + " in\n" + run.out());
        }
    }

    @Test
    void jsonBeginsWithStartAndEndsWithEndInCaptureOrder() {
        Run run = Run.of("read", "--json", file.toString());
        List<String> lines = run.outLines();
        assertEquals(ExitStatus.DONE, run.status());
        assertEquals("{\"event\":\"start\",\"version\":1,\"source\":\"" + file + "\",\"link\":\"EN10MB\"}", lines.get(0));
        assertTrue(lines.get(lines.size() - 1).startsWith("{\"event\":\"end\",\"packets\":12,"), run.out());
        assertEquals(List.of("start", "interface", "tcp.open", "http.request", "http.message", "http.response", "ws.open",
                "http.message", "ws.frame", "ws.message",
                "ws.frame", "ws.message", "ws.frame", "ws.close", "ws.frame", "ws.close", "ws.end", "tcp.close", "end"),
                events(run).stream().filter(e -> !e.equals("ws.verdict") && !e.equals("tcp.protocol")).toList());
    }

    @Test
    void whatAFileSaysBesideItsPacketsIsToldWhereItStands() throws IOException {
        Path remarked = write("remarked.pcapng", remarkedCapture());
        Run run = Run.of("read", "--json", "-v", remarked.toString(), remarked.toString());
        assertEquals(List.of(
                "{\"event\":\"comment\",\"text\":\"of the file\"}",
                "{\"event\":\"interface\",\"section\":0,\"number\":0,\"link\":\"RAW\",\"name\":\"lo\"}",
                "{\"event\":\"comment\",\"frame\":1,\"text\":\"a \\u001B[31mred\\u001B[0m one\"}",
                "{\"event\":\"packet.origin\",\"frame\":1,\"direction\":\"inbound\",\"processId\":77,\"threadId\":78}"),
                run.outLines().subList(1, 5));
        assertTrue(run.out().contains("{\"event\":\"comment\",\"frame\":2,"), "of the second file: " + run.out());
        String text = Run.of("read", remarked.toString()).out();
        assertTrue(text.contains("# of the file\n") && text.contains("1      # a ") && !text.contains("\u001b"), text);
        assertTrue(Run.of("read", "-v", remarked.toString()).out().contains("inbound · process 77, thread 78"));
        assertEquals(List.of("comment", "comment"), events(Run.of("read", "--json", "--only", "comment",
                remarked.toString())).stream().filter(e -> e.equals("comment") || e.equals("packet.origin")).toList());
    }

    @Test
    void whatAFileSaysBeforeItsFirstPacketHasALimit() throws IOException {
        ByteBuffer b = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < FileRemarks.MAX_WAITING + 5; i++) {
            section(b, "x");
        }
        Run run = Run.of("read", "--json", write("talkative.pcapng", Arrays.copyOf(b.array(), b.position())).toString());
        assertEquals(ExitStatus.DONE, run.status(), run.err());
        assertEquals(FileRemarks.MAX_WAITING, events(run).stream().filter("comment"::equals).count());
        assertTrue(run.out().contains("\"name\":\"remarks-before-first-packet\",\"value\":4096,\"count\":5}"));
    }

    /** One packet of raw IP, with comments, an interface name, a direction, a process and a thread. */
    private static byte[] remarkedCapture() {
        ByteBuffer b = ByteBuffer.allocate(1_024).order(ByteOrder.LITTLE_ENDIAN);
        section(b, "of the file");
        int at = b.position();
        b.putInt(1).putInt(0).putShort((short) 101).putShort((short) 0).putInt(0);
        option(b, 2, "lo".getBytes(StandardCharsets.UTF_8));
        endBlock(b, at);
        at = b.position();
        b.putInt(6).putInt(0).putInt(0).putLong(0).putInt(4).putInt(4).putInt(0);
        option(b, 1, "a \u001b[31mred\u001b[0m one".getBytes(StandardCharsets.UTF_8));
        option(b, 2, new byte[] {1, 0, 0, 0});
        option(b, 8, new byte[] {77, 0, 0, 0, 78, 0, 0, 0});
        endBlock(b, at);
        return Arrays.copyOf(b.array(), b.position());
    }

    private static void section(ByteBuffer b, String comment) {
        int at = b.position();
        b.putInt(0x0A0D0D0A).putInt(0).putInt(0x1A2B3C4D).putShort((short) 1).putShort((short) 0).putLong(-1);
        option(b, 1, comment.getBytes(StandardCharsets.UTF_8));
        endBlock(b, at);
    }

    private static void option(ByteBuffer b, int code, byte[] value) {
        b.putShort((short) code).putShort((short) value.length).put(value).put(new byte[-value.length & 3]);
    }

    private static void endBlock(ByteBuffer b, int at) {
        int length = b.position() + 4 - at;
        b.putInt(length).putInt(at + 4, length);
    }

    @Test
    void quietPrintsTheSummaryOnly() {
        List<String> text = Run.of("read", "-q", file.toString()).outLines();
        assertTrue(text.size() <= 3 && text.get(0).startsWith("1 connection · 12 packets"), text.toString());
        assertEquals(List.of("end"), events(Run.of("read", "--json", "--quiet", file.toString())));
    }

    @Test
    void theVerdictTellsRulesAndNothingElse() {
        Run run = Run.of("read", "--verdict", file.toString());
        assertEquals(ExitStatus.DONE, run.status());
        assertTrue(run.out().contains("rules checked · all kept"), run.out());
        assertTrue(run.out().endsWith("1 WebSocket judged · 1 without a broken rule\n"), run.out());
        assertFalse(run.out().contains("SYN"), run.out());
        assertEquals(ExitStatus.USAGE, Run.of("read", "--verdict", "--json", file.toString()).status());
    }

    @Test
    void theRulesAreListedWithoutAFile() {
        List<String> rules = Run.of("read", "--rules").outLines();
        assertEquals(WsRule.values().length, rules.size());
        assertTrue(rules.stream().anyMatch(r -> r.contains("client-frame-unmasked") && r.contains("5.1")),
                rules.toString());
    }

    @Test
    void limitsAreChangedByTheNameThatTheirEventsGive() {
        Run run = Run.of("read", "--json", "--only", "limit,ws.message", "--limit", "message-size=3", file.toString());
        assertEquals(ExitStatus.DONE, run.status());
        assertTrue(run.out().contains("\"event\":\"limit\"") && run.out().contains("\"name\":\"message-size\",\"value\":3"),
                run.out());
        for (String wrong : List.of("message-size=0", "no-such=1", "connections=-5", "connections=9999999999")) {
            assertEquals(ExitStatus.USAGE, Run.of("read", "--limit", wrong, file.toString()).status(), wrong);
        }
    }

    @Test
    void severalFilesAreReadInOrderAndNumbersGoOn() throws IOException {
        Path second = write("second.pcapng", Conversation.capture(40_001));
        Run run = Run.of("read", "--json", "--only", "tcp.open", file.toString(), second.toString());
        assertEquals(ExitStatus.DONE, run.status());
        List<String> lines = run.outLines();
        assertEquals(4, lines.size(), run.out());
        assertTrue(lines.get(1).contains("\"frame\":3,\"stream\":0,"), run.out());
        assertTrue(lines.get(2).contains("\"frame\":15,\"stream\":1,"), run.out());
        assertTrue(lines.get(3).contains("\"packets\":24,"), run.out());
    }

    @Test
    void onlyOneStreamIsShownWhereOneIsAskedFor() throws IOException {
        Path second = write("second.pcapng", Conversation.capture(40_001));
        Run run = Run.of("read", "--json", "--stream", "1", "--only", "ws", file.toString(), second.toString());
        assertFalse(run.out().contains("\"stream\":0"), run.out());
        assertTrue(run.out().contains("\"stream\":1"), run.out());
    }

    @Test
    void standardInputIsReadLikeAFile() {
        Run run = Run.of(capture, "read", "--json", "-");
        assertEquals(ExitStatus.DONE, run.status());
        assertTrue(run.outLines().get(0).contains("\"source\":\"-\""), run.out());
        assertEquals(Run.of("read", "--json", file.toString()).outLines().subList(1, 10), run.outLines().subList(1, 10));
    }

    @Test
    void aCompressedCaptureIsReadAsItIs() throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write(capture);
        }
        assertEquals(Run.of("read", "-q", file.toString()).out(),
                Run.of("read", "-q", write("talk.pcapng.gz", zipped.toByteArray()).toString()).out());
    }

    @Test
    void payloadIsCutWhereItIsAskedFor() {
        Run run = Run.of("read", "--json", "--max-payload", "3", "--only", "ws.frame", file.toString());
        assertTrue(run.out().contains("\"payload\":\"hel\",\"payloadCut\":true"), run.out());
    }

    @Test
    void aSmallSnaplenLeavesHolesAndNoInventedText() {
        Run run = Run.of("read", "--json", "--snaplen", "54", file.toString());
        assertEquals(ExitStatus.DONE, run.status());
        assertTrue(run.out().contains("\"event\":\"tcp.open\""), run.out());
        assertFalse(run.out().contains("hello"), run.out());
    }

    @Test
    void aTruncatedFileIsToldUpToTheDamageAndThenSaysWhere() throws IOException {
        for (int cut : new int[] {1, 17, 40}) {
            Path damaged = write("cut.pcapng", Arrays.copyOf(capture, capture.length - cut));
            Run run = Run.of("read", damaged.toString());
            assertEquals(ExitStatus.FAILED, run.status());
            assertTrue(run.out().contains("\"hello\"") && run.out().contains("1 connection"), run.out());
            assertOneLine(run, damaged.toString());
            assertTrue(run.err().matches("(?s).*packet \\d+.*"), run.err());
        }
    }

    @Test
    void oneDamagedFileDoesNotHideTheOthers() throws IOException {
        Path damaged = write("cut.pcapng", Arrays.copyOf(capture, capture.length - 40));
        Path second = write("second.pcapng", Conversation.capture(40_001));
        Run run = Run.of("read", "--json", damaged.toString(), "no-such-file", second.toString());
        assertEquals(ExitStatus.FAILED, run.status());
        assertEquals(2, run.errLines().size(), run.err());
        assertTrue(run.errLines().get(1).endsWith("no-such-file: no such file"), run.err());
        assertTrue(run.out().contains("\"stream\":1"), run.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "not a capture at all, but a text of some length", "\u001f\u008b\b\0 gzip?"})
    void whatIsNoCaptureGetsOneLine(String content) throws IOException {
        Path bad = write("bad", content.getBytes(StandardCharsets.ISO_8859_1));
        Run run = Run.of("read", bad.toString());
        assertEquals(ExitStatus.FAILED, run.status());
        assertEquals("", run.out());
        assertOneLine(run, bad.toString());
    }

    @Test
    void aLengthThatLiesGetsOneLineAndIsNotBelieved() throws IOException {
        byte[] lying = capture.clone();
        int last = capture.length - 4;
        Arrays.fill(lying, last, capture.length, (byte) 0x7F);
        Run run = Run.of("read", write("lying.pcapng", lying).toString());
        assertEquals(ExitStatus.FAILED, run.status());
        assertTrue(run.out().contains("\"hello\""), run.out());
        assertOneLine(run, "lying.pcapng");
    }

    @Test
    void whatCannotBeOpenedGetsOneLine() throws IOException {
        Run absent = Run.of("read", directory.resolve("absent").toString());
        assertEquals(ExitStatus.FAILED, absent.status());
        assertEquals("packetlab: " + directory.resolve("absent") + ": no such file", absent.err().strip());
        Run folder = Run.of("read", directory.toString());
        assertEquals(ExitStatus.FAILED, folder.status());
        assertOneLine(folder, directory.toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "read                            | missing required parameter: 'FILE'",
        "read --only nonsense x          | no event is called nonsense",
        "read --stream one x             | 'one'",
        "read --max-payload -1 x         | --max-payload is a number of octets",
        "read --snaplen 0 x              | --snaplen is at least 1",
        "read - -                        | standard input can be read only once",
        "read --color sometimes x        | 'sometimes'"})
    void wrongUsageIsNamed(String line, String told) {
        Run run = Run.of(line.split(" "));
        assertEquals(ExitStatus.USAGE, run.status());
        assertEquals("", run.out());
        assertTrue(run.errLines().get(0).startsWith("packetlab: ") && run.errLines().get(0).contains(told), run.err());
    }

    @Test
    void colourIsThereOnlyWhereItIsAskedFor() {
        assertFalse(Run.of("read", file.toString()).out().contains("\u001b["));
        assertFalse(Run.of("read", "--color", "never", file.toString()).out().contains("\u001b["));
        assertTrue(Run.of("read", "--color", "always", file.toString()).out().contains("\u001b["));
    }

    private static void assertOneLine(Run run, String about) {
        assertEquals(1, run.errLines().size(), run.err());
        assertTrue(run.err().startsWith("packetlab: ") && run.err().contains(about), run.err());
    }

    private static List<String> events(Run run) {
        return run.outLines().stream().map(line -> line.substring(10, line.indexOf('"', 10))).toList();
    }

    private Path write(String name, byte[] content) throws IOException {
        return Files.write(directory.resolve(name), content);
    }
}
