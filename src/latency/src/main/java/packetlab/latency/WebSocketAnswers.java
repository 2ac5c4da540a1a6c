package packetlab.latency;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import packetlab.message.FrameParser;
import packetlab.message.HttpHead;
import packetlab.message.OpeningHandshake;
import packetlab.message.Opcode;
import packetlab.message.Unmask;
import packetlab.message.WebSocketWriter;
import packetlab.message.WsRule;
import packetlab.os.MessageMemory;

/** The server's side of a WebSocket whose messages are of one frame each: opening handshake, data, ping and close. */
final class WebSocketAnswers implements Answers {
    private static final int ROOM = 1 << 12;

    private final FrameParser parser = new FrameParser();
    private byte[] frame = new byte[ROOM];
    private byte[] reply = new byte[ROOM];
    private MessageMemory answer = new MessageMemory(ROOM);
    private int length;
    private long number;
    private boolean open;
    private boolean ends;

    WebSocketAnswers() throws IOException {}

    @Override
    public int take(ByteBuffer in, int from, int to) throws IOException {
        number = -1;
        return open ? frame(in, from, to) : opening(in, from, to);
    }

    private int opening(ByteBuffer in, int from, int to) throws IOException {
        byte[] octets = new byte[to - from];
        in.get(from, octets);
        HttpHead request = new HttpHead();
        int end = request.parse(octets, 0, octets.length);
        if (end == HttpHead.INCOMPLETE) {
            if (octets.length > HttpFraming.MAX_HEAD) {
                throw new ProtocolException("a request's head has more than " + HttpFraming.MAX_HEAD + " octets");
            }
            return 0;
        }
        long broken = new OpeningHandshake().checkRequest(request);
        open = WsRule.violations(broken) == 0;
        ends = !open;
        byte[] text = open ? OpeningHandshake.accepted(request, null, null) : OpeningHandshake.refused(broken);
        reserve(text.length);
        answer.buffer().put(0, text);
        length = text.length;
        return end;
    }

    private int frame(ByteBuffer in, int from, int to) throws IOException {
        int header = Math.min(to - from, FrameParser.MAX_HEADER_LENGTH);
        if (header == 0) {
            return 0;
        }
        in.get(from, frame, 0, header);
        parser.reset();
        int at = parser.header(frame, 0, header);
        if (!parser.inPayload()) {
            return 0;
        }
        if (!parser.masked() || !parser.fin() || parser.rsv() != 0 || parser.length() < 0
                || parser.length() > Setting.MAX_SIZE) {
            throw new ProtocolException("a frame that is not masked, is a fragment, or is larger than "
                    + Setting.MAX_SIZE + " octets");
        }
        int payload = (int) parser.length();
        if (to - from < at + payload) {
            return 0;
        }
        reserve(payload);
        in.get(from + at, frame, 0, payload);
        int opcode = switch (parser.opcode()) {
            case Opcode.PING -> Opcode.PONG;
            case Opcode.BINARY, Opcode.TEXT, Opcode.CLOSE -> parser.opcode();
            default -> throw new ProtocolException("a frame of opcode " + parser.opcode());
        };
        ends = opcode == Opcode.CLOSE;
        int behind = WebSocketWriter.putHeader(reply, 0, true, 0, opcode, payload, false, 0);
        Unmask.apply(frame, 0, reply, behind, payload, parser.maskKey());
        length = behind + payload;
        answer.buffer().put(0, reply, 0, length);
        number = payload >= Setting.MIN_SIZE ? answer.buffer().getLong(behind) : -1;
        return at + payload;
    }

    private void reserve(int payload) throws IOException {
        int needed = payload + FrameParser.MAX_HEADER_LENGTH + Unmask.SLACK;
        if (needed > frame.length) {
            frame = new byte[needed];
            reply = new byte[needed];
            answer = new MessageMemory(needed);
        }
    }

    @Override
    public MessageMemory answer() {
        return answer;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public long number() {
        return number;
    }

    @Override
    public boolean ends() {
        return ends;
    }
}
