package packetlab.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static packetlab.message.Conversation.frame;
import static packetlab.message.Conversation.hex;
import static packetlab.message.Conversation.join;
import static packetlab.message.Conversation.text;
import static packetlab.message.Conversation.utf8;
import static packetlab.message.SockJsTest.request;
import static packetlab.message.SockJsTest.response;
import static packetlab.message.SockJsTest.send;
import static packetlab.message.SockJsTest.webSocket;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import packetlab.event.CaptureEvent;
import packetlab.event.Side;
import packetlab.event.WebEvent;
import packetlab.message.Conversation.Cutter;
import packetlab.message.Conversation.Log;

/** Engine.IO, protocol versions 4 and 3, by polling and by WebSocket. */
class EngineIoTest {
    static final String V4 = "/engine.io/?EIO=4&transport=polling";
    static final String V3 = "/engine.io/?EIO=3&transport=polling";
    static final String OPEN = "0{\"sid\":\"abc\",\"upgrades\":[\"websocket\"],\"pingInterval\":25000}";

    static Conversation get(Conversation c, String target, String body) {
        return send(send(c, Side.CLIENT, request("GET", target, null, null)), Side.SERVER,
                response("text/plain; charset=UTF-8", body));
    }

    static Conversation post(Conversation c, String target, String body) {
        return send(send(c, Side.CLIENT, request("POST", target, "text/plain;charset=UTF-8", body)), Side.SERVER,
                response("text/html", "ok"));
    }

    private static Conversation octets(Conversation c, String target, byte[] body) {
        return send(c, Side.CLIENT, request("GET", target, null, null)).server(utf8("HTTP/1.1 200 OK\r\n"
                + "Content-Type: application/octet-stream\r\nContent-Length: " + body.length + "\r\n\r\n"), body);
    }

    /** As {@code packet side type transport version sid length/wireLength data}. */
    static List<String> packets(Log log) {
        return log.of(WebEvent.EngineIo.class).stream().map(e -> e.frame() + " " + e.from().wireName() + " "
                + e.type().wireName().substring(9) + " " + e.transport() + " " + e.version() + " " + e.sid() + " " + e.length()
                + "/" + e.wireLength() + (e.data() == null ? "" : " " + (e.binary()
                        ? java.util.HexFormat.of().formatHex(e.data()) : new String(e.data(), StandardCharsets.UTF_8))))
                .toList();
    }

    static void check(Conversation c, String... expected) {
        assertEquals(List.of(expected), packets(c.play()));
        assertEquals(List.of(), c.play().of(CaptureEvent.Oddity.class));
        for (int step = 0; step < c.steps(); step++) {
            for (int cut = 1; cut < c.length(step); cut++) {
                int inStep = step;
                int at = cut;
                Cutter cutter = (s, n) -> s == inStep ? new int[] {at} : new int[0];
                assertEquals(List.of(expected), packets(c.play(MessageLimits.DEFAULT, cutter)),
                        "step " + step + " cut at " + cut);
            }
        }
        assertEquals(List.of(expected), packets(c.play(MessageLimits.DEFAULT, Conversation.everyByte())));
    }

    @Test
    void pollingOfVersion4() {
        Conversation c = new Conversation();
        get(c, V4, OPEN);
        post(c, V4 + "&sid=abc", "4안녕\u001ebAQID\u001e4");
        get(c, V4 + "&sid=abc", "2\u001e4€\u001e6\u001ebBA==\u001e1");
        post(c, V4 + "&sid=abc", "3");
        check(c, "2 server open polling 4 abc 59/60 " + OPEN.substring(1), "3 client message polling 4 abc 6/7 안녕",
                "3 client message polling 4 abc 3/6 010203", "3 client message polling 4 abc 0/2",
                "6 server ping polling 4 abc 0/1", "6 server message polling 4 abc 3/5 €", "6 server noop polling 4 abc 0/2",
                "6 server message polling 4 abc 1/6 04", "6 server close polling 4 abc 0/2", "7 client pong polling 4 abc 0/1");
    }

    @Test
    void pollingOfVersion3() {
        Conversation c = new Conversation();
        get(c, V3, OPEN.length() + ":" + OPEN + "2:40");
        post(c, V3 + "&sid=abc", "2:4€3:4😀6:b4AQID1:2");
        get(c, V3 + "&sid=abc", "1:36:2probe");
        check(c, "2 server open polling 3 abc 59/63 " + OPEN.substring(1), "2 server message polling 3 abc 1/4 0",
                "3 client message polling 3 abc 3/6 €", "3 client message polling 3 abc 4/7 😀",
                "3 client message polling 3 abc 3/8 010203", "3 client ping polling 3 abc 0/3",
                "6 server pong polling 3 abc 0/3", "6 server ping polling 3 abc 5/8 probe");
    }

