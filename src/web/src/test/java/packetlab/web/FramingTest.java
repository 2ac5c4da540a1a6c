package packetlab.web;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts in the frames of each protocol, and back. */
class FramingTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "two\nlines", "\\n", "\\", "\n", "한글 🙂", "a\\\nb"})
    void linesCarryAnyText(String text) {
        String line = Lines.of(List.of(Message.of(text)));
        assertEquals(line.length() - 1, line.indexOf('\n'));
        assertEquals(text, Lines.unescape(line.substring(0, line.length() - 1)));
    }

    @Test
    void plainTextIsOnTheWireAsItIs() {
        assertEquals("hello\n\n", Lines.of(List.of(Message.of("hello"), Message.HEARTBEAT)));
        assertEquals("data: hello\n\n:\n\nevent: price\nid: 7\ndata: {}\n\n", Lines.events(List.of(Message.of("hello"),
                Message.HEARTBEAT, new Message("{}", 7, "price", null))));
        assertEquals("data: a\ndata: b\ndata: c\n\n", Lines.events(List.of(Message.of("a\nb\r\nc"))));
    }

    @Test
    void theLengthInUtf8IsKnownWithoutEncoding() {
        for (String text : List.of("", "a", "é", "한", "🙂", "a🙂b", "\ud83d", "x\udc00y")) {
            int wanted = text.codePoints().map(c -> c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4).sum();
            assertEquals(wanted, Message.utf8(text));
        }
    }

    @Test
    void sockJsTakesArraysOfStringsAlone() throws IOException {
        JsonTexts codec = new JsonTexts();
        assertArrayEquals(new String[] {"a", "\"\u2028"}, codec.decode("[\"a\",\"\\\"\\u2028\"]"));
        assertArrayEquals(new String[] {"one"}, codec.decode("\"one\""));
        assertArrayEquals(new String[0], codec.decode("[]"));
        assertNull(codec.decodeInputStream(new ByteArrayInputStream(new byte[0])));
        for (String broken : List.of("[\"a\"", "[1]", "{}", "x", "[[\"a\"]]", "null")) {
            assertThrows(IOException.class, () -> codec.decodeInputStream(
                    new ByteArrayInputStream(broken.getBytes(StandardCharsets.UTF_8))), broken);
        }
        assertEquals("a[\"a\\\"\",\"b\\n\"]", codec.encode("a\"", "b\n"));
    }

    @Test
    void socketIoPacketsAreReadWhole() {
        SocketIoPacket event = SocketIoPacket.parse("2/admin?x=1,13[\"say\",\"hi\",{\"a\":[1]},7]");
        assertEquals(SocketIoPacket.Type.EVENT, event.type());
        assertEquals("/admin", event.namespace());
        assertEquals(13, event.id());
        assertEquals("say", event.name());
        assertEquals("hi", event.argument(1));
        assertNull(event.argument(2));
        assertNull(event.argument(9));
        SocketIoPacket octets = SocketIoPacket.parse("51-[\"file\",\"n\",{\"_placeholder\":true,\"num\":0}]");
        assertEquals(1, octets.attachments());
        octets.attach(new byte[] {1});
        assertTrue(octets.isComplete());
        assertEquals("/x", SocketIoPacket.parse("0/x").namespace());
        assertEquals(-1, SocketIoPacket.parse("0").id());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "x", "2", "2[", "2{}", "2[\"a\"]x", "5[\"a\"]", "50-[\"a\"]", "511-[\"a\"]",
        "29999999999[\"a\"]", "5-[\"a\"]", "2[\"a\""})
    void whatIsNoPacketIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> SocketIoPacket.parse(text));
    }

    @Test
    void everyCutOfAPacketIsReadOrRefused() {
        String whole = "51-/chat,13[\"file\",\"n\",{\"_placeholder\":true,\"num\":0}]";
        for (int end = 0; end < whole.length(); end++) {
            String cut = whole.substring(0, end);
            assertThrows(IllegalArgumentException.class, () -> SocketIoPacket.parse(cut), cut);
        }
    }

    @Test
    void queriesAreTakenAsTheyCome() {
        Query query = Query.of("id=a%20b&room=x&room=y&flag&bad=%zz&=");
        assertEquals("a b", query.get("id", null));
        assertEquals("x", query.room());
        assertEquals("", query.get("flag", null));
        assertEquals("%zz", query.get("bad", null));
        assertEquals(Hub.LOBBY, Query.of(null).room());
        assertNull(Query.of("room=%3Cb%3E").room());
    }
}
