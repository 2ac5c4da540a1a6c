package packetlab.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import packetlab.event.Event;
import packetlab.event.Side;
import packetlab.event.WsEvent;

/**
 * What one side of a WebSocket sends: frames, and the messages that they carry. Payload is unmasked into a buffer that
 * all connections share and is checked as it passes; of it only what somebody wants to see is kept, up to the limits.
 */
final class WebSocketSide implements MessageInflater.Sink {
    /** What to do with the payload of the frame in hand. */
    private enum Content { CONTROL, TEXT, BINARY, COMPRESSED, IGNORED }

    private static final byte[] NOTHING = new byte[Unmask.SLACK];
    private static final String RSV_UNKNOWN = "its RSV bits have no meaning that was agreed on";
    private static final int MAX_CONTROL = 125;
    private static final int RSV1 = 4;

    private final Connection connection;
    private final MessageDecoder decoder;
    private final MessageCounters counters;
    private final WebSocket webSocket;
    private final Side from;
    private final int index;
    private final FrameParser parser = new FrameParser();
    private final FrameRules rules;
    private final Gathered frameKept = new Gathered();
    private final Gathered messageKept = new Gathered();
    private MessageInflater inflater;
    private Pings pings;

    private Content content = Content.IGNORED;
    /** The frame in hand has been told already, as incomplete. */
    private boolean told;
    private int opcode;
    private int frames;
    private long wireLength;
    private long length;
    private boolean compressed;
    private boolean whole;
    private String undecodable;
    private int utf8;

    private long closePacket;
    private int closeCode;
    private boolean missed;

    WebSocketSide(Connection connection, WebSocket webSocket, Side from) {
        this.connection = connection;
        this.webSocket = webSocket;
        this.from = from;
        decoder = connection.decoder;
        counters = decoder.counters;
        index = from.ordinal();
        rules = new FrameRules(from);
    }

    FrameRules rules() {
        return rules;
    }

    /** Packet of this side's first Close frame, or 0. */
    long closePacket() {
        return closePacket;
    }

    int closeCode() {
        return closeCode;
    }

    /** Whether bytes of this side are missing. */
    boolean missed() {
        return missed;
    }

    /** Pings that were sent; null for none. */
    Pings pings() {
        return pings;
    }

    /** Takes the side's next bytes. Up to {@link Unmask#SLACK} bytes behind them may be read. */
    void read(byte[] a, int start, int end) {
        int at = start;
        while (at < end) {
            if (!parser.inPayload()) {
                at = parser.header(a, at, end);
                if (!parser.inPayload()) {
                    return;
                }
                begin();
                if (parser.took(0)) {
                    last(NOTHING, 0, 0);
                }
                continue;
            }
            int n = parser.next(end - at);
            byte[] bytes = a;
            int p = at;
            boolean ascii = false;
            counters.payloadBytes[index] += n;
            if (parser.masked()) {
                bytes = decoder.clear(n);
                p = 0;
                ascii = Unmask.apply(a, at, bytes, 0, n, Unmask.turned(parser.maskKey(), parser.taken()));
            }
            pass(bytes, p, n, n == parser.length(), ascii);
            at += n;
            if (parser.took(n)) {
                last(bytes, p, n);
            } else if (!told) {
                keep(bytes, p, n);
            }
        }
    }

    private void begin() {
        int op = parser.opcode();
        counters.frames[index << 4 | op]++;
        told = false;
        long broken = rules.check(parser);
        if (broken != 0) {
            webSocket.frameBroke(this, from, parser, broken);
        }
        if (Opcode.isControl(op)) {
            content = Content.CONTROL;
            return;
        }
        if (op == Opcode.TEXT || op == Opcode.BINARY) {
            beginMessage(op);
        } else if (op != Opcode.CONTINUATION || opcode == 0) {
            content = Content.IGNORED;
            return;
        } else {
            content = undecodable != null || !whole ? Content.IGNORED
                    : compressed && !webSocket.rsv1PerFrame() ? Content.COMPRESSED
                    : opcode == Opcode.TEXT ? Content.TEXT : Content.BINARY;
        }
        if ((parser.rsv() & RSV1) != 0) {
            if (content == Content.IGNORED) {
                loseContext();
            } else if (op != Opcode.CONTINUATION || webSocket.rsv1PerFrame()) {
                beginCompressed();
            }
        }
        if (Long.compareUnsigned(parser.length(), decoder.limits.messageSize() - wireLength) > 0
                && wireLength <= decoder.limits.messageSize()) {
            connection.limit(from, MessageLimits.Name.MESSAGE_SIZE);
        }
    }

