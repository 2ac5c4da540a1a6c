package packetlab.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class OctetsTest {
    @Test
    void textIsShownAsTextAndOtherOctetsInHexadecimal() {
        assertEquals("\"hello\", 5", sent("hello"));
        assertEquals("\"\", 0", sent(""));
        assertEquals("\"GET / HTTP/1.1\r\n\", 16", sent("GET / HTTP/1.1\r\n"));
        assertEquals("00 ff, 2", Octets.sent(ByteBuffer.wrap(new byte[] {0, -1})));
        assertEquals("1b 5b 32 4a, 4", sent("\u001b[2J"), "what steers a terminal is no text");
    }

    @Test
    void longOnesAreCutBetweenCharacters() {
        assertEquals("\"" + "a".repeat(32) + "\"..., 33", sent("a".repeat(33)));
        assertEquals("\"" + "a".repeat(31) + "\"..., 34", sent("a".repeat(31) + "한"));
        assertEquals("\"" + "a".repeat(32) + "\", 32", sent("a".repeat(32)));
        assertEquals("80 80 80 80 80 80 80 80 80 80..., 40", Octets.sent(filled(40)));
    }

    @Test
    void receivedOnesAreShownWithTheRoomThatTheyHad() {
        ByteBuffer data = ByteBuffer.allocate(64).put("xxhello".getBytes(StandardCharsets.UTF_8));
        assertEquals("\"hello\", 62", Octets.received(data, 2, 62));
        assertEquals("\"\", 62", Octets.received(data, 7, 62));
        assertEquals(7, data.position(), "looking changes nothing");
    }

    private static String sent(String text) {
        return Octets.sent(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static ByteBuffer filled(int length) {
        byte[] octets = new byte[length];
        Arrays.fill(octets, (byte) 0x80);
        return ByteBuffer.wrap(octets);
    }
}
