package packetlab.os;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The right that {@code scripts/grant-capture} gives to the members of a group: whether it is installed on this
 * machine, and whether this user has it.
 */
public final class CaptureGrant {
    /** Starts java with CAP_NET_RAW; scripts/packetlab goes through it where it may be executed. */
    public static final Path LAUNCHER = Path.of("/usr/local/libexec/packetlab/capture-launcher");
    /** Set by the launcher to {@code ok}, or to why it could not give the right. */
    static final String VERDICT = "PACKETLAB_CAPTURE_GRANT";

    private static final String COMMAND = "scripts/grant-capture";

    private CaptureGrant() {}

    public static boolean installed() {
        return Files.exists(LAUNCHER);
    }

    /** Whether this user may execute the launcher: has been a member of its group since the last login. */
    public static boolean usable() {
        return Files.isExecutable(LAUNCHER);
    }

    /** How it stands, in one clause. */
    public static String state() {
        return state(installed(), usable(), System.getenv(VERDICT));
    }

    /** The command, for root, that gives the right to this user; null where no command is missing. */
    public static String remedy() {
        return remedy(installed(), usable(), System.getenv(VERDICT), System.getProperty("user.name"));
    }

    static String state(boolean installed, boolean usable, String verdict) {
        if (!installed) {
            return "not installed";
        }
        if (!usable) {
            return "installed for a group that this login is not in; a new member has to log in again";
        }
        if (verdict == null) {
            return "installed, but this java was not started by scripts/packetlab";
        }
        return verdict.equals("ok") ? "in use" : "installed, but " + verdict;
    }

    static String remedy(boolean installed, boolean usable, String verdict, String user) {
        if (!installed) {
            return COMMAND;
        }
        if (!usable) {
            return COMMAND + " --user " + user;
        }
        return verdict == null || verdict.equals("ok") ? null : COMMAND;
    }
}
