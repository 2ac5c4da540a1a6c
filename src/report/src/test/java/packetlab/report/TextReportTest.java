package packetlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import packetlab.event.CallEvent;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.event.EventListener;
import packetlab.event.EventType;
import packetlab.event.HttpEvent;
import packetlab.event.PacketEvent;
import packetlab.event.PerSide;
import packetlab.event.Side;
import packetlab.event.TcpEvent;
import packetlab.event.WebEvent;
import packetlab.event.WsEvent;
import packetlab.flow.FlowLimits;
import packetlab.message.Decoder;
import packetlab.message.MessageDecoder;
import packetlab.message.MessageLimits;
import packetlab.pcap.CaptureReader;

class TextReportTest {
    private static final CaptureEvent.End END = new CaptureEvent.End(Event.NO_TIME, 19, 2914, 0, 1, 0);
    private static final Summary.Figures FIGURES = new Summary.Figures(Summary.Packets.NONE, 0, 1, 0, 6, 0, 2, 0, 0,
            SummaryTest.all(), 0, 0, 0);

    @Test
    void aWholeConversationReadsTopToBottom() {
        assertGolden("whole.txt", text(options(100, false, true), report -> {
            Conversation.whole(report);
            report.summary(END, FIGURES);
        }));
    }

    @Test
    void withoutUtf8TheLinesAreAscii() {
        assertGolden("whole-ascii.txt", text(options(100, false, false), report -> {
            Conversation.whole(report);
            report.summary(END, FIGURES);
        }));
    }

    @Test
    void coloursAreAddedAndNothingElseIsChanged() {
        String coloured = text(options(100, true, true), Conversation::whole);
        assertEquals(text(options(100, false, true), Conversation::whole),
                coloured.replaceAll("\u001b\\[[0-9;]*m", ""));
        assertTrue(coloured.contains("\u001b[36m══TEXT 23 · FIN · mask═════════════════▶\u001b[0m"), "client");
        assertTrue(coloured.contains("\u001b[32m◀════════════════════════TEXT 23 · FIN══\u001b[0m"), "server");
        String broken = text(options(100, true, true), r -> conversation(r)
                .finding(5, 9, Side.CLIENT, WsEvent.Level.VIOLATION, "client-frame-unmasked", "5.1", null));
        assertTrue(broken.contains("\u001b[1;31m! frame 9"), broken);
    }

    @Test
    void aBrokenRuleStandsUnderItsFrameInWords() {
        String text = text(options(100, false, true), r -> conversation(r)
                .finding(10, 20, Side.CLIENT, WsEvent.Level.VIOLATION, "client-frame-unmasked", "5.1",
                        "text frame of 2 octets")
                .finding(10, 20, Side.CLIENT, WsEvent.Level.NOTE, "masking-key-zero", "5.3", "text frame of 2 octets")
                .frame(10, 20, Side.CLIENT, 1, true, 0, false, Conversation.utf8("hi"))
                .frame(10, 20, Side.CLIENT, 10, true, Conversation.utf8("p"))
                .finding(10, 20, Side.CLIENT, WsEvent.Level.NOTE, "unsolicited-pong", "5.5.3", null)
                .finding(11, 21, Side.SERVER, WsEvent.Level.VIOLATION, "close-unanswered", "5.5.1",
                        "the Close frame of packet 19")
                .finding(12, 22, null, WsEvent.Level.VIOLATION, "ended-without-close", "7.3", null)
                .finding(13, 23, Side.SERVER, WsEvent.Level.VIOLATION, "response-deflate-parameters", "RFC 7692 7.1",
                        "server_max_window_bits=7")
                .finding(14, 24, Side.SERVER, WsEvent.Level.VIOLATION, "a-new-rule", "9.9", null));
        assertGolden("broken-rules.txt", text);
    }

