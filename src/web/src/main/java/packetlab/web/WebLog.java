package packetlab.web;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What the libraries would print: nothing, unless the user wants to look inside. */
public final class WebLog {
    /** Kept, since the JDK forgets what was set of a logger that nobody holds. */
    private static final List<Logger> LOGGERS = List.of(Logger.getLogger("org.apache"),
            Logger.getLogger("org.springframework"), Logger.getLogger("io.socket"), Logger.getLogger("okhttp3"));
    private static volatile boolean wanted;

    private WebLog() {}

    /** From now on warnings of the libraries go to standard error. */
    public static void show() {
        wanted = true;
        LOGGERS.forEach(logger -> logger.setLevel(Level.INFO));
        LOGGERS.forEach(logger -> logger.setUseParentHandlers(true));
    }

    static void silence() {
        if (!wanted) {
            LOGGERS.forEach(logger -> {
                logger.setLevel(Level.OFF);
                logger.setUseParentHandlers(false);         // Tomcat gives some of its own loggers a level
            });
        }
    }
}