    private void beginMessage(int op) {
        if (opcode != 0) {
            abandonMessage();
        }
        opcode = op;
        frames = 0;
        wireLength = 0;
        length = 0;
        utf8 = Utf8.BEGIN;
        compressed = false;
        whole = true;
        undecodable = (parser.rsv() & ~webSocket.understoodRsv()) != 0 ? RSV_UNKNOWN : null;
        content = undecodable != null ? Content.IGNORED : op == Opcode.TEXT ? Content.TEXT : Content.BINARY;
    }

    private void beginCompressed() {
        compressed = true;
        content = Content.COMPRESSED;
        if (inflater == null) {
            inflater = webSocket.newInflater(from);
        }
        inflater.begin();
    }

    /** Checks a piece of payload and takes what the message needs of it. */
    private void pass(byte[] bytes, int at, int n, boolean one, boolean ascii) {
        switch (content) {
            case TEXT:
                if (!ascii || utf8 != Utf8.BEGIN) {
                    checkText(bytes, at, n);
                }
                break;
            case COMPRESSED:
                if (one && parser.fin() && (frames == 0 || webSocket.rsv1PerFrame())) {
                    byte[] room = decoder.clear(n);
                    if (!parser.masked()) {
                        System.arraycopy(bytes, at, room, 0, n);
                    }
                    inflater.feedAndFinish(room, 0, n, this);
                } else {
                    inflater.feed(bytes, at, n, this);
                }
                return;
            case BINARY:
                break;
            default:
                return;
        }
        length += n;
        if (decoder.wantsMessage && !(one && parser.fin() && frames == 0)) {
            messageKept.add(bytes, at, n, decoder.messageKept, decoder.buffers);
        }
    }

    @Override
    public void inflated(byte[] a, int at, int n) {
        length += n;
        counters.inflatedBytes += n;
        if (opcode == Opcode.TEXT) {
            checkText(a, at, n);
        }
        if (decoder.wantsMessage) {
            messageKept.add(a, at, n, decoder.messageKept, decoder.buffers);
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
            long offset = (compressed ? length - n : length) + bad - at;
            connection.tell(from, WsRule.TEXT_UTF8, "octet " + hex(a[bad]) + " at offset " + offset + " of the message");
        }
    }

    private static String hex(byte b) {
        return "0x" + Character.forDigit(b >> 4 & 15, 16) + Character.forDigit(b & 15, 16);
    }

    /** Keeps a piece of a frame that goes on. */
    private void keep(byte[] bytes, int at, int n) {
        int limit = content == Content.CONTROL ? Math.max(decoder.shown, MAX_CONTROL)
                : decoder.wantsFrame ? decoder.shown : 0;
        if (limit > 0) {
            frameKept.add(bytes, at, n, limit, decoder.buffers);
        }
    }

