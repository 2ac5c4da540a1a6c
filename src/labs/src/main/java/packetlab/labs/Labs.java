package packetlab.labs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The labs that come with the program, in the order of a course. */
public final class Labs {
    private static final List<String> NAMES = List.of("handshake", "tcp-life", "sequence-numbers", "loss", "closing",
            "zero-window", "many-clients", "udp", "latency", "websocket-opening", "websocket-frames", "websocket-closing",
            "broken-rule", "permessage-deflate", "polling-or-websocket", "sockjs-socketio", "filter", "craft", "firewall");

    private Labs() {}

    public static List<String> names() {
        return NAMES;
    }

    /**
     * One of ours by its name, or a teacher's by its folder.
     *
     * @return null where there is neither
     */
    public static Lab find(String name) throws IOException, LabSyntaxException {
        if (NAMES.contains(name)) {
            return Lab.ours(name);
        }
        return Files.isDirectory(Path.of(name)) ? Lab.load(Path.of(name)) : null;
    }
}
