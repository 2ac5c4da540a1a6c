package packetlab.report;

import java.util.List;
import packetlab.event.EventType;
import packetlab.event.HttpEvent;
import packetlab.event.WebEvent;

/** The fields of HTTP and of what is framed inside HTTP and WebSocket, in the order of the schema. */
final class JsonWebFields {
    private final JsonLine line;

    JsonWebFields(JsonLine line) {
        this.line = line;
    }

    void http(HttpEvent event) {
        line.common(event, event.stream(), event.from());
        if (event instanceof HttpEvent.Request e) {
            line.text("method", e.method());
            line.text("target", e.target());
            line.text("host", e.host());
            headers(e.headers());
            line.known("length", e.length());
            line.flag("chunked", e.chunked());
        } else if (event instanceof HttpEvent.Response e) {
            line.number("status", e.status());
            headers(e.headers());
            line.known("length", e.length());
            line.flag("chunked", e.chunked());
            line.positive("requestFrame", e.requestFrame());
            line.micros("latencyUs", e.latencyNs());
        } else if (event instanceof HttpEvent.Chunk e) {
            line.number("headFrame", e.headFrame());
            line.number("offset", e.offset());
            line.number("length", e.length());
            line.data(e.data(), e.dataCut());
        } else if (event instanceof HttpEvent.Message e) {
            line.number("headFrame", e.headFrame());
            line.positive("requestFrame", e.requestFrame());
            line.known("status", e.status());
            line.number("headLength", e.headLength());
            line.number("length", e.length());
            line.number("wireLength", e.wireLength());
            line.flag("complete", e.complete());
            line.text("contentType", e.contentType());
            line.text("contentEncoding", e.contentEncoding());
            line.known("inflatedLength", e.inflatedLength());
            line.data(e.data(), e.dataCut());
        }
    }

    private void headers(List<HttpEvent.Header> headers) {
        line.beginArray("headers");
        for (HttpEvent.Header header : headers) {
            line.pair(header.name(), header.value());
        }
        line.endArray();
    }

    void web(WebEvent event) {
        line.common(event, event.stream(), event.from());
        if (event instanceof WebEvent.Sse e) {
            line.text("id", e.id());
            line.text("type", e.eventType());
            line.known("retryMs", e.retryMs());
            line.number("length", e.length());
            line.number("wireLength", e.wireLength());
            line.text("data", e.data());
            flagIfSet("dataCut", e.dataCut());
        } else if (event instanceof WebEvent.SockJs e) {
            line.text("session", e.session());
            line.text("transport", e.transport());
            line.known("code", e.code());
            line.text("reason", e.reason());
            if (e.type() == EventType.SOCKJS_MESSAGE) {
                line.number("length", e.length());
            }
            line.number("wireLength", e.wireLength());
            line.text("data", e.data());
            flagIfSet("dataCut", e.dataCut());
        } else if (event instanceof WebEvent.EngineIo e) {
            line.text("sid", e.sid());
            line.known("version", e.version());
            line.text("transport", e.transport());
            line.number("length", e.length());
            line.number("wireLength", e.wireLength());
            line.flag("binary", e.binary());
            if (e.binary()) {
                line.base64(e.data(), e.dataCut());
            } else {
                line.data(e.data(), e.dataCut());
            }
        } else if (event instanceof WebEvent.SocketIo e) {
            socketIo(e);
        }
    }

    private void socketIo(WebEvent.SocketIo e) {
        boolean event = e.type() == EventType.SOCKETIO_EVENT;
        boolean ack = e.type() == EventType.SOCKETIO_ACK;
        line.text("sid", e.sid());
        line.text("transport", e.transport());
        line.text("namespace", e.namespace());
        line.text("query", e.query());
        line.text("name", e.name());
        line.known("id", e.id());
        if (ack) {
            line.positive("ackOf", e.ackOf());
            line.micros("rttUs", e.rttNs());
        }
        if (event || ack) {
            line.number("attachments", e.attachments());
            line.number("attachmentLength", e.attachmentLength());
        }
        line.number("length", e.length());
        line.number("wireLength", e.wireLength());
        line.json("args", e.args());
        flagIfSet("argsCut", e.argsCut());
    }

    private void flagIfSet(String name, boolean value) {
        if (value) {
            line.flag(name, true);
        }
    }
}