    /** The frame in hand is complete; its last piece is {@code bytes[at..at+n)}. */
    private void last(byte[] bytes, int at, int n) {
        if (told) {
            told = false;
            endIncomplete();
            return;
        }
        byte[] payload = null;
        boolean inPieces = !frameKept.isEmpty();
        if (inPieces) {
            keep(bytes, at, n);
        }
        if (decoder.wantsFrame) {
            payload = inPieces ? frameKept.copy() : Arrays.copyOfRange(bytes, at, at + Math.min(n, decoder.shown));
            tellFrame(true, payload);
        }
        if (content == Content.CONTROL) {
            if (inPieces) {
                control(frameKept.array(), 0, frameKept.length(), payload);
            } else {
                control(bytes, at, at + Math.min(n, Math.max(MAX_CONTROL, decoder.shown)), payload);
            }
        }
        if (inPieces) {
            frameKept.clear(decoder.buffers);
        }
        if (content != Content.CONTROL && opcode != 0 && parser.opcode() <= Opcode.BINARY) {
            endDataFrame(bytes, at, n, payload);
        }
    }

    private void tellFrame(boolean complete, byte[] payload) {
        long kept = payload == null ? 0 : payload.length;
        connection.emit(new WsEvent.Frame(connection.timeNs, connection.packet, connection.stream(), from, parser.fin(),
                parser.rsv(), parser.opcode(), parser.masked(), parser.length(), complete, payload,
                complete ? kept < parser.length() : kept < parser.taken()));
    }

    private void endDataFrame(byte[] bytes, int at, int n, byte[] payload) {
        frames++;
        wireLength += parser.length();
        if (content == Content.COMPRESSED && inflater.inMessage() && (parser.fin() || webSocket.rsv1PerFrame())) {
            inflater.finish(this);
        }
        if (content == Content.COMPRESSED && !inflater.inMessage()) {
            settleInflated();
        }
        if (!parser.fin()) {
            return;
        }
        if (opcode == Opcode.TEXT && undecodable == null && whole && utf8 != Utf8.INVALID && utf8 != Utf8.BEGIN
                && connection.broken(from, WsRule.TEXT_UTF8)) {
            connection.tell(from, WsRule.TEXT_UTF8, "the message ends inside a character");
        }
        if (opcode == Opcode.TEXT && whole) {
            webSocket.checked(WsRule.TEXT_UTF8);
        }
        if (whole) {
            counters.messages[index]++;
            counters.compressedMessages += compressed ? 1 : 0;
            if (decoder.wantsMessage) {
                tellMessage(bytes, at, n, payload);
            }
        }
        messageKept.clear(decoder.buffers);
        opcode = 0;
    }

