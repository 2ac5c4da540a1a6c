package packetlab.report;

import java.nio.charset.StandardCharsets;
import java.util.List;
import packetlab.event.Event;
import packetlab.event.HttpEvent;
import packetlab.event.WsEvent;
import packetlab.message.Opcode;

/** What a packet says to the program at its other end, in a few words for its arrow. */
final class MessageWords {
    private static final int MOST = 3, COLUMNS = 24;

    private MessageWords() {}

    /** Empty where nothing is said. */
    static String of(List<Event> said) {
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < Math.min(said.size(), MOST); i++) {
            words.append(i == 0 ? "" : " · ").append(word(said.get(i)));
        }
        return words.append(said.size() > MOST ? " · " + (said.size() - MOST) + " more" : "").toString();
    }

    private static String word(Event event) {
        if (event instanceof HttpEvent.Request request) {
            return request.method() + " " + Markup.cut(request.target(), COLUMNS);
        }
        if (event instanceof HttpEvent.Response response) {
            return (response.status() + " " + HttpLines.reason(response.status())).strip();
        }
        if (event instanceof WsEvent.Frame frame) {
            String text = frame.opcode() == Opcode.TEXT && frame.fin() && frame.rsv() == 0 && frame.payload() != null
                    ? " \"" + Markup.cut(new String(frame.payload(), StandardCharsets.UTF_8), COLUMNS) + "\"" : "";
            return WsLines.name(frame.opcode()) + " " + Long.toUnsignedString(frame.length())
                    + (frame.rsv() == 4 ? " RSV1" : frame.rsv() != 0 ? " RSV" : "") + (frame.fin() ? "" : " ..") + text;
        }
        return event.type().wireName();
    }
}
