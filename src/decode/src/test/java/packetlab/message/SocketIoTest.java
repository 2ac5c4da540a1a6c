package packetlab.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static packetlab.message.Conversation.frame;
import static packetlab.message.Conversation.hex;
import static packetlab.message.Conversation.text;
import static packetlab.message.EngineIoTest.OPEN;
import static packetlab.message.EngineIoTest.get;
import static packetlab.message.EngineIoTest.post;
import static packetlab.message.SockJsTest.webSocket;

import java.util.List;
import org.junit.jupiter.api.Test;
import packetlab.event.CaptureEvent;
import packetlab.event.Side;
import packetlab.event.WebEvent;
import packetlab.message.Conversation.Cutter;
import packetlab.message.Conversation.Log;

/** Socket.IO, protocol 5 and what older ones do otherwise, inside Engine.IO. */
class SocketIoTest {
    private static final String POLL = "/socket.io/?EIO=4&transport=polling";
    private static final String POLL3 = "/socket.io/?EIO=3&transport=polling";
    private static final String SOCKET = "/socket.io/?EIO=4&transport=websocket";

    /** As {@code packet side type namespace name id ackOf/rtt attachments:octets json/wire args}. */
    static List<String> events(Log log) {
        return log.of(WebEvent.SocketIo.class).stream().map(e -> e.frame() + " " + e.from().wireName() + " "
                + e.type().wireName().substring(9) + " " + e.namespace() + (e.query() == null ? "" : "?" + e.query()) + " "
                + e.name() + " " + e.id() + " " + e.ackOf() + "/" + e.rttNs() + " " + e.attachments() + ":"
                + e.attachmentLength() + " " + e.length() + "/" + e.wireLength() + " " + e.args()).toList();
    }

    private static void check(Conversation c, String... expected) {
        assertEquals(List.of(expected), events(c.play()));
        assertEquals(List.of(), c.play().of(CaptureEvent.Oddity.class));
        for (int step = 0; step < c.steps(); step++) {
            for (int cut = 1; cut < c.length(step); cut++) {
                int inStep = step;
                int at = cut;
                Cutter cutter = (s, n) -> s == inStep ? new int[] {at} : new int[0];
                assertEquals(List.of(expected), events(c.play(MessageLimits.DEFAULT, cutter)),
                        "step " + step + " cut at " + cut);
            }
        }
    }

    /** A session by WebSocket whose default namespace is connected: five steps. */
    private static Conversation connected() {
        Conversation c = webSocket(SOCKET);
        return c.server(text(OPEN)).client(c.maskedText("40")).server(text("40{\"sid\":\"own\"}"));
    }

    @Test
    void theExamplesOfTheProtocol() {
        Conversation c = webSocket(SOCKET);
        c.server(text(OPEN)).client(c.maskedText("40{\"token\":\"123\"}")).server(text("40{\"sid\":\"own\"}"))
                .client(c.maskedText("40/admin,")).server(text("44/admin,{\"message\":\"Not authorized\"}"))
                .client(c.maskedText("42[\"hey\",\"Jude\"]")).client(c.maskedText("4213[\"foo\"]"))
                .server(text("4313[\"bar\"]")).client(c.maskedText("42/admin,[\"bar\"]"), c.maskedText("42/admin,14[ \"a\" , {} ]"))
                .server(text("43/admin,14[]")).client(c.maskedText("41/admin,")).server(text("41"))
                .client(c.maskedText("40/chat?room=1,{\"a\":1}"), c.maskedText("42[7,\"number\"]"), c.maskedText("42[\"only\"]"));
        check(c, "4 client connect / null -1 -1/-1 0:0 15/16 {\"token\":\"123\"}",
                "5 server connect / null -1 -1/-1 0:0 13/14 {\"sid\":\"own\"}",
                "6 client connect /admin null -1 -1/-1 0:0 0/8 null",
                "7 server connect-error /admin null -1 -1/-1 0:0 28/36 {\"message\":\"Not authorized\"}",
                "8 client event / hey -1 -1/-1 0:0 14/15 [\"Jude\"]", "9 client event / foo 13 -1/-1 0:0 7/10 []",
                "10 server ack / null 13 9/1000 0:0 7/10 [\"bar\"]", "11 client event /admin bar -1 -1/-1 0:0 7/15 []",
                "11 client event /admin a 14 -1/-1 0:0 12/22 [{}]", "12 server ack /admin null 14 11/1000 0:0 2/12 []",
                "13 client disconnect /admin null -1 -1/-1 0:0 0/8 null", "14 server disconnect / null -1 -1/-1 0:0 0/1 null",
                "15 client connect /chat?room=1 null -1 -1/-1 0:0 7/21 {\"a\":1}",
                "15 client event / 7 -1 -1/-1 0:0 12/13 [\"number\"]", "15 client event / only -1 -1/-1 0:0 8/9 []");
    }