    /** A compressed message (or frame, if each is compressed for itself) is complete: did it inflate? */
    private void settleInflated() {
        webSocket.checked(WsRule.INFLATE);
        MessageInflater.Fault fault = inflater.fault();
        if (fault == MessageInflater.Fault.NONE) {
            return;
        }
        counters.undecodableMessages += undecodable == null ? 1 : 0;
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
                    connection.tell(from, WsRule.INFLATED_SIZE, (wireLength) + " octets inflate to more than "
                            + decoder.limits.inflatedSize());
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

    private void tellMessage(byte[] bytes, int at, int n, byte[] payload) {
        byte[] data = null;
        if (undecodable == null) {
            boolean direct = frames == 1 && !compressed && messageKept.isEmpty();
            int limit = decoder.messageKept;
            data = !direct ? messageKept.copy()
                    : payload != null && payload.length == Math.min(n, limit) ? payload
                    : Arrays.copyOfRange(bytes, at, at + Math.min(n, limit));
        }
        connection.emit(new WsEvent.Message(connection.timeNs, connection.packet, connection.stream(), from, opcode,
                frames, wireLength, undecodable == null ? length : Event.UNKNOWN, compressed, data,
                data != null && data.length < length, undecodable));
    }

    private void control(byte[] a, int start, int end, byte[] payload) {
        switch (parser.opcode()) {
            case Opcode.PING:
                if (pings == null) {
                    pings = new Pings();
                }
                pings.sent(a, start, end, connection.packet, connection.timeNs);
                if (decoder.wantsPing) {
                    connection.emit(new WsEvent.Ping(connection.timeNs, connection.packet, connection.stream(), from,
                            payload != null ? payload : Arrays.copyOfRange(a, start, end)));
                }
                break;
            case Opcode.PONG:
                pong(a, start, end, payload);
                break;
            case Opcode.CLOSE:
                close(a, start, end);
                break;
            default:
                break;
        }
    }

    private void pong(byte[] a, int start, int end, byte[] payload) {
        Pings sent = webSocket.side(from.other()).pings;
        boolean answers = sent != null && sent.answered(a, start, end);
        webSocket.checked(WsRule.UNSOLICITED_PONG);
        if (!answers && webSocket.knowsPingsOf(from.other()) && connection.broken(from, WsRule.UNSOLICITED_PONG)) {
            connection.tell(from, WsRule.UNSOLICITED_PONG, null);
        }
        if (decoder.wantsPong) {
            connection.emit(new WsEvent.Pong(connection.timeNs, connection.packet, connection.stream(), from,
                    payload != null ? payload : Arrays.copyOfRange(a, start, end),
                    answers ? sent.rttNs(connection.timeNs) : Event.UNKNOWN, answers ? sent.packet() : Event.UNKNOWN));
        }
    }

    private void close(byte[] a, int start, int end) {
        boolean hasCode = end - start >= 2;
        int code = hasCode ? FrameRules.closeCode(a, start) : 1005;
        long broken = rules.checkClose(a, start, end);
        if (broken != 0) {
            webSocket.closeBroke(from, code, broken);
        }
        if (closePacket == 0) {
            closePacket = connection.packet;
            closeCode = code;
        }
        if (decoder.wantsClose) {
            connection.emit(new WsEvent.Close(connection.timeNs, connection.packet, connection.stream(), from,
                    hasCode ? code : (int) Event.UNKNOWN,
                    hasCode ? new String(a, start + 2, end - start - 2, StandardCharsets.UTF_8) : ""));
        }
    }

    /**
     * {@code count} octets are missing.
     *
     * @return whether it is known where the next frame begins
     */
    boolean gap(long count) {
        missed = true;
        boolean inside = parser.inPayload() && Long.compareUnsigned(count, parser.remaining()) <= 0;
        incomplete();
        if (inside) {
            told = !parser.took(count);
            if (!told) {
                endIncomplete();
            }
            return true;
        }
        lostTrack();
        return false;
    }

    /** Frames before the next bytes are not known. */
    void lostTrack() {
        parser.reset();
        told = false;
        rules.lostTrack();
        abandonMessage();
        loseContext();
        if (pings == null) {
            pings = new Pings();
        }
        pings.missed();
        missed = true;
    }

    /** Tells the frame in hand, if there is one, as far as it came; no more of it will. */
    void incomplete() {
        if (!parser.inPayload() || told) {
            return;
        }
        counters.incompleteFrames[index]++;
        if (decoder.wantsFrame) {
            tellFrame(false, frameKept.isEmpty() ? null : frameKept.copy());
        }
        frameKept.clear(decoder.buffers);
        told = true;
        if (content != Content.CONTROL && opcode != 0 && parser.opcode() <= Opcode.BINARY) {
            whole = false;
            messageKept.clear(decoder.buffers);
            if (inflater != null && inflater.inMessage()) {
                inflater.abort();
                undecodable = MessageInflater.Fault.CONTEXT_LOST.words();
            }
        }
        content = Content.IGNORED;
    }

    /** A frame that was told as incomplete has passed. */
    private void endIncomplete() {
        if (!Opcode.isControl(parser.opcode()) && opcode != 0 && parser.fin()) {
            opcode = 0;
        }
    }

    private void loseContext() {
        if (inflater != null) {
            inflater.lose();
        }
    }

    private void abandonMessage() {
        opcode = 0;
        messageKept.clear(decoder.buffers);
        if (inflater != null && inflater.inMessage()) {
            inflater.abort();
        }
    }

    /** The connection is over: gives back what is shared. */
    void release() {
        frameKept.clear(decoder.buffers);
        messageKept.clear(decoder.buffers);
        if (inflater != null) {
            inflater.release();
            inflater = null;
        }
    }
}
