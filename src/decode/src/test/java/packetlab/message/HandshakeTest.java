package packetlab.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static packetlab.message.Conversation.REQUEST;
import static packetlab.message.Conversation.RESPONSE;
import static packetlab.message.Conversation.frame;
import static packetlab.message.Conversation.text;
import static packetlab.message.Conversation.utf8;
import static packetlab.message.Conversation.with;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import packetlab.event.HttpEvent;
import packetlab.event.TcpEvent;
import packetlab.event.TcpEvent.How;
import packetlab.event.WsEvent;
import packetlab.message.Conversation.Log;

/** The opening handshake: rows 51 to 59 of the decoder checklist, and every rule about it. */
class HandshakeTest {
    private static final String REFUSED = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno";

    @Test
    void whatWsOpenTells() {
        String request = with(with(with(REQUEST, "Origin: http://example.com"),
                "Sec-WebSocket-Protocol: chat, superchat"),
                "Sec-WebSocket-Extensions: permessage-deflate");
        String response = with(with(RESPONSE, "Sec-WebSocket-Protocol: superchat"),
                "Sec-WebSocket-Extensions: permessage-deflate");
        Log log = new Conversation().client(request).server(response).play();
        WsEvent.Open open = log.of(WsEvent.Open.class).get(0);
        assertEquals(new WsEvent.Open(2000, 2, 0, "/chat", "http://example.com", "superchat", "permessage-deflate",
                true,
                1, 2, false, 1), open);
        assertEquals(List.of(), log.findings());
    }

    @Test
    void row51TheResponseSplitAndGluedToFrames() {
        byte[] bytes = Conversation.join(RESPONSE.getBytes(StandardCharsets.US_ASCII), text("glued"), text("on"));
        for (int cut = 1; cut < bytes.length; cut++) {
            int at = cut;
            Log log = new Conversation().client(REQUEST).server(bytes).play(MessageLimits.DEFAULT,
                    (step, n) -> step == 1 ? new int[] {at} : new int[0]);
            assertEquals(List.of("2 SERVER glued", "2 SERVER on"), FramesTest.messages(log), "cut at " + cut);
            assertEquals(List.of(), log.findings());
        }
    }

    @Test
    void row52FramesSentBeforeTheResponse() {
        Conversation c = new Conversation();
        byte[] glued = Conversation.join(REQUEST.getBytes(StandardCharsets.US_ASCII), c.maskedText("early"));
        c.client(glued).client(c.maskedText("too")).server(RESPONSE).client(c.maskedText("late"));
        Log log = c.play();
        assertEquals(List.of("1 CLIENT early", "2 CLIENT too", "4 CLIENT late"), FramesTest.messages(log));
        assertEquals(List.of("data-before-response@1 client"), log.findings());
        assertEquals(3, log.of(WsEvent.Open.class).get(0).frame());
        assertEquals(1000, log.of(WsEvent.Frame.class).get(0).timeNs());
    }

    @Test
    void row53RefusedAndAskedAgain() {
        Conversation c = new Conversation().client(REQUEST).server(REFUSED).client(REQUEST).server(RESPONSE);
        c.client(c.maskedText("in"));
        Log log = c.play();
        assertEquals(List.of(new WsEvent.Refused(2000, 2, 0, 401, "/chat")), log.of(WsEvent.Refused.class));
        assertEquals(3, log.of(WsEvent.Open.class).get(0).requestFrame());
        assertEquals(List.of("5 CLIENT in"), FramesTest.messages(log));
        assertEquals(List.of(), log.findings());
    }

    @Test
    void row53RefusedAndUsedForSomethingElse() {
        Log log = new Conversation().client(REQUEST).server(REFUSED)
                .client("GET /page HTTP/1.1\r\nHost: example.com\r\n\r\n")
                .server("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage").close(How.FIN).play();
        assertEquals(List.of("/chat", "/page"),
                log.of(HttpEvent.Request.class).stream().map(HttpEvent.Request::target).toList());
        assertEquals(List.of(401, 200),
                log.of(HttpEvent.Response.class).stream().map(HttpEvent.Response::status).toList());
        assertEquals(List.of(), log.of(WsEvent.Open.class));
    }