    @Test
    void attachmentsAreJoined() {
        Conversation c = connected();
        c.client(c.maskedText("452-1[\"baz\",{\"_placeholder\":true,\"num\":1},{\"deep\":[{\"_placeholder\":true,\"num\":0}]},"
                + "\"{\\\"_placeholder\\\":true,\\\"num\\\":0}\"]")).client(c.masked(true, 0, 2, hex("010203")))
                .client(c.masked(true, 0, 2, hex("ff")))
                .server(text("461-1[{\"_placeholder\":true,\"num\":0}]")).server(frame(true, 0, 2, new byte[0]));
        check(c, "4 client connect / null -1 -1/-1 0:0 0/1 null",
                "5 server connect / null -1 -1/-1 0:0 13/14 {\"sid\":\"own\"}",
                "8 client event / baz 1 -1/-1 2:4 114/122 [{\"_attachment\":1,\"length\":1,\"base64\":\"/w==\"},"
                        + "{\"deep\":[{\"_attachment\":0,\"length\":3,\"base64\":\"AQID\"}]},"
                        + "\"{\\\"_placeholder\\\":true,\\\"num\\\":0}\"]",
                "10 server ack / null 1 8/2000 1:0 31/35 [{\"_attachment\":0,\"length\":0,\"base64\":\"\"}]");
    }

    @Test
    void byPolling() {
        Conversation c = new Conversation();
        get(c, POLL, OPEN);
        post(c, POLL + "&sid=abc", "40");
        get(c, POLL + "&sid=abc", "40{\"sid\":\"own\"}\u001e420[\"ask\",1]\u001e451-[\"b\",{\"_placeholder\":true,\"num\":0}]"
                + "\u001ebAQID");
        post(c, POLL + "&sid=abc", "430[\"yes\"]\u001e42[\"x\"]");
        check(c, "3 client connect / null -1 -1/-1 0:0 0/1 null",
                "6 server connect / null -1 -1/-1 0:0 13/14 {\"sid\":\"own\"}", "6 server event / ask 0 -1/-1 0:0 9/11 [1]",
                "6 server event / b -1 -1/-1 1:3 35/41 [{\"_attachment\":0,\"length\":3,\"base64\":\"AQID\"}]",
                "7 client ack / null 0 6/1000 0:0 7/9 [\"yes\"]", "7 client event / x -1 -1/-1 0:0 5/6 []");
    }

    @Test
    void olderServersConnectTheDefaultNamespaceThemselves() {
        Conversation c = new Conversation();
        get(c, POLL3, OPEN.length() + ":" + OPEN + "2:40");
        post(c, POLL3 + "&sid=abc", "15:40/admin?t=a b,");
        get(c, POLL3 + "&sid=abc", "8:40/admin" + "24:44/admin,\"Invalid token\"" + "7:42[\"€\"]");
        check(c, "2 server connect / null -1 -1/-1 0:0 0/1 null",
                "3 client connect /admin?t=a b null -1 -1/-1 0:0 0/14 null",
                "6 server connect /admin null -1 -1/-1 0:0 0/7 null",
                "6 server connect-error /admin null -1 -1/-1 0:0 15/23 \"Invalid token\"",
                "6 server event / € -1 -1/-1 0:0 7/8 []");
    }

    @Test
    void attachmentsAndAcksAcrossTheHalvesOfASession() {
        Log log = new Log(type -> true);
        try (MessageDecoder decoder = new MessageDecoder(log, MessageLimits.DEFAULT)) {
            Conversation polling = new Conversation();
            get(polling, POLL, OPEN);
            post(polling, POLL + "&sid=abc", "40");
            get(polling, POLL + "&sid=abc", "40{\"sid\":\"own\"}\u001e425[\"ask\"]\u001e"
                    + "451-[\"b\",{\"_placeholder\":true,\"num\":0}]");
            polling.play(decoder, 0, Conversation.WHOLE);
            Conversation ws = webSocket(SOCKET + "&sid=abc");
            ws.client(ws.maskedText("2probe")).server(text("3probe")).client(ws.maskedText("5"))
                    .server(frame(true, 0, 2, hex("07"))).client(ws.maskedText("435[]"));
            ws.play(decoder, 1, Conversation.WHOLE);
            assertEquals(1, decoder.counters().socketIoSessions());
        }
        assertEquals(List.of("6 server event / ask 5 -1/-1 0:0 7/9 []",
                "6 server event / b -1 -1/-1 1:1 35/39 [{\"_attachment\":0,\"length\":1,\"base64\":\"Bw==\"}]",
                "7 client ack / null 5 6/1000 0:0 2/4 []"), events(log).subList(2, 5));
    }

