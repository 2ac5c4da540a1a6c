package packetlab.labs;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import packetlab.event.HttpEvent;
import packetlab.event.Side;
import packetlab.event.WebEvent;
import packetlab.event.WsEvent;
import packetlab.message.Compression;
import packetlab.message.Extension;
import packetlab.message.OpeningHandshake;
import packetlab.message.WebSocketWriter;

/** Fields of the {@link Facts} of HTTP, WebSocket, SockJS, Engine.IO and Socket.IO. */
final class WebFacts {
    private static final Pattern MEMBER = Pattern.compile(
            "\"([A-Za-z][A-Za-z0-9_-]{0,39})\"\\s*:\\s*(?:\"([^\"\\\\]*)\"|(-?[0-9]{1,18}|true|false))");

    private WebFacts() {}

    static void http(Facts.Row row, HttpEvent event) {
        row.with("stream", event.stream());
        from(row, event.from());
        if (event instanceof HttpEvent.Head head) {
            for (HttpEvent.Header header : head.headers()) {
                row.with("header." + header.name().toLowerCase(Locale.ROOT), header.value());
            }
        }
        if (event instanceof HttpEvent.Request request) {
            row.with("method", request.method()).with("target", request.target());
            String key = row.get("header.sec-websocket-key");
            row.with("accept", key == null ? null : OpeningHandshake.accept(key));
        } else if (event instanceof HttpEvent.Response response) {
            row.with("status", response.status()).with("request-frame", response.requestFrame());
        } else if (event instanceof HttpEvent.Message message) {
            row.with("status", message.status()).with("request-frame", message.requestFrame())
                    .with("head-length", message.headLength()).with("length", message.length())
                    .with("wire-length", message.wireLength()).with("payload", text(message.data()));
        }
    }

    static void ws(Facts.Row row, WsEvent event) {
        row.with("stream", event.stream());
        if (event instanceof WsEvent.Frame f) {
            from(row, f.from()).with("fin", yes(f.fin())).with("opcode", f.opcode()).with("rsv", f.rsv())
                    .with("masked", yes(f.masked())).with("length", f.length()).with("payload", text(f.payload()))
                    .with("header", WebSocketWriter.headerLength(f.length(), f.masked()));
        } else if (event instanceof WsEvent.Message m) {
            from(row, m.from()).with("opcode", m.opcode()).with("frames", m.frames()).with("length", m.length())
                    .with("wire-length", m.wireLength()).with("compressed", yes(m.compressed())).with("payload", text(m.data()));
        } else if (event instanceof WsEvent.Ping p) {
            from(row, p.from()).with("payload", text(p.payload()));
        } else if (event instanceof WsEvent.Pong p) {
            from(row, p.from()).with("payload", text(p.payload())).with("ping-frame", p.pingFrame());
        } else if (event instanceof WsEvent.Close c) {
            from(row, c.from()).with("code", c.code()).with("reason", c.reason());
        } else if (event instanceof WsEvent.Finding f) {
            from(row, f.from()).with("rule", f.rule()).with("section", f.section()).with("level", f.level().wireName());
        } else if (event instanceof WsEvent.Open o) {
            open(row, o);
        } else if (event instanceof WsEvent.Refused r) {
            row.with("target", r.target()).with("status", r.status());
        } else if (event instanceof WsEvent.End e) {
            row.with("clean", yes(e.clean())).with("code", e.code());
        }
    }

    private static void open(Facts.Row row, WsEvent.Open open) {
        row.with("target", open.target()).with("origin", open.origin()).with("subprotocol", open.subprotocol())
                .with("extensions", open.extensions());
        if (open.acceptValid() != null) {
            row.with("accept-valid", yes(open.acceptValid()));
        }
        Compression agreed = Compression.agreed(Extension.parse(open.extensions()).extensions());
        if (agreed.kind() == Compression.Kind.PER_MESSAGE) {
            for (Side side : List.of(Side.CLIENT, Side.SERVER)) {
                row.with(side.wireName() + "-takeover", yes(agreed.takeover(side)))
                        .with(side.wireName() + "-window-bits", agreed.windowBits(side));
            }
        }
    }

    static void web(Facts.Row row, WebEvent event) {
        row.with("stream", event.stream());
        from(row, event.from()).with("length", event.length()).with("wire-length", event.wireLength());
        if (event instanceof WebEvent.SockJs s) {
            row.with("session", s.session()).with("transport", s.transport()).with("code", s.code())
                    .with("reason", s.reason()).with("data", s.data());
        } else if (event instanceof WebEvent.EngineIo e) {
            String data = text(e.data());
            row.with("sid", e.sid()).with("version", e.version()).with("transport", e.transport())
                    .with("binary", yes(e.binary())).with("data", data);
            members(row, e.binary() ? null : data);
        } else if (event instanceof WebEvent.SocketIo s) {
            row.with("sid", s.sid()).with("transport", s.transport()).with("namespace", s.namespace()).with("name", s.name())
                    .with("id", s.id()).with("ack-of", s.ackOf()).with("attachments", s.attachments())
                    .with("attachment-length", s.attachmentLength()).with("data", s.args());
            members(row, s.args());
        }
    }

    /** Of data that is JSON, each member that is a short text, a number or a truth: the first of each name. */
    private static void members(Facts.Row row, String json) {
        if (json == null || json.length() > 10_000) {
            return;
        }
        Matcher matcher = MEMBER.matcher(json);
        while (matcher.find()) {
            String name = "data." + matcher.group(1);
            if (row.get(name) == null) {
                row.with(name, matcher.group(2) != null ? matcher.group(2) : matcher.group(3));
            }
        }
    }

    private static Facts.Row from(Facts.Row row, Side side) {
        return row.with("from", side == null ? null : side.wireName());
    }

    static String yes(boolean value) {
        return value ? "yes" : "no";
    }

    private static String text(byte[] payload) {
        return payload == null ? null : new String(payload, StandardCharsets.UTF_8);
    }
}