    @Test
    void aPipelinedRequestBehindARefusedUpgradeIsRead() {
        Log log = new Conversation().client(REQUEST + "GET /next HTTP/1.1\r\nHost: example.com\r\n\r\n")
                .server(REFUSED + "HTTP/1.1 204 No Content\r\n\r\n").play();
        assertEquals(List.of("/chat", "/next"),
                log.of(HttpEvent.Request.class).stream().map(HttpEvent.Request::target).toList());
        assertEquals(List.of(401, 204),
                log.of(HttpEvent.Response.class).stream().map(HttpEvent.Response::status).toList());
    }

    @Test
    void row54EarlyHintsBeforeThe101() {
        Conversation c = new Conversation().client(REQUEST)
                .server("HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n").server(RESPONSE)
                .server(text("open"));
        Log log = c.play();
        assertEquals(List.of("4 SERVER open"), FramesTest.messages(log));
        assertEquals(3, log.of(WsEvent.Open.class).get(0).responseFrame());
        assertEquals(List.of(), log.of(WsEvent.Refused.class));
    }

    @Test
    void row54UpgradeRequiredNamesTheVersions() {
        String old = REQUEST.replace("Version: 13", "Version: 8");
        Log log = new Conversation().client(old)
                .server("HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 13\r\nContent-Length: 0\r\n\r\n")
                .play();
        assertEquals(List.of("request-version@1 client"), log.findings());
        assertEquals(426, log.of(WsEvent.Refused.class).get(0).status());
        log = new Conversation().client(old).server("HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n")
                .play();
        assertEquals(List.of("request-version@1 client", "supported-versions-named@2 server"), log.findings());
    }

    @Test
    void row55AnAcceptThatDoesNotAnswerTheKey() {
        for (String accept : List.of("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOO=\r\n", "",
                "Sec-WebSocket-Accept: s3pP\r\n")) {
            Log log = new Conversation().client(REQUEST)
                    .server(RESPONSE.replaceAll("Sec-WebSocket-Accept: .*\r\n", accept)).server(text("on")).play();
            assertEquals(List.of("response-accept@2 server"), log.findings(), accept);
            assertFalse(log.of(WsEvent.Open.class).get(0).acceptValid());
            assertEquals(1, log.of(WsEvent.Message.class).size());
        }
        String twice = with(RESPONSE, "Sec-WebSocket-Accept: " + Conversation.ACCEPT);
        Log log = new Conversation().client(REQUEST).server(twice).play();
        assertEquals("Sec-WebSocket-Accept stands there 2 times", log.of(WsEvent.Finding.class).get(0).detail());
    }

    @Test
    void row56CaseListsAndQuotedParameters() {
        String request = "GET /chat HTTP/1.1\nhOST: example.com\nUPGRADE: WebSocket\n"
                + "connection: keep-alive, Upgrade\nsec-websocket-KEY:" + Conversation.KEY
                + "  \nSec-WebSocket-Version: 13\n"
                + "Sec-WebSocket-Extensions: foo; a=\"b\\c\", permessage-deflate; client_max_window_bits=\"10\"\n"
                + "Sec-WebSocket-Extensions: permessage-deflate\n\n";
        String response = with(with(RESPONSE.replace("websocket", "WEBSOCKET").replace(": Upgrade", ": x, upgrade"),
                "Sec-WebSocket-Extensions: permessage-deflate;"), " client_max_window_bits = \"10\" ");
        Log log = new Conversation().client(request).server(response).play();
        assertEquals(List.of(), log.findings());
        assertEquals("permessage-deflate; client_max_window_bits = \"10\"", log.of(WsEvent.Open.class).get(0)
                .extensions());
    }

    @Test
    void row57WhatTheServerPicksWasOffered() {
        Log log = new Conversation().client(REQUEST).server(with(with(RESPONSE, "Sec-WebSocket-Protocol: chat"),
                "Sec-WebSocket-Extensions: permessage-deflate")).play();
        assertEquals(List.of("response-subprotocol@2 server", "response-extension-offered@2 server"), log.findings());
        log = new Conversation().client(with(REQUEST, "Sec-WebSocket-Protocol: chat, superchat"))
                .server(with(RESPONSE, "Sec-WebSocket-Protocol: chat, superchat")).play();
        assertEquals(List.of("response-subprotocol@2 server"), log.findings(), "one, not a list");
        assertEquals("chat, superchat, offered: chat, superchat", log.of(WsEvent.Finding.class).get(0).detail());
    }

