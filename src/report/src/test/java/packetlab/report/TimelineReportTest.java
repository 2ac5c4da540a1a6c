package packetlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import packetlab.event.CallEvent;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.event.PerSide;
import packetlab.event.Side;
import packetlab.event.TcpEvent;

class TimelineReportTest {
    private static String text(Runs runs, boolean colour, boolean unicode) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TimelineReport report = new TimelineReport(out, colour, unicode);
        runs.events.forEach(report::onEvent);
        report.finish();
        report.flush();
        return out.toString(StandardCharsets.UTF_8);
    }

    private static void assertWithin(String text) {
        for (String line : text.split("\n")) {
            int width = line.codePoints().map(CharWidth::of).sum();
            assertTrue(width <= TimelineColumns.COLUMNS, width + ": " + line);
            assertFalse(line.endsWith(" "), line);
        }
    }

    @Test
    void callsStandBesideThePacketsThatTheyCause() {
        String text = text(Runs.example(), false, true);
        assertEquals("""

               time µs                       client   wire                          server
                     0                                                            ┌ socket(AF_INET, SOCK_STREAM)
                    20                                                            └ = 5
                    31                                                            • bind(5, 127.0.0.1:80)
                    44                                                            • listen(5, 128)
                    60                                                            ┌ accept(5)
                   210     connect(7, 127.0.0.1:80) ┐                             │
                                    127.0.0.1:50000 │ stream 0                    │ 127.0.0.1:80
                   224                              │ #1  ──SYN─────────────────▶ │
                   233                              │ #2  ◀─────────────SYN,ACK── │
                   241                              │ #3  ──ACK─────────────────▶ │
                   250                          = 0 ┘                             │
                   262                                                            └ = 6 127.0.0.1:50000
                   300        send(7, "안녕하세요") ┐
                   302                              │                             ┌ recv(6, 4096)
                   318                              │ #4  ══data 15 [0..14]═════▶ │
                   331                              │                             └ = 15 [0..14] "안녕하세요"
                   335                 = 15 [0..14] ┘
                   400     connect(8, 127.0.0.1:81) ┐
                   420            = -1 ECONNREFUSED ┘
            """, text);
        assertWithin(text);
    }

    @Test
    void withoutUtf8EveryOctetIsAscii() {
        String text = text(Runs.example(), false, false);
        assertTrue(text.chars().allMatch(c -> c < 0x80 && (c >= ' ' || c == '\n')), text);
        assertTrue(text.contains("| #1  --SYN----------------->  |".replace("  |", " |")), text);
        assertTrue(text.contains("#4  ==data 15 [0..14]=====>"), text);
        assertWithin(text);
    }

    @Test
    void colourTellsClientFromServerAndChangesNothingElse() {
        String plain = text(Runs.example(), false, true);
        String coloured = text(Runs.example(), true, true);
        assertEquals(plain, coloured.replaceAll("\u001b\\[[\\d;]*m", ""));
        assertTrue(coloured.contains("\u001b[36mconnect(7, 127.0.0.1:80)"), coloured);
        assertTrue(coloured.contains("\u001b[32maccept(5)"), coloured);
        assertTrue(coloured.contains("\u001b[1;31m= -1 ECONNREFUSED"), coloured);
    }

    @Test
    void capturedOctetsAreVisibleCharactersOnly() {
        for (boolean unicode : new boolean[] {true, false}) {
            String text = text(Runs.hostile(), false, unicode);
            assertTrue(text.codePoints().noneMatch(c -> c != '\n' && Hazard.is(c)), text);
            assertWithin(text);
        }
    }

    @Test
    void aCallThatTookLongerThanLinesWaitSaysSinceWhenItRan() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TimelineReport report = new TimelineReport(out, false, true);
        Runs runs = new Runs();
        report.onEvent(runs.call(Side.SERVER, 0, 5, "listen", 5, "128", 0));
        report.onEvent(runs.call(Side.CLIENT, 2_000, 2_010, "close", 7, "", 0));
        report.release(Runs.at(3_000));
        report.onEvent(runs.call(Side.SERVER, 10, 4_000, "accept", 5, "127.0.0.1:50000", 6));
        report.finish();
        report.flush();
        String text = out.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains("     4,000"), text);
        assertTrue(text.contains("accept(5)\n"), text);
        assertTrue(text.contains("= 6 127.0.0.1:50000"), text);
        assertTrue(text.contains("(since 10)"), text);
        assertWithin(text);
    }

    @Test
    void callsAtOneTimeHaveBarsOfTheirOwnAndMoreThanFitAreToldAtTheirReturn() {
        Runs runs = new Runs();
        for (int i = 0; i < 7; i++) {
            runs.call(Side.SERVER, i, 100 + i, "recv", 10 + i, "\"x\", 4096", 1, null, 0, 1, List.of(), List.of());
        }
        String text = text(runs, false, true);
        assertEquals(7, text.lines().filter(l -> l.contains("= 1 [0..0] \"x\"")).count(), text);
        assertEquals(TimelineColumns.LANES, text.lines().filter(l -> l.contains("┌")).count(), text);
        assertTrue(text.contains("┼"), text);
        assertWithin(text);
    }

    @Test
    void whateverTheNumbersAreTheLinesKeepTheirWidth() {
        SplittableRandom random = new SplittableRandom(6);
        for (int round = 0; round < 50; round++) {
            Runs runs = new Runs();
            for (int i = 0; i < 60; i++) {
                Side side = random.nextBoolean() ? Side.CLIENT : Side.SERVER;
                long from = random.nextLong(1L << random.nextInt(1, 40));
                String name = List.of("send", "recv", "connect", "close", "setsockopt", "sendto").get(random.nextInt(6));
                runs.call(side, from, from + random.nextLong(1L << random.nextInt(1, 20)), name, random.nextInt(100_000),
                        "\"" + "漢字 and more".repeat(random.nextInt(5)) + "\", 12, [fe80::1234:5678:9abc:def0]:65535",
                        random.nextLong(), random.nextInt(5) == 0 ? "EADDRNOTAVAIL" : null, random.nextLong(1L << 62),
                        random.nextLong(1L << 40), List.of(), List.of());
                runs.segment(from, random.nextLong(1L << 40), side, random.nextInt(512), random.nextLong(1L << 62), 1,
                        random.nextLong(1L << 20));
            }
            assertWithin(text(runs, false, true));
            assertWithin(text(runs, false, false));
        }
    }

    @Test
    void remarksAndLossesAreTold() {
        Runs runs = Runs.example();
        runs.events.add(new TcpEvent.Finding(Runs.at(318), 4, 0, Side.CLIENT, TcpEvent.FindingKind.ZERO_WINDOW_PROBE_ACK,
                null));
        runs.events.add(new CaptureEvent.Dropped(Event.NO_TIME, 4, 12));
        runs.events.add(new CaptureEvent.Gap(Runs.at(500), 5, 0, Side.CLIENT, 1_000, true));
        runs.events.add(new CaptureEvent.Limit(Event.NO_TIME, 0, -1, null, "timeline-packets", 1, 1));
        runs.events.add(new TcpEvent.Close(Runs.at(600), 6, 0, Runs.CLIENT, Runs.SERVER, TcpEvent.How.RESET,
                new PerSide(3, 3), new PerSide(15, 1_000), new PerSide(0, 7), 1));
        String text = text(runs, false, true);
        assertTrue(text.contains("\n           = reset · 15 bytes from the client, 1,000 from the server"
                + " · 7 bytes never captured\n"), text);
        assertTrue(text.contains("~ zero-window-probe-ack"), text);
        assertTrue(text.contains("! kernel dropped 12"), text);
        assertTrue(text.contains("! 1,000 never captured"), text);
        assertTrue(text.contains("! limit timeline-packets"), text);
        assertWithin(text);
    }

    @Test
    void datagramsGoFromTheSideWhoseAddressTheyBear() {
        Runs runs = new Runs();
        runs.call(Side.CLIENT, 0, 10, "sendto", 3, "\"a\", 1, 127.0.0.1:80", 1);
        runs.datagram(5, 1, Runs.CLIENT, Runs.SERVER, 1);
        runs.datagram(20, 2, Runs.SERVER, Runs.CLIENT, 0);
        String text = text(runs, false, true);
        assertTrue(text.contains("#1  ══UDP 1═══════════════▶"), text);
        assertTrue(text.contains("#2  ◀═══════════════UDP 0══"), text);
    }

    @Test
    void whatALibraryMakesOfACallIsTold() {
        Runs runs = new Runs();
        runs.call(Side.SERVER, 0, 5, "bind", 5, "/run/x.sock; jnr-unixsocket calls bind, getsockname, listen", 0);
        String text = text(runs, false, true);
        assertTrue(text.contains("• bind(5, /run/x.sock)\n"), text);
        assertTrue(text.replaceAll("\\s+", " ").contains("(jnr-unixsocket calls bind, getsockname, listen)"), text);
    }

    @Test
    void wordsOfCallsAreAsInC() {
        Runs runs = new Runs();
        CallEvent recv = runs.call(Side.CLIENT, 0, 1, "recvfrom", 5, "\"a, b\", 2048, 127.0.0.1:80", 4, null, 0, 4,
                List.of(), List.of());
        assertEquals("recvfrom(5, 2048)", CallWords.entry(recv));
        assertEquals("= 4 [0..3] \"a, b\"", CallWords.exit(recv));
        CallEvent hex = runs.call(Side.CLIENT, 0, 1, "send", 5, "00 01 02..., 12", 12, null, -1, 12, List.of(), List.of());
        assertEquals("send(5, 00 01 02...) = 12", CallWords.whole(hex));
        CallEvent option = runs.call(Side.CLIENT, 0, 1, "setsockopt", 5, "SOL_SOCKET, SO_LINGER, 0", 0);
        assertEquals("setsockopt(5, SO_LINGER, 0)", CallWords.whole(option));
    }
}
