package packetlab.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import packetlab.event.HttpEvent;
import packetlab.event.Side;
import packetlab.event.TcpEvent.How;
import packetlab.event.WsEvent;
import packetlab.message.Conversation.Log;

/** HTTP/1.1 around the upgrade: where each head and each body ends. */
class HttpStreamTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String NEXT = "HTTP/1.1 299 Next\r\nContent-Length: 0\r\n\r\n";

    @Test
    void bodiesEndWhereTheirFramingSays() {
        for (String response : List.of("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHTTP/",
                "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nHTTP/",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nHTTP/\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n00A;x=\"y\"\r\n0123456789\r\n1 \r\n\n\r\n0\r\n"
                        + "Trailer: x\r\nOther: y\r\n\r\n",
                "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\nHTTP/\n0\n\n",
                "HTTP/1.1 204 No Content\r\nContent-Length: 10\r\n\r\n", "HTTP/1.1 304 Not Modified\r\n\r\n",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) {
            for (Conversation.Cutter cutter : List.of(Conversation.WHOLE, Conversation.everyByte())) {
                Log log = new Conversation().client(GET + GET).server(response + NEXT).play(MessageLimits.DEFAULT,
                        cutter);
                List<Integer> statuses = log.of(HttpEvent.Response.class).stream().map(HttpEvent.Response::status)
                        .toList();
                assertEquals(299, statuses.get(statuses.size() - 1), response);
                assertEquals(response.contains("100") ? 3 : 2, statuses.size(), response);
            }
        }
    }

    @Test
    void aResponseToHeadHasNoBody() {
        Log log = new Conversation().client("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + GET)
                .server("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + NEXT).play();
        assertEquals(List.of(200, 299), log.of(HttpEvent.Response.class).stream().map(HttpEvent.Response::status)
                .toList());
        assertEquals(1000, log.of(HttpEvent.Response.class).get(0).length());
    }

    @Test
    void aBodyUntilTheEndHidesWhatLooksLikeAHead() {
        Log log = new Conversation().client(GET).server("HTTP/1.1 200 OK\r\n\r\n").server(NEXT).fin(Side.SERVER)
                .close(How.FIN).play();
        assertEquals(1, log.of(HttpEvent.Response.class).size());
    }

    @Test
    void requestBodies() {
        Conversation c = new Conversation()
                .client("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nGET"
                + "POST /b HTTP/1.1\r\nHost: a\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n3\r\nGET\r\n0\r\n\r\n"
                        + "\r\nGET /c HTTP/1.1\r\nHost: a\r\n\r\n");
        for (Conversation.Cutter cutter : List.of(Conversation.WHOLE, Conversation.everyByte())) {
            Log log = c.play(MessageLimits.DEFAULT, cutter);
            assertEquals(List.of("/a", "/b", "/c"),
                    log.of(HttpEvent.Request.class).stream().map(HttpEvent.Request::target).toList());
            assertEquals(List.of(3L, -1L, -1L),
                    log.of(HttpEvent.Request.class).stream().map(HttpEvent.Request::length).toList());
            assertEquals(List.of(false, true, false),
                    log.of(HttpEvent.Request.class).stream().map(HttpEvent.Request::chunked).toList());
        }
    }

    @Test
    void aMethodIsAToken() {
        for (Conversation.Cutter cutter : List.of(Conversation.WHOLE, Conversation.everyByte())) {
            for (String method : List.of("!O.S+T", "m-search", "X".repeat(32))) {
                Log log = new Conversation().client(method + " / HTTP/1.1\r\n\r\n").play(MessageLimits.DEFAULT, cutter);
                assertEquals(method, log.of(HttpEvent.Request.class).get(0).method());
            }
            for (String none : List.of("G(T", "\1GET", "GET\0", "\u00e9", "X".repeat(33))) {
                Log log = new Conversation().client(none + " / HTTP/1.1\r\n\r\n").play(MessageLimits.DEFAULT, cutter);
                assertEquals(List.of(), log.of(HttpEvent.Request.class), none);
            }
        }
    }

    @Test
    void aLineOfTwoReturnsDoesNotEndAHead() {
        for (Conversation.Cutter cutter : List.of(Conversation.WHOLE, Conversation.everyByte())) {
            Log log = new Conversation().client(GET + "GET /2 HTTP/1.1\r\nHost: a\r\n\r\r\nX: 1\r\n\r\n" + GET)
                    .play(MessageLimits.DEFAULT, cutter);
            assertEquals(3, log.of(HttpEvent.Request.class).size());
            assertEquals(2, log.of(HttpEvent.Request.class).get(1).headers().size());
        }
    }

    @Test
    void headersAreToldAsSent() {
        Log log = new Conversation()
                .client("GET /p?q HTTP/1.1\r\nHOST:  a:80 \r\nX: 1\r\n  2\r\nX:\r\nno colon\r\nÜ: é\r\n\r\n")
                .play();
        HttpEvent.Request request = log.of(HttpEvent.Request.class).get(0);
        assertEquals("[Header[name=HOST, value=a:80], Header[name=X, value=1 2], Header[name=X, value=], "
                + "Header[name=Ü, value=é]]", request.headers().toString());
        assertEquals("a:80", request.host());
        assertEquals("/p?q", request.target());
        assertEquals("GET", request.method());
    }

    @Test
    void whatIsNotHttpIsCountedAndNothingElse() {
        for (String first : List.of("SSH-2.0-OpenSSH_9.2\r\n", "EHLO example.com\r\n", "\u0000\u0001\u0002",
                "220 ready\r\n",
                "GET /\r\n\r\n", "*1\r\n$4\r\nPING\r\n", "\u0010\u0000\u0004MQTT", "HELLO\r\n\r\n", "HTTP\r\n\r\n")) {
            for (Conversation.Cutter cutter : List.of(Conversation.WHOLE, Conversation.everyByte())) {
                Log log = new Log(type -> true);
                MessageDecoder decoder = new MessageDecoder(log, MessageLimits.DEFAULT);
                new Conversation().client(first).client("more\r\n\r\n").server("answer\r\n\r\n").close(How.FIN)
                        .play(decoder, 0, cutter);
                assertEquals(List.of(), log.lines(), first);
                assertEquals(1, decoder.counters().otherConnections(), first);
            }
        }
    }

    @Test
    void aHeadPastTheLimitIsNotDecoded() {
        String large = "GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(1000) + "\r\n\r\n";
        for (Conversation.Cutter cutter : List.of(Conversation.WHOLE, Conversation.everyByte())) {
            Log log = new Conversation().client(large).client(GET).play(MessageLimits.DEFAULT.with("http-header-size",
                    500), cutter);
            assertEquals(List.of("http-header-size"), FramesTest.limits(log));
            log = new Conversation().client(large).play(MessageLimits.DEFAULT.with("http-header-size", large.length()),
                    cutter);
            assertEquals(1, log.of(HttpEvent.Request.class).size());
        }
    }

    @Test
    void requestsPastTheLimitAreNotMatched() {
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 1001; i++) {
            requests.append(GET);
        }
        Log log = new Conversation().client(requests.toString()).client(Conversation.REQUEST).server(NEXT)
                .server(Conversation.RESPONSE).server(Conversation.text("in")).play();
        assertEquals(List.of("pending-requests"), FramesTest.limits(log));
        assertEquals(List.of("5 SERVER in"), FramesTest.messages(log));
        assertEquals(List.of(), log.of(WsEvent.Refused.class), "the 299 may have answered another request");
        assertEquals(2, log.of(WsEvent.Open.class).get(0).requestFrame());
    }

    @Test
    void manyRequestsAreAnsweredInOrder() {
        StringBuilder requests = new StringBuilder();
        StringBuilder responses = new StringBuilder();
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            requests.append(i % 3 == 0 ? GET.replace("GET", "HEAD") : GET);
            responses.append("HTTP/1.1 ").append(200 + i % 50).append(" OK\r\nContent-Length: 4\r\n\r\n")
                    .append(i % 3 == 0 || 200 + i % 50 == 204 ? "" : "body");
            expected.add(200 + i % 50);
        }
        Log log = new Conversation().client(requests.toString()).server(responses.toString()).play();
        assertEquals(expected, log.of(HttpEvent.Response.class).stream().map(HttpEvent.Response::status).toList());
    }

    @Test
    void framingThatContradictsItselfIsGivenUp() {
        for (String response : List.of("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nHello",
                "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nHello",
                        "HTTP/1.1 200 OK\r\nContent-Length: 5x\r\n\r\nHello",
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nHello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nHello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000000\r\nHello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nHello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\nHello")) {
            Log log = new Conversation().client(GET).server(response).client(GET).server(NEXT).play();
            assertTrue(log.of(HttpEvent.Response.class).size() >= 1, response);
            assertEquals(List.of(), log.of(WsEvent.class));
        }
    }
}
