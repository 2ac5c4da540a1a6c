package packetlab.web;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * One packet of Socket.IO's protocol 5.
 * <pre>
 *   type [attachments "-"] [namespace ","] [id] [JSON]
 * </pre>
 */
final class SocketIoPacket {
    /** In the order of their digits. */
    enum Type {
        CONNECT, DISCONNECT, EVENT, ACK, CONNECT_ERROR, BINARY_EVENT, BINARY_ACK
    }

    private static final JsonFactory JSON = new JsonFactory();
    private static final int MAX_ATTACHMENTS = 10, MAX_DIGITS = 9, MAX_ARGUMENTS = 100;

    private final Type type;
    private final int attachments;
    private final String namespace;
    private final int id;
    private final List<String> arguments;
    private final List<byte[]> octets = new ArrayList<>();

    private SocketIoPacket(Type type, int attachments, String namespace, int id, List<String> arguments) {
        this.type = type;
        this.attachments = attachments;
        this.namespace = namespace;
        this.id = id;
        this.arguments = arguments;
    }

    /** @throws IllegalArgumentException where it is none */
    static SocketIoPacket parse(String text) {
        int at = 1;
        int digit = text.isEmpty() ? -1 : text.charAt(0) - '0';
        if (digit < 0 || digit >= Type.values().length) {
            throw new IllegalArgumentException("no such type");
        }
        Type type = Type.values()[digit];
        int attachments = 0;
        if (type == Type.BINARY_EVENT || type == Type.BINARY_ACK) {
            int end = digits(text, at);
            attachments = end == at || end >= text.length() || text.charAt(end) != '-' ? 0 : number(text, at, end);
            if (attachments < 1 || attachments > MAX_ATTACHMENTS) {
                throw new IllegalArgumentException("no such number of attachments");
            }
            at = end + 1;
        }
        String namespace = "/";
        if (at < text.length() && text.charAt(at) == '/') {
            int comma = text.indexOf(',', at);
            int end = comma < 0 ? text.length() : comma;
            namespace = text.substring(at, end);
            int query = namespace.indexOf('?');
            namespace = query < 0 ? namespace : namespace.substring(0, query);
            at = comma < 0 ? end : comma + 1;
        }
        int idEnd = digits(text, at);
        int id = idEnd == at ? -1 : number(text, at, idEnd);
        boolean array = type == Type.EVENT || type == Type.BINARY_EVENT || type == Type.ACK || type == Type.BINARY_ACK;
        return new SocketIoPacket(type, attachments, namespace, id, array ? array(text.substring(idEnd)) : List.of());
    }

    private static int digits(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at;
    }

    private static int number(String text, int from, int to) {
        if (to - from > MAX_DIGITS) {
            throw new IllegalArgumentException("a number that is too large");
        }
        return Integer.parseInt(text.substring(from, to));
    }

    /** The array's strings at their places; null for whatever else stands there. */
    private static List<String> array(String text) {
        List<String> values = new ArrayList<>();
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
            if (json.nextToken() != JsonToken.START_ARRAY) {
                throw new IllegalArgumentException("not an array");
            }
            for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
                if (token == null || values.size() >= MAX_ARGUMENTS) {
                    throw new IllegalArgumentException("an array without end");
                }
                values.add(token == JsonToken.VALUE_STRING ? json.getString() : null);
                json.skipChildren();
            }
            if (json.nextToken() != null) {
                throw new IllegalArgumentException("more than an array");
            }
            return values;
        } catch (JacksonException e) {
            throw new IllegalArgumentException("broken JSON", e);
        }
    }

    Type type() {
        return type;
    }

    int attachments() {
        return attachments;
    }

    String namespace() {
        return namespace;
    }

    /** -1 where no acknowledgement is asked for. */
    int id() {
        return id;
    }

    /** Of an event; empty where it has none. */
    String name() {
        return arguments.isEmpty() || arguments.get(0) == null ? "" : arguments.get(0);
    }

    /** The string at that place of the array, where the name is at 0; null where there is none. */
    String argument(int place) {
        return place < arguments.size() ? arguments.get(place) : null;
    }

    List<byte[]> octets() {
        return octets;
    }

    void attach(byte[] attachment) {
        octets.add(attachment);
    }

    boolean isComplete() {
        return octets.size() == attachments;
    }
}