    @Test
    void row58TheKeyIsTheBase64Of16Octets() {
        for (String key : List.of("", "AAAA", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZSE=",
                "dGhlIHNhbXBs*SBub25jZQ==")) {
            Log log = new Conversation().client(REQUEST.replace(Conversation.KEY, key)).play();
            assertEquals(List.of("request-key@1 client"), log.findings(), key);
        }
        assertEquals(List.of("request-key@1 client"),
                new Conversation().client(with(REQUEST, "Sec-WebSocket-Key: " + Conversation.KEY)).play().findings());
    }

    @Test
    void row58OriginsOfOtherSites() {
        for (String origin : List.of("http://evil.example", "https://notexample.com", "null",
                "http://example.com.evil.org")) {
            assertEquals(List.of("cross-site-origin@1 client"),
                    new Conversation().client(with(REQUEST, "Origin: " + origin)).play().findings(), origin);
        }
        for (String origin : List.of("http://example.com", "https://EXAMPLE.com:8443", "http://www.example.com")) {
            assertEquals(List.of(), new Conversation().client(with(REQUEST, "Origin: " + origin)).play().findings());
        }
    }

    @Test
    void row59WebSocketOverHttp2IsNamed() {
        String preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
        byte[] settings = Conversation.hex("000000040000000000 000000040100000000");
        // As node's http2 client writes it, and the same field with plain strings.
        byte[] coded = Conversation.hex("00003d010400000001 4207434f4e4e454354 4087b95d8749c87a3f87f058d072752a7f 048460938d3f86"
                + "4186a0e41d139d09408f4148b782c68393a952b772d8831eaf023133");
        byte[] plain = Conversation.join(Conversation.hex("00001e010400000001 0207"), utf8("CONNECT"),
                Conversation.hex("0009"), utf8(":protocol"), Conversation.hex("09"), utf8("websocket"));
        for (byte[] headers : List.of(plain, coded)) {
            for (Conversation.Cutter cutter : List.of(Conversation.WHOLE, Conversation.everyByte())) {
                Log log = new Conversation().client(preface).client(settings, headers).server(settings).close(How.FIN)
                        .play(MessageLimits.DEFAULT, cutter);
                assertEquals(List.of("HTTP/2", "WebSocket over HTTP/2 (RFC 8441)"),
                        log.of(TcpEvent.Protocol.class).stream().map(TcpEvent.Protocol::protocol).toList());
                assertEquals(2, log.events.size());
            }
        }
        Log log = new Conversation().client(preface).client(settings).server(settings).close(How.FIN).play();
        assertEquals(1, log.of(TcpEvent.Protocol.class).size());
    }

    @Test
    void tlsAndOtherUpgradesAreNamed() {
        Log log = new Conversation().client(Conversation.hex("16030100050100000100"))
                .server(Conversation.hex("16030300")).close(How.FIN)
                .play();
        assertEquals(List.of("TLS"), log.of(TcpEvent.Protocol.class).stream().map(TcpEvent.Protocol::protocol)
                .toList());
        log = new Conversation()
                .client("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n")
                .server("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n\0\0\0\4\0\0\0\0\0")
                .close(How.FIN).play();
        assertEquals(List.of("HTTP/2"), log.of(TcpEvent.Protocol.class).stream().map(TcpEvent.Protocol::protocol)
                .toList());
    }

