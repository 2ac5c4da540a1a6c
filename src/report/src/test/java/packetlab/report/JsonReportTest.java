package packetlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.event.EventListener;
import packetlab.event.EventType;
import packetlab.event.HttpEvent;
import packetlab.event.Side;
import packetlab.event.TcpEvent;
import packetlab.event.WebEvent;
import packetlab.event.WsEvent;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonReportTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Schema SCHEMA = schema();

    @ParameterizedTest
    @EnumSource
    void everyEventIsValidWithAllThatItCanTellAndWithTheLeast(EventType type) {
        for (Event event : List.of(Examples.full(type), Examples.bare(type))) {
            String line = line(event);
            List<Error> errors = SCHEMA.validate(line, InputFormat.JSON);
            assertEquals(List.of(), errors, line);
            assertTrue(line.startsWith("{\"event\":\"" + type.wireName() + '"'), line);
            assertFalse(line.contains("null"), line);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsKnownIsToldInFull(EventType type) {
        JsonNode definition = definition(type);
        JsonNode written = MAPPER.readTree(line(Examples.full(type)));
        Set<String> alternatives = Set.of("payloadBase64", "payload", "base64", "errno", "start", "confidence", "name",
                "id", "args");
        for (String name : definition.get("properties").propertyNames()) {
            assertTrue(written.has(name) || alternatives.contains(name), () -> name + " is missing: " + written);
        }
    }

    @Test
    void linesLookAsPromised() {
        assertEquals("{\"event\":\"ws.frame\",\"time\":\"1700000000.123456789\",\"frame\":8,\"stream\":0,"
                        + "\"from\":\"client\",\"fin\":true,\"rsv\":7,\"opcode\":1,\"masked\":true,"
                        + "\"length\":18446744073709551615,\"complete\":false,"
                        + "\"payload\":\"안녕 \\\"world\\\" \\\\ \\n😀\",\"payloadCut\":true}",
                line(Examples.full(EventType.WS_FRAME)));
        assertEquals("{\"event\":\"ws.frame\",\"frame\":8,\"stream\":0,\"from\":\"server\",\"fin\":false,\"rsv\":0,"
                        + "\"opcode\":0,\"masked\":false,\"length\":0,\"complete\":true}",
                line(Examples.bare(EventType.WS_FRAME)));
        assertEquals("{\"event\":\"tcp.open\",\"time\":\"1700000000.123456789\",\"frame\":3,\"stream\":0,"
                        + "\"client\":\"127.0.0.1:50000\",\"server\":\"[::1]:80\",\"handshake\":{\"syn\":1,\"synAck\":2,"
                        + "\"ack\":3,\"rttUs\":21.456,"
                        + "\"client\":{\"mss\":65495,\"windowScale\":7,\"sackPermitted\":true,\"timestamps\":true,"
                        + "\"fastOpen\":false,\"multipath\":true},"
                        + "\"server\":{\"mss\":65495,\"windowScale\":7,\"sackPermitted\":true,\"timestamps\":true,"
                        + "\"fastOpen\":false,\"multipath\":true}},\"start\":\"handshake\"}",
                line(Examples.full(EventType.TCP_OPEN)));
        assertEquals("{\"event\":\"end\",\"packets\":0,\"bytes\":0,\"streams\":0,\"findings\":0}",
                line(Examples.bare(EventType.END)));
    }

    @Test
    void aLengthOf64BitsIsUnsigned() {
        BigInteger written = MAPPER.readTree(line(Examples.full(EventType.WS_FRAME))).get("length").bigIntegerValue();
        assertEquals(BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE), written);
        assertEquals("9223372036854775808", field(frame(1, new byte[0], Long.MIN_VALUE), "length"));
    }

    @Test
    void timesAndDurationsAreExact() {
        assertEquals("0.000000001", time(1));
        assertEquals("1.000000000", time(1_000_000_000));
        assertEquals("-0.000000001", time(-1));
        assertEquals("-1.500000000", time(-1_500_000_000));
        assertEquals("-2.000000000", time(-2_000_000_000));
        assertEquals("9223372036.854775807", time(Long.MAX_VALUE));
        assertEquals("0.001", rtt(1));
        assertEquals("21.5", rtt(21_500));
        assertEquals("1000", rtt(1_000_000));
        assertEquals("0", rtt(0));
        assertEquals("-3.25", rtt(-3_250));
    }

    @Test
    void anyTextComesBackAsItWas() {
        Random random = new Random(42);
        for (int round = 0; round < 500; round++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(60);
            for (int i = 0; i < length; i++) {
                int kind = random.nextInt(6);
                int codePoint = kind == 0 ? random.nextInt(0x20)
                        : kind == 1 ? "\"\\\u007f/".charAt(random.nextInt(4))
                        : kind == 2 ? 0x80 + random.nextInt(0x780)
                        : kind == 3 ? 0x2000 + random.nextInt(0x70)
                        : kind == 4 ? 0x1F600 + random.nextInt(64) : 'a' + random.nextInt(26);
                text.appendCodePoint(codePoint);
            }
            String expected = text.toString();
            byte[] bytes = expected.getBytes(StandardCharsets.UTF_8);
            assertEquals(expected, field(frame(1, bytes, bytes.length), "payload"));
            assertEquals(expected, field(message(1, bytes, false), "text"));
            assertEquals(expected, field(new WsEvent.Ping(0, 1, 0, Side.CLIENT, bytes), "payload"));
            assertEquals(expected, field(new WsEvent.Refused(0, 1, 0, 400, expected), "target"));
        }
    }

    @Test
    void longPayloadsPassTheBufferWhole() {
        for (String unit : List.of("a", "\u0001", "é", "한", "😀", "\u009b", "ab\"")) {
            String expected = unit.repeat(300_000 / unit.length());
            byte[] bytes = expected.getBytes(StandardCharsets.UTF_8);
            assertEquals(expected, field(message(1, bytes, false), "text"));
        }
        byte[] bytes = new byte[100_001];
        new Random(7).nextBytes(bytes);
        assertEquals(Base64.getEncoder().encodeToString(bytes), field(message(2, bytes, false), "base64"));
        assertEquals(Base64.getEncoder().encodeToString(bytes), field(frame(2, bytes, 1), "payloadBase64"));
    }

    @Test
    void aMessageThatRepeatsItsFrameIsCopiedAndTheNextOneIsNot() {
        StringBuilder expected = new StringBuilder();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        JsonReport report = new JsonReport(bytes, EventFilter.ALL, false);
        for (int i = 0; i < 2_000; i++) {
            byte[] payload = ("payload \"" + i % 7 + "\" 한글").getBytes(StandardCharsets.UTF_8);
            WsEvent frame = frame(1, payload, payload.length);
            WsEvent message = message(1, payload.clone(), false);
            report.onEvent(frame);
            report.onEvent(message);
            expected.append(line(frame)).append('\n').append(line(message)).append('\n');
        }
        report.close();
        assertEquals(expected.toString(), bytes.toString(StandardCharsets.UTF_8));
    }

    @Test
    void textAndOctetsOfAnySizeFollowOneAnother() {
        Random random = new Random(21);
        StringBuilder expected = new StringBuilder();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        JsonReport report = new JsonReport(bytes, EventFilter.ALL, false);
        for (int i = 0; i < 3_000; i++) {
            byte[] payload = ("\u0001한글 \"text\" ".repeat(random.nextInt(random.nextInt(50) == 0 ? 3_000 : 30)) + i)
                    .getBytes(StandardCharsets.UTF_8);
            if (random.nextInt(3) == 0) {
                payload[payload.length - 1] = (byte) 0x80;
            }
            WsEvent event = random.nextBoolean() ? frame(1, payload, payload.length)
                    : message(1, payload, random.nextInt(10) == 0);
            report.onEvent(event);
            expected.append(line(event)).append('\n');
        }
        report.close();
        assertEquals(expected.toString(), bytes.toString(StandardCharsets.UTF_8));
    }

    @Test
    void cutTextIsJudgedByWhatCouldStillCome() {
        Random random = new Random(22);
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = new byte[1 + random.nextInt(4)];
            for (int at = 0; at < bytes.length; at++) {
                bytes[at] = (byte) (random.nextInt(3) == 0 ? random.nextInt(256) : 0x80 + random.nextInt(0x80));
            }
            assertEquals(Text.length(bytes, bytes.length, true) >= 0,
                    isText(bytes, true), () -> Arrays.toString(bytes));
        }
    }

    @Test
    void bytesThatAreNoUtf8AreBase64() {
        for (int[] octets : new int[][] {{0x80}, {0xC0, 0x80}, {0xC1, 0xBF}, {0xE0, 0x9F, 0xBF}, {0xED, 0xA0, 0x80},
            {0xF0, 0x8F, 0xBF, 0xBF}, {0xF4, 0x90, 0x80, 0x80}, {0xF5, 0x80, 0x80, 0x80}, {0xFF}, {0xE2, 0x82},
            {0xE2, 0x28, 0xA1}, {'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 0xC3}, {0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80}}) {
            byte[] bytes = bytes(octets);
            String base64 = Base64.getEncoder().encodeToString(bytes);
            assertEquals(base64, field(frame(1, bytes, 1), "payloadBase64"));
            assertEquals(base64, field(message(1, bytes, false), "base64"));
            assertEquals(base64, field(new WsEvent.Pong(0, 1, 0, Side.CLIENT, bytes, -1, -1), "payloadBase64"));
        }
        assertEquals("", field(frame(1, new byte[0], 0), "payload"));
        assertEquals("aGk=", field(message(2, "hi".getBytes(StandardCharsets.UTF_8), false), "base64"));
    }

    @Test
    void allSequencesOfTwoAndThreeBytesAreJudgedAsTheJdkJudgesThem() {
        for (int a = 0x7F; a < 0x100; a++) {
            for (int b = 0; b < 0x100; b++) {
                assertEquals(jdkSaysUtf8(a, b), isUtf8(a, b));
                if (a >= 0xE0) {
                    for (int c : new int[] {0x7F, 0x80, 0xBF, 0xC0}) {
                        assertEquals(jdkSaysUtf8(a, b, c), isUtf8(a, b, c));
                        assertEquals(jdkSaysUtf8(a, b, c, 0x80), isUtf8(a, b, c, 0x80));
                    }
                }
            }
        }
    }

    @Test
    void aPayloadCutInsideACharacterLosesOnlyThatCharacter() {
        byte[] whole = "ab한".getBytes(StandardCharsets.UTF_8);
        byte[] cut = Arrays.copyOf(whole, whole.length - 1);
        assertEquals("ab", field(message(1, cut, true), "text"));
        assertEquals("true", field(message(1, cut, true), "payloadCut"));
        assertEquals(Base64.getEncoder().encodeToString(cut), field(message(1, cut, false), "base64"));
    }

    @Test
    void capturedTextCannotDriveTheTerminal() {
        String hostile = "\u001b[2J\u009b31m\u202e\u2066\u200f\u2028\u0000\u007f\ufeff";
        byte[] bytes = hostile.getBytes(StandardCharsets.UTF_8);
        List<HttpEvent.Header> headers = List.of(new HttpEvent.Header(hostile, hostile));
        for (Event event : List.of(frame(1, bytes, 1), message(1, bytes, false),
                new WsEvent.Ping(0, 1, 0, Side.CLIENT, bytes), new WsEvent.Close(0, 1, 0, Side.CLIENT, 1000, hostile),
                new HttpEvent.Request(0, 1, 0, Side.CLIENT, hostile, hostile, hostile, headers, 0, false),
                new CaptureEvent.Start(0, hostile, null, null, null))) {
            String line = line(event);
            assertTrue(line.codePoints().noneMatch(Hazard::is), () -> line);
            MAPPER.readTree(line);
        }
        assertEquals("\ufffd!\ufffd", field(new WsEvent.Refused(0, 1, 0, 400, "\ud800!\udc00"), "target"));
    }

    @Test
    void argumentsAreJsonAndNeverBreakTheLine() {
        String line = line(socketIo("[1, 2.50,\n {\"a\":\"\\u00e9\"}]"));
        assertTrue(line.contains("\"args\":[1,2.50,{\"a\":\"é\"}]"), line);
        for (String broken : List.of("", "[1", "}", "{}{}", "nul", "[1]\n[2]", "[".repeat(5000))) {
            assertEquals(broken, field(socketIo(broken), "args"));
        }
    }

    @Test
    void aLiveCaptureSeesEachLineOnceItIsFlushed() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        JsonReport report = new JsonReport(bytes, EventFilter.ALL, false);
        report.onEvent(Examples.full(EventType.TCP_OPEN));
        report.onEvent(Examples.full(EventType.WS_FRAME));
        report.flush();
        assertEquals(line(Examples.full(EventType.TCP_OPEN)) + "\n" + line(Examples.full(EventType.WS_FRAME)) + "\n",
                bytes.toString(StandardCharsets.UTF_8));
    }

    @Test
    void whatComesWithEachPacketIsOnlyThereWhenAskedFor() {
        JsonReport report = new JsonReport(OutputStream.nullOutputStream(), EventFilter.ALL, false);
        assertEquals(EventListener.Segments.NONE, report.segments());
        assertFalse(report.wants(EventType.UDP_DATAGRAM));
        JsonReport verbose = new JsonReport(OutputStream.nullOutputStream(), EventFilter.ALL, true);
        assertEquals(EventListener.Segments.ALL, verbose.segments());
        assertTrue(verbose.wants(EventType.UDP_DATAGRAM));
    }

    @Test
    void aFullDiskIsToldOnce() {
        JsonReport report = new JsonReport(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        }, EventFilter.ALL, false);
        report.onEvent(Examples.full(EventType.WS_CLOSE));
        assertThrows(UncheckedIOException.class, report::flush);
        report.onEvent(Examples.full(EventType.WS_FRAME));
        report.close();
    }

    private static boolean jdkSaysUtf8(int... octets) {
        CharBuffer characters = CharBuffer.allocate(octets.length);
        return !StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes(octets)), characters, true).isError();
    }

    private boolean isUtf8(int... octets) {
        return isText(bytes(octets), false);
    }

    private final ByteSink sink = new ByteSink(OutputStream.nullOutputStream(), 1024);
    private final JsonPayload payload = new JsonPayload(sink);

    private boolean isText(byte[] bytes, boolean cut) {
        sink.size(0);
        payload.field(new byte[] {'t'}, new byte[] {'b'}, bytes, true, cut);
        return sink.bytes()[0] == 't';
    }

    private static byte[] bytes(int... octets) {
        byte[] bytes = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            bytes[i] = (byte) octets[i];
        }
        return bytes;
    }

    private static WsEvent frame(int opcode, byte[] payload, long length) {
        return new WsEvent.Frame(Examples.TIME, 1, 0, Side.CLIENT, true, 0, opcode, true, length, true, payload, false);
    }

    private static WsEvent message(int opcode, byte[] data, boolean cut) {
        return new WsEvent.Message(Examples.TIME, 1, 0, Side.CLIENT, opcode, 1, 1, 1, false, data, cut);
    }

    private static Event socketIo(String args) {
        return new WebEvent.SocketIo(EventType.SOCKETIO_EVENT, 0, 1, 0, Side.CLIENT, null, null, null, null, "n", -1,
                -1, -1, 0, 0, 0, 0, args, false);
    }

    private static String time(long timeNs) {
        return field(new WsEvent.Close(timeNs, 1, 0, Side.CLIENT, 1000, ""), "time");
    }

    private static String rtt(long ns) {
        String line = line(new TcpEvent.Close(0, 1, 0, Examples.CLIENT, Examples.SERVER, TcpEvent.How.FIN,
                new packetlab.event.PerSide(0, 0), new packetlab.event.PerSide(0, 0),
                new packetlab.event.PerSide(0, 0), ns));
        return line.substring(line.indexOf("durationUs\":") + "durationUs\":".length(), line.length() - 1);
    }

    private static String field(Event event, String name) {
        JsonNode node = MAPPER.readTree(line(event)).get(name);
        return node == null ? null : node.asString();
    }

    /** The one line that an event becomes. */
    private static String line(Event event) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        JsonReport report = new JsonReport(bytes, EventFilter.ALL.and(event.type()), true);
        report.onEvent(event);
        report.close();
        String text = bytes.toString(StandardCharsets.UTF_8);
        assertEquals(text.length() - 1, text.indexOf('\n'), text);
        return text.substring(0, text.length() - 1);
    }

    private static JsonNode definition(EventType type) {
        try (InputStream in = Event.class.getResourceAsStream("events-1.schema.json")) {
            return MAPPER.readTree(in).get("$defs").get(type.wireName());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Schema schema() {
        try (InputStream in = Event.class.getResourceAsStream("events-1.schema.json")) {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(new String(in.readAllBytes(), StandardCharsets.UTF_8), InputFormat.JSON);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
