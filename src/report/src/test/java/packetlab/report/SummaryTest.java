package packetlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.message.WsRule;

class SummaryTest {
    private static final Summary.Figures NOTHING = new Summary.Figures(
            Summary.Packets.NONE, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** Every rule as a set. */
    static long all() {
        long all = 0;
        for (WsRule rule : WsRule.values()) {
            all |= rule.bit();
        }
        return all;
    }

    @Test
    void oneIsSingular() {
        assertEquals("1 connection · 1 packet · 1 byte · 1 dropped by the kernel\n", text(end(1, 1, 1, 1), NOTHING));
        assertEquals("""
                1 connection · 1 packet · 1 byte
                1 WebSocket · 1 frame · 1 message · the one checked rule of RFC 6455 kept · 1 note
                """, text(end(1, 1, Event.UNKNOWN, 1), new Summary.Figures(
                        Summary.Packets.NONE, 0, 1, 0, 1, 0, 1, 0, 0,
                        WsRule.CLIENT_MASKED.bit(), 0, 0, 1)));
    }

    @Test
    void nothingIsSaidOfWhatWasNotCounted() {
        assertEquals("0 connections · 0 packets · 0 bytes\n", text(end(0, 0, Event.UNKNOWN, 0), NOTHING));
        assertEquals("2 datagrams · 2 packets · 200 bytes · 0 dropped by the kernel\n", text(end(2, 200, 0, 0),
                new Summary.Figures(datagrams(2), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)));
        assertEquals("3 connections · 3 not decoded · 30 packets · 2,000 bytes\n", text(end(30, 2000, Event.UNKNOWN, 3),
                new Summary.Figures(Summary.Packets.NONE, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)));
    }

    @Test
    void brokenRulesAreCountedByRuleAndByOccasion() {
        long broken = WsRule.CLIENT_MASKED.bit() | WsRule.CLOSE_CODE.bit() | WsRule.MASK_ZERO.bit();
        long checked = broken | WsRule.SERVER_UNMASKED.bit();
        assertEquals("""
                9 connections · 1,000 packets · 2,000,000 bytes
                3 WebSockets · 2 refused · 500 frames · 1 incomplete · 400 messages · 2 unreadable
                  1,234 bytes skipped · 2 of 3 checked rules of RFC 6455 broken, 7 times in all · 5 notes
                """, text(end(1000, 2_000_000, Event.UNKNOWN, 9),
                new Summary.Figures(Summary.Packets.NONE, 0, 3, 2, 500, 1, 400, 2, 1234, checked, broken, 7, 5)));
    }

    @Test
    void whatLibrariesFramedIsCountedByProtocolAndTransport() {
        Map<String, Long> messages = new LinkedHashMap<>();
        messages.put("websocket", 1L);
        messages.put("xhr_send", 2_000L);
        Summary.Figures figures = new Summary.Figures(Summary.Packets.NONE, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                new Summary.Web(1, 2, messages, 3, 1, 40, 9, 1));
        assertEquals("""
                1 connection · 9 packets · 900 bytes
                1 server-sent event · 2 SockJS sessions · 1 message by websocket · 2,000 messages by xhr_send
                  3 Engine.IO sessions · 1 upgraded · 40 Engine.IO packets · 9 Socket.IO events · 1 acknowledgement
                """, text(end(9, 900, Event.UNKNOWN, 1), figures));
    }

    @Test
    void longLinesBreakBetweenParts() {
        long many = 1_234_567_890_123L;
        assertEquals("""
                1,234,567,890,123 connections · 1,234,567,890,123 datagrams · 1,234,567,890,123 packets
                  1,234,567,890,123 bytes · 1,234,567,890,123 dropped by the kernel
                """, text(end(many, many, many, many),
                new Summary.Figures(datagrams(many), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)));
    }

    @Test
    void whatIsNotDecodedIsCounted() {
        Summary.Packets rest = new Summary.Packets(1, 2, 3, 4, 5, 6, 7);
        assertEquals("""
                1 datagram · 2 of ICMP · 21 packets · 3 IP fragments · 4 of other protocols
                  5 cut too short to read · 6 malformed · 2,100 bytes · 7 never captured
                """, text(end(21, 2100, Event.UNKNOWN, 0), new Summary.Figures(rest, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)));
    }

    private static Summary.Packets datagrams(long count) {
        return new Summary.Packets(count, 0, 0, 0, 0, 0, 0);
    }

    private static CaptureEvent.End end(long packets, long bytes, long dropped, long streams) {
        return new CaptureEvent.End(Event.NO_TIME, packets, bytes, dropped, streams, 0);
    }

    private static String text(CaptureEvent.End end, Summary.Figures figures) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Summary summary = new Summary(bytes, 100, true)) {
            summary.print(end, figures);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
