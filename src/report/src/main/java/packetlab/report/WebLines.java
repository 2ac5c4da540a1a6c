package packetlab.report;

import packetlab.event.Event;
import packetlab.event.EventType;
import packetlab.event.WebEvent;

/** Lines about what is framed inside HTTP and WebSocket: server-sent events, SockJS, Engine.IO, Socket.IO. */
final class WebLines {
    private final Ladder ladder;

    WebLines(Ladder ladder) {
        this.ladder = ladder;
    }

    void print(WebEvent event) {
        ladder.begin(event.timeNs(), event.frame(), event.stream());
        if (event instanceof WebEvent.Sse e) {
            ladder.label().add("event ").text(e.eventType() == null ? "message" : e.eventType());
            if (e.data() != null) {
                ladder.detail().text(e.data());
            }
        } else if (event instanceof WebEvent.SockJs e) {
            sockJs(e);
        } else if (event instanceof WebEvent.EngineIo e) {
            ladder.label().add("Engine.IO ").add(kind(e.type()));
            Cell detail = ladder.detail();
            if (e.transport() != null) {
                detail.text(e.transport());
            }
            if (e.data() != null && e.data().length > 0) {
                detail.part().payload(e.data(), e.dataCut(), e.binary() ? Cell.Payload.OCTETS : Cell.Payload.TEXT);
            }
        } else if (event instanceof WebEvent.SocketIo e) {
            socketIo(e);
        }
        ladder.arrow(event.from(), true);
    }

    private void sockJs(WebEvent.SockJs e) {
        ladder.label().add("SockJS ").add(kind(e.type()));
        Cell detail = ladder.detail();
        if (e.type() == EventType.SOCKJS_CLOSE && e.code() != Event.UNKNOWN) {
            detail.plain(e.code());
            if (e.reason() != null) {
                detail.add(" \"").text(e.reason()).add("\"");
            }
        } else if (e.data() != null) {
            detail.text(e.data());
        } else if (e.transport() != null) {
            detail.text(e.transport());
        }
    }

    private void socketIo(WebEvent.SocketIo e) {
        if (e.type() == EventType.SOCKETIO_ACK && e.rttNs() != Event.UNKNOWN) {
            ladder.margin().duration(e.rttNs());
        }
        Cell label = ladder.label().add("Socket.IO ").add(kind(e.type()));
        if (e.name() != null) {
            label.add(" ").text(e.name());
        }
        Cell detail = ladder.detail();
        if (e.namespace() != null && !e.namespace().equals("/")) {
            detail.text(e.namespace());
        }
        if (e.query() != null) {
            detail.add("?").text(e.query());
        }
        if (e.type() == EventType.SOCKETIO_ACK && e.ackOf() != Event.UNKNOWN) {
            detail.part().add("of packet ").plain(e.ackOf());
        } else if (e.id() != Event.UNKNOWN) {
            detail.part().add("asks for ack ").plain(e.id());
        }
        if (e.attachments() > 0) {
            detail.part().count(e.attachments(), "attachment").add(", ").count(e.attachmentLength(), "byte");
        }
        if (e.args() != null) {
            detail.part().text(e.args());
        }
    }

    private static String kind(EventType type) {
        return type.wireName().substring(type.wireName().indexOf('.') + 1);
    }
}