    @Test
    void aSessionIsSocketIoOnlyIfItBeginsSo() {
        Conversation raw = webSocket("/engine.io/?EIO=4&transport=websocket");
        raw.server(text(OPEN)).client(raw.maskedText("40")).server(text("42[\"a\"]"));
        assertEquals(List.of(), events(raw.play()));
        Conversation other = webSocket("/my/?EIO=4&transport=websocket");
        other.server(text(OPEN)).client(other.maskedText("40")).server(text("42[\"a\"]"));
        assertEquals(2, events(other.play()).size(), "whatever the path is called");
        Conversation parser = webSocket(SOCKET);
        parser.server(text(OPEN)).client(parser.masked(true, 0, 2, hex("8301"))).server(text("42[\"a\"]"));
        assertEquals(List.of(), events(parser.play()), "another parser, such as msgpack");
        Conversation chat = webSocket("/my/?EIO=4&transport=websocket");
        chat.server(text(OPEN)).client(chat.maskedText("42[\"a\"]")).server(text("40"));
        assertEquals(List.of(), events(chat.play()));
        for (Conversation c : List.of(raw, other, parser, chat)) {
            assertEquals(List.of(), c.play().of(CaptureEvent.Oddity.class));
        }
        Conversation midstream = get(new Conversation(), POLL + "&sid=late", "42[\"a\"]");
        assertEquals(1, events(midstream.play()).size(), "its beginning was not captured");
    }

    @Test
    void whatBreaksTheProtocolIsSaid() {
        for (String bad : List.of("4", "47", "42", "42{}", "42[]", "42[true]", "42[\"a\"", "42[\"a\"]x", "43[\"a\"]", "431{}",
                "40[]", "41{}", "45[\"a\"]", "45-[\"a\"]", "451[\"a\"]", "42/admin", "421234567890123456789[\"a\"]",
                "451-/a,", "44,")) {
            Conversation c = connected();
            c.client(c.maskedText(bad)).client(c.maskedText("42[\"next\"]"));
            assertEquals(List.of(6L), oddities(c), bad);
            assertEquals("7 client event / next -1 -1/-1 0:0 8/9 []", events(c.play()).get(2), bad);
        }
        Conversation due = connected();
        due.client(due.maskedText("452-[\"a\",{\"_placeholder\":true,\"num\":0}]"), due.masked(true, 0, 2, hex("01")))
                .client(due.maskedText("42[\"early\"]")).client(due.masked(true, 0, 2, hex("02")));
        assertEquals(List.of(7L, 8L), oddities(due), "text while one is due, octets while none is");
        assertEquals(List.of("7 client event / early -1 -1/-1 0:0 9/10 []"), events(due.play()).subList(2, 3));
    }

    private static List<Long> oddities(Conversation c) {
        return c.play().of(CaptureEvent.Oddity.class).stream().map(CaptureEvent.Oddity::frame).toList();
    }

    @Test
    void aGapForgetsWhatWasDue() {
        Conversation c = connected();
        c.client(c.maskedText("451-[\"a\",{\"_placeholder\":true,\"num\":0}]")).gap(Side.CLIENT, 3)
                .client(c.maskedText("42[\"b\"]")).client(c.maskedText("42[\"c\"]")).client(c.maskedText("42[\"d\"]"));
        Log log = c.play();
        assertEquals(List.of(), log.of(CaptureEvent.Oddity.class));
        assertEquals(List.of("b", "c", "d"), log.of(WebEvent.SocketIo.class).stream().map(WebEvent.SocketIo::name)
                .filter(n -> n != null).toList());
    }

    @Test
    void limits() {
        Conversation c = connected();
        c.client(c.maskedText("42[\"deep\",[[[1]]]]")).client(c.maskedText("453-[\"a\"]"))
                .client(c.maskedText("421[\"p\"]"), c.maskedText("422[\"q\"]"), c.maskedText("423[\"r\"]"))
                .server(text("431[]"), text("433[]"));
        Log log = c.play(MessageLimits.DEFAULT.with("json-depth", 3).with("attachments", 2).with("pending-acks", 2),
                Conversation.WHOLE);
        assertEquals(List.of("json-depth", "attachments", "pending-acks"), FramesTest.limits(log));
        assertEquals(List.of("6 client event / deep -1 -1/-1 0:0 16/17 null", "8 client event / p 1 -1/-1 0:0 5/7 []",
                "8 client event / q 2 -1/-1 0:0 5/7 []", "8 client event / r 3 -1/-1 0:0 5/7 []",
                "9 server ack / null 1 -1/-1 0:0 2/4 []", "9 server ack / null 3 8/1000 0:0 2/4 []"),
                events(log).subList(2, 8));
        Conversation large = connected();
        large.client(large.maskedText("421[\"big\",\"" + "x".repeat(200) + "\"]"))
                .client(large.maskedText("451-[\"bin\",{\"_placeholder\":true,\"num\":0}]"), large.masked(true, 0, 2, new byte[99]));
        Log cut = large.play(MessageLimits.DEFAULT.with("web-message-size", 90).withShownPayload(40), Conversation.WHOLE);
        assertEquals(List.of("web-message-size", "web-message-size"), FramesTest.limits(cut));
        assertEquals("6 client event / big 1 -1/-1 0:0 210/212 null", events(cut).get(2));
        assertEquals("7 client event / bin -1 -1/-1 1:99 37/139 [{\"_attachment\":0,\"length\":99,\"base64\":\""
                + "A".repeat(54) + "==\"}]", events(cut).get(3));
        assertEquals(true, cut.of(WebEvent.SocketIo.class).get(2).argsCut());
    }
}
