package packetlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import packetlab.event.Event;
import packetlab.event.EventType;
import packetlab.event.LatencyEvent;
import packetlab.event.LatencyEvent.Result;

/** Latency results as table, CSV, picture, page and JSON, and how two of them differ. */
class LatencyReportTest {
    private static final long NONE = Event.UNKNOWN;

    @TempDir
    private Path folder;

    private static Result row(String transport, String waits, long p50Ns, long spreadNs) {
        return new Result(0, 1, "packetlab", transport, "closed", "send", 64, NONE, waits, "0/0", null, 5, 100_000, 0, NONE,
                NONE, 9_900, p50Ns, p50Ns + 1_000, p50Ns + 5_000, NONE, 4_100_000, 800, 12_345, spreadNs);
    }

    @Test
    void whatAllRowsShareStandsAboveTheTable() {
        List<Result> rows = List.of(row("tcp", "block", 13_100, 400), row("tcp", "spin", 8_400, 200),
                row("udp", "block", 10_100, 300));
        assertEquals("64 bytes, closed loop, cpu 0/0", LatencyTable.common(rows));
        assertEquals(List.of(
                "            min   p50   p90   p99  p99.9    max  mad    count  lost   cpu",
                "tcp block   9.9  13.1  14.1  18.1      -  4,100  0.8  100,000     0  12.3",
                "tcp spin    9.9   8.4   9.4  13.4      -  4,100  0.8  100,000     0  12.3",
                "udp block   9.9  10.1  11.1  15.1      -  4,100  0.8  100,000     0  12.3"), LatencyTable.lines(rows));
    }

    @Test
    void aLongNameHasALineOfItsOwn() {
        Result plain = row("tcp", "block", 13_100, 400);
        Result long1 = new Result(0, 2, "packetlab", "tcp", "closed", "send", 64, NONE, "block", "0/0", "x".repeat(60), 5, 1, 0,
                NONE, NONE, 1, 1, 1, 1, 1, 1_234_567_890L, 1, 1, 1);
        List<String> lines = LatencyTable.lines(List.of(plain, long1));
        assertEquals("tcp " + "x".repeat(60), lines.get(2));
        lines.forEach(line -> assertTrue(line.length() <= 100, line));
    }

    @Test
    void aDifferenceMustBeLargerThanTheSpread() {
        Result tcp = row("tcp", "block", 13_100, 400);
        assertEquals("3.0 us faster than tcp (0.77 x); the rounds spread by 0.4 us",
                LatencyDifference.between(tcp, row("udp", "block", 10_100, 300)).words("tcp"));
        assertEquals("no difference from tcp: 0.4 us lies within the 0.4 us by which the rounds spread",
                LatencyDifference.between(tcp, row("udp", "block", 13_500, 300)).words("tcp"));
        assertEquals("0.9 us slower than tcp (1.07 x); the rounds spread by 0.5 us",
                LatencyDifference.between(tcp, row("udp", "block", 14_000, 500)).words("tcp"));
        assertEquals("0.9 us more than tcp (1.07 x), but one round tells no spread",
                LatencyDifference.between(tcp, row("udp", "block", 14_000, NONE)).words("tcp"));
        assertEquals("not comparable with tcp: too few samples",
                LatencyDifference.between(tcp, row("udp", "block", NONE, 500)).words("tcp"));
    }

    @Test
    void csvQuotesWhatNeedsIt() {
        Result odd = new Result(0, 1, "packetlab", "tcp", "open", "plan", 64, 5_000, "spin", "0/1", "a \"b\", c", 1, 2, 3, NONE, NONE,
                1_500, NONE, NONE, NONE, NONE, 2_000, NONE, NONE, NONE);
        assertEquals("packetlab,tcp,open,plan,64,5000,spin,0/1,\"a \"\"b\"\", c\",1,2,3,,,1.500,,,,,2.000,,,",
                LatencyCsv.of(List.of(odd)).split("\r\n")[1]);
    }

