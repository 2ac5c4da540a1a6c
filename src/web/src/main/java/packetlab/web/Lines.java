package packetlab.web;

import java.util.List;

/**
 * Texts as the plain HTTP transports carry them. Polling and streaming: a line each, ended by a line feed; a line feed
 * or backslash inside is written {@code \n} or {@code \\}, so any other text is on the wire as it is. Server-sent
 * events: {@code data: } and the text for each of its lines, then an empty line.
 */
final class Lines {
    private Lines() {}

    static String of(List<Message> batch) {
        StringBuilder lines = new StringBuilder();
        for (Message message : batch) {
            // A heartbeat is an empty line.
            lines.append(escape(message.text())).append('\n');
        }
        return lines.toString();
    }

    private static String escape(String text) {
        return text.indexOf('\n') < 0 && text.indexOf('\\') < 0 ? text : text.replace("\\", "\\\\").replace("\n", "\\n");
    }

    static String unescape(String line) {
        if (line.indexOf('\\') < 0) {
            return line;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\\' && i + 1 < line.length()) {
                c = line.charAt(++i);
                c = c == 'n' ? '\n' : c;
            }
            text.append(c);
        }
        return text.toString();
    }

    static String events(List<Message> batch) {
        StringBuilder events = new StringBuilder();
        for (Message message : batch) {
            if (message == Message.HEARTBEAT) {
                events.append(":\n\n");
                continue;
            }
            if (message.kind() != null) {
                events.append("event: ").append(message.kind()).append('\n');
            }
            if (message.id() != 0) {
                events.append("id: ").append(message.id()).append('\n');
            }
            // Carriage return ends a line, too: it cannot be carried, and becomes a line feed.
            for (String line : message.text().split("\r\n|\r|\n", -1)) {
                events.append("data: ").append(line).append('\n');
            }
            events.append('\n');
        }
        return events.toString();
    }
}
