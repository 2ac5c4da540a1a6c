package packetlab.message;

import java.util.Arrays;
import packetlab.event.Event;
import packetlab.event.Side;
import packetlab.event.WsEvent;

/**
 * The data messages of one side of a WebSocket, RFC 6455 sections 5.4 and 5.6: joins fragments, inflates, checks that
 * text is text, all as the bytes pass. Of a message only what somebody wants to see is kept, up to the limits.
 */
final class MessageAssembly implements MessageInflater.Sink {
    /** What to do with the payload of the frame in hand. */
    private enum Content { TEXT, BINARY, COMPRESSED, IGNORED }

    private static final String RSV_UNKNOWN = "its RSV bits have no meaning that was agreed on";
    private static final int RSV1 = 4;

    private final Connection connection;
    private final MessageDecoder decoder;
    private final WebSocket webSocket;
    private final Side from;
    private Gathered kept = Gathered.NONE;
    private MessageInflater inflater;

    private Content content = Content.IGNORED;
    /** Of the message in hand; 0 for none. */
    private int opcode;
    private int frames;
    private long wireLength;
    private long length;
    private boolean compressed;
    /** Nothing of it is missing so far. */
    private boolean whole;
    private String undecodable;
    private int utf8;

    MessageAssembly(Connection connection, WebSocket webSocket, Side from) {
        this.connection = connection;
        this.webSocket = webSocket;
        this.from = from;
        decoder = connection.decoder;
    }

    /** Whether no message has begun whose end has not come. */
    boolean idle() {
        return opcode == 0;
    }

    /** A data frame begins, or one with a reserved opcode below 8. */
    void begin(FrameParser frame) {
        int op = frame.opcode();
        if (op == Opcode.TEXT || op == Opcode.BINARY) {
            beginMessage(frame);
        } else if (op != Opcode.CONTINUATION || opcode == 0) {
            content = Content.IGNORED;
            return;
        } else {
            content = undecodable != null || !whole ? Content.IGNORED
                    : compressed && !webSocket.rsv1PerFrame() ? Content.COMPRESSED
                    : opcode == Opcode.TEXT ? Content.TEXT : Content.BINARY;
        }
        if ((frame.rsv() & RSV1) != 0) {
            if (content == Content.IGNORED) {
                loseContext();
            } else if (op != Opcode.CONTINUATION || webSocket.rsv1PerFrame()) {
                beginCompressed();
            }
        }
        long limit = decoder.limits.messageSize();
        if (wireLength <= limit && Long.compareUnsigned(frame.length(), limit - wireLength) > 0) {
            connection.limit(from, MessageLimits.Name.MESSAGE_SIZE);
        }
    }

    private void beginMessage(FrameParser frame) {
        abandon();
        opcode = frame.opcode();
        frames = 0;
        wireLength = 0;
        length = 0;
        utf8 = Utf8.BEGIN;
        compressed = false;
        whole = true;
        undecodable = (frame.rsv() & ~webSocket.understoodRsv()) != 0 ? RSV_UNKNOWN : null;
        content = undecodable != null ? Content.IGNORED : opcode == Opcode.TEXT ? Content.TEXT : Content.BINARY;
    }

    private void beginCompressed() {
        compressed = true;
        content = Content.COMPRESSED;
        if (inflater == null) {
            inflater = webSocket.newInflater(from);
        }
        inflater.begin();
    }

    /**
     * A piece of payload, unmasked.
     *
     * @param all   whether it is the frame's whole payload
     * @param ascii whether it is known to be ASCII
     */
    void pass(FrameParser frame, byte[] bytes, int at, int n, boolean all, boolean ascii) {
        switch (content) {
            case TEXT:
                if (!ascii || utf8 != Utf8.BEGIN) {
                    checkText(bytes, at, n);
                }
                break;
            case COMPRESSED:
                inflate(frame, bytes, at, n, all);
                return;
            case BINARY:
                break;
            default:
                return;
        }
        length += n;
        if (!(all && frame.fin() && frames == 0)) {
            keep(bytes, at, n);
        }
    }

    private void inflate(FrameParser frame, byte[] bytes, int at, int n, boolean all) {
        boolean inOnePiece = all && (webSocket.rsv1PerFrame() || frame.fin() && frames == 0);
        if (!inOnePiece) {
            inflater.feed(bytes, at, n, this);
            return;
        }
        byte[] room = decoder.clear(n);
        if (!frame.masked()) {
            System.arraycopy(bytes, at, room, 0, n);
        }
        inflater.feedAndFinish(room, 0, n, this);
    }

    @Override
    public void inflated(byte[] a, int at, int n) {
        decoder.counters.inflatedBytes += n;
        if (opcode == Opcode.TEXT) {
            checkText(a, at, n);
        }
        length += n;
        keep(a, at, n);
    }

    private void keep(byte[] a, int at, int n) {
        int limit = decoder.wantsMessage ? decoder.messageKept : 0;
        if (webSocket.reader() != null) {
            limit = Math.max(limit, decoder.limits.webMessageSize());
        }
        if (limit > 0) {
            kept = kept.add(a, at, n, limit, decoder.buffers);
        }
    }

    private void checkText(byte[] a, int at, int n) {
        if (utf8 == Utf8.INVALID) {
            return;
        }
        int before = utf8;
        utf8 = Utf8.check(before, a, at, at + n);
        if (utf8 == Utf8.INVALID && connection.broken(from, WsRule.TEXT_UTF8)) {
            int bad = Utf8.firstInvalid(before, a, at, at + n);
            connection.tell(from, WsRule.TEXT_UTF8,
                    "octet " + hex(a[bad]) + " at offset " + (length + bad - at) + " of the message");
        }
    }

