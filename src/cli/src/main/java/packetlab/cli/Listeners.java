package packetlab.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Which TCP and UDP ports of this network namespace somebody listens on (proc(5): net/tcp and the like). */
final class Listeners {
    private static final List<String> TABLES = List.of("tcp", "tcp6", "udp", "udp6");
    /** State of a TCP socket that listens, and of a UDP socket that nobody is connected to. */
    private static final List<String> STATES = List.of("0A", "07");

    private Listeners() {}

    static boolean isListening(int port) throws IOException {
        String wanted = String.format(Locale.ROOT, ":%04X", port);
        for (String table : TABLES) {
            Path file = Path.of("/proc/self/net", table);
            if (!Files.exists(file)) {
                continue;
            }
            for (String line : Files.readAllLines(file)) {
                String[] fields = line.strip().split("\\s+");
                if (fields.length > 3 && fields[1].endsWith(wanted) && STATES.contains(fields[3])) {
                    return true;
                }
            }
        }
        return false;
    }
}