    @Test
    void fragmentsCompressionAndWhatCannotBeReadAreTold() {
        byte[] packed = {(byte) 0xAA, 0x56};
        String text = text(options(100, false, true), r -> {
            Conversation c = conversation(r);
            c.frame(10, 20, Side.CLIENT, 1, false, Conversation.utf8("first, "))
                    .ping(11, 21, "", 5)
                    .frame(20, 23, Side.CLIENT, 0, true, Conversation.utf8("second"))
                    .event(new WsEvent.Message(Conversation.at(20), 23, 0, Side.CLIENT, 1, 2, 13, 13, false,
                            Conversation.utf8("first, second"), false));
            c.frame(30, 24, Side.SERVER, 1, true, 4, false, packed)
                    .event(new WsEvent.Message(Conversation.at(30), 24, 0, Side.SERVER, 1, 1, 2, 11, true,
                            Conversation.utf8("한글 inflated"), false));
            c.frame(40, 25, Side.SERVER, 2, true, 4, false, packed)
                    .event(new WsEvent.Message(Conversation.at(40), 25, 0, Side.SERVER, 2, 1, 2, -1, true, null, false,
                            "a message before it was lost"));
            c.frame(50, 26, Side.CLIENT, 2, true, new byte[] {0, 1, (byte) 0xFE});
            c.frame(60, 27, Side.CLIENT, 2, true, Conversation.utf8("{\"json\":\"in binary\"}\n"));
            c.frame(70, 28, Side.CLIENT, 1, true, new byte[] {(byte) 0xC3, 0x28});
            c.frame(80, 29, Side.CLIENT, 11, true, 3, true, new byte[0]);
            c.event(new WsEvent.Frame(Conversation.at(90), 30, 0, Side.CLIENT, true, 0, 1, true, -1L, false,
                    Conversation.utf8("begun"), false));
            byte[] syllables = Conversation.utf8("조각");
            c.frame(100, 31, Side.SERVER, 1, false, Arrays.copyOf(syllables, 4))
                    .frame(110, 32, Side.SERVER, 0, true, Arrays.copyOfRange(syllables, 4, 6));
            c.frame(120, 33, Side.CLIENT, 1, false, 4, true, Conversation.utf8("packed"))
                    .frame(130, 34, Side.CLIENT, 0, true, Conversation.utf8("packed"));
            c.frame(140, 35, Side.CLIENT, 0, true, Conversation.utf8("of nothing"));
        });
        assertGolden("frames.txt", text);
    }

    @Test
    void manyStreamsStayReadable() {
        String text = text(options(100, false, true), r -> {
            Conversation a = conversation(r).handshake(0, 1);
            Conversation b = new Conversation(r, 1, "2001:db8:85a3:1111:2222:8a2e:370:7334", 50001,
                    "2001:db8:85a3:1111:2222:8a2e:370:7335", 443).handshake(100, 4);
            a.text(200, 7, Side.CLIENT, "a");
            b.text(210, 8, Side.CLIENT, "b").text(220, 9, Side.SERVER, "b");
            a.text(230, 10, Side.SERVER, "a").fin(300, 11, false);
            b.fin(400, 14, false);
            new Conversation(r, 2, "::1", 1, "::1", 2).segment(1000, 17, Side.CLIENT, 2, null);
        });
        assertGolden("streams.txt", text);
    }

    @Test
    void warningsRemarksAndOtherPacketsHaveTheirLines() {
        EventFilter all = EventFilter.ALL;
        String text = text(new TextReport.Options(100, false, true, true, all), r -> {
            Conversation c = conversation(r);
            for (EventType type : List.of(EventType.GAP, EventType.DROPPED, EventType.LIMIT, EventType.TCP_FINDING,
                    EventType.TCP_PROTOCOL, EventType.WS_RESYNC, EventType.UDP_DATAGRAM, EventType.ICMP_MESSAGE,
                    EventType.OTHER, EventType.SSE_EVENT, EventType.SOCKETIO_ACK, EventType.CALL,
                    EventType.LATENCY_RESULT)) {
                c.event(Examples.full(type));
            }
            c.event(new TcpEvent.Segment(Examples.TIME, 90, 0, Examples.CLIENT, Examples.SERVER, Side.SERVER, 0x18, 10,
                    20, 10, 20, 1448, 65536, null, 12_345, null));
            c.event(new HttpEvent.Request(Examples.TIME, 91, 0, Side.CLIENT, "POST", "/api/" + "x".repeat(60), "a:80",
                    List.of(new HttpEvent.Header("content-type", "text/plain")), 1, false));
            c.event(new HttpEvent.Response(Examples.TIME, 92, 0, Side.SERVER, 403, List.of(), -1, true));
            c.event(new WsEvent.Refused(Examples.TIME, 92, 0, 403, "/"));
            c.event(new TcpEvent.Close(Examples.TIME, 93, 0, Examples.CLIENT, Examples.SERVER, TcpEvent.How.RESET,
                    new PerSide(1, 1), new PerSide(120, 4000), new PerSide(0, 1448), 1));
        });
        assertGolden("others.txt", text);
    }

    @Test
    void everyEventPrintsWithinTheLine() {
        for (int columns : new int[] {80, 100, 137}) {
            for (boolean unicode : new boolean[] {true, false}) {
                String text = text(new TextReport.Options(columns, false, unicode, true, EventFilter.ALL),
                        r -> Examples.all().forEach(r::onEvent));
                for (String line : text.lines().toList()) {
                    assertTrue(Columns.of(line) <= columns, line);
                    assertEquals(line.stripTrailing(), line, "no spaces at the end");
                    assertTrue(unicode || line.chars().allMatch(c -> c < 0x80), line);
                }
            }
        }
    }

