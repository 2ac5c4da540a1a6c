package packetlab.message;

import java.util.Arrays;
import packetlab.event.Side;
import packetlab.event.WsEvent;

/**
 * The frames that one side of a WebSocket sends. Payload is unmasked into an array that all connections share; of it
 * only what somebody wants to see is kept, up to the limits.
 */
final class WebSocketSide {
    /** Octets of the longest frame that {@link #readOrdinary} passes. */
    static final int LONGEST_ORDINARY = 0xFFFF;
    private static final byte[] NOTHING = new byte[Unmask.SLACK];
    private static final int MAX_CONTROL = 125;
    private static final int FIN_TEXT = (byte) 0x81, FIN_BINARY = (byte) 0x82;

    private final Connection connection;
    private final MessageDecoder decoder;
    private final MessageCounters counters;
    private final WebSocket webSocket;
    private final Side from;
    private final int index;
    private final FrameParser parser = new FrameParser();
    private final FrameRules rules;
    private final MessageAssembly messages;
    private Gathered kept = Gathered.NONE;
    private ControlFrames controls;
    private boolean control;
    /** The frame in hand has been told already, as incomplete. */
    private boolean told;
    private boolean anyFrame;
    private boolean masked;
    /** What comes next may be read by {@link #readOrdinary}, from these two on; and what that has left undone. */
    private boolean ordinary;
    private boolean masks;
    private int lastKey;
    private boolean ordinaryPassed;
    private boolean textsPassed;
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
        settleOrdinary();
        return rules;
    }

    /** Packet of this side's first Close frame, or 0. */
    long closePacket() {
        return controls == null ? 0 : controls.closePacket();
    }

    int closeCode() {
        return controls == null ? 0 : controls.closeCode();
    }

    /** Whether bytes of this side are missing. */
    boolean missed() {
        return missed;
    }

    /** How this side masks: as its latest frame, be that right or wrong; as {@code otherwise} if there was none. */
    boolean masks(boolean otherwise) {
        settleOrdinary();
        return anyFrame ? masked : otherwise;
    }

    /** Pings that were sent; null for none. */
    Pings pings() {
        return controls == null ? null : controls.pings();
    }

    /** Takes the side's next bytes. Up to {@link Unmask#SLACK} bytes behind them may be read. */
    void read(byte[] a, int start, int end) {
        int at = start;
        if (ordinary) {
            at = readOrdinary(a, start, end);
            if (at == end) {
                return;
            }
            settleOrdinary();
        }
        if (decoder.wantsFrame) {
            connection.delayFindings(true);
            readFrames(a, at, end);
            connection.delayFindings(false);
        } else {
            readFrames(a, at, end);
        }
        ordinary = mayBeOrdinary();
    }

    private boolean mayBeOrdinary() {
        if (decoder.wantsNoPayload && webSocket.reader() == null && parser.atFrameStart() && messages.idle() && rules.ordinaryPass()) {
            masks = rules.masks();
            lastKey = rules.lastKey();
            return true;
        }
        return false;
    }

    /**
     * Whole messages of one frame each, lying in these bytes one behind the other, that break no rule and that nobody
     * wants to see: all that {@link #readFrames} would do for them, with its state in local variables and without a
     * look at any object of this connection but this one. Most traffic is that, and takes half the time so.
     *
     * @return the index of the first frame that is anything else
     */
    private int readOrdinary(byte[] a, int start, int end) {
        boolean masks = this.masks;
        int at = start;
        int texts = 0;
        int binaries = 0;
        long octets = 0;
        int key = lastKey;
        while (end - at >= 2) {
            int first = a[at];
            int second = a[at + 1];
            int payload = at + 2;
            int length = second & 0x7F;
            if (first != FIN_TEXT && first != FIN_BINARY || second < 0 != masks || length == 127) {
                break;
            }
            if (length == 126) {
                if (end - payload < 2) {
                    break;
                }
                length = (a[payload] & 0xFF) << 8 | a[payload + 1] & 0xFF;
                payload += 2;
                if (length < 126) {
                    break;
                }
            }
            int n = masks ? length + 4 : length;
            if (n > end - payload) {
                break;
            }
            boolean valid;
            if (masks) {
                int next = FrameParser.maskKey(a, payload);
                if (next == 0 || next == key) {
                    break;
                }
                byte[] clear = decoder.clear(length);
                valid = Unmask.apply(a, payload + 4, clear, 0, length, next) || first != FIN_TEXT
                        || Utf8.check(Utf8.BEGIN, clear, 0, length) == Utf8.BEGIN;
                key = valid ? next : key;
            } else {
                valid = first != FIN_TEXT || Utf8.check(Utf8.BEGIN, a, payload, payload + length) == Utf8.BEGIN;
            }
            if (!valid) {
                break;
            }
            texts += first == FIN_TEXT ? 1 : 0;
            binaries += first == FIN_TEXT ? 0 : 1;
            octets += length;
            at = payload + n;
        }
        if (at > start) {
            lastKey = key;
            ordinaryPassed = true;
            textsPassed |= texts > 0;
            counters.frames[index << 4 | Opcode.TEXT] += texts;
            counters.frames[index << 4 | Opcode.BINARY] += binaries;
            counters.messages[index] += texts + binaries;
            counters.payloadBytes[index] += octets;
        }
        return at;
    }

    /** Before anything else is read: what {@link #readOrdinary} has left undone. */
    private void settleOrdinary() {
        ordinary = false;
        if (ordinaryPassed) {
            anyFrame = true;
            masked = masks;
            rules.passed(lastKey);
            if (textsPassed) {
                webSocket.checked(WsRule.TEXT_UTF8);
            }
            ordinaryPassed = false;
            textsPassed = false;
        }
    }

    private void readFrames(byte[] a, int start, int end) {
        int at = start;
        while (at < end) {
            if (!parser.inPayload()) {
                if (mayBeOrdinary()) {
                    at = readOrdinary(a, at, end);
                    settleOrdinary();
                    if (at == end) {
                        return;
                    }
                }
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
        masked = parser.masked();
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
            kept = kept.add(bytes, at, n, limit, decoder.buffers);
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
        boolean inPieces = n != parser.length();
        if (inPieces) {
            keep(bytes, at, n);
        }
        if (decoder.wantsFrame) {
            payload = inPieces ? shown(kept.bytes(), 0, kept.length()) : shown(bytes, at, at + n);
            tellFrame(true, payload);
        }
        if (!control) {
            messages.end(parser, bytes, at, n, payload);
        } else if (!inPieces) {
            int end = at + Math.min(n, Math.max(MAX_CONTROL, decoder.shown));
            controls().complete(parser.opcode(), rules, bytes, at, end, payload);
        } else if (!kept.refused()) {
            controls().complete(parser.opcode(), rules, kept.bytes(), 0, kept.length(), payload);
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

    /** Made when the first control frame comes. */
    private ControlFrames controls() {
        if (controls == null) {
            controls = new ControlFrames(connection, webSocket, from);
        }
        return controls;
    }

    /**
     * {@code count} octets are missing.
     *
     * @return whether it is known where the next frame begins
     */
    boolean gap(long count) {
        settleOrdinary();
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
        settleOrdinary();
        parser.reset();
        told = false;
        rules.lostTrack();
        messages.lostTrack();
        controls().missedPings();
        missed = true;
    }

    /** Tells the frame in hand, if there is one, as far as it came; no more of it will. */
    void incomplete() {
        if (!parser.inPayload() || told) {
            return;
        }
        counters.incompleteFrames[index]++;
        if (decoder.wantsFrame) {
            tellFrame(false, kept.isEmpty() ? null : shown(kept.bytes(), 0, kept.length()));
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
