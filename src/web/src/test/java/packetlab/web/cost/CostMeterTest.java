package packetlab.web.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import packetlab.event.CaptureEvent;
import packetlab.event.CostEvent;
import packetlab.event.Endpoint;
import packetlab.event.Event;
import packetlab.event.EventType;
import packetlab.event.HttpEvent;
import packetlab.event.PerSide;
import packetlab.event.Side;
import packetlab.event.TcpEvent;
import packetlab.event.WebEvent;
import packetlab.event.WsEvent;
import packetlab.wire.LinkType;

class CostMeterTest {
    private static final long NO = Event.UNKNOWN;
    private static final long START_NS = 1_700_000_000_000_000_000L;
    private static final int PORT = 4_000, HEADERS = 66, ACK = 16, SYN = 2;
    private static final Endpoint CLIENT = new Endpoint("127.0.0.1", 50_000);
    private static final Endpoint SERVER = new Endpoint("127.0.0.1", PORT);

    private final CostMeter meter = new CostMeter();
    private long frame;

    private long at(long ms) {
        return START_NS + ms * 1_000_000;
    }

    /** A packet with so many octets of TCP payload. */
    private void packet(Side from, int flags, int length, long ms) {
        meter.onPacket(ByteBuffer.allocate(0), 0, 0, HEADERS + length, at(ms), LinkType.EN10MB, 0);
        meter.onEvent(new TcpEvent.Segment(at(ms), ++frame, 0, CLIENT, SERVER, from, flags, 1, 1, 1, 1, length, 65_536,
                null, NO, null));
    }

    private void open() {
        packet(Side.CLIENT, SYN, 0, 0);
        packet(Side.SERVER, SYN | ACK, 0, 0);
        packet(Side.CLIENT, ACK, 0, 0);
        meter.onEvent(new TcpEvent.Open(at(0), frame, 0, CLIENT, SERVER, null, TcpEvent.Start.HANDSHAKE));
    }

    private CostEvent.Result close(long client, long server) {
        meter.onEvent(new TcpEvent.Close(at(100), frame, 0, CLIENT, SERVER, TcpEvent.How.OPEN, new PerSide(0, 0),
                new PerSide(client, server), new PerSide(0, 0), 0));
        return (CostEvent.Result) meter.results().get(0);
    }

    private void plan(int clients, int messages, int size) {
        meter.onEvent(new CaptureEvent.Comment(1, "something else\n"
                + CostPlan.load("websocket", PORT, clients, messages, size).comment()));
    }

    private void websocket(Side from, String text, long ms) {
        byte[] data = text.getBytes(StandardCharsets.UTF_8);
        meter.onEvent(new WsEvent.Message(at(ms), frame, 0, from, 1, 1, data.length, data.length, false, data, false));
    }

    private static String text(int number, long plannedNs) {
        return new Stamp(0, number, plannedNs).text(64);
    }

    @Test
    void everyOctetIsCountedOnceByWhatItIsThereFor() {
        plan(1, 2, 64);
        open();
        packet(Side.CLIENT, ACK, 150, 1);
        meter.onEvent(new HttpEvent.Message(at(1), frame, 0, Side.CLIENT, frame, NO, -1, 150, 0, 0, true, null, null, NO, null,
                false));
        packet(Side.CLIENT, ACK, 70, 10);
        websocket(Side.CLIENT, text(0, at(9)), 10);
        packet(Side.SERVER, ACK, 66, 12);
        websocket(Side.SERVER, text(0, at(9)), 12);
        packet(Side.CLIENT, ACK, 0, 13);
        CostEvent.Result r = close(220, 66);
        assertEquals(new CostEvent.Octets(128, 4 + 4, 150, 5 * HEADERS, 2 * HEADERS, 0), r.octets());
        assertEquals(7 * HEADERS + 150 + 70 + 66, r.octets().total());
        assertEquals(List.of(1L, 1L, 1L, 0L, 7L, 1L), List.of(r.sent(), r.delivered(), r.lost(), r.duplicated(), r.packets(),
                r.connections()));
        assertEquals(3_000_000, r.maxNs());
        assertEquals(NO, r.p50Ns(), "one sample is no median");
        assertEquals("websocket", r.transport());
    }

