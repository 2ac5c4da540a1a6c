package packetlab.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static packetlab.message.Conversation.REQUEST;
import static packetlab.message.Conversation.RESPONSE;
import static packetlab.message.Conversation.text;
import static packetlab.message.Conversation.with;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import packetlab.event.HttpEvent;
import packetlab.event.Side;
import packetlab.message.Conversation.Log;

/** Input within the limits that once took time by the square of its size: a minute each, now milliseconds. */
class GrowthTest {
    private static final Duration AMPLE = Duration.ofSeconds(5);
    private static final int SIZE = 60_000;

    @Test
    void aFoldedFieldFullOfSpace() {
        String head = "GET / HTTP/1.1\r\nHost: a" + " ".repeat(SIZE) + "b \t\r\n \r\n\tc\r\n\r\n";
        Log log = assertTimeout(AMPLE, () -> new Conversation().client(head).play());
        assertEquals("a" + " ".repeat(SIZE) + "b c", log.of(HttpEvent.Request.class).get(0).host());
    }

    @Test
    void asManyExtensionsAcceptedAsOffered() {
        String field = "Sec-WebSocket-Extensions: ";
        Conversation c = new Conversation().client(with(REQUEST, field + "a,".repeat(SIZE / 2) + "b"))
                .server(with(RESPONSE, field + "b,".repeat(SIZE / 2) + "b"));
        Log log = assertTimeout(AMPLE, () -> c.closed().play());
        assertEquals(List.of(), log.findings());
        Conversation deflate = new Conversation()
                .client(with(REQUEST, field + "permessage-deflate;server_no_context_takeover,".repeat(SIZE / 50) + "b"))
                .server(with(RESPONSE, field + "permessage-deflate,".repeat(SIZE / 20) + "b"));
        assertTimeout(AMPLE, () -> deflate.closed().play());
    }

    @Test
    void aSenderOfSingleOctetsMetMidstream() {
        Conversation unknown = new Conversation().midstream();
        Conversation known = Conversation.opened().gap(Side.SERVER, 3);
        for (int i = 0; i < SIZE; i++) {
            unknown.server(new byte[1]);
            known.server(new byte[1]);
        }
        assertTimeout(AMPLE, () -> unknown.closed().play());
        Log log = assertTimeout(AMPLE, () -> known.server(text("found")).server(text("again")).closed().play());
        assertEquals(List.of("found", "again"), FramesTest.messages(log).stream()
                .map(line -> line.substring(line.lastIndexOf(' ') + 1)).toList());
    }
}
