package packetlab.message;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import packetlab.event.Side;

/**
 * An endpoint's ear: what the other side sends, as whole messages, judged by {@link FrameRules}. Without extensions.
 * The first broken rule or too large a message ends it: the handler is told why, and the rest is ignored, as RFC 6455
 * section 7.1.7 asks. One thread.
 */
public final class WebSocketReader {
    /** What an endpoint acts on. Arrays are the handler's to keep. */
    public interface Handler {
        /** @param opcode {@link Opcode#TEXT} or {@link Opcode#BINARY} */
        void onMessage(int opcode, byte[] data);

        void onPing(byte[] payload);

        void onPong(byte[] payload);

        /** @param code below 0 where the body is empty */
        void onClose(int code, String reason);

        /** Fail the connection with {@code closeCode}. @param rule that was broken; null for too large a message */
        void onFailure(int closeCode, WsRule rule);
    }

    private static final int TOO_BIG = 1009;
    private static final long MAX_KEPT = Integer.MAX_VALUE - 64L;

    private final Handler handler;
    private final long maxMessage;
    private final FrameParser parser = new FrameParser();
    private final FrameRules rules;
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private final ByteArrayOutputStream control = new ByteArrayOutputStream();
    private byte[] clear = new byte[8192];
    private int messageOpcode;
    private int utf8;
    private boolean over;

    /**
     * @param sender     the other side
     * @param maxMessage octets of a message beyond which the connection is failed with 1009
     */
    public WebSocketReader(Side sender, long maxMessage, Handler handler) {
        rules = new FrameRules(sender);
        this.maxMessage = Math.min(maxMessage, MAX_KEPT);
        this.handler = handler;
    }

    /** Whether a Close frame or a failure came: nothing more is read. */
    public boolean over() {
        return over;
    }

    /** Takes the next bytes that arrived, wherever they are cut. */
    public void read(byte[] a, int from, int to) {
        int at = from;
        while (!over && (at < to || parser.inPayload() && parser.next(1) == 0)) {
            if (!parser.inPayload()) {
                at = parser.header(a, at, to);
                if (parser.inPayload()) {
                    begin();
                }
                continue;
            }
            int n = parser.next(to - at);
            payload(a, at, n);
            at += n;
            if (!over && parser.took(n)) {
                end();
            }
        }
    }

    private void begin() {
        long broken = WsRule.violations(rules.check(parser));
        if (broken != 0) {
            fail(WsRule.first(broken));
            return;
        }
        int opcode = parser.opcode();
        if (Opcode.isControl(opcode)) {
            control.reset();
            return;
        }
        if (opcode != Opcode.CONTINUATION) {
            messageOpcode = opcode;
            utf8 = Utf8.BEGIN;
            message.reset();
        }
        if (parser.length() > maxMessage - message.size()) {
            over = true;
            handler.onFailure(TOO_BIG, null);
        }
    }

    private void payload(byte[] a, int from, int length) {
        byte[] bytes = a;
        int at = from;
        if (parser.masked()) {
            if (clear.length < length + Unmask.SLACK) {
                clear = new byte[length + Unmask.SLACK];
            }
            Unmask.apply(a, from, clear, 0, length, Unmask.turned(parser.maskKey(), parser.taken()));
            bytes = clear;
            at = 0;
        }
        if (Opcode.isControl(parser.opcode())) {
            control.write(bytes, at, length);
            return;
        }
        message.write(bytes, at, length);
        if (messageOpcode == Opcode.TEXT) {
            utf8 = Utf8.check(utf8, bytes, at, at + length);
            if (utf8 == Utf8.INVALID) {
                fail(WsRule.TEXT_UTF8);
            }
        }
    }

    private void end() {
        switch (parser.opcode()) {
            case Opcode.PING:
                handler.onPing(control.toByteArray());
                break;
            case Opcode.PONG:
                handler.onPong(control.toByteArray());
                break;
            case Opcode.CLOSE:
                close(control.toByteArray());
                break;
            default:
                if (parser.fin()) {
                    if (messageOpcode == Opcode.TEXT && utf8 != Utf8.BEGIN) {
                        fail(WsRule.TEXT_UTF8);
                        return;
                    }
                    byte[] data = message.toByteArray();
                    message.reset();
                    handler.onMessage(messageOpcode, data);
                }
                break;
        }
    }

    private void close(byte[] body) {
        long broken = rules.checkClose(body, 0, body.length);
        if (broken != 0) {
            fail(WsRule.first(broken));
            return;
        }
        over = true;
        handler.onClose(body.length == 0 ? -1 : FrameRules.closeCode(body, 0),
                body.length == 0 ? "" : new String(body, 2, body.length - 2, StandardCharsets.UTF_8));
    }

    private void fail(WsRule rule) {
        over = true;
        handler.onFailure(rule.closeCode(), rule);
    }
}