    @Test
    void aMessageThatComesTwiceIsDeliveredOnceAndOneThatIsNotOursNever() {
        plan(1, 3, 64);
        open();
        for (int i = 0; i < 3; i++) {
            packet(Side.SERVER, ACK, 66, i);
            websocket(Side.SERVER, text(0, at(0)), i);
        }
        packet(Side.SERVER, ACK, 66, 9);
        websocket(Side.SERVER, text(7, at(0)), 9);
        packet(Side.SERVER, ACK, 10, 9);
        websocket(Side.SERVER, "welcome", 9);
        CostEvent.Result r = close(0, 4 * 66 + 10);
        assertEquals(List.of(1L, 2L, 2L), List.of(r.delivered(), r.lost(), r.duplicated()));
        assertEquals(3 * 64, r.octets().payload());
    }

    @Test
    void ofLayersThatTellOfTheSameOctetsOnlyTheTopmostCounts() {
        plan(1, 5, 64);
        open();
        String text = text(0, at(0));
        packet(Side.SERVER, ACK, 200, 5);
        byte[] chunk = ("data: a[\"" + text + "\"]\n\n").getBytes(StandardCharsets.UTF_8);
        meter.onEvent(new HttpEvent.Chunk(at(5), frame, 0, Side.SERVER, 2, 0, chunk.length, chunk, false));
        meter.onEvent(new WebEvent.Sse(at(5), frame, 0, Side.SERVER, null, null, NO, 69, chunk.length,
                "a[\"" + text + "\"]", false));
        meter.onEvent(new WebEvent.SockJs(EventType.SOCKJS_MESSAGE, at(5), frame, 0, Side.SERVER, "s", "eventsource", -1, null,
                64, 69, text, false));
        packet(Side.SERVER, ACK, 70, 6);
        websocket(Side.SERVER, "42[\"message\",\"" + text(1, at(0)) + "\"]", 6);
        meter.onEvent(new WebEvent.EngineIo(EventType.ENGINEIO_MESSAGE, at(6), frame, 0, Side.SERVER, "x", 4, "websocket", 80,
                81, false, null, false));
        meter.onEvent(new WebEvent.SocketIo(EventType.SOCKETIO_EVENT, at(6), frame, 0, Side.SERVER, "x", "websocket", "/", null,
                "message", -1, -1, -1, 0, 0, 70, 80, "[\"" + text(1, at(0)) + "\"]", false));
        CostEvent.Result r = close(0, 270);
        assertEquals(2, r.delivered());
        assertEquals(128, r.octets().payload());
    }

    @Test
    void linesOfAnAnswerAreMessagesAlsoWhereAChunkEndsWithinOne() {
        plan(1, 5, 64);
        open();
        String first = text(0, at(0)) + "\n" + text(1, at(0)).substring(0, 20);
        String rest = text(1, at(0)).substring(20) + "\n";
        for (String part : List.of(first, rest)) {
            byte[] data = part.getBytes(StandardCharsets.UTF_8);
            packet(Side.SERVER, ACK, data.length + 6, 5);
            meter.onEvent(new HttpEvent.Chunk(at(5), frame, 0, Side.SERVER, 2, 0, data.length, data, false));
        }
        byte[] whole = (first + rest).getBytes(StandardCharsets.UTF_8);
        meter.onEvent(new HttpEvent.Message(at(6), frame, 0, Side.SERVER, 2, NO, 200, 100, whole.length, whole.length + 12, true,
                null, null, NO, whole, false));
        CostEvent.Result r = close(0, 100 + whole.length + 12);
        assertEquals(List.of(2L, 0L, 128L), List.of(r.delivered(), r.duplicated(), r.octets().payload()));
        assertEquals(2 + 12, r.octets().framing(), "line ends and chunks");
    }