    @Test
    void requestsThatBreakARule() {
        assertBroken("request-method", REQUEST.replace("GET", "POST"));
        assertBroken("request-http-version", REQUEST.replace("HTTP/1.1", "HTTP/1.0"));
        assertBroken("request-target", REQUEST.replace("/chat", "/chat#part"));
        assertBroken("request-target", REQUEST.replace("/chat", "chat"));
        assertBroken("request-host", REQUEST.replace("Host: example.com\r\n", ""));
        assertBroken("request-host", with(REQUEST, "Host: example.org"));
        assertBroken("request-upgrade", REQUEST.replace("Upgrade: websocket\r\n", ""));
        assertBroken("request-upgrade", REQUEST.replace(": websocket", ": websockets"));
        assertBroken("request-connection", REQUEST.replace("Connection: Upgrade\r\n", ""));
        assertBroken("request-connection", REQUEST.replace(": Upgrade", ": keep-alive"));
        assertBroken("request-key", REQUEST.replaceAll("Sec-WebSocket-Key.*\r\n", ""));
        assertBroken("request-version", REQUEST.replaceAll("Sec-WebSocket-Version.*\r\n", ""));
        assertBroken("request-version", with(REQUEST, "Sec-WebSocket-Version: 13"));
        assertBroken("request-subprotocols", with(REQUEST, "Sec-WebSocket-Protocol: chat, chat"));
        assertBroken("request-subprotocols", with(REQUEST, "Sec-WebSocket-Protocol: chat,, x"));
        assertBroken("request-subprotocols", with(REQUEST, "Sec-WebSocket-Protocol: a(b"));
        assertBroken("request-extensions", with(REQUEST, "Sec-WebSocket-Extensions: "));
        assertBroken("request-extensions", with(REQUEST, "Sec-WebSocket-Extensions: foo; "));
        assertBroken("request-extensions", with(REQUEST, "Sec-WebSocket-Extensions: foo; a=\"b c\""));
        assertBroken("request-extensions", with(REQUEST, "Sec-WebSocket-Extensions: foo; a=\"b"));
        assertBroken("request-extensions", with(REQUEST, "Sec-WebSocket-Extensions: foo bar"));
        assertBroken("request-deflate-parameters", with(REQUEST, "Sec-WebSocket-Extensions: permessage-deflate; x"));
        assertBroken("request-deflate-parameters",
                with(REQUEST, "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits"));
        for (String bits : List.of("7", "16", "08", "x", "010")) {
            assertBroken("request-deflate-parameters",
                    with(REQUEST, "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=" + bits));
        }
        assertBroken("request-deflate-parameters", with(REQUEST,
                "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits; client_max_window_bits"));
        assertBroken("request-deflate-parameters",
                with(REQUEST, "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover=1"));
    }

    @Test
    void requestsThatBreakNone() {
        for (String request : List.of(REQUEST.replace("/chat", "http://example.com/chat"),
                with(REQUEST, "Sec-WebSocket-Extensions: foo,, bar;a=1;b,"), with(REQUEST,
                        "Sec-WebSocket-Protocol: a, b"),
                with(REQUEST, "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits; server_max_window_bits=8"),
                with(REQUEST, "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=15;"
                        + "client_no_context_takeover; server_no_context_takeover"))) {
            assertEquals(List.of(), new Conversation().client(request).play().findings(), request);
        }
    }

    @Test
    void responsesThatBreakARule() {
        assertAnswer("response-upgrade", "", RESPONSE.replace("Upgrade: websocket\r\n", ""));
        assertAnswer("response-upgrade", "", RESPONSE.replace(": websocket", ": websocket2"));
        assertAnswer("response-connection", "", RESPONSE.replace("Connection: Upgrade\r\n", ""));
        assertAnswer("response-extensions", "foo", with(RESPONSE, "Sec-WebSocket-Extensions: foo; =1"));
        String deflate = "Sec-WebSocket-Extensions: permessage-deflate";
        assertAnswer("response-deflate-parameters", "permessage-deflate", with(RESPONSE, deflate + "; x=1"));
        assertAnswer("response-deflate-parameters", "permessage-deflate", with(RESPONSE, deflate
                + "; client_max_window_bits=10"));
        assertAnswer("response-deflate-parameters", "permessage-deflate; client_max_window_bits",
                with(RESPONSE, deflate + "; client_max_window_bits"));
        assertAnswer("response-deflate-parameters", "permessage-deflate; client_max_window_bits=10",
                with(RESPONSE, deflate + "; client_max_window_bits=11"));
        assertAnswer("response-deflate-parameters", "permessage-deflate; server_no_context_takeover", with(RESPONSE,
                deflate));
        assertAnswer("response-deflate-parameters", "permessage-deflate; server_max_window_bits=9", with(RESPONSE,
                deflate));
        assertAnswer("response-deflate-parameters", "permessage-deflate; server_max_window_bits=9",
                with(RESPONSE, deflate + "; server_max_window_bits=10"));
        assertAnswer(null, "permessage-deflate; server_max_window_bits=9, permessage-deflate", with(RESPONSE, deflate));
        assertAnswer(null, "permessage-deflate; server_max_window_bits=9; client_max_window_bits",
                with(RESPONSE, deflate
                        + "; server_max_window_bits=9; client_max_window_bits=15; client_no_context_takeover"));
        assertAnswer(null, "permessage-deflate", with(RESPONSE, deflate + "; server_no_context_takeover"));
    }

