package packetlab.report;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import packetlab.event.CallEvent;
import packetlab.event.CaptureEvent;
import packetlab.event.CostEvent;
import packetlab.event.Checksum;
import packetlab.event.Endpoint;
import packetlab.event.Event;
import packetlab.event.EventType;
import packetlab.event.HttpEvent;
import packetlab.event.LatencyEvent;
import packetlab.event.NoteEvent;
import packetlab.event.PacketEvent;
import packetlab.event.PerSide;
import packetlab.event.Side;
import packetlab.event.TcpEvent;
import packetlab.event.WebEvent;
import packetlab.event.WireEvent;
import packetlab.event.WsEvent;

/** Every event with all that it can tell, and with the least that it can. */
final class Examples {
    static final long TIME = 1_700_000_000_123_456_789L;
    static final Endpoint CLIENT = new Endpoint("127.0.0.1", 50000);
    static final Endpoint SERVER = new Endpoint("::1", 80);
    private static final long NONE = Event.UNKNOWN;
    private static final byte[] TEXT = "안녕 \"world\" \\ \n😀".getBytes(StandardCharsets.UTF_8);
    private static final byte[] BYTES = {(byte) 0xFF, 0, 1};

    private Examples() {}

    /** All fields present. */
    static Event full(EventType type) {
        TcpEvent.SynOptions options = new TcpEvent.SynOptions(65495, 7, true, true, false, true);
        return switch (type) {
            case START -> new CaptureEvent.Start(TIME, "lo", "EN10MB", "ring", 32 << 20, "tcp port 80");
            case END -> new CaptureEvent.End(TIME, 19, 2914, 0, 1, 2, 3);
            case DROPPED -> new CaptureEvent.Dropped(TIME, 7, 12);
            case LIMIT -> new CaptureEvent.Limit(TIME, 7, 3, Side.SERVER, "message-size", 1 << 20, 4);
            case GAP -> new CaptureEvent.Gap(TIME, 7, 3, Side.CLIENT, 1448, true);
            case INTERFACE -> new CaptureEvent.Interface(1, 0, "EN10MB", "lo", "the loopback", 262_144, "tcp");
            case COMMENT -> new CaptureEvent.Comment(7, "a \u001b[31mred\u001b[0m word\n안녕");
            case ODDITY -> new CaptureEvent.Oddity(7, "claims fewer octets on the wire than were captured");
            case PACKET_ORIGIN -> new PacketEvent.Origin(7, "inbound", 4_294_967_295L, 12);
            case TCP_OPEN -> new TcpEvent.Open(TIME, 3, 0, CLIENT, SERVER,
                    new TcpEvent.Handshake(1, 2, 3, 21_456, options, options), TcpEvent.Start.HANDSHAKE);
            case TCP_SEGMENT -> new TcpEvent.Segment(TIME, 1, 0, CLIENT, SERVER, Side.CLIENT, 0x1FF, 1, 2, 4_294_967_295L,
                    7, 3, 65536, options, 1500, Checksum.NOT_COMPUTED);
            case TCP_FINDING -> new TcpEvent.Finding(TIME, 9, 0, Side.CLIENT, TcpEvent.FindingKind.D_SACK, "1..2");
            case TCP_CLOSE -> new TcpEvent.Close(TIME, 18, 0, CLIENT, SERVER, TcpEvent.How.FIN, new PerSide(10, 9),
                    new PerSide(300, 200), new PerSide(1, 0), 8_540_000);
            case TCP_PROTOCOL -> new TcpEvent.Protocol(TIME, 4, 0, Side.CLIENT, "TLS");
            case UDP_DATAGRAM -> new PacketEvent.Datagram(TIME, 4, CLIENT, SERVER, 512, Checksum.GOOD);
            case ICMP_MESSAGE -> new PacketEvent.Icmp(TIME, 5, "127.0.0.1", "::1", 4, 3, 3, "port-unreachable", 36, 0);
            case OTHER -> new PacketEvent.Other(TIME, 6, "ARP", "a", "b", 42, "cut by snaplen");
            case HTTP_REQUEST -> new HttpEvent.Request(TIME, 4, 0, Side.CLIENT, "GET", "/chat", "localhost",
                    List.of(new HttpEvent.Header("Upgrade", "websocket"), new HttpEvent.Header("X", "\u00e9\u009b")),
                    0, false);
            case HTTP_RESPONSE -> new HttpEvent.Response(TIME, 6, 0, Side.SERVER, 200, List.of(), 77, true, 4,
                    1_500);
            case WS_OPEN -> new WsEvent.Open(TIME, 6, 0, "/chat", "http://a", "chat", "permessage-deflate", true, 4, 6,
                    false, 1);
            case WS_REFUSED -> new WsEvent.Refused(TIME, 6, 0, 403, "/chat");
            case WS_FRAME -> new WsEvent.Frame(TIME, 8, 0, Side.CLIENT, true, 7, 1, true, -1L, false, TEXT, true);
            case WS_MESSAGE -> new WsEvent.Message(TIME, 8, 0, Side.SERVER, 1, 2, 30, TEXT.length, true, TEXT, true,
                    "the window of 8 bits was left");
            case WS_PING -> new WsEvent.Ping(TIME, 11, 0, Side.CLIENT, TEXT);
            case WS_PONG -> new WsEvent.Pong(TIME, 12, 0, Side.SERVER, BYTES, 38_001, 11);
            case WS_CLOSE -> new WsEvent.Close(TIME, 14, 0, Side.CLIENT, 1000, "done");
            case WS_FINDING -> new WsEvent.Finding(TIME, 20, 0, Side.CLIENT, WsEvent.Level.VIOLATION,
                    "client-frame-unmasked", "5.1", "frame 20 from the client is not masked");
            case WS_RESYNC -> new WsEvent.Resync(TIME, 40, 0, Side.CLIENT, 17, 0.875);
            case WS_VERDICT -> new WsEvent.Verdict(TIME, 18, 0, List.of("client-frame-unmasked", "no-close"),
                    List.of(new WsEvent.Broken("client-frame-unmasked", 3, List.of(20L, 22L))));
            case WS_END -> new WsEvent.End(TIME, 18, 0, true, 1000, TcpEvent.How.FIN);
            case CALL -> new CallEvent(TIME, TIME + 5, "send", 12, 13, 5, "15", 15, null, 0, Side.CLIENT, 0, 15,
                    List.of(4L, 5L), new CallEvent.Socket(2, CallEvent.Transport.TCP, "127.0.0.1:5", "[::1]:80", TIME), 7,
                    List.of(6L), 3);
            case HTTP_CHUNK -> new HttpEvent.Chunk(TIME, 7, 0, Side.SERVER, 6, 20, 33, TEXT, true);
            case HTTP_MESSAGE -> new HttpEvent.Message(TIME, 9, 0, Side.SERVER, 6, 4, 200, 120, 60, 77, true, "text/plain",
                    "gzip", 90, TEXT, true);
            case SSE_EVENT -> new WebEvent.Sse(TIME, 8, 0, Side.SERVER, "1", "tick", 3000, 9, 40, "data\nmore", true);
            case SOCKJS_OPEN, SOCKJS_HEARTBEAT -> new WebEvent.SockJs(type, TIME, 8, 0, Side.SERVER, "s", "xhr", -1,
                    null, 0, 2, null, false);
            case SOCKJS_MESSAGE -> new WebEvent.SockJs(type, TIME, 8, 0, Side.SERVER, "s", "xhr", -1, null, 2, 8, "hi",
                    true);
            case SOCKJS_CLOSE -> new WebEvent.SockJs(type, TIME, 8, 0, Side.SERVER, "s", "xhr", 3000, "Go away!", 0, 20,
                    null, false);
            case ENGINEIO_OPEN, ENGINEIO_PING, ENGINEIO_PONG, ENGINEIO_UPGRADE, ENGINEIO_CLOSE, ENGINEIO_NOOP,
                    ENGINEIO_MESSAGE -> new WebEvent.EngineIo(type, TIME, 8, 0, Side.SERVER, "sid", 4, "polling", 5, 6, false, TEXT, true);
            case SOCKETIO_CONNECT, SOCKETIO_DISCONNECT, SOCKETIO_CONNECT_ERROR -> new WebEvent.SocketIo(type, TIME, 8,
                    0, Side.SERVER, "sid", "polling", "/", type == EventType.SOCKETIO_CONNECT ? "a=b" : null, null, -1,
                    -1, -1, 0, 0, 11, 12, "{\"sid\":\"x\"}", true);
            case SOCKETIO_EVENT -> new WebEvent.SocketIo(type, TIME, 8, 0, Side.CLIENT, "sid", "websocket", "/admin", null,
                    "hello", 3, -1, -1, 1, 3, 30, 33, "[1, 2.50, {\"a\":\"\\u00e9\"}]", true);
            case SOCKETIO_ACK -> new WebEvent.SocketIo(type, TIME, 8, 0, Side.SERVER, "sid", "websocket", "/", null, null,
                    3, 7, 1_000_500, 0, 0, 2, 4, "[]", true);
            case NOTE -> new NoteEvent(TIME, Side.SERVER, "ECONNRESET: the other end sent a reset");
            case WIRE_DROPPED -> new WireEvent.Dropped(TIME, 7, 0, Side.SERVER, "rules.txt:3 drop the 3rd segment", "why");
            case WIRE_DELAYED -> new WireEvent.Delayed(TIME, 7, 0, Side.CLIENT, 5_000_000, "delay 5 ms");
            case WIRE_CHANGED -> new WireEvent.Changed(TIME, 7, 0, Side.CLIENT, WireEvent.Change.CORRUPTED, "corrupt 1 %",
                    "octet 70 xor 0x10");
            case WIRE_PASSED -> new WireEvent.Passed(TIME, 7, 0, Side.CLIENT, "rules.txt:1 allow log tcp");
            case WIRE_RULE -> new WireEvent.Rule(TIME, "rules.txt:1 allow log tcp", "allow", 12, 3_400);
            case COST_RESULT -> new CostEvent.Result(TIME, "websocket", "127.0.0.1:40123", 10, 64, 1_000, 999, 1, 0, 4_020, 10,
                    new CostEvent.Octets(127_936, 18_000, 4_200, 265_320, 132_660, 0), 310_000, 1_250_000, 4_000_000);
            case COST_IDLE -> new CostEvent.Idle(TIME, "http-polling", "127.0.0.1:40124", 1, 60_000_000_000L, 240, 40_000);
            case LATENCY_RESULT -> new LatencyEvent.Result(TIME, 1, "packetlab", "tcp", "closed", "plan", 100, 2_000, "spin",
                    "0/1", "nagle", 5, 10_000, 3, 2, 1, 1, 22_000, 33_100, 44_120, 55_123, 66_000, 1_500, 9_000, 400);
            case LATENCY_ROUND -> new LatencyEvent.Round(TIME, 1, 2, 10_000, 1, 22_000, 33_100, 44_120, 4_000, true,
                    3_000_000, 1, 64);
            case LATENCY_SPLIT -> new LatencyEvent.Split(TIME, 1, "client: send call to packet sent", 9_999, 1_000, 2_000,
                    3_000, 4_000);
            case LATENCY_HOST -> new LatencyEvent.Host(TIME, Map.of("kernel", "Linux 6.18"));
        };
    }

