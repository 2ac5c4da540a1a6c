package packetlab.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static packetlab.message.Conversation.text;
import static packetlab.message.Conversation.utf8;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import packetlab.event.CaptureEvent;
import packetlab.event.EventType;
import packetlab.event.Side;
import packetlab.event.TcpEvent.How;
import packetlab.event.WebEvent;
import packetlab.message.Conversation.Cutter;
import packetlab.message.Conversation.Log;

/** SockJS (sockjs-protocol 0.3.3) on each of its transports. */
class SockJsTest {
    private static final String PRELUDE = "h".repeat(2048) + "\n";

    static String request(String method, String target, String type, String body) {
        return method + " " + target + " HTTP/1.1\r\nHost: a:8080\r\n" + (body == null ? "\r\n"
                : "Content-Type: " + type + "\r\nContent-Length: " + utf8(body).length + "\r\n\r\n" + body);
    }

    static String response(String type, String body) {
        return "HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nContent-Length: " + utf8(body).length + "\r\n\r\n" + body;
    }

    static String chunked(String type, String... chunks) {
        StringBuilder all = new StringBuilder("HTTP/1.1 200 OK\r\nContent-Type: " + type
                + "\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (String chunk : chunks) {
            all.append(Integer.toHexString(utf8(chunk).length)).append("\r\n").append(chunk).append("\r\n");
        }
        return all.append("0\r\n\r\n").toString();
    }

    static Conversation send(Conversation c, Side from, String text) {
        return from == Side.CLIENT ? c.client(utf8(text)) : c.server(utf8(text));
    }

    private static Conversation exchange(Conversation c, String request, String response) {
        return send(send(c, Side.CLIENT, request), Side.SERVER, response);
    }

    static Conversation webSocket(String target) {
        return new Conversation().client(Conversation.REQUEST.replace("/chat", target)
                .replace("example.com", "a:8080")).server(Conversation.RESPONSE);
    }

    /** As {@code packet side type transport session length/wireLength what}. */
    static List<String> events(Log log) {
        List<String> lines = new ArrayList<>();
        for (WebEvent.SockJs e : log.of(WebEvent.SockJs.class)) {
            String kind = e.type().wireName().substring(7);
            lines.add(e.frame() + " " + e.from().wireName() + " " + kind + " " + e.transport() + " " + e.session() + " "
                    + e.length() + "/" + e.wireLength() + (e.data() == null ? "" : " " + e.data())
                    + (e.type() == EventType.SOCKJS_CLOSE ? " " + e.code() + " " + e.reason() : ""));
        }
        return lines;
    }

    private static void check(Conversation c, String... expected) {
        assertEquals(List.of(expected), events(c.play()));
        for (int step = 0; step < c.steps(); step++) {
            for (int cut = 1; cut < Math.min(c.length(step), 700); cut++) {
                int inStep = step;
                int at = cut;
                Cutter cutter = (s, n) -> s == inStep ? new int[] {at} : new int[0];
                assertEquals(List.of(expected), events(c.play(MessageLimits.DEFAULT, cutter)),
                        "step " + step + " cut at " + cut);
            }
        }
        assertEquals(List.of(expected), events(c.play(MessageLimits.DEFAULT, Conversation.everyByte())));
        assertEquals(List.of(), c.play().of(CaptureEvent.Oddity.class));
    }

    @Test
    void webSocketTransport() {
        Conversation c = webSocket("/chat/123/abcdef/websocket");
        c.server(text("o")).server(text("a[\"one\",\"\\ud83d\\ude00 \\u2028\"]")).client(c.maskedText("[\"x\",\"안녕\"]"))
                .client(c.maskedText("\"bare\"")).client(c.maskedText("[]"), c.maskedText("")).server(text("h"))
                .server(text("c[3000,\"Go away!\"]"));
        check(c, "3 server open websocket abcdef 0/1", "4 server message websocket abcdef 3/7 one",
                "4 server message websocket abcdef 8/23 😀 \u2028", "5 client message websocket abcdef 1/4 x",
                "5 client message websocket abcdef 6/10 안녕", "6 client message websocket abcdef 4/6 bare",
                "8 server heartbeat websocket abcdef 0/1", "9 server close websocket abcdef 0/18 3000 Go away!");
    }