    @Test
    void octetsByPollingOfVersion3() {
        byte[] open = utf8(OPEN);
        Conversation c = octets(new Conversation(), V3, join(hex("00 06 00 ff"), open, hex("00 02 ff 34 30")));
        octets(c, V3 + "&sid=abc", join(hex("00 04 ff 34"), utf8("€"), hex("01 04 ff 04 01 02 03"), hex("01 01 00 ff 04"),
                new byte[9]));
        check(c, "2 server open polling 3 abc 59/64 " + OPEN.substring(1), "2 server message polling 3 abc 1/5 0",
                "4 server message polling 3 abc 3/7 €", "4 server message polling 3 abc 3/7 010203",
                "4 server message polling 3 abc 9/14 000000000000000000");
    }

    @Test
    void asAScript() {
        Conversation c = new Conversation();
        send(c, Side.CLIENT, request("GET", V3 + "&j=0", null, null));
        String said = OPEN.length() + ":" + OPEN;
        send(c, Side.SERVER, response("text/javascript", "___eio[0](\"" + said.replace("\"", "\\\"") + "\");"));
        send(c, Side.CLIENT, request("POST", V3 + "&j=0&sid=abc", "application/x-www-form-urlencoded",
                "d=" + java.net.URLEncoder.encode("7:4a\\nb\\\\nc", StandardCharsets.UTF_8)));
        check(c, "2 server open polling 3 abc 59/63 " + OPEN.substring(1), "3 client message polling 3 abc 6/9 a\nb\\nc");
    }

    @Test
    void webSocketOfVersion4() {
        Conversation c = webSocket("/engine.io/?EIO=4&transport=websocket");
        c.server(text(OPEN)).client(c.maskedText("4hi")).server(text("2")).client(c.maskedText("3"))
                .client(c.masked(true, 0, Opcode.BINARY, hex("0102"))).server(frame(true, 0, Opcode.BINARY, new byte[0]))
                .client(c.masked(false, 0, Opcode.TEXT, utf8("4fr")), c.masked(true, 0, 0, utf8("ag"))).client(c.maskedText("1"));
        check(c, "3 server open websocket 4 abc 59/60 " + OPEN.substring(1), "4 client message websocket 4 abc 2/3 hi",
                "5 server ping websocket 4 abc 0/1", "6 client pong websocket 4 abc 0/1",
                "7 client message websocket 4 abc 2/2 0102", "8 server message websocket 4 abc 0/0",
                "9 client message websocket 4 abc 4/5 frag", "10 client close websocket 4 abc 0/1");
    }

    @Test
    void webSocketOfVersion3HasATypeBeforeOctets() {
        Conversation c = webSocket("/engine.io/?EIO=3&transport=websocket");
        c.server(text(OPEN)).client(c.masked(true, 0, Opcode.BINARY, hex("04 0102"))).client(c.maskedText("2"))
                .server(text("3")).server(frame(true, 0, Opcode.BINARY, hex("04")));
        check(c, "3 server open websocket 3 abc 59/60 " + OPEN.substring(1), "4 client message websocket 3 abc 2/3 0102",
                "5 client ping websocket 3 abc 0/1", "6 server pong websocket 3 abc 0/1",
                "7 server message websocket 3 abc 0/1");
    }

    @Test
    void bothHalvesAreOneSession() {
        Log log = new Log(type -> true);
        try (MessageDecoder decoder = new MessageDecoder(log, MessageLimits.DEFAULT)) {
            get(new Conversation(), V4, OPEN).play(decoder, 0, Conversation.WHOLE);
            Conversation ws = webSocket("/engine.io/?EIO=4&transport=websocket&sid=abc");
            ws.client(ws.maskedText("2probe")).server(text("3probe")).client(ws.maskedText("5")).server(text("4x"))
                    .play(decoder, 1, Conversation.WHOLE);
            get(new Conversation(), V4 + "&sid=abc", "6").play(decoder, 2, Conversation.WHOLE);
            assertEquals(1, decoder.counters().engineIoSessions());
            assertEquals(1, decoder.counters().engineIoUpgrades());
        }
        assertEquals(List.of("2 server open polling 4 abc 59/60 " + OPEN.substring(1),
                "3 client ping websocket 4 abc 5/6 probe", "4 server pong websocket 4 abc 5/6 probe",
                "5 client upgrade websocket 4 abc 0/1", "6 server message websocket 4 abc 1/2 x",
                "2 server noop polling 4 abc 0/1"), packets(log));
    }

