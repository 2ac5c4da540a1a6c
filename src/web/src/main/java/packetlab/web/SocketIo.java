package packetlab.web;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Socket.IO, protocol 5, of one client (socket.io-protocol, Readme.md). Namespaces: {@code /} is the chat, {@code
 * /prices} the feed. Events that a client may send in the chat, each of which is acknowledged where it asks for that:
 * <pre>
 *   message TEXT [ROOM]    says it in the room it came to, or in one that it has joined
 *   join ROOM, leave ROOM  one more room, one less
 *   file NAME OCTETS       octets for the others, who get them as the same event
 * </pre>
 * It hears {@code message TEXT}, or {@code message TEXT ROOM} from a room that it has joined beside the first.
 */
final class SocketIo {
    private static final String CHAT = "/", FEED = "/prices";
    private static final int MAX_ROOMS = 8;
    private static final String DONE = "ok";

    private final Hub hub;
    private final EngineSession session;
    private final String firstRoom;
    private final boolean echo;
    private final Map<String, Member> rooms = new HashMap<>();
    private Member feed;
    private SocketIoPacket incomplete;
    private boolean ended;

    SocketIo(Hub hub, EngineSession session, String firstRoom, boolean echo) {
        this.hub = hub;
        this.session = session;
        this.firstRoom = firstRoom;
        this.echo = echo;
    }

    /** IllegalArgumentException where it is against the protocol. */
    synchronized void text(String text) {
        if (incomplete != null) {
            throw new IllegalArgumentException("text while octets are due");
        }
        SocketIoPacket packet = SocketIoPacket.parse(text);
        if (packet.attachments() > 0) {
            incomplete = packet;
        } else {
            received(packet);
        }
    }

    synchronized void binary(byte[] octets) {
        if (incomplete == null) {
            throw new IllegalArgumentException("octets that no packet has announced");
        }
        incomplete.attach(octets);
        if (incomplete.isComplete()) {
            SocketIoPacket whole = incomplete;
            incomplete = null;
            received(whole);
        }
    }

    private void received(SocketIoPacket packet) {
        switch (packet.type()) {
            case CONNECT -> connect(packet.namespace());
            case DISCONNECT -> disconnect(packet.namespace());
            case EVENT, BINARY_EVENT -> {
                if (!isConnected(packet.namespace())) {
                    throw new IllegalArgumentException("an event in a namespace that it is not connected to");
                }
                String answer = packet.namespace().equals(CHAT) ? event(packet) : "only the server speaks there";
                if (packet.id() >= 0) {
                    session.packet("43" + prefix(packet.namespace()) + packet.id() + "[" + JsonTexts.quote(answer) + "]");
                }
            }
            default -> { }                          // acknowledgements of what we never ask to be acknowledged
        }
    }

    private boolean isConnected(String namespace) {
        return namespace.equals(CHAT) ? rooms.containsKey(firstRoom) : namespace.equals(FEED) && feed != null;
    }

    private void connect(String namespace) {
        boolean known = namespace.equals(CHAT) || namespace.equals(FEED);
        if (known && isConnected(namespace)) {
            return;                                 // the library asks twice where its user does
        }
        if (!known || ended || !hub.reserve()) {
            session.packet("44" + prefix(namespace) + "{\"message\":"
                    + JsonTexts.quote(known ? "too many clients" : "Invalid namespace") + "}");
            return;
        }
        Member member = namespace.equals(CHAT) ? join(firstRoom, CHAT) : join(Hub.PRICES, FEED);
        if (namespace.equals(CHAT)) {
            rooms.put(firstRoom, member);
        } else {
            feed = member;
        }
        // Nothing may come before the answer, and who has the answer hears everything: so nothing is sent in between.
        synchronized (session.outbox()) {
            session.packet("40" + prefix(namespace) + "{\"sid\":\"" + UUID.randomUUID() + "\"}");
            hub.enter(member);
        }
    }

    private Member join(String room, String namespace) {
        UnaryOperator<Message> dress = message -> new Message(event(namespace, room, message), 0, null, message.file());
        return new Member(room, session.transport(), echo, why -> session.end(why.words()), session.outbox(), dress);
    }

    /** As the client's library will give it to its listeners. */
    private String event(String namespace, String room, Message message) {
        String behind = room.equals(firstRoom) || namespace.equals(FEED) ? "" : "," + JsonTexts.quote(room);
        if (message.file() != null) {
            return "451-[\"file\"," + JsonTexts.quote(message.file().name()) + ",{\"_placeholder\":true,\"num\":0}" + behind
                    + "]";
        }
        // A feed's text is JSON already.
        return "42" + prefix(namespace) + "[" + (message.kind() == null ? "\"message\"," + JsonTexts.quote(message.text())
                : JsonTexts.quote(message.kind()) + "," + message.text()) + behind + "]";
    }

    private static String prefix(String namespace) {
        return namespace.equals(CHAT) ? "" : namespace + ",";
    }

    private void disconnect(String namespace) {
        if (namespace.equals(CHAT)) {
            rooms.values().forEach(hub::leave);
            rooms.clear();
        } else if (feed != null && namespace.equals(FEED)) {
            hub.leave(feed);
            feed = null;
        }
    }

    /** Does what the client wants; returns what it is told where it asks. */
    private String event(SocketIoPacket packet) {
        switch (packet.name()) {
            case "message" -> {
                String room = packet.argument(2) == null ? firstRoom : packet.argument(2);
                Member member = rooms.get(room);
                if (packet.argument(1) == null || packet.argument(1).isEmpty()) {
                    return "a message is a text";
                }
                return member == null ? "not in that room" : say(member, Message.of(packet.argument(1)));
            }
            case "file" -> {
                if (packet.argument(1) == null || packet.octets().size() != 1) {
                    return "a file is a name and octets";
                }
                return say(rooms.get(firstRoom), Message.of(new Message.File(packet.argument(1), packet.octets().get(0))));
            }
            case "join" -> {
                return join(packet);
            }
            case "leave" -> {
                Member member = firstRoom.equals(packet.argument(1)) ? null : rooms.remove(packet.argument(1));
                if (member == null) {
                    return "not in that room";
                }
                hub.leave(member);
                return DONE;
            }
            default -> {
                return "no such event";
            }
        }
    }

    private String say(Member member, Message message) {
        return hub.say(member, member.room(), message) ? DONE : "too long, or not for clients";
    }

    private String join(SocketIoPacket packet) {
        String room = packet.argument(1);
        if (room == null || !Hub.isRoom(room) || rooms.size() >= MAX_ROOMS) {
            return room != null && Hub.isRoom(room) ? "at most " + MAX_ROOMS + " rooms" : "no such room";
        }
        if (rooms.containsKey(room)) {
            return DONE;
        }
        if (!hub.reserve()) {
            return "too many clients";
        }
        Member member = join(room, CHAT);
        rooms.put(room, member);
        hub.enter(member);
        return DONE;
    }

    /** Its outbox is full. */
    void tooSlow() {
        drop(Member.Departure.TOO_SLOW);
    }

    /** It has not answered a ping. */
    void silent() {
        drop(Member.Departure.SILENT);
    }

    private void drop(Member.Departure why) {
        hub.drop(new Member(firstRoom, session.transport(), false, ignored -> session.end(why.words()), session.outbox(),
                UnaryOperator.identity()), why);
    }

    synchronized void end() {
        ended = true;
        disconnect(CHAT);
        disconnect(FEED);
    }
}