    @Test
    void aFaultyRequestIsNotToBeAccepted() {
        Log log = new Conversation().client(REQUEST.replace("Version: 13", "Version: 8")).server(RESPONSE)
                .server(text("on"))
                .play();
        assertEquals(List.of("request-version@1 client", "faulty-request-accepted@2 server"), log.findings());
        assertEquals(1, log.of(WsEvent.Message.class).size());
    }

    @Test
    void aResponseThatIsSeenBeforeItsRequest() {
        Conversation c = new Conversation().server(RESPONSE).server(text("first"));
        c.client(REQUEST).client(c.maskedText("second"));
        Log log = c.play();
        assertEquals(List.of("2 SERVER first", "4 CLIENT second"), FramesTest.messages(log));
        assertNull(log.of(WsEvent.Open.class).get(0).acceptValid());
        assertEquals(List.of(), log.findings());
        log = new Conversation().server(RESPONSE.replace("xOo=", "xOO=")).client(REQUEST).play();
        assertEquals(List.of("response-accept@2 server"), log.findings());
    }

    @Test
    void aConnectionThroughAProxy() {
        Conversation c = new Conversation().client("CONNECT example.com:80 HTTP/1.1\r\nHost: example.com:80\r\n\r\n")
                .server("HTTP/1.1 200 Connection established\r\n\r\n").client(REQUEST).server(RESPONSE)
                .server(text("in"));
        Log log = c.play();
        assertEquals(List.of("5 SERVER in"), FramesTest.messages(log));
        assertTrue(log.of(WsEvent.Open.class).get(0).acceptValid());
    }

    @Test
    void theVerdictListsWhatWasCheckedAndBroken() {
        Conversation c = Conversation.opened();
        c.client(text("bare")).client(c.maskedText("ok")).client(text("bare")).closed();
        WsEvent.Verdict verdict = c.play().of(WsEvent.Verdict.class).get(0);
        assertEquals(List.of(new WsEvent.Broken("client-frame-unmasked", 2, List.of(3L, 5L))), verdict.broken());
        assertTrue(verdict.checked().containsAll(List.of("client-frame-unmasked", "response-accept",
                "close-unanswered")));
        assertFalse(verdict.checked().contains("deflate-data-invalid"));
        verdict = new Conversation().client(REQUEST.replace("GET", "PUT")).server(REFUSED).close(How.FIN).play()
                .of(WsEvent.Verdict.class).get(0);
        assertEquals("request-method", verdict.broken().get(0).rule());
    }

    @Test
    void plainHttpHasNoVerdict() {
        Log log = new Conversation().client("GET / HTTP/1.1\r\nHost: a\r\n\r\n").server(frame(true, 0, 1, utf8("x")))
                .close(How.FIN).play();
        assertEquals(List.of(), log.of(WsEvent.Verdict.class));
    }

    private static void assertBroken(String rule, String request) {
        Log log = new Conversation().client(request).play();
        assertEquals(List.of(rule + "@1 client"), log.findings(), request);
        assertTrue(log.of(WsEvent.Finding.class).get(0).detail() != null, "no detail for " + request);
    }

    /** @param rule that the response breaks, or null */
    private static void assertAnswer(String rule, String offer, String response) {
        String request = offer.isEmpty() ? REQUEST : with(REQUEST, "Sec-WebSocket-Extensions: " + offer);
        Log log = new Conversation().client(request).server(response).play();
        assertEquals(rule == null ? List.of() : List.of(rule + "@2 server"), log.findings(), offer + " / " + response);
        log.of(WsEvent.Finding.class).forEach(f -> assertTrue(f.detail() != null, "no detail for " + response));
        assertEquals(1, log.of(WsEvent.Open.class).size());
    }
}
