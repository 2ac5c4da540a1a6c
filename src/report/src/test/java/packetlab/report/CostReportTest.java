package packetlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import packetlab.event.CostEvent;
import packetlab.event.CostEvent.Idle;
import packetlab.event.CostEvent.Octets;
import packetlab.event.CostEvent.Result;
import packetlab.event.Event;

class CostReportTest {
    private static final long NO = Event.UNKNOWN;
    private static final Result POLLING = new Result(0, "http-polling", "127.0.0.1:4000", 10, 64, 1_000, 1_000, 0, 0, 5_400, 11,
            new Octets(128_000, 1_100, 253_500, 217_500, 141_400, 0), 550_500_000, 1_010_000_000, 1_014_300_000);
    private static final Result WEBSOCKET = new Result(0, "websocket", "127.0.0.1:4001", 10, 64, 1_000, 998, 2, 1, 3_200, 10,
            new Octets(128_000, 8_200, 9_300, 142_900, 71_400, 64), 840_000, NO, 70_900_000);
    private static final Result NOTHING = new Result(0, "<http>", "[::1]:80", NO, NO, 0, 0, NO, NO, 3, 1,
            new Octets(0, 0, 0, 222, 66, 0), NO, NO, NO);
    private static final List<Idle> IDLE = List.of(new Idle(0, "http-polling", "127.0.0.1:4002", 2, 30_000_000_000L, 120, 20_000));

    @Test
    void tablesTellForEachMessageAndFitATerminal() {
        List<String> wire = CostTable.wire(List.of(POLLING, WEBSOCKET, NOTHING), IDLE);
        assertEquals(List.of("http-polling", "5.4", "741.5", "128.0", "1.1", "253.5", "217.5", "141.4", "11", "20,000"),
                List.of(wire.get(1).trim().split(" +")));
        assertEquals("-", wire.get(2).trim().split(" +")[9], "nobody watched it");
        assertEquals(List.of("<http>", "-", "-"), List.of(wire.get(3).trim().split(" +")).subList(0, 3));
        List<String> delivery = CostTable.delivery(List.of(POLLING, WEBSOCKET, NOTHING));
        assertEquals(List.of("websocket", "1,000", "998", "2", "1", "0.84", "-", "70.9"), List.of(delivery.get(2).trim().split(" +")));
        assertEquals(List.of("<http>", "0", "0", "-", "-", "-", "-", "-"), List.of(delivery.get(3).trim().split(" +")));
        assertTrue(Stream.concat(wire.stream(), delivery.stream()).allMatch(line -> line.length() <= 100));
    }

    @Test
    void theSpreadsheetHasTotalsAndLeavesEmptyWhatIsNotKnown() {
        String[] lines = CostCsv.of(List.of(POLLING, NOTHING), IDLE).split("\r\n");
        assertEquals(lines[0].split(",").length, lines[1].split(",", -1).length);
        assertEquals("http-polling,127.0.0.1:4000,10,64,1000,1000,0,0,5400,11,741500,128000,1100,253500,217500,141400,0,"
                + "550500.000,1010000.000,1014300.000,20000.0", lines[1]);
        assertEquals("<http>,[::1]:80,,,0,0,,,3,1,288,0,0,0,222,66,0,,,,", lines[2]);
    }

    @Test
    void partsOfABarAreAsLongAsTheirOctetsAndTextIsText() {
        List<Result> results = List.of(POLLING, WEBSOCKET, NOTHING);
        String svg = CostPicture.svg("a <title>", List.of("one\u001b note"), results, IDLE);
        assertEquals(svg, CostPicture.svg("a <title>", List.of("one\u001b note"), results, IDLE));
        assertTrue(svg.contains("http-polling: HTTP heads 254 bytes"), svg);
        assertTrue(svg.contains("sent again"), "a part that one of them has is in the legend");
        assertFalse(CostPicture.svg("x", List.of(), List.of(POLLING), IDLE).contains("sent again"));
        assertTrue(svg.contains("nothing delivered"), svg);
        assertTrue(svg.contains("&lt;http&gt;"), svg);
        assertFalse(svg.contains("\u001b"));
        assertFalse(svg.contains("NaN"));
    }

    @Test
    void octetsAddUp() {
        CostEvent.Octets octets = POLLING.octets();
        assertEquals(741_500, octets.total());
    }
}