    /** Everything that may be missing is. */
    static Event bare(EventType type) {
        long no = Event.NO_TIME;
        return switch (type) {
            case START -> new CaptureEvent.Start(no, "-", null, null, null);
            case END -> new CaptureEvent.End(no, 0, 0, NONE, 0, 0);
            case DROPPED -> new CaptureEvent.Dropped(no, 0, 1);
            case LIMIT -> new CaptureEvent.Limit(no, 0, NONE, null, "connections", 1, 1);
            case GAP -> new CaptureEvent.Gap(no, 0, 3, Side.SERVER, 1, false);
            case INTERFACE -> new CaptureEvent.Interface(0, 0, "RAW", null, null, NONE, null);
            case COMMENT -> new CaptureEvent.Comment(0, "");
            case ODDITY -> new CaptureEvent.Oddity(1, "x");
            case PACKET_ORIGIN -> new PacketEvent.Origin(1, null, NONE, NONE);
            case TCP_OPEN -> new TcpEvent.Open(no, 3, 0, CLIENT, SERVER, null, TcpEvent.Start.MIDSTREAM);
            case TCP_SEGMENT -> new TcpEvent.Segment(no, 1, 0, CLIENT, SERVER, Side.SERVER, 0, 0, NONE, 0,
                    NONE, 0, NONE, null, NONE, null);
            case TCP_FINDING -> new TcpEvent.Finding(no, 9, 0, Side.SERVER, TcpEvent.FindingKind.URGENT, null);
            case TCP_CLOSE -> new TcpEvent.Close(no, 0, 0, CLIENT, SERVER, TcpEvent.How.OPEN, new PerSide(0, 0),
                    new PerSide(0, 0), new PerSide(0, 0), NONE);
            case TCP_PROTOCOL -> new TcpEvent.Protocol(no, 4, 0, null, "HTTP/2");
            case UDP_DATAGRAM -> new PacketEvent.Datagram(no, 4, CLIENT, SERVER, 0, null);
            case ICMP_MESSAGE -> new PacketEvent.Icmp(no, 5, "::1", "::1", 6, 128, 0, "echo-request", 0, NONE);
            case OTHER -> new PacketEvent.Other(no, 6, "IP protocol 47", null, null, 0, null);
            case HTTP_REQUEST -> new HttpEvent.Request(no, 4, 0, Side.CLIENT, "GET", "/", null, List.of(), NONE, false);
            case HTTP_RESPONSE -> new HttpEvent.Response(no, 6, 0, Side.SERVER, 404, List.of(), NONE, false);
            case WS_OPEN -> new WsEvent.Open(no, 6, 0, null, null, null, null, null, NONE, NONE, true, 0.75);
            case WS_REFUSED -> new WsEvent.Refused(no, 6, 0, 403, null);
            case WS_FRAME -> new WsEvent.Frame(no, 8, 0, Side.SERVER, false, 0, 0, false, 0, true, null, false);
            case WS_MESSAGE -> new WsEvent.Message(no, 8, 0, Side.CLIENT, 2, 1, 0, NONE, false, null, false);
            case WS_PING -> new WsEvent.Ping(no, 11, 0, Side.CLIENT, null);
            case WS_PONG -> new WsEvent.Pong(no, 12, 0, Side.SERVER, new byte[0], NONE, NONE);
            case WS_CLOSE -> new WsEvent.Close(no, 14, 0, Side.CLIENT, -1, null);
            case WS_FINDING -> new WsEvent.Finding(no, 0, 0, null, WsEvent.Level.NOTE, "no-close", "7.1.5", null);
            case WS_RESYNC -> new WsEvent.Resync(no, 0, 0, Side.SERVER, 0, 1);
            case WS_VERDICT -> new WsEvent.Verdict(no, 0, 0, List.of(), List.of());
            case WS_END -> new WsEvent.End(no, 0, 0, false, -1, TcpEvent.How.OPEN);
            case CALL -> new CallEvent(no, no, "connect", NONE, NONE, NONE, null, -1, "ECONNREFUSED", NONE, null, NONE,
                    NONE, List.of());
            case HTTP_CHUNK -> new HttpEvent.Chunk(no, 7, 0, Side.SERVER, 6, 0, 0, null, false);
            case HTTP_MESSAGE -> new HttpEvent.Message(no, 9, 0, Side.SERVER, 6, NONE, (int) NONE, 20, 0, 0, false, null,
                    null, NONE, null, false);
            case SSE_EVENT -> new WebEvent.Sse(no, 8, 0, Side.SERVER, null, null, NONE, 0, 0, null, false);
            case SOCKJS_OPEN, SOCKJS_HEARTBEAT, SOCKJS_MESSAGE, SOCKJS_CLOSE -> new WebEvent.SockJs(type, no, 8, 0,
                    Side.SERVER, null, null, -1, null, 0, 0, null, false);
            case ENGINEIO_OPEN, ENGINEIO_PING, ENGINEIO_PONG, ENGINEIO_UPGRADE, ENGINEIO_MESSAGE, ENGINEIO_CLOSE,
                    ENGINEIO_NOOP -> new WebEvent.EngineIo(type, no, 8, 0, Side.SERVER, null, -1, null, 0, 0, false, null,
                    false);
            case SOCKETIO_CONNECT, SOCKETIO_DISCONNECT, SOCKETIO_CONNECT_ERROR, SOCKETIO_EVENT, SOCKETIO_ACK ->
                    new WebEvent.SocketIo(type, no, 8, 0, Side.SERVER, null, null, null, null, null, -1, -1, -1, 0, 0, 0,
                    0, null, false);
            case NOTE -> new NoteEvent(no, null, "");
            case WIRE_DROPPED -> new WireEvent.Dropped(no, 0, NONE, null, "loss 2 %", null);
            case WIRE_DELAYED -> new WireEvent.Delayed(no, 0, NONE, null, 0, "delay 0 ms");
            case WIRE_CHANGED -> new WireEvent.Changed(no, 0, NONE, null, WireEvent.Change.REORDERED, "r", null);
            case WIRE_PASSED -> new WireEvent.Passed(no, 0, NONE, null, "r");
            case WIRE_RULE -> new WireEvent.Rule(no, "default", "allow", 0, 0);
            case COST_RESULT -> new CostEvent.Result(no, "http", "[::1]:80", NONE, NONE, 0, 0, NONE, NONE, 0, 0,
                    new CostEvent.Octets(0, 0, 0, 0, 0, 0), NONE, NONE, NONE);
            case COST_IDLE -> new CostEvent.Idle(no, "sse", "[::1]:80", 1, 1, 0, 0);
            case LATENCY_RESULT -> new LatencyEvent.Result(no, 1, "packetlab", "udp", "open", null, 8, NONE, null, null, null,
                    1, 0, 0, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE);
            case LATENCY_ROUND -> new LatencyEvent.Round(no, 1, 1, 0, 0, NONE, NONE, NONE, NONE, false, NONE, NONE, NONE);
            case LATENCY_SPLIT -> new LatencyEvent.Split(no, 1, "x", 0, NONE, NONE, NONE, NONE);
            case LATENCY_HOST -> new LatencyEvent.Host(no, Map.of());
        };
    }

    static List<Event> all() {
        List<Event> events = new ArrayList<>();
        for (EventType type : EventType.values()) {
            events.add(full(type));
            events.add(bare(type));
        }
        return events;
    }
}
