package packetlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import packetlab.event.EventType;
import packetlab.event.WsEvent;
import packetlab.event.WsEvent.Broken;
import packetlab.message.WsRule;

class VerdictReportTest {
    private static final List<String> CHECKED = List.of("request-method", "client-frame-unmasked", "reserved-bits",
            "masking-key-zero");

    @Test
    void eachConnectionIsJudgedWithItsPackets() {
        assertEquals("""
                stream 0 · 127.0.0.1:50000 → [::1]:80 · /chat · 3 rules checked · all kept
                stream 1 · 3 rules checked · 1 kept · 2 broken
                  ! client-frame-unmasked · RFC 6455 §5.1 · packet 20
                      The client masks every frame
                  ! reserved-bits · RFC 6455 §5.2 · 1,000 times, first in packets 21, 22, 23
                      RSV bits are 0 unless an extension gives them a meaning
                  ? masking-key-zero · RFC 6455 §5.3 · packets 30, 31
                      The masking key is unpredictable: it is not 0

                2 WebSockets judged · 1 without a broken rule
                """, text(options(false, false), VerdictReportTest::two));
    }

    @Test
    void verboseListsWhatWasKept() {
        String text = text(options(true, false), VerdictReportTest::two);
        assertTrue(text.contains("""
                  ✓ request-method · RFC 6455 §4.1
                      The opening request is a GET
                """), text);
    }

    @Test
    void coloursTellViolationsFromNotes() {
        String text = text(options(false, true), VerdictReportTest::two);
        assertTrue(text.contains("\u001b[1;31m  ! client-frame-unmasked"), text);
        assertTrue(text.contains("\u001b[33m  ? masking-key-zero"), text);
        assertEquals(text(options(false, false), VerdictReportTest::two), text.replaceAll("\u001b\\[[0-9;]*m", ""));
    }

    @Test
    void nothingToJudgeIsSaid() {
        assertEquals("no WebSocket connection to judge\n", text(options(false, false), VerdictReport::summary));
    }

    @Test
    void theListOfRulesNamesEachWithItsSection() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        VerdictReport.printRules(bytes, true);
        List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals(WsRule.values().length, lines.size());
        assertTrue(lines.contains(
                "! client-frame-unmasked          RFC 6455 §5.1    The client masks every frame"), lines.toString());
        lines.forEach(line -> assertTrue(Columns.of(line) <= 132, line));
    }

    private static void two(VerdictReport report) {
        assertTrue(report.wants(EventType.WS_VERDICT));
        report.onEvent(Examples.full(EventType.TCP_OPEN));
        report.onEvent(Examples.full(EventType.WS_OPEN));
        report.onEvent(new WsEvent.Verdict(0, 9, 0, CHECKED, List.of()));
        report.onEvent(Examples.full(EventType.TCP_CLOSE));
        report.onEvent(new WsEvent.Verdict(0, 99, 1, CHECKED, List.of(
                new Broken("client-frame-unmasked", 1, List.of(20L)),
                new Broken("reserved-bits", 1000, List.of(21L, 22L, 23L)),
                new Broken("masking-key-zero", 2, List.of(30L, 31L)))));
        report.summary();
    }

    private static TextReport.Options options(boolean verbose, boolean colour) {
        return new TextReport.Options(100, colour, true, verbose, EventFilter.ALL);
    }

    private static String text(TextReport.Options options, Consumer<VerdictReport> events) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (VerdictReport report = new VerdictReport(bytes, options)) {
            events.accept(report);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