    @Test
    void whatOnlyLooksLikeIt() {
        for (String body : List.of("hello", "", "7", "b!", "4a\u001e", "0{\"sid\":1}", "0{\"sid\":\"\"}", "0[]", "0", "4x")) {
            assertEquals(List.of(), packets(get(new Conversation(), V4, body).play()), body);
        }
        for (String body : List.of("4:4", "2:4", "x", "5", "1:", "3:b4!", "0:", "2:b4A", "9999999999:4", "1:😀", "\u0000",
                "\u0000\u0001", "\u0001\u0001\u00ff")) {
            assertEquals(List.of(), packets(get(new Conversation(), V3, body).play()), body);
        }
        for (String target : List.of("/x?EIO=5&transport=polling", "/x?EIO=4", "/x?EIO=4&transport=webtransport",
                "/x?xEIO=4&transport=polling", "/x/EIO=4&transport=polling")) {
            assertEquals(List.of(), packets(get(new Conversation(), target, OPEN).play()), target);
        }
        Conversation error = send(send(new Conversation(), Side.CLIENT, request("GET", V4, null, null)), Side.SERVER,
                "HTTP/1.1 400 Bad Request\r\nContent-Length: " + OPEN.length() + "\r\n\r\n" + OPEN);
        assertEquals(List.of(), packets(error.play()));
        Conversation other = webSocket("/engine.io/?EIO=4&transport=websocket");
        other.server(text("4hello")).client(other.maskedText("4")).server(text(OPEN));
        assertEquals(List.of(), packets(other.play()), "a session begins with its open");
        assertEquals(List.of(), other.play().of(CaptureEvent.Oddity.class));
    }

    @Test
    void whatIsBrokenInASessionIsSaid() {
        Conversation c = new Conversation();
        get(c, V4, OPEN);
        get(c, V4 + "&sid=abc", "oops");
        Conversation ws = webSocket("/engine.io/?EIO=4&transport=websocket");
        ws.server(text(OPEN)).client(ws.maskedText("x"), ws.maskedText("")).server(text("2"));
        assertEquals(List.of(4L), c.play().of(CaptureEvent.Oddity.class).stream().map(CaptureEvent.Oddity::frame).toList());
        assertEquals(List.of(4L, 4L), ws.play().of(CaptureEvent.Oddity.class).stream().map(CaptureEvent.Oddity::frame)
                .toList());
        assertEquals(2, packets(ws.play()).size());
    }

    @Test
    void met() {
        // Met midstream: the open was not captured, the sid is the URL's.
        Conversation c = get(new Conversation(), V4 + "&sid=zzz", "4hi");
        check(c, "2 server message polling 4 zzz 2/3 hi");
    }

    @Test
    void limits() {
        Log log = get(new Conversation(), V4, OPEN).play(MessageLimits.DEFAULT.with("web-message-size", 20), Conversation.WHOLE);
        assertEquals(List.of("web-message-size"), FramesTest.limits(log));
        assertEquals(List.of(), packets(log));
        Conversation ws = webSocket("/engine.io/?EIO=4&transport=websocket");
        ws.server(text("0{\"sid\":\"abc\"}")).client(ws.maskedText("4" + "x".repeat(100)));
        log = ws.play(MessageLimits.DEFAULT.with("web-message-size", 20).withShownPayload(3), Conversation.everyByte());
        assertEquals(List.of("web-message-size"), FramesTest.limits(log));
        assertEquals(List.of("3 server open websocket 4 abc 13/14 {\"s", "4 client message websocket 4 abc 100/101 xxx"),
                packets(log));
        assertEquals(List.of(true, true), log.of(WebEvent.EngineIo.class).stream().map(WebEvent.EngineIo::dataCut).toList());
        Log many = new Log(type -> true);
        try (MessageDecoder decoder = new MessageDecoder(many, MessageLimits.DEFAULT.with("web-sessions", 2))) {
            for (int i = 0; i < 4; i++) {
                get(new Conversation(), V4, OPEN.replace("abc", "abc" + i)).play(decoder, i, Conversation.WHOLE);
            }
        }
        assertEquals(List.of("web-sessions", "web-sessions"), FramesTest.limits(many));
    }
}
