package packetlab.report;

import java.nio.charset.StandardCharsets;
import java.util.List;
import packetlab.event.CaptureEvent;
import packetlab.event.Endpoint;
import packetlab.event.Event;
import packetlab.event.EventListener;
import packetlab.event.HttpEvent;
import packetlab.event.PerSide;
import packetlab.event.Side;
import packetlab.event.TcpEvent;
import packetlab.event.WsEvent;

/** Events of conversations as the decoder tells them, made by hand. Times are microseconds after the first packet. */
final class Conversation {
    static final long START = 1_700_000_000_000_000_000L;
    static final TcpEvent.SynOptions LO = new TcpEvent.SynOptions(65495, 7, true, true, false, false);

    private final EventListener listener;
    private final long stream;
    private final Endpoint client;
    private final Endpoint server;

    Conversation(EventListener listener, long stream, String client, int clientPort, String server, int serverPort) {
        this.listener = listener;
        this.stream = stream;
        this.client = new Endpoint(client, clientPort);
        this.server = new Endpoint(server, serverPort);
    }

    static long at(long micros) {
        return START + 1000 * micros;
    }

    Conversation segment(long micros, long frame, Side from, int flags, TcpEvent.SynOptions options) {
        listener.onEvent(new TcpEvent.Segment(at(micros), frame, stream, client, server, from, flags, 0,
                flags == 2 ? Event.UNKNOWN : 1, 0, 1, 0, 65536, options, Event.UNKNOWN, null));
        return this;
    }

    Conversation handshake(long micros, long frame) {
        segment(micros, frame, Side.CLIENT, 2, LO);
        segment(micros + 12, frame + 1, Side.SERVER, 18, LO);
        segment(micros + 21, frame + 2, Side.CLIENT, 16, null);
        listener.onEvent(new TcpEvent.Open(at(micros + 21), frame + 2, stream, client, server,
                new TcpEvent.Handshake(frame, frame + 1, frame + 2, 21_400, LO, LO), TcpEvent.Start.HANDSHAKE));
        return this;
    }

    Conversation upgrade(long micros, long request, long response, String extensions) {
        listener.onEvent(new HttpEvent.Request(at(micros), request, stream, Side.CLIENT, "GET", "/chat",
                server.toString(), List.of(new HttpEvent.Header("upgrade", "websocket"),
                        new HttpEvent.Header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")), Event.UNKNOWN, false));
        listener.onEvent(new HttpEvent.Response(at(micros + 1671), response, stream, Side.SERVER, 101, List.of(),
                Event.UNKNOWN, false));
        listener.onEvent(new WsEvent.Open(at(micros + 1671), response, stream, "/chat", null, null, extensions, true,
                request, response, false, 1));
        return this;
    }

    Conversation frame(long micros, long frame, Side from, int opcode, boolean fin, byte[] payload) {
        return frame(micros, frame, from, opcode, fin, 0, from == Side.CLIENT, payload);
    }

    Conversation frame(long micros, long frame, Side from, int opcode, boolean fin, int rsv, boolean masked,
                       byte[] payload) {
        listener.onEvent(new WsEvent.Frame(at(micros), frame, stream, from, fin, rsv, opcode, masked, payload.length,
                true, payload, false));
        return this;
    }

    Conversation text(long micros, long frame, Side from, String text) {
        byte[] bytes = utf8(text);
        frame(micros, frame, from, 1, true, bytes);
        listener.onEvent(new WsEvent.Message(at(micros), frame, stream, from, 1, 1, bytes.length, bytes.length, false,
                bytes, false));
        return this;
    }

    Conversation ping(long micros, long frame, String payload, long rttUs) {
        byte[] bytes = utf8(payload);
        frame(micros, frame, Side.CLIENT, 9, true, bytes);
        listener.onEvent(new WsEvent.Ping(at(micros), frame, stream, Side.CLIENT, bytes));
        frame(micros + rttUs, frame + 1, Side.SERVER, 10, true, bytes);
        listener.onEvent(new WsEvent.Pong(at(micros + rttUs), frame + 1, stream, Side.SERVER, bytes, 1000 * rttUs,
                frame));
        return this;
    }

    Conversation close(long micros, long frame, Side from, int code, String reason) {
        byte[] words = utf8(reason);
        byte[] body = new byte[2 + words.length];
        body[0] = (byte) (code >> 8);
        body[1] = (byte) code;
        System.arraycopy(words, 0, body, 2, words.length);
        frame(micros, frame, from, 8, true, body);
        listener.onEvent(new WsEvent.Close(at(micros), frame, stream, from, code, reason));
        return this;
    }

    Conversation finding(long micros, long frame, Side from, WsEvent.Level level, String rule, String section,
                         String detail) {
        listener.onEvent(new WsEvent.Finding(at(micros), frame, stream, from, level, rule, section, detail));
        return this;
    }

    Conversation fin(long micros, long frame, boolean webSocket) {
        segment(micros, frame, Side.CLIENT, 17, null);
        segment(micros + 38, frame + 1, Side.SERVER, 17, null);
        if (webSocket) {
            listener.onEvent(new WsEvent.End(at(micros + 50), frame + 2, stream, true, 1000, TcpEvent.How.FIN));
        }
        listener.onEvent(new TcpEvent.Close(at(micros + 50), frame + 2, stream, client, server, TcpEvent.How.FIN,
                new PerSide(10, 9), new PerSide(312, 298), new PerSide(0, 0), 1000 * (micros + 50)));
        return this;
    }

    Conversation event(Event event) {
        listener.onEvent(event);
        return this;
    }

    long stream() {
        return stream;
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The conversation of the design: everything once, nothing broken. */
    static void whole(EventListener listener) {
        listener.onEvent(new CaptureEvent.Start(at(-50_000), "websocket-echo · lo in a private namespace", "EN10MB",
                "libpcap", null));
        new Conversation(listener, 0, "127.0.0.1", 41234, "127.0.0.1", 8080)
                .handshake(0, 1)
                .upgrade(1_530, 4, 6, "permessage-deflate")
                .text(4_120, 8, Side.CLIENT, "안녕하세요 서버!")
                .text(4_377, 9, Side.SERVER, "안녕하세요 서버!")
                .ping(6_002, 11, "hb-1", 38)
                .close(8_411, 14, Side.CLIENT, 1000, "done")
                .close(8_450, 15, Side.SERVER, 1000, "")
                .fin(8_502, 16, true);
        listener.onEvent(new CaptureEvent.End(at(8_600), 19, 2914, 0, 1, 0));
    }
}
