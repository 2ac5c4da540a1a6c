package packetlab.message;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import packetlab.event.Event;
import packetlab.event.EventType;
import packetlab.event.Side;
import packetlab.event.WebEvent;

/**
 * Socket.IO packets in the messages of Engine.IO sessions: joins attachments to their packet, and acknowledgements to the
 * event that asked for one. One for all sessions of a decoder.
 */
final class SocketIo {
    private static final String PLACEHOLDER = "{\"_placeholder\":true,\"num\":";

    /** An event that waits for its acknowledgement. */
    private record Asked(EngineSession session, Side asker, String namespace, long id) {}

    private record When(long packet, long timeNs) {}

    private final MessageDecoder decoder;
    /** In order of their events; of all sessions, the oldest are given up first. */
    private final LinkedHashMap<Asked, When> asked = new LinkedHashMap<>();

    SocketIo(MessageDecoder decoder) {
        this.decoder = decoder;
    }

    /** A message of Engine.IO; {@code n} octets of {@code length} are there. */
    void message(Connection connection, Side from, EngineSession session, WebRequest request, boolean binary, byte[] a,
                 int at, int n, long length) {
        if (session.socketIo == Boolean.FALSE) {
            return;
        }
        if (binary) {
            attachment(connection, from, session, request, a, at, n, length);
            return;
        }
        SocketIoSide side = session.side(from);
        if (side.missing() > 0) {
            connection.oddity("holds a Socket.IO packet as text, while " + side.missing()
                    + " attachments of the one before are due");
            side.forget(decoder.buffers);
        }
        SocketIoPacket packet = SocketIoPacket.parse(a, at, at + n, length, decoder.limits.jsonDepth());
        if (session.socketIo == null) {
            decide(session, request, packet);
        }
        if (session.socketIo == Boolean.FALSE) {
            return;
        }
        if (packet == null) {
            connection.oddity("holds no Socket.IO packet, in a session of Socket.IO");
            return;
        }
        if (packet.tooDeep) {
            connection.limit(from, MessageLimits.Name.JSON_DEPTH);
        }
        if (packet.attachments == 0) {
            tell(connection, from, session, request, packet, a, side);
        } else if (packet.attachments > decoder.limits.attachments()) {
            connection.limit(from, MessageLimits.Name.ATTACHMENTS);
        } else {
            packet.keep(a, decoder.shown, decoder.buffers);
            side.begin(packet);
        }
    }

    /** Whether a session's messages are Socket.IO's, by the first of them that is seen. */
    private void decide(EngineSession session, WebRequest request, SocketIoPacket packet) {
        boolean connect = packet != null && packet.type == EventType.SOCKETIO_CONNECT;
        boolean otherPath = !request.socketIoPath && request.place.contains("engine.io");
        session.socketIo = !otherPath && (connect || packet != null && request.socketIoPath && !session.fromStart);
        decoder.counters.socketIoSessions += session.socketIo ? 1 : 0;
    }

    private void attachment(Connection connection, Side from, EngineSession session, WebRequest request, byte[] a, int at,
                            int n, long length) {
        SocketIoSide side = session.side(from);
        if (session.socketIo == null) {
            // Another parser than the usual one.
            session.socketIo = session.fromStart ? Boolean.FALSE : null;
            return;
        }
        if (side.waiting == null) {
            connection.oddity("holds a binary message, while no attachment of a Socket.IO packet is due");
            return;
        }
        side.waiting.wireLength += length;
        if (side.add(a, at, n, length, decoder.shown, decoder.buffers)) {
            SocketIoPacket packet = side.waiting;
            tell(connection, from, session, request, packet, packet.kept(), side);
            side.forget(decoder.buffers);
        }
    }

    private void tell(Connection connection, Side from, EngineSession session, WebRequest request, SocketIoPacket packet,
                      byte[] a, SocketIoSide side) {
        decoder.counters.socketIo(packet.type, from);
        long ackOf = Event.UNKNOWN;
        long rttNs = Event.UNKNOWN;
        if (packet.id != Event.UNKNOWN && packet.type == EventType.SOCKETIO_EVENT) {
            ask(connection, from, new Asked(session, from, packet.namespace, packet.id));
        } else if (packet.type == EventType.SOCKETIO_ACK) {
            When when = asked.remove(new Asked(session, from.other(), packet.namespace, packet.id));
            if (when != null) {
                ackOf = when.packet;
                rttNs = Event.elapsedNs(when.timeNs, connection.timeNs);
            }
        }
        if (!decoder.wantsSocketIo) {
            return;
        }
        int octets = packet.argsEnd - packet.argsFrom;
        boolean cut = packet.argsCut || octets > decoder.shown;
        boolean none = packet.jsonLength == 0;
        String args = cut || none ? null : args(packet, a, side);
        connection.emit(new WebEvent.SocketIo(packet.type, connection.timeNs, connection.packet, connection.stream(), from,
                session.sid, request.transport, packet.namespace, packet.query, packet.name, packet.id, ackOf, rttNs,
                packet.attachments, packet.attachments == 0 ? 0 : side.lengthInAll(), packet.jsonLength, packet.wireLength,
                args, cut && !none));
    }

    private void ask(Connection connection, Side from, Asked question) {
        asked.put(question, new When(connection.packet, connection.timeNs));
        if (asked.size() > decoder.limits.pendingAcks()) {
            Iterator<Map.Entry<Asked, When>> oldest = asked.entrySet().iterator();
            oldest.next();
            oldest.remove();
            connection.limit(from, MessageLimits.Name.PENDING_ACKS);
        }
    }

    private static String args(SocketIoPacket packet, byte[] a, SocketIoSide side) {
        String json = new String(a, packet.argsFrom, packet.argsEnd - packet.argsFrom, StandardCharsets.UTF_8);
        String joined = packet.attachments == 0 ? json : joined(json, side);
        return packet.argsAreElements ? "[" + joined.strip() + "]" : joined.strip();
    }

    /** The JSON with attachments in place of what stands for them. */
    private static String joined(String json, SocketIoSide side) {
        StringBuilder out = new StringBuilder(json.length());
        boolean inString = false;
        for (int at = 0; at < json.length();) {
            char c = json.charAt(at);
            int end = !inString && c == '{' && json.startsWith(PLACEHOLDER, at) ? digits(json, at + PLACEHOLDER.length())
                    : -1;
            if (end > 0) {
                long number = Long.parseLong(json.substring(at + PLACEHOLDER.length(), end));
                if (number < side.count()) {
                    int attachment = (int) number;
                    out.append("{\"_attachment\":").append(attachment).append(",\"length\":")
                            .append(side.length(attachment)).append(",\"base64\":\"")
                            .append(Base64.getEncoder().encodeToString(side.octets(attachment))).append("\"}");
                    at = end + 1;
                    continue;
                }
            }
            if (inString && c == '\\' && at + 1 < json.length()) {
                out.append(c).append(json.charAt(at + 1));
                at += 2;
                continue;
            }
            inString ^= c == '"';
            out.append(c);
            at++;
        }
        return out.toString();
    }

    /** Where the digits end that begin at {@code from} and stand before a closing brace; -1 for none. */
    private static int digits(String json, int from) {
        int at = from;
        while (at < json.length() && at - from <= 9 && json.charAt(at) >= '0' && json.charAt(at) <= '9') {
            at++;
        }
        return at > from && at - from <= 9 && at < json.length() && json.charAt(at) == '}' ? at : -1;
    }
}
