package packetlab.os;

/**
 * The kernel refused a right that somebody can grant (CAP_NET_RAW and the like): exit status 3. The hint names the
 * command that grants it; {@link #alternative} what works without it.
 */
public final class PermissionException extends OsException {
    private static final long serialVersionUID = 1;

    /** What to run once, as root, so that members of a group may capture. */
    public static final String GRANT = "scripts/grant-capture";
    /** What needs no such right. */
    public static final String WITHOUT = "packetlab demo";

    private final String what;

    /**
     * @param what what may not be done and which right is missing, in one clause, such as {@code may not capture on lo:
     *             CAP_NET_RAW is missing}
     */
    public PermissionException(String what, String call, String arguments, int errno) {
        super(call, arguments, errno, "once, as root: " + GRANT + "; or without it: " + WITHOUT
                + ", which runs in a private namespace");
        this.what = what;
    }

    public String what() {
        return what;
    }

    /** The command that root runs once. */
    public String grant() {
        return GRANT;
    }

    /** The command that works without the right, because it runs in a private namespace. */
    public String alternative() {
        return WITHOUT;
    }
}