    @Test
    void koreanEmojiAndCombiningMarksKeepTheColumns() {
        String[] words = {"안녕하세요", "서버", "hello", "😀", "é", "ｆｕｌｌ", "漢字", "नमस्ते", " ", "\"quoted\"", "ไทย", "\t"};
        Random random = new Random(11);
        for (int columns : new int[] {80, 100, 121}) {
            String text = text(options(columns, false, true), r -> {
                Conversation c = conversation(r).handshake(0, 1);
                for (int i = 0; i < 200; i++) {
                    StringBuilder payload = new StringBuilder();
                    for (int n = random.nextInt(12); n > 0; n--) {
                        payload.append(words[random.nextInt(words.length)]);
                    }
                    c.text(100 + i, 4 + i, i % 2 == 0 ? Side.CLIENT : Side.SERVER, payload.toString());
                    if (i % 10 == 0) {
                        c.ping(100 + i, 4 + i, payload.substring(0, Math.min(20, payload.length())), 40);
                    }
                }
            });
            int arrowEnd = 0;
            for (String line : text.lines().skip(2).toList()) {
                assertTrue(Columns.of(line) <= columns, line);
                int head = Math.max(line.indexOf('▶'), line.indexOf('◀') < 0 ? -1 : line.lastIndexOf("══", 70));
                int end = line.indexOf('▶') >= 0 ? line.indexOf('▶') + 1 : line.startsWith("◀", 22) ? lastOfArrow(line) : 0;
                assertTrue(head >= 0 || end > 0, line);
                arrowEnd = arrowEnd == 0 ? end : arrowEnd;
                assertEquals(arrowEnd, end, line);
                if (line.endsWith(" 40 µs")) {
                    assertEquals(columns, Columns.of(line), "times stand at the margin: " + line);
                }
            }
        }
    }

    /** Where the arrow ends that begins in column 22 with its head. */
    private static int lastOfArrow(String line) {
        int detail = line.indexOf("  ", 22);
        return detail < 0 ? line.length() : detail;
    }

    @Test
    void capturedBytesCannotDriveTheTerminal() {
        String hostile = "\u001b[2J\u001b]0;x\u0007\u009b31m\u202e\u2066\u0000\u007f\r\n\ufeff\udb40\udc41";
        byte[] bytes = Conversation.utf8(hostile);
        for (boolean unicode : new boolean[] {true, false}) {
            String text = text(new TextReport.Options(400, false, unicode, true, EventFilter.ALL), r -> {
                r.onEvent(new CaptureEvent.Start(0, hostile, hostile, hostile, hostile));
                Conversation c = conversation(r);
                c.text(1, 1, Side.CLIENT, hostile).ping(2, 2, hostile, 1).close(4, 4, Side.SERVER, 1000, hostile);
                c.frame(5, 5, Side.CLIENT, 2, true, bytes);
                c.event(new WsEvent.Message(0, 5, 0, Side.CLIENT, 2, 2, 1, 1, true, bytes, true));
                c.event(new WsEvent.Open(0, 6, 0, hostile, hostile, hostile, hostile, true, 5, 6, false, 1));
                c.event(new HttpEvent.Request(0, 7, 0, Side.CLIENT, hostile, hostile, hostile,
                        List.of(new HttpEvent.Header("Sec-WebSocket-Key", hostile),
                                new HttpEvent.Header("Upgrade", hostile)), 1, false));
                c.event(new HttpEvent.Response(0, 8, 0, Side.SERVER, 200,
                        List.of(new HttpEvent.Header("Content-Type", hostile)), 1, false));
                c.event(new WsEvent.Open(0, 8, 0, hostile, hostile, hostile, hostile, true, 5, 6, false, 1));
                c.finding(9, 9, Side.CLIENT, WsEvent.Level.NOTE, "cross-site-origin", "10.2", hostile);
                c.finding(9, 9, Side.CLIENT, WsEvent.Level.NOTE, hostile, hostile, hostile);
                c.event(new TcpEvent.Finding(0, 10, 0, Side.CLIENT, TcpEvent.FindingKind.OVERLAP_CONFLICT, hostile));
                c.event(new TcpEvent.Protocol(0, 10, 0, Side.CLIENT, hostile));
                c.event(new CaptureEvent.Limit(0, 11, 0, null, hostile, 1, 1));
                c.event(new PacketEvent.Other(0, 12, hostile, hostile, hostile, 1, hostile));
                c.event(new WebEvent.Sse(0, 13, 0, Side.SERVER, hostile, hostile, -1, 0, 0, hostile, false));
                c.event(new CallEvent(0, 1, hostile, 1, 1, 1, hostile, 1, hostile, 0, null, -1, -1, List.of()));
            });
            assertEquals(List.of(), text.codePoints().filter(c -> c != '\n' && Hazard.is(c)).boxed().toList(), text);
            assertTrue(text.contains("\\x1b[2J\\x1b]0;x\\x07\\u009b31m\\u202e\\u2066\\x00\\x7f\\r\\n\\ufeff\\u{e0041}"), text);
        }
    }