    @Test
    void compressedTextCountsAsItIsOnTheWire() {
        plan(1, 5, 64);
        open();
        packet(Side.SERVER, ACK, 14, 5);
        byte[] data = text(0, at(0)).getBytes(StandardCharsets.UTF_8);
        meter.onEvent(new WsEvent.Message(at(5), frame, 0, Side.SERVER, 1, 1, 12, data.length, true, data, false));
        CostEvent.Result r = close(0, 14);
        assertEquals(12, r.octets().payload());
        assertEquals(2, r.octets().framing());
    }

    @Test
    void octetsThatCameAgainAreNobodysFraming() {
        plan(1, 5, 64);
        open();
        packet(Side.SERVER, ACK, 66, 5);
        websocket(Side.SERVER, text(0, at(0)), 5);
        packet(Side.SERVER, ACK, 66, 7);
        assertEquals(new CostEvent.Octets(64, 2, 0, 4 * HEADERS, HEADERS, 66), close(0, 66).octets());
    }

    @Test
    void silenceCountsWhatIsSaidInItsTimeAndNothingElse() {
        meter.expect(CostPlan.idle("sse", PORT, 1, at(10), 50_000_000));
        open();
        packet(Side.SERVER, ACK, 4, 9);
        packet(Side.SERVER, ACK, 4, 10);
        packet(Side.CLIENT, ACK, 0, 59);
        packet(Side.SERVER, ACK, 4, 60);
        CostEvent.Idle idle = (CostEvent.Idle) meter.results().get(0);
        assertEquals(List.of(2L, 2L * HEADERS + 4), List.of(idle.packets(), idle.bytes()));
    }

    @Test
    void withoutAPlanEachMessageCountsAndNothingIsLost() {
        open();
        packet(Side.CLIENT, ACK, 20, 1);
        websocket(Side.CLIENT, "a question", 1);
        packet(Side.SERVER, ACK, 20, 2);
        websocket(Side.SERVER, "an answer", 2);
        CostEvent.Result r = close(20, 20);
        assertEquals(List.of(1L, 1L, NO, NO, NO, NO), List.of(r.sent(), r.delivered(), r.lost(), r.duplicated(), r.clients(),
                r.p50Ns()));
        assertEquals("websocket", r.transport());
    }

    @Test
    void aPercentileHasTenSamplesBeyondIt() {
        plan(1, 1_000, 64);
        open();
        for (int i = 0; i < 1_000; i++) {
            packet(Side.SERVER, ACK, 66, i);
            websocket(Side.SERVER, text(i, at(0)), i);
        }
        CostEvent.Result r = close(0, 66_000);
        assertEquals(List.of(499_000_000L, 989_000_000L, 999_000_000L), List.of(r.p50Ns(), r.p99Ns(), r.maxNs()));
        assertEquals(0, r.lost());
    }

    @Test
    void aPlanIsReadAsItIsWrittenAndNothingElseIsAPlan() {
        CostPlan load = CostPlan.load("sockjs-xhr-polling", 65_535, 500, 100_000, 16_000);
        CostPlan idle = CostPlan.idle("sse", 1, 1, Long.MAX_VALUE, 1);
        assertEquals(load, CostPlan.of(load.comment()));
        assertEquals(idle, CostPlan.of(idle.comment()));
        for (String other : List.of("", "packetlab cost: ", load.comment() + " ", load.comment().replace("500", "9999999"),
                idle.comment().replace("9223372036854775807", "9999999999999999999"))) {
            assertNull(CostPlan.of(other), other);
        }
    }

    @Test
    void aTextTellsItsStampAndIsAsLongAsAsked() {
        Stamp stamp = new Stamp(499, 99_999, at(0));
        for (int size : new int[] {Stamp.MIN_SIZE, 64, 16_000}) {
            assertEquals(size, stamp.text(size).length());
            assertEquals(stamp, Stamp.of(stamp.text(size)));
        }
        assertNull(Stamp.of("m1-2-3 "));
        assertTrue(stamp.text(Stamp.MIN_SIZE).indexOf(' ') > 0);
    }
}
