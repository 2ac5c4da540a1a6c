package packetlab.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static packetlab.message.Conversation.join;
import static packetlab.message.Conversation.utf8;

import java.util.List;
import org.junit.jupiter.api.Test;
import packetlab.event.Side;
import packetlab.event.TcpEvent.How;
import packetlab.event.WebEvent;
import packetlab.message.Conversation.Log;

/** Server-sent events, WHATWG HTML section 9.2: its own examples, and each of its rules. */
class SseTest {
    private static final String GET = "GET /events HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n\r\n";

    private static Conversation stream(String content) {
        return new Conversation().client(GET).server(utf8(HEAD + content));
    }

    /** As {@code id|type|retry|data}. */
    private static List<String> events(Log log) {
        return log.of(WebEvent.Sse.class).stream()
                .map(e -> e.id() + "|" + e.eventType() + "|" + e.retryMs() + "|" + e.data().replace("\n", "\\n")).toList();
    }

    private static void check(String content, String... expected) {
        assertEquals(List.of(expected), events(stream(content).play()), content);
        assertEquals(List.of(expected), events(stream(content).play(MessageLimits.DEFAULT, Conversation.everyByte())),
                content);
    }

    @Test
    void theExamplesOfTheStandard() {
        check("data: This is the first message.\n\ndata: This is the second message, it\ndata: has two lines.\n\n"
                + "data: This is the third message.\n\n", "null|null|-1|This is the first message.",
                "null|null|-1|This is the second message, it\\nhas two lines.", "null|null|-1|This is the third message.");
        check("event: add\ndata: 73857293\n\nevent: remove\ndata: 2153\n\nevent: add\ndata: 113411\n\n",
                "null|add|-1|73857293", "null|remove|-1|2153", "null|add|-1|113411");
        check("data: YHOO\ndata: +2\ndata: 10\n\n", "null|null|-1|YHOO\\n+2\\n10");
        check(": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n",
                "1|null|-1|first event", "null|null|-1|second event");
        check("data\n\ndata\ndata\n\ndata:", "null|null|-1|", "null|null|-1|\\n");
        check("data:test\n\ndata: test\n\n", "null|null|-1|test", "null|null|-1|test");
    }

    @Test
    void linesEndInEachOfThreeWays() {
        for (String end : List.of("\n", "\r", "\r\n")) {
            check("data: a" + end + "data: b" + end + end + "data: c" + end + end, "null|null|-1|a\\nb", "null|null|-1|c");
        }
        check("data: a\r\ndata: b\n\rdata: c\r\r", "null|null|-1|a\\nb", "null|null|-1|c");
    }

    @Test
    void aByteOrderMarkIsPassedOverOnce() {
        check("\ufeffdata: a\n\n\ufeffdata: b\n\ndata: c\n\n", "null|null|-1|a", "null|null|-1|c");
        Log partly = new Conversation().client(GET).server(utf8(HEAD), new byte[] {(byte) 0xEF, (byte) 0xBB},
                utf8("data: a\n\ndata: b\n\n")).play(MessageLimits.DEFAULT, Conversation.everyByte());
        assertEquals(List.of("null|null|-1|b"), events(partly), "half of one is part of the first name");
    }

    @Test
    void fields() {
        check("id: 1\u0000\ndata: a\n\nid: 2\ndata: b\n\nid: 3\n\ndata: c\n\n", "null|null|-1|a", "2|null|-1|b", "3|null|-1|c");
        check("retry: 10x\nretry: 250\ndata: a\n\nretry:\ndata: b\n\nretry: -1\ndata: c\n\nretry: 9\n\ndata: d\n\n",
                "null|null|250|a", "null|null|-1|b", "null|null|-1|c", "null|null|9|d");
        check("event: a\n\ndata: x\n\nevent: b\nevent: c\ndata: y\n\nevent:\ndata: z\n\n", "null|null|-1|x", "null|c|-1|y",
                "null|null|-1|z");
        check("Data: no\ndatum: no\ndata : no\n data: no\nretryx: 1\n: data: no\ndata: a:b: c\n\n", "null|null|-1|a:b: c");
    }

    @Test
    void itsOctets() {
        Log log = stream(": comment\r\n\r\ndata: 안녕\r\ndata:x\r\n\r\ndata:1\n\n").play();
        assertEquals(List.of("8 36", "1 9"), log.of(WebEvent.Sse.class).stream().map(e -> e.length() + " "
                + e.wireLength()).toList(), "the LF of an empty line that ends in CRLF counts for the next");
    }

    @Test
    void longDataIsCut() {
        Log log = stream("data: 0123456789\n\ndata: next\n\n").play(MessageLimits.DEFAULT.withShownPayload(4),
                Conversation.WHOLE);
        assertEquals(List.of("0123 10 true", "next 4 false"), log.of(WebEvent.Sse.class).stream()
                .map(e -> e.data() + " " + e.length() + " " + e.dataCut()).toList());
    }

    @Test
    void onlyAStreamOfEventsIsOne() {
        for (String head : List.of("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n",
                "HTTP/1.1 404 Not Found\r\nContent-Type: text/event-stream\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-streams\r\n\r\n")) {
            assertEquals(List.of(), events(new Conversation().client(GET).server(head + "data: a\n\n").play()), head);
        }
        assertEquals(1, events(new Conversation().client(GET)
                .server("HTTP/1.1 200 OK\r\ncontent-type: Text/Event-Stream\r\n\r\ndata: a\n\n").play()).size());
    }

    @Test
    void inChunksAndBehindAGap() {
        String chunked = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
        Log log = new Conversation().client(GET).server(chunked + "6\r\ndata: \r\n3\r\none\r\n2\r\n\n\n\r\n10\r\ndata: lost")
                .gap(Side.SERVER, 4).server("\n\r\n7\r\nx\n\ndata\r\n6\r\n: ok\n\n\r\n0\r\n\r\n").close(How.FIN).play();
        assertEquals(List.of("null|null|-1|one", "null|null|-1|ok"),
                events(log));
    }

    @Test
    void octetsThatAreNotUtf8AreReplaced() {
        Log log = new Conversation().client(GET).server(join(utf8(HEAD + "data: a"), new byte[] {-1}, utf8("b\n\n"))).play();
        assertEquals(List.of("null|null|-1|a\ufffdb"), events(log));
    }
}
