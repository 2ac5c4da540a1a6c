package packetlab.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import packetlab.event.Event;
import packetlab.event.Side;
import packetlab.event.WsEvent;

/**
 * The frames that one side of a WebSocket sends. Payload is unmasked into an array that all connections share; of it
 * only what somebody wants to see is kept, up to the limits.
 */
final class WebSocketSide {
    private static final byte[] NOTHING = new byte[Unmask.SLACK];
    private static final int MAX_CONTROL = 125;
    private static final int NO_CODE = 1005;

    private final Connection connection;
    private final MessageDecoder decoder;
    private final MessageCounters counters;
    private final WebSocket webSocket;
    private final Side from;
    private final int index;
    private final FrameParser parser = new FrameParser();
    private final FrameRules rules;
    private final MessageAssembly messages;
    private final Gathered kept = new Gathered();
    private Pings pings;
    private boolean control;
    /** The frame in hand has been told already, as incomplete. */
    private boolean told;
    private boolean anyFrame;
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
        messages = new MessageAssembly(connection, webSocket, from);
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

    /** How this side masks: as its latest frame, be that right or wrong; as {@code otherwise} if there was none. */
    boolean masks(boolean otherwise) {
        return anyFrame ? parser.masked() : otherwise;
    }

    /** Pings that were sent; null for none. */
    Pings pings() {
        return pings;
    }

    /** Takes the side's next bytes. Up to {@link Unmask#SLACK} bytes behind them may be read. */
    void read(byte[] a, int start, int end) {
        connection.delayFindings(decoder.wantsFrame);
        readFrames(a, start, end);
        connection.delayFindings(false);
    }

    private void readFrames(byte[] a, int start, int end) {
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
            if (!control) {
                messages.pass(parser, bytes, p, n, n == parser.length(), ascii);
            }
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
        anyFrame = true;
        long broken = rules.check(parser);
        if (broken != 0) {
            webSocket.frameBroke(from, parser, broken);
        }
        control = Opcode.isControl(op);
        if (!control) {
            messages.begin(parser);
        }
    }

    /** Keeps a piece of a frame that goes on. */
    private void keep(byte[] bytes, int at, int n) {
        int limit = control ? Math.max(decoder.shown, MAX_CONTROL) : decoder.wantsFrame ? decoder.shown : 0;
        if (limit > 0) {
            kept.add(bytes, at, n, limit, decoder.buffers);
        }
    }

    /** The frame in hand is complete; its last piece is {@code bytes[at..at+n)}. */
    private void last(byte[] bytes, int at, int n) {
        if (told) {
            told = false;
            messages.endCut(parser);
            return;
        }
        byte[] payload = null;
        boolean inPieces = !kept.isEmpty();
        if (inPieces) {
            keep(bytes, at, n);
        }
        if (decoder.wantsFrame) {
            payload = inPieces ? shown(kept.array(), 0, kept.length()) : shown(bytes, at, at + n);
            tellFrame(true, payload);
        }
        if (!control) {
            messages.end(parser, bytes, at, n, payload);
        } else if (inPieces) {
            control(kept.array(), 0, kept.length(), payload);
        } else {
            control(bytes, at, at + Math.min(n, Math.max(MAX_CONTROL, decoder.shown)), payload);
        }
        if (inPieces) {
            kept.clear(decoder.buffers);
        }
    }

    private byte[] shown(byte[] a, int start, int end) {
        return Arrays.copyOfRange(a, start, Math.min(end, start + decoder.shown));
    }

    private void tellFrame(boolean complete, byte[] payload) {
        long kept = payload == null ? 0 : payload.length;
        connection.emit(new WsEvent.Frame(connection.timeNs, connection.packet, connection.stream(), from, parser.fin(),
                parser.rsv(), parser.opcode(), parser.masked(), parser.length(), complete, payload,
                complete ? kept < parser.length() : kept < parser.taken()));
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
                            payload != null ? payload : shown(a, start, end)));
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
                    payload != null ? payload : shown(a, start, end),
                    answers ? sent.rttNs(connection.timeNs) : Event.UNKNOWN, answers ? sent.packet() : Event.UNKNOWN));
        }
    }

    private void close(byte[] a, int start, int end) {
        boolean hasCode = end - start >= 2;
        int code = hasCode ? FrameRules.closeCode(a, start) : NO_CODE;
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
                messages.endCut(parser);
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
        messages.lostTrack();
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
            tellFrame(false, kept.isEmpty() ? null : shown(kept.array(), 0, kept.length()));
        }
        kept.clear(decoder.buffers);
        told = true;
        if (!control) {
            messages.cut(parser);
        }
    }

    /** The connection is over: gives back what is shared. */
    void release() {
        kept.clear(decoder.buffers);
        messages.release();
    }
}