    private static String hex(byte b) {
        return "0x" + Character.forDigit(b >> 4 & 15, 16) + Character.forDigit(b & 15, 16);
    }

    /**
     * A data frame is complete.
     *
     * @param bytes   holds its last piece at {@code at}
     * @param payload a copy of the frame's payload, as far as events carry it; null where nobody wants one
     */
    void end(FrameParser frame, byte[] bytes, int at, int n, byte[] payload) {
        if (opcode == 0 || frame.opcode() > Opcode.BINARY) {
            return;
        }
        frames++;
        wireLength += frame.length();
        if (content == Content.COMPRESSED) {
            if (inflater.inMessage() && (frame.fin() || webSocket.rsv1PerFrame())) {
                inflater.finish(this);
            }
            if (!inflater.inMessage()) {
                settleInflated();
            }
        }
        if (!frame.fin()) {
            return;
        }
        if (whole) {
            endMessage(bytes, at, n, payload);
        }
        kept.clear(decoder.buffers);
        opcode = 0;
    }

    private void endMessage(byte[] bytes, int at, int n, byte[] payload) {
        if (opcode == Opcode.TEXT && undecodable == null) {
            webSocket.checked(WsRule.TEXT_UTF8);
            if (utf8 > Utf8.BEGIN && connection.broken(from, WsRule.TEXT_UTF8)) {
                connection.tell(from, WsRule.TEXT_UTF8, "the message ends inside a character");
            }
        }
        decoder.counters.messages[from.ordinal()]++;
        decoder.counters.compressedMessages += compressed ? 1 : 0;
        decoder.counters.undecodableMessages += undecodable != null ? 1 : 0;
        if (decoder.wantsMessage) {
            byte[] data = undecodable == null ? data(bytes, at, n, payload) : null;
            connection.emit(new WsEvent.Message(connection.timeNs, connection.packet, connection.stream(), from, opcode,
                    frames, wireLength, undecodable == null ? length : Event.UNKNOWN, compressed, data,
                    data != null && data.length < length, undecodable));
        }
        if (webSocket.reader() != null) {
            read(webSocket.reader(), bytes, at, n);
        }
    }

    private void read(MessageReader reader, byte[] bytes, int at, int n) {
        boolean inPieces = inPieces(n);
        int there = Math.min(inPieces ? kept.length() : n, decoder.limits.webMessageSize());
        if (undecodable != null || kept.refused()) {
            reader.lost(from);
            return;
        }
        if (there < length) {
            connection.limit(from, MessageLimits.Name.WEB_MESSAGE_SIZE);
        }
        reader.message(from, opcode, inPieces ? kept.bytes() : bytes, inPieces ? 0 : at, there, length);
    }

    /** Whether the message, of whose last frame {@code n} octets are at hand, was gathered. */
    private boolean inPieces(int n) {
        return frames > 1 || compressed || n != wireLength;
    }

    private byte[] data(byte[] bytes, int at, int n, byte[] payload) {
        if (inPieces(n)) {
            return Arrays.copyOf(kept.bytes(), Math.min(kept.length(), decoder.messageKept));
        }
        int shown = Math.min(n, decoder.messageKept);
        // Nobody writes to a payload that was told, so a message of one frame shares that frame's.
        return payload != null && payload.length == shown ? payload : Arrays.copyOfRange(bytes, at, at + shown);
    }

    /** A compressed message (or frame, if each is compressed for itself) is complete: did it inflate? */
    private void settleInflated() {
        webSocket.checked(WsRule.INFLATE);
        MessageInflater.Fault fault = inflater.fault();
        if (fault == MessageInflater.Fault.NONE) {
            return;
        }
        undecodable = fault.words();
        switch (fault) {
            case CORRUPT:
                if (connection.broken(from, WsRule.INFLATE)) {
                    connection.tell(from, WsRule.INFLATE, null);
                }
                break;
            case TOO_LARGE:
                connection.limit(from, MessageLimits.Name.INFLATED_SIZE);
                if (connection.broken(from, WsRule.INFLATED_SIZE)) {
                    connection.tell(from, WsRule.INFLATED_SIZE,
                            wireLength + " octets inflate to more than " + decoder.limits.inflatedSize());
                }
                break;
            case FINAL_BLOCKS:
                connection.limit(from, MessageLimits.Name.FINAL_BLOCKS);
                break;
            case NO_INFLATER:
                connection.limit(from, MessageLimits.Name.INFLATERS);
                break;
            default:
                break;
        }
    }

    /** The rest of the data frame in hand is missing. */
    void cut(FrameParser frame) {
        content = Content.IGNORED;
        if (opcode == 0 || frame.opcode() > Opcode.BINARY) {
            return;
        }
        whole = false;
        tellLost();
        kept.clear(decoder.buffers);
        if (inflater != null && inflater.inMessage()) {
            inflater.abort();
        }
    }

    /** The end of a frame that was cut has passed. */
    void endCut(FrameParser frame) {
        if (frame.fin() && !Opcode.isControl(frame.opcode())) {
            opcode = 0;
        }
    }

    /** Frames are missing. */
    void lostTrack() {
        tellLost();
        abandon();
        loseContext();
    }

    private void tellLost() {
        if (webSocket.reader() != null) {
            webSocket.reader().lost(from);
        }
    }

    private void loseContext() {
        if (inflater != null) {
            inflater.lose();
        }
    }

    private void abandon() {
        opcode = 0;
        kept.clear(decoder.buffers);
        if (inflater != null && inflater.inMessage()) {
            inflater.abort();
        }
    }

    void release() {
        kept.clear(decoder.buffers);
        if (inflater != null) {
            inflater.release();
            inflater = null;
        }
    }
}
