package packetlab.sockets;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import packetlab.os.OctetText;

/** What a call carries, as its arguments show it: the first octets, as text where they are text, and how many. */
final class Octets {
    private Octets() {}

    /** A text as it is sent, in memory that a call can take it from. */
    static ByteBuffer of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    /** What was received so far, as text. */
    static String text(ByteBuffer received) {
        return StandardCharsets.UTF_8.decode(received.duplicate().flip()).toString();
    }

    /** What is about to be sent: the octets between position and limit. */
    static String sent(ByteBuffer data) {
        return shown(data, data.position(), data.remaining()) + ", " + data.remaining();
    }

    /** What was received from {@code at} up to the position, into that much room. */
    static String received(ByteBuffer data, int at, int room) {
        return shown(data, at, data.position() - at) + ", " + room;
    }

    private static String shown(ByteBuffer data, int at, int length) {
        return OctetText.of(data, at, length, length);
    }
}
