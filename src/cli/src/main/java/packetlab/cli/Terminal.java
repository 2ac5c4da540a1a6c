package packetlab.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What the standard streams are connected to, and whether lines may use UTF-8. Asks /proc, because {@code read} must
 * not load native code for isatty(3), and System.console() tells only of all streams together.
 */
final class Terminal {
    static final int STDIN = 0;
    static final int STDOUT = 1;
    static final int STDERR = 2;

    private Terminal() {}

    static boolean isTerminal(int fd) {
        String target = target(fd);
        return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
    }

    /** Whether somebody's program reads what is written there: a pipe or a socket. */
    static boolean isPipe(int fd) {
        String target = target(fd);
        return target.startsWith("pipe:") || target.startsWith("socket:");
    }

    private static String target(int fd) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString();
        } catch (IOException closedOrNoProc) {
            return "";
        }
    }

    /** By the locale's variables in their order of precedence (POSIX.1, section 8.2). */
    static boolean isUtf8(String lcAll, String lcCtype, String lang) {
        String locale = "";
        for (String value : new String[] {lcAll, lcCtype, lang}) {
            if (value != null && !value.isEmpty()) {
                locale = value.toUpperCase(Locale.ROOT);
                break;
            }
        }
        return locale.contains("UTF-8") || locale.contains("UTF8");
    }

    /** The launcher may have changed the locale for the sake of file names; then it says what it was. */
    static boolean isUtf8() {
        return System.getProperty("packetlab.terminal") == null
                && isUtf8(System.getenv("LC_ALL"), System.getenv("LC_CTYPE"), System.getenv("LANG"));
    }
}