    @Test
    void aFloodOfCombiningMarksIsCut() {
        String text = text(options(100, false, true),
                r -> conversation(r).text(1, 1, Side.CLIENT, "a" + "\u0301".repeat(20_000)));
        assertTrue(text.length() < 1500, "length " + text.length());
        assertTrue(text.contains("…"), text);
    }

    @Test
    void whatWaitsForItsOtherHalfIsThereOnceFlushed() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TextReport report = new TextReport(bytes, TextReport.Options.DEFAULT)) {
            conversation(report).frame(1, 1, Side.CLIENT, 9, true, Conversation.utf8("live"));
            report.flush();
            assertTrue(bytes.toString(StandardCharsets.UTF_8).contains("──PING 4 · FIN · mask"));
            conversation(report).finding(2, 2, Side.CLIENT, WsEvent.Level.VIOLATION, "reserved-bits", "5.2", null);
            report.flush();
            assertTrue(bytes.toString(StandardCharsets.UTF_8).contains("! frame 2 from the client has RSV bits"));
        }
    }

    @Test
    void aFilteredConversationStillSaysWhoTalks() {
        EventFilter filter = EventFilter.of(List.of("ws"), List.of(0L));
        String text = text(new TextReport.Options(100, false, true, false, filter), r -> {
            assertEquals(EventListener.Segments.NONE, r.segments());
            assertTrue(r.wants(EventType.TCP_OPEN));
            assertFalse(r.wants(EventType.TCP_FINDING));
            assertFalse(r.wants(EventType.HTTP_REQUEST));
            Conversation one = conversation(r);
            Conversation two = new Conversation(r, 1, "10.0.0.3", 1, "10.0.0.4", 2);
            two.event(open(1));
            one.event(open(0)).event(new WsEvent.Open(Conversation.at(5), 6, 0, "/chat", null, null, null, true, 4, 6,
                    false, 1));
            two.text(6, 7, Side.CLIENT, "not asked for");
            one.text(7, 8, Side.CLIENT, "asked for").fin(8, 9, true);
        });
        assertGolden("filtered.txt", text);
    }

    private static TcpEvent.Open open(long stream) {
        return new TcpEvent.Open(Conversation.at(0), 3, stream, Examples.CLIENT, Examples.SERVER, null,
                TcpEvent.Start.HANDSHAKE);
    }

    @Test
    void aLatePacketOfAClosedConnectionIsNotIntroducedAgain() {
        String text = text(options(100, false, true), r -> {
            conversation(r).handshake(0, 1).fin(100, 4, false);
            new Conversation(r, 1, "10.0.0.1", 5001, "10.0.0.2", 80).handshake(200, 7);
            r.onEvent(new TcpEvent.Finding(Conversation.at(300), 10, 0, Side.CLIENT,
                    TcpEvent.FindingKind.SPURIOUS_RETRANSMISSION, null));
        });
        assertEquals(2, text.lines().filter(l -> l.contains("stream ")).count(), text);
        assertTrue(text.endsWith("       300    10   0  ~ spurious-retransmission from the client\n"), text);
    }

    @Test
    void thatAPortIsUsedAgainIsSaidUnderTheConnectionsFirstSegment() {
        String text = text(options(100, false, true), r -> {
            r.onEvent(new TcpEvent.Finding(Conversation.at(0), 1, 0, Side.CLIENT, TcpEvent.FindingKind.PORT_REUSED, null));
            conversation(r).segment(0, 1, Side.CLIENT, 2, null);
        });
        List<String> lines = text.lines().toList();
        assertTrue(lines.get(1).contains("client 10.0.0.1:5000"), text);
        assertTrue(lines.get(2).contains("──SYN──"), text);
        assertEquals("                      ~ port-reused from the client", lines.get(3));
    }

    @Test
    void packetsOutsideConnectionsHaveTheirColumnsNamed() {
        String text = text(new TextReport.Options(100, false, true, true, EventFilter.ALL),
                r -> r.onEvent(Examples.full(EventType.UDP_DATAGRAM)));
        assertEquals("""

                   time µs     #
                         0     4      UDP 127.0.0.1:50000 → [::1]:80 · 512 bytes
                """, text);
    }

    @Test
    void timesBeforeTheFirstPacketAndHugeOnesKeepTheirColumn() {
        String text = text(options(100, false, true), r -> {
            r.firstPacketAt(Conversation.at(10));
            conversation(r).text(0, 1, Side.CLIENT, "earlier").text(3_600_000_000_000L, 12_345_678, Side.SERVER, "later")
                    .event(new TcpEvent.Finding(Event.NO_TIME, 3, 0, Side.CLIENT,
                            TcpEvent.FindingKind.URGENT, null));
        });
        assertTrue(text.contains("       -10     1      ══TEXT 7"), text);
        assertTrue(text.contains("3,599,999,999,990 12345678      ◀═"), text);
        assertTrue(text.lines().anyMatch(l -> l.matches(" {17,}3 +~ urgent from the client")), "no time where there is none: " + text);
        text.lines().forEach(line -> assertTrue(Columns.of(line) <= 100, line));
    }

    @Test
    void foreignConversationsStayWithinTheLine() throws IOException {
        Path captures = Path.of(System.getProperty("packetlab.root", "../.."), "../shared/captures/autobahn");
        if (!Files.isDirectory(captures)) {
            System.out.println("TextReportTest: no " + captures.normalize() + " here, nothing foreign is printed");
            return;
        }
        try (Stream<Path> files = Files.list(captures)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".pcap")).toList()) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                try (TextReport report = new TextReport(bytes, TextReport.Options.DEFAULT);
                        CaptureReader reader = CaptureReader.open(file, new CaptureReader.Listener() {})) {
                    Decoder decoder = new Decoder(report, new MessageDecoder(report, MessageLimits.DEFAULT),
                            FlowLimits.DEFAULT, false);
                    while (reader.poll(decoder) >= 0) {
                        report.flush();
                    }
                    decoder.finish();
                }
                String text = bytes.toString(StandardCharsets.UTF_8);
                assertTrue(text.lines().count() > 1000, file.toString());
                text.lines().forEach(line -> assertTrue(Columns.of(line) <= 100, line));
                assertTrue(text.codePoints().noneMatch(c -> c != '\n' && Hazard.is(c)));
            }
        }
    }

    /** Compares with a file beside this class, which a person has read. */
    private static void assertGolden(String name, String text) {
        try (InputStream in = TextReportTest.class.getResourceAsStream(name)) {
            assertEquals(new String(in.readAllBytes(), StandardCharsets.UTF_8), text, name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Conversation conversation(EventListener listener) {
        return new Conversation(listener, 0, "10.0.0.1", 5000, "10.0.0.2", 80);
    }

    private static TextReport.Options options(int columns, boolean colour, boolean unicode) {
        return new TextReport.Options(columns, colour, unicode, false, EventFilter.ALL);
    }

    private static String text(TextReport.Options options, Consumer<TextReport> events) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TextReport report = new TextReport(bytes, options)) {
            events.accept(report);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whatCarriesSomethingIsToldAsThat() {
        WebEvent message = new WebEvent.EngineIo(EventType.ENGINEIO_MESSAGE, 0, 7, 0, Side.CLIENT, "s", 4, "polling", 5, 6,
                false, "2[\"a\"]".getBytes(StandardCharsets.UTF_8), false);
        Event event = Examples.full(EventType.SOCKETIO_EVENT);
        WebEvent inside = new WebEvent.SocketIo(EventType.SOCKETIO_EVENT, 0, 7, 0, Side.CLIENT, "s", "polling", "/", null,
                "a", -1, -1, -1, 0, 0, 5, 6, "[]", false);
        for (boolean verbose : new boolean[] {false, true}) {
            String joined = web(verbose, message, inside);
            assertTrue(joined.contains("Socket.IO event a"), joined);
            assertEquals(verbose, joined.contains("Engine.IO message"), joined);
            String apart = web(verbose, message, event);
            assertTrue(apart.contains("Engine.IO message") && apart.contains("Socket.IO event hello"), apart);
        }
        assertTrue(web(false, message).contains("Engine.IO message"), "alone it is told as it is");
    }

    private static String web(boolean verbose, Event... events) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TextReport report = new TextReport(out, new TextReport.Options(100, false, true, verbose, EventFilter.ALL))) {
            for (Event event : events) {
                report.onEvent(event);
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
