package packetlab.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import packetlab.event.Event;
import packetlab.event.Side;
import packetlab.event.WsEvent;

/** The control frames of one side of a WebSocket, RFC 6455 section 5.5: pings and their pongs, and the Close frame. */
final class ControlFrames {
    private static final int NO_CODE = 1005;

    private final Connection connection;
    private final MessageDecoder decoder;
    private final WebSocket webSocket;
    private final Side from;
    private Pings pings;
    private long closePacket;
    private int closeCode;

    ControlFrames(Connection connection, WebSocket webSocket, Side from) {
        this.connection = connection;
        this.webSocket = webSocket;
        this.from = from;
        decoder = connection.decoder;
    }

    /** Packet of this side's first Close frame, or 0. */
    long closePacket() {
        return closePacket;
    }

    int closeCode() {
        return closeCode;
    }

    /** Pings that were sent; null for none. */
    Pings pings() {
        return pings;
    }

    /** Pings may have been sent that were not seen. */
    void missedPings() {
        madePings().missed();
    }

    private Pings madePings() {
        if (pings == null) {
            pings = new Pings();
        }
        return pings;
    }

    /**
     * A control frame is complete.
     *
     * @param a       holds its payload, unmasked, in {@code [start..end)}
     * @param payload a copy of that, as far as events carry it; null where nobody has wanted one
     */
    void complete(int opcode, FrameRules rules, byte[] a, int start, int end, byte[] payload) {
        switch (opcode) {
            case Opcode.PING:
                madePings().sent(a, start, end, connection.packet, connection.timeNs);
                if (decoder.wantsPing) {
                    connection.emit(new WsEvent.Ping(connection.timeNs, connection.packet, connection.stream(), from,
                            shown(a, start, end, payload)));
                }
                break;
            case Opcode.PONG:
                pong(a, start, end, payload);
                break;
            case Opcode.CLOSE:
                close(rules, a, start, end);
                break;
            default:
                break;
        }
    }

    private byte[] shown(byte[] a, int start, int end, byte[] payload) {
        return payload != null ? payload : Arrays.copyOfRange(a, start, Math.min(end, start + decoder.shown));
    }

    private void pong(byte[] a, int start, int end, byte[] payload) {
        Pings sent = webSocket.side(from.other()).pings();
        boolean answers = sent != null && sent.answered(a, start, end);
        webSocket.checked(WsRule.UNSOLICITED_PONG);
        if (!answers && webSocket.knowsPingsOf(from.other()) && connection.broken(from, WsRule.UNSOLICITED_PONG)) {
            connection.tell(from, WsRule.UNSOLICITED_PONG, null);
        }
        if (decoder.wantsPong) {
            connection.emit(new WsEvent.Pong(connection.timeNs, connection.packet, connection.stream(), from,
                    shown(a, start, end, payload), answers ? sent.rttNs(connection.timeNs) : Event.UNKNOWN,
                    answers ? sent.packet() : Event.UNKNOWN));
        }
    }

    private void close(FrameRules rules, byte[] a, int start, int end) {
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
}