    @Test
    void xhrAndItsSends() {
        Conversation c = new Conversation();
        exchange(c, request("POST", "/p/q/000/s1/xhr", "text/plain", ""), response("application/javascript", "o\n"));
        exchange(c, request("POST", "/p/q/000/s1/xhr_send", "text/plain", "[\"m1\",\"m2\"]"), "HTTP/1.1 204 No Content\r\n\r\n");
        exchange(c, request("POST", "/p/q/000/s1/xhr", "text/plain", ""), response("application/javascript", "a[\"r\"]\n"));
        exchange(c, request("POST", "/p/q/000/s1/xhr", "text/plain", ""),
                response("application/javascript", "c[2010,\"Another connection still open\"]\n"));
        exchange(c, request("POST", "/p/q/000/gone/xhr", "text/plain", ""), "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\no\n");
        check(c, "2 server open xhr s1 0/2", "3 client message xhr_send s1 2/5 m1", "3 client message xhr_send s1 2/6 m2",
                "6 server message xhr s1 1/7 r", "8 server close xhr s1 0/40 2010 Another connection still open");
    }

    @Test
    void streamingOverHttp() {
        check(exchange(new Conversation(), request("POST", "/p/000/s/xhr_streaming", "text/plain", ""),
                chunked("application/javascript", PRELUDE, "o\n", "a[\"x\"]\na[\"", "y\"]\n", "h\n")),
                "2 server open xhr_streaming s 0/2", "2 server message xhr_streaming s 1/7 x",
                "2 server message xhr_streaming s 1/7 y", "2 server heartbeat xhr_streaming s 0/2");
        check(exchange(new Conversation(), request("GET", "/p/000/s/eventsource", null, null),
                chunked("text/event-stream", "\r\n", "data: o\r\n\r\n", "data: a[\"x\"]\r\n\r\n")),
                "2 server open eventsource s 0/12", "2 server message eventsource s 1/16 x");
        String page = "<!doctype html>\n<html><head>\n</head><body><h2>Don't panic!</h2>\n  <script>\n    var c = "
                + "parent.cb;\n    c.start();\n    function p(d) {c.message(d);};\n    window.onload = c.stop;\n  </script>"
                + " ".repeat(1024) + "\r\n\r\n";
        check(exchange(new Conversation(), request("GET", "/p/000/s/htmlfile?c=cb", null, null),
                chunked("text/html", page, "<script>\np(\"o\");\n</script>\r\n",
                        "<script>\np(\"a[\\\"x \\\\\\\"y\\\"]\");\n</script>\r\n")),
                "2 server open htmlfile s 0/17", "2 server message htmlfile s 4/30 x \"y");
    }

    @Test
    void jsonp() {
        Conversation c = new Conversation();
        exchange(c, request("GET", "/p/000/s/jsonp?c=a.b", null, null), response("application/javascript",
                "/**/a.b(\"o\");\r\n"));
        exchange(c, request("POST", "/p/000/s/jsonp_send", "application/x-www-form-urlencoded",
                "d=%5B%22a+b%2Bc%22%2C%22%ED%95%9C%22%5D"), response("text/plain", "ok"));
        exchange(c, request("POST", "/p/000/s/jsonp_send", "text/plain", "[\"plain\"]"), response("text/plain", "ok"));
        exchange(c, request("GET", "/p/000/s/jsonp?c=a.b", null, null), response("application/javascript",
                "/**/a.b(\"a[\\\"1\\\",\\\"2\\\"]\");\r\n"));
        check(c, "2 server open jsonp s 0/15", "3 client message jsonp_send s 5/8 a b+c", "3 client message jsonp_send s 3/31 한",
                "5 client message jsonp_send s 5/9 plain", "8 server message jsonp s 1/5 1", "8 server message jsonp s 1/23 2");
    }

    @Test
    void oneSessionOverManyConnections() {
        Log log = new Log(type -> true);
        try (MessageDecoder decoder = new MessageDecoder(log, MessageLimits.DEFAULT)) {
            // The server's part of the URL is no three digits: only its first frame makes it certain.
            exchange(new Conversation(), request("POST", "/p/srv-a/s9/xhr_send", "text/plain", "[\"early\"]"),
                    "HTTP/1.1 204 No Content\r\n\r\n").play(decoder, 0, Conversation.WHOLE);
            exchange(new Conversation(), request("POST", "/p/srv-a/s9/xhr", "text/plain", ""), response("text/plain", "o\n"))
                    .play(decoder, 1, Conversation.WHOLE);
            exchange(new Conversation(), request("POST", "/p/srv-b/s9/xhr_send", "text/plain", "[\"late\"]"),
                    "HTTP/1.1 204 No Content\r\n\r\n").play(decoder, 2, Conversation.WHOLE);
            assertEquals(1, decoder.counters().sockJsSessions());
        }
        assertEquals(List.of("2 server open xhr s9 0/2", "1 client message xhr_send s9 4/8 late"), events(log));
    }

