package packetlab.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static packetlab.message.Conversation.join;
import static packetlab.message.Conversation.utf8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import packetlab.event.Event;
import packetlab.event.HttpEvent;
import packetlab.event.Side;
import packetlab.event.TcpEvent.How;
import packetlab.message.Conversation.Log;

/** Whole HTTP messages: which response answers which request and how late, and where every octet of them belongs. */
class HttpMessageTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    /** As {@code frame from headFrame/requestFrame status head+length/wire complete text}. */
    static List<String> messages(Log log) {
        return log.of(HttpEvent.Message.class).stream().map(m -> m.frame() + " " + m.from().wireName() + " " + m.headFrame()
                + "/" + m.requestFrame() + " " + m.status() + " " + m.headLength() + "+" + m.length() + "/" + m.wireLength()
                + " " + m.complete() + " " + (m.data() == null ? null : new String(m.data()))).toList();
    }

    private static Conversation exchanges() {
        return new Conversation().client(GET + GET)
                .client("\r\nPOST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab").client("cd")
                .server("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
                .server("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n")
                .server("A\r\n0123456789\r\n0\r\nT: 1\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n")
                .client("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n").server("HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n")
                .client(GET).server("HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\n\r\n")
                .client(GET).server("HTTP/1.1 200 OK\r\n\r\nuntil").server(" the end").fin(Side.SERVER).close(How.FIN);
    }

    @Test
    void everyHeadIsFollowedByItsMessage() {
        Log log = exchanges().play();
        assertEquals(List.of("1 client 1/-1 -1 27+0/0 true ", "1 client 1/-1 -1 27+0/0 true ",
                "3 client 2/-1 -1 50+4/4 true abcd", "4 server 4/1 200 38+5/5 true hello",
                "5 server 5/1 103 28+0/0 true ", "6 server 5/1 200 47+13/38 true abc0123456789",
                "6 server 6/2 204 27+0/0 true ", "7 client 7/-1 -1 28+0/0 true ", "8 server 8/7 200 39+0/0 true ",
                "9 client 9/-1 -1 27+0/0 true ", "10 server 10/9 304 49+0/0 true ", "11 client 11/-1 -1 27+0/0 true ",
                "14 server 12/11 200 19+13/13 true until the end"), messages(log));
        assertEquals(List.of("5 5 0+3 abc", "6 5 3+10 0123456789"), log.of(HttpEvent.Chunk.class).stream()
                .map(c -> c.frame() + " " + c.headFrame() + " " + c.offset() + "+" + c.length() + " "
                        + new String(c.data())).toList());
    }

    @Test
    void latencyIsFromTheRequestsLastOctetToTheResponsesFirst() {
        Log log = exchanges().play();
        assertEquals(List.of("1 3000", "1 4000", "1 4000", "2 3000", "7 1000", "9 1000", "11 1000"),
                log.of(HttpEvent.Response.class).stream().map(r -> r.requestFrame() + " " + r.latencyNs()).toList());
        // The first octet of the head counts, not its last; and an answer before the request's end has no latency.
        log = new Conversation().client(GET).server("HTTP/1.1 200 O").server("K\r\nContent-Length: 0\r\n\r\n")
                .client("POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n").server("HTTP/1.1 413 Too Large\r\n\r\n").play();
        assertEquals(List.of("1 1000", "4 -1"),
                log.of(HttpEvent.Response.class).stream().map(r -> r.requestFrame() + " " + r.latencyNs()).toList());
    }

    @Test
    void headsAndBodiesAreAllThatWasSent() {
        Conversation c = exchanges();
        long client = 0;
        long server = 0;
        for (HttpEvent.Message m : c.play().of(HttpEvent.Message.class)) {
            client += m.from() == Side.CLIENT ? m.headLength() + m.wireLength() : 0;
            server += m.from() == Side.SERVER ? m.headLength() + m.wireLength() : 0;
        }
        int sent = 0;
        for (int step = 0; step < c.steps(); step++) {
            sent += c.length(step);
        }
        assertEquals(sent, client + server);
    }

    @Test
    void whereverItIsCut() {
        Conversation c = exchanges();
        List<String> whole = c.play().lines();
        for (int step = 0; step < c.steps(); step++) {
            for (int cut = 1; cut < c.length(step); cut++) {
                int inStep = step;
                int at = cut;
                assertEquals(whole, c.play(MessageLimits.DEFAULT, (s, n) -> s == inStep ? new int[] {at} : new int[0])
                        .lines(), "step " + step + " cut at " + cut);
            }
        }
        assertEquals(whole, c.play(MessageLimits.DEFAULT, Conversation.everyByte()).lines());
    }

    @Test
    void whatEndsTooEarlySaysSo() {
        String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        for (String body : List.of("5\r\nhel", "5\r\nhello\r\n", "5\r\nhello\r\n0\r\n")) {
            for (How how : How.values()) {
                HttpEvent.Message m = new Conversation().client(GET).server(head + body).close(how).play()
                        .of(HttpEvent.Message.class).get(1);
                assertFalse(m.complete());
                assertEquals(body.length(), m.wireLength());
                assertEquals(body.contains("hello") ? 5 : 3, m.length());
            }
        }
        HttpEvent.Message until = new Conversation().client(GET).server("HTTP/1.1 200 OK\r\n\r\nabc").close(How.RESET).play()
                .of(HttpEvent.Message.class).get(1);
        assertFalse(until.complete(), "a reset is no end of a body");
        HttpEvent.Message gap = new Conversation().client(GET).server("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
                .gap(Side.SERVER, 3).server("def").play().of(HttpEvent.Message.class).get(1);
        assertEquals("4 6 false abcdef", gap.frame() + " " + gap.length() + " " + gap.complete() + " "
                + new String(gap.data()));
        List<HttpEvent.Message> given = new Conversation().client(GET)
                .server("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcXX").play().of(HttpEvent.Message.class);
        assertFalse(given.get(1).complete(), "framing that is broken");
    }

    @Test
    void contentIsShownUpToTheLimit() {
        MessageLimits few = MessageLimits.DEFAULT.withShownPayload(4);
        Log log = new Conversation().client(GET).server("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "6\r\nabcdef\r\n0\r\n\r\n").play(few, Conversation.WHOLE);
        HttpEvent.Message m = log.of(HttpEvent.Message.class).get(1);
        assertEquals("abcd 6 true", new String(m.data()) + " " + m.length() + " " + m.dataCut());
        HttpEvent.Chunk c = log.of(HttpEvent.Chunk.class).get(0);
        assertEquals("abcd 6 true", new String(c.data()) + " " + c.length() + " " + c.dataCut());
    }

    static byte[] gzip(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    private static Conversation encoded(String coding, byte[] body) {
        return new Conversation().client(GET).server(utf8("HTTP/1.1 200 OK\r\nContent-Encoding: " + coding
                + "\r\nContent-Length: " + body.length + "\r\n\r\n"), body);
    }

    @Test
    void codingsAreUndone() throws IOException {
        byte[] content = utf8("안녕 ".repeat(100));
        ByteArrayOutputStream zlib = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflate = new DeflaterOutputStream(zlib)) {
            deflate.write(content);
        }
        byte[] raw = java.util.Arrays.copyOfRange(zlib.toByteArray(), 2, zlib.size() - 4);
        byte[] plain = gzip(content);
        byte[] named = join(new byte[] {0x1F, (byte) 0x8B, 8, 4 | 8 | 16 | 2, 0, 0, 0, 0, 0, 0, 3, 0, 1, 2, 3}, utf8("name\0"),
                utf8("comment\0"), new byte[] {1, 2}, java.util.Arrays.copyOfRange(plain, 10, plain.length));
        for (Conversation c : List.of(encoded("gzip", plain), encoded("X-GZip", named), encoded("deflate", zlib.toByteArray()),
                encoded("deflate", raw), encoded("gzip", join(gzip(utf8("안녕 ".repeat(60))), gzip(utf8("안녕 ".repeat(40)))))
                )) {
            for (Conversation.Cutter cutter : List.of(Conversation.WHOLE, Conversation.everyByte())) {
                HttpEvent.Message m = c.play(MessageLimits.DEFAULT, cutter).of(HttpEvent.Message.class).get(1);
                assertEquals(new String(content), new String(m.data()));
                assertEquals(content.length, m.inflatedLength());
                assertTrue(m.complete() && !m.dataCut() && m.length() == m.wireLength());
            }
        }
    }

    @Test
    void whatCannotBeInflatedIsNotShown() {
        for (Conversation c : List.of(encoded("gzip", utf8("no gzip at all")), encoded("deflate", new byte[] {0x78, 7, 7}))) {
            HttpEvent.Message m = c.play().of(HttpEvent.Message.class).get(1);
            assertEquals(Event.UNKNOWN, m.inflatedLength());
            assertNull(m.data());
            assertTrue(m.dataCut());
        }
        HttpEvent.Message br = encoded("br", utf8("xyz")).play().of(HttpEvent.Message.class).get(1);
        assertEquals("xyz br", new String(br.data()) + " " + br.contentEncoding(), "another coding is shown as sent");
        Log bomb = encoded("gzip", gzip(new byte[100_000])).play(MessageLimits.DEFAULT.with("inflated-size", 1000),
                Conversation.WHOLE);
        assertEquals(List.of("inflated-size"), FramesTest.limits(bomb));
        assertEquals(Event.UNKNOWN, bomb.of(HttpEvent.Message.class).get(1).inflatedLength());
    }

    @Test
    void onlySoManyAreInflatedAtOnce() {
        byte[] half = java.util.Arrays.copyOf(gzip(new byte[1000]), 20);
        Log log = new Log(type -> true);
        try (MessageDecoder decoder = new MessageDecoder(log, MessageLimits.DEFAULT.with("inflaters", 2))) {
            for (int stream = 0; stream < 3; stream++) {
                new Conversation().client(GET).server(utf8("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
                        + "Content-Length: 999\r\n\r\n"), half).play(decoder, stream, Conversation.WHOLE);
            }
        }
        assertEquals(List.of("inflaters"), FramesTest.limits(log));
    }
}