    @Test
    void resultsAreReadBackFromJson() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        JsonReport json = new JsonReport(out, EventFilter.ALL, true);
        Result spin = row("udp", "spin", 6_100, 10);
        json.onEvent(new LatencyEvent.Host(1, Map.of("kernel", "Linux \"6\"")));
        json.onEvent(Examples.full(EventType.LATENCY_ROUND));
        json.onEvent(row("tcp", "block", 13_100, 400));
        json.onEvent(spin);
        json.close();
        Path file = folder.resolve("a.json");
        Files.write(file, out.toByteArray());
        LatencyReader reader = LatencyReader.read(file);
        assertEquals(2, reader.results().size());
        assertEquals(Map.of("kernel", "Linux \"6\""), reader.facts());
        Result read = reader.like(spin);
        assertEquals(6_100, read.p50Ns());
        assertEquals(NONE, read.p999Ns());
        assertEquals(4_100_000, read.maxNs());
        assertEquals(null, reader.like(row("udp", "block", 6_100, 10)));
    }

    private static LatencyCurve curve(String name, long... ns) {
        double[] percents = new double[ns.length];
        long[] at = new long[ns.length];
        boolean[] starts = new boolean[ns.length];
        for (int i = 0; i < ns.length; i++) {
            percents[i] = 100 - 100 / Math.pow(10, 4.0 * i / ns.length);
            at[i] = i * 100_000_000L;
            starts[i] = i % 3 == 0;
        }
        return new LatencyCurve(name, percents, ns, at, ns, ns, starts);
    }

    @Test
    void thePictureIsWellFormedEscapedAndTheSameEachTime() throws Exception {
        List<LatencyCurve> curves = List.of(curve("tcp <&\"> \u202e", 10_000, 12_000, 50_000, 4_000_000),
                curve("udp", 8_000, 9_000, 10_000, 11_000, 12_000, 90_000));
        String svg = LatencyPicture.svg("a & b", List.of("note <1>"), curves);
        Document document = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        assertEquals("svg", document.getDocumentElement().getTagName());
        assertEquals(1 + 1 + 2 + 2, document.getElementsByTagName("polyline").getLength(), "a line of percentiles each, and one a round");
        assertFalse(svg.contains("\u202e"));
        assertEquals(svg, LatencyPicture.svg("a & b", List.of("note <1>"), curves));
    }

    @Test
    void thePageHasTheTableAndRunsNothing() {
        List<Result> rows = List.of(row("tcp", "block", 13_100, 400));
        String page = LatencyPicture.html("t", List.of(), List.of(curve("tcp", 1_000, 2_000)), rows, List.of("said <so>"),
                Map.of("cpu", "<b>"));
        assertTrue(page.contains("<td>13.1</td>") && page.contains("said &lt;so&gt;") && page.contains("<dd>&lt;b&gt;</dd>"), page);
        assertTrue(page.contains("default-src 'none'") && !page.contains("<script"), page);
    }

    @Test
    void aPictureOfNothingIsStillOne() {
        assertTrue(LatencyPicture.svg("t", List.of(), List.of()).endsWith("</svg>\n"));
        assertTrue(LatencyPicture.svg("t", List.of(), List.of(curve("none"))).endsWith("</svg>\n"));
    }

    @Test
    void scalesHaveTicksInsideThem() {
        LogScale scale = LogScale.around(List.of(curve("x", 9_000, 4_000_000)), true);
        assertTrue(scale.ticks().size() >= 3);
        scale.ticks().forEach(t -> assertTrue(scale.part(t) >= 0 && scale.part(t) <= 1));
        assertEquals(0, scale.part(0));
        assertEquals(1, scale.part(1e12));
        for (double end : new double[] {0.3, 1, 1.7, 3, 7, 12, 99, 250}) {
            List<Double> ticks = LogScale.linear(end);
            assertTrue(ticks.size() >= 3 && ticks.size() <= 11, end + ": " + ticks);
        }
    }
}
