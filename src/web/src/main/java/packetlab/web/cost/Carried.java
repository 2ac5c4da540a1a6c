package packetlab.web.cost;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import packetlab.event.Event;
import packetlab.event.EventType;
import packetlab.event.HttpEvent;
import packetlab.event.Side;
import packetlab.event.WebEvent;
import packetlab.event.WsEvent;

/**
 * The application's messages of one connection. Layers tell of the same octets one after the other: a chunk holds a
 * server-sent event, which holds a frame of SockJS, which holds a message. Only what the topmost layer of a packet tells
 * is a message; so what a packet tells waits until the next one comes.
 */
final class Carried {
    private static final int HTTP = 0, WEBSOCKET = 0, SSE = 1, SOCKJS = 2, ENGINEIO = 2;
    /** Of a line that has begun in one chunk and goes on in another. */
    private static final int MAX_LINE = 1 << 20;

    private record Message(Side from, String text, long octets, long timeNs, int layer) {}

    private final PortCosts port;
    private final List<Message> waiting = new ArrayList<>();
    /** By side: the highest layer that has told of the message that goes on, and that message's head. */
    private final int[] layer = new int[2];
    private final long[] headFrame = {Event.UNKNOWN, Event.UNKNOWN};
    private final boolean[] inChunks = new boolean[2];
    private final StringBuilder[] line = {new StringBuilder(), new StringBuilder()};

    Carried(PortCosts port) {
        this.port = port;
    }

    PortCosts port() {
        return port;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** All that the last packet tells is told. */
    void settle() {
        for (Message message : waiting) {
            if (message.layer() == layer[message.from().ordinal()]) {
                port.message(message.from(), message.text(), message.octets(), message.timeNs());
            }
        }
        waiting.clear();
    }

    private void tell(Side from, String text, long octets, long timeNs, int of) {
        rise(from, of);
        waiting.add(new Message(from, text, octets, timeNs, of));
    }

    private void rise(Side from, int to) {
        layer[from.ordinal()] = Math.max(layer[from.ordinal()], to);
    }

    void websocket(WsEvent.Message e) {
        port.speaks("websocket");
        if (e.data() != null) {
            tell(e.from(), new String(e.data(), StandardCharsets.UTF_8), e.compressed() ? e.wireLength() : e.length(),
                    e.timeNs(), WEBSOCKET);
        }
    }

    void web(WebEvent event) {
        if (event instanceof WebEvent.Sse e) {
            port.speaks("sse");
            tell(e.from(), e.data(), e.length(), e.timeNs(), SSE);
        } else if (event instanceof WebEvent.SockJs e) {
            port.speaks("sockjs " + e.transport());
            rise(e.from(), SOCKJS);
            if (e.type() == EventType.SOCKJS_MESSAGE) {
                tell(e.from(), e.data(), e.length(), e.timeNs(), SOCKJS);
            }
        } else if (event instanceof WebEvent.EngineIo e) {
            port.speaks("engineio " + e.transport());
            rise(e.from(), ENGINEIO);
        } else if (event instanceof WebEvent.SocketIo e && e.type() == EventType.SOCKETIO_EVENT) {
            String text = string(e.args());
            tell(e.from(), text, octets(text) + e.attachmentLength(), e.timeNs(), ENGINEIO);
        }
    }

    /** The arguments of an event, without what JSON puts around a single text. */
    private static String string(String args) {
        if (args == null) {
            return "";
        }
        boolean single = args.length() >= 4 && args.startsWith("[\"") && args.endsWith("\"]");
        return single ? args.substring(2, args.length() - 2) : args;
    }

    void chunk(HttpEvent.Chunk e) {
        begin(e.from(), e.headFrame());
        inChunks[e.from().ordinal()] = true;
        port.speaks("http");
        if (e.data() != null && !e.dataCut()) {
            lines(e.from(), new String(e.data(), StandardCharsets.UTF_8), e.timeNs());
        }
    }

    void message(HttpEvent.Message e) {
        begin(e.from(), e.headFrame());
        port.head(e.headLength());
        int side = e.from().ordinal();
        if (e.data() != null && !e.dataCut() && !inChunks[side] && e.length() > 0) {
            port.speaks("http");
            lines(e.from(), new String(e.data(), StandardCharsets.UTF_8), e.timeNs());
        }
        if (!line[side].isEmpty()) {
            String rest = line[side].toString();
            line[side].setLength(0);
            tell(e.from(), rest, octets(rest), e.timeNs(), HTTP);
        }
    }

    /** What was told of another message says nothing of this one. */
    private void begin(Side from, long head) {
        int side = from.ordinal();
        if (headFrame[side] != head) {
            headFrame[side] = head;
            inChunks[side] = false;
            line[side].setLength(0);
            if (waiting.isEmpty()) {
                layer[side] = HTTP;
            }
        }
    }

    /** Where the plan is not known a body is one message; ours has one on each line. */
    private void lines(Side from, String text, long timeNs) {
        StringBuilder rest = line[from.ordinal()];
        int start = 0;
        if (port.plan() != null) {
            for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
                String whole = rest.append(text, start, end).toString();
                rest.setLength(0);
                tell(from, whole, octets(whole), timeNs, HTTP);
                start = end + 1;
            }
        }
        if (rest.length() + text.length() - start <= MAX_LINE) {
            rest.append(text, start, text.length());
        }
    }

    private static long octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
