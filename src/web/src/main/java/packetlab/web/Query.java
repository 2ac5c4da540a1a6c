package packetlab.web;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The query of a request's target. The container's own would read the body of a form, too. */
final class Query {
    private final Map<String, String> values = new HashMap<>();

    /** @param text without the question mark; null for none. Its length is limited by that of the head */
    static Query of(String text) {
        Query query = new Query();
        if (text != null) {
            for (String pair : text.split("&")) {
                int equals = pair.indexOf('=');
                query.values.putIfAbsent(decode(equals < 0 ? pair : pair.substring(0, equals)),
                        equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        }
        return query;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    String get(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    /** The room to join; the lobby where none is named, null where the name is none. */
    String room() {
        String room = get("room", Hub.LOBBY);
        return Hub.isRoom(room) ? room : null;
    }

    /** Whether a client wants to hear what it says itself. */
    boolean echo() {
        return get("echo", "").equals("1");
    }
}