    @Test
    void whatOnlyLooksLikeIt() {
        Conversation raw = webSocket("/chat/websocket");
        raw.server(text("o")).client(raw.maskedText("[\"x\"]"));
        assertEquals(List.of(), events(raw.play()), "the raw WebSocket has no frames");
        Conversation other = webSocket("/api/v1/users/websocket");
        other.server(text("a[\"x\"]")).client(other.maskedText("[\"x\"]")).server(text("h"));
        assertEquals(List.of(), events(other.play()));
        for (String target : List.of("/a.b/c/xhr", "/000/xhr", "/xhr", "/x/0.0/s/xhr", "/p/000//xhr", "/p/000/s/xhrs")) {
            assertEquals(List.of(), events(exchange(new Conversation(), request("POST", target, "text/plain", ""),
                    response("text/plain", "o\n")).play()), target);
        }
        Conversation text = webSocket("/chat/123/abcdef/websocket");
        text.server(text("hello")).server(text("attention")).client(text.maskedText("x"));
        Log log = text.play();
        assertEquals(List.of(), events(log));
        assertEquals(List.of(), log.of(CaptureEvent.Oddity.class), "nothing has said that it is SockJS");
    }

    @Test
    void whatIsBrokenIsSaid() {
        Conversation c = webSocket("/chat/123/abcdef/websocket");
        c.server(text("o")).server(text("a[\"x\"")).server(text("z")).server(text("c[]")).client(c.maskedText("[1,"))
                .server(text("oh")).client(c.maskedText("{}")).server(text("a[\"fine\"]"));
        Log log = c.play();
        assertEquals(List.of("3 server open websocket abcdef 0/1", "10 server message websocket abcdef 4/9 fine"), events(log));
        assertEquals(List.of(4L, 5L, 6L, 7L, 8L, 9L), log.of(CaptureEvent.Oddity.class).stream()
                .map(CaptureEvent.Oddity::frame).toList());
    }

    @Test
    void aGapCostsWhatIsInIt() {
        Conversation c = new Conversation();
        send(c, Side.CLIENT, request("POST", "/p/000/s/xhr_streaming", "text/plain", ""));
        send(c, Side.SERVER, "HTTP/1.1 200 OK\r\n\r\no\na[\"one\"]\na[\"tw").gap(Side.SERVER, 7);
        send(c, Side.SERVER, "e\"]\na[\"four\"]\n").close(How.FIN);
        assertEquals(List.of("2 server open xhr_streaming s 0/2", "2 server message xhr_streaming s 3/9 one",
                "4 server message xhr_streaming s 4/10 four"), events(c.play()));
    }

    @Test
    void limits() {
        Conversation c = webSocket("/chat/123/abcdef/websocket");
        c.server(text("o")).server(text("a[[[\"x\"]]]")).server(text("a[\"" + "y".repeat(60) + "\"]")).server(text("a[\"z\"]"));
        Log log = c.play(MessageLimits.DEFAULT.with("json-depth", 2).with("web-message-size", 50), Conversation.WHOLE);
        assertEquals(List.of("json-depth", "web-message-size"), FramesTest.limits(log));
        assertEquals(List.of("3 server open websocket abcdef 0/1", "6 server message websocket abcdef 1/6 z"), events(log));
        Log lines = exchange(new Conversation(), request("POST", "/p/000/s/xhr_streaming", "text/plain", ""),
                response("text/plain", "o\na[\"" + "y".repeat(60) + "\"]\na[\"z\"]\n"))
                .play(MessageLimits.DEFAULT.with("web-message-size", 50), Conversation.everyByte());
        assertEquals(List.of("web-message-size"), FramesTest.limits(lines));
        assertEquals(List.of("2 server open xhr_streaming s 0/2", "2 server message xhr_streaming s 1/7 z"), events(lines));
        Log many = new Log(type -> true);
        try (MessageDecoder decoder = new MessageDecoder(many, MessageLimits.DEFAULT.with("web-sessions", 2))) {
            for (int i = 0; i < 4; i++) {
                exchange(new Conversation(), request("POST", "/p/000/s" + i + "/xhr", "text/plain", ""),
                        response("text/plain", "o\n")).play(decoder, i, Conversation.WHOLE);
            }
        }
        assertEquals(List.of("web-sessions", "web-sessions"), FramesTest.limits(many));
        assertEquals(4, events(many).size());
    }
}
