package packetlab.message;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class MessageDecoderTest {
    @Test
    void aWholeConversation() {
        Conversation c = Conversation.opened();
        c.client(c.maskedText("안녕하세요 서버!")).server(Conversation.text("안녕하세요 서버!"))
                .client(c.masked(true, 0, Opcode.PING, Conversation.utf8("hb-1")))
                .server(Conversation.frame(true, 0, Opcode.PONG, Conversation.utf8("hb-1"))).closed();
        List<String> types = c.play().events.stream().map(e -> e.type().wireName() + "@" + e.frame()).toList();
        assertEquals(List.of("http.request@1", "http.message@1", "http.response@2", "ws.open@2",
                        "http.message@2", "ws.frame@3", "ws.message@3",
                "ws.frame@4",
                "ws.message@4", "ws.frame@5", "ws.ping@5", "ws.frame@6", "ws.pong@6", "ws.frame@7", "ws.close@7",
                "ws.frame@8", "ws.close@8", "ws.end@11", "ws.verdict@11"), types);
    }
}
