package packetlab.os;

import java.nio.file.Files;

/**
 * The right that {@code scripts/grant-capture} gives to the members of a group, to run the {@link CaptureHelper}: whether
 * that is installed on this machine, and whether this user has it.
 */
public final class CaptureGrant {
    private static final String COMMAND = "scripts/grant-capture";

    private CaptureGrant() {}

    public static boolean installed() {
        return Files.exists(CaptureHelper.PROGRAM);
    }

    /** Whether this user may execute the helper: has been a member of its group since the last login. */
    public static boolean usable() {
        return Files.isExecutable(CaptureHelper.PROGRAM);
    }

    /** How it stands, in one clause. */
    public static String state() {
        return state(installed(), usable());
    }

    /** The command, for root, that gives the right to this user; null where no command is missing. */
    public static String remedy() {
        return remedy(installed(), usable(), System.getProperty("user.name"));
    }

    static String state(boolean installed, boolean usable) {
        return !installed ? "not installed" : usable ? "installed, but serves the ring only (--backend ring)"
                : "installed for a group that this login is not in; a new member has to log in again";
    }

    static String remedy(boolean installed, boolean usable, String user) {
        return !installed ? COMMAND : usable ? null : COMMAND + " --user " + user;
    }
}
