package packetlab.latency;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;
import packetlab.message.FrameParser;
import packetlab.message.HttpHead;
import packetlab.message.OpeningHandshake;
import packetlab.message.Opcode;
import packetlab.message.Unmask;
import packetlab.message.WebSocketWriter;
import packetlab.os.SocketAddress;

/**
 * Messages as binary WebSocket frames (RFC 6455), masked with a fresh key each. The keys come from a fast generator, not
 * from one that cannot be foretold as section 5.3 demands of a browser: nobody stands in between here.
 */
final class WebSocketFraming implements Framing {
    static final int MAX_HEAD = 4096;

    private final int size;
    private final byte[] payload;
    private final byte[] frame;
    private final byte[] header = new byte[FrameParser.MAX_HEADER_LENGTH];
    private final FrameParser parser = new FrameParser();
    private final String key;
    private long random = ThreadLocalRandom.current().nextLong() | 1;
    private int answerHeader;

    WebSocketFraming(int size) {
        this.size = size;
        this.payload = new byte[size + Unmask.SLACK];
        this.frame = new byte[FrameParser.MAX_HEADER_LENGTH + size + Unmask.SLACK];
        byte[] nonce = new byte[16];
        ThreadLocalRandom.current().nextBytes(nonce);
        this.key = Base64.getEncoder().encodeToString(nonce);
    }

    /** The opening request. */
    byte[] opening(SocketAddress server) {
        return ("GET /echo HTTP/1.1\r\nHost: " + server + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: " + key + "\r\nSec-WebSocket-Version: 13\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Octets of the head that answers it; 0 where it has not come as a whole. */
    int opened(ByteBuffer in, int length) throws IOException {
        byte[] octets = new byte[length];
        in.get(0, octets);
        HttpHead head = new HttpHead();
        int end = head.parse(octets, 0, length);
        if (end == HttpHead.INCOMPLETE) {
            return 0;
        }
        if (head.status() != 101 || !OpeningHandshake.accept(key).equals(head.value(HttpHead.Field.ACCEPT))) {
            throw new ProtocolException("the server did not open a WebSocket: status " + head.status());
        }
        return end;
    }

    @Override
    public int room() {
        return FrameParser.MAX_HEADER_LENGTH + size;
    }

    @Override
    public int request(ByteBuffer out, long number) {
        ByteBuffer ours = out;
        for (int i = 0; i < 8; i++) {
            payload[i] = (byte) (number >>> 56 - 8 * i);
        }
        random ^= random << 13;         // xorshift64
        random ^= random >>> 7;
        random ^= random << 17;
        int mask = (int) random;
        int at = WebSocketWriter.putHeader(frame, 0, true, 0, Opcode.BINARY, size, true, mask);
        Unmask.apply(payload, 0, frame, at, size, mask);
        ours.put(0, frame, 0, at + size);
        return at + size;
    }

    @Override
    public int answer(ByteBuffer in, int from, int to) throws IOException {
        int present = Math.min(to - from, header.length);
        if (present == 0) {
            return 0;
        }
        in.get(from, header, 0, present);
        parser.reset();
        int end = parser.header(header, 0, present);
        if (!parser.inPayload()) {
            return 0;
        }
        if (parser.opcode() != Opcode.BINARY || parser.length() != size || parser.masked() || !parser.fin()) {
            throw new ProtocolException("the answer is no binary message of " + size + " octets");
        }
        answerHeader = end;
        return to - from >= end + size ? end + size : 0;
    }

    @Override
    public long number(ByteBuffer in, int from) {
        return in.getLong(from + answerHeader);
    }

    @Override
    public int answerOctets() {
        return WebSocketWriter.headerLength(size, false) + size;
    }
}
