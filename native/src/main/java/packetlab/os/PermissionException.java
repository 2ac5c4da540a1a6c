package packetlab.os;

/**
 * The kernel refused a right that somebody can grant (CAP_NET_RAW and the like): exit status 3. The message is one line
 * that names the command that grants it, and the one that does without.
 */
public final class PermissionException extends OsException {
    private static final long serialVersionUID = 1;

    private static final String WITHOUT = "packetlab demo";

    private final String what;

    /**
     * @param what what may not be done and which right is missing, in one clause, such as {@code may not capture on lo:
     *             CAP_NET_RAW is missing}
     */
    public PermissionException(String what, String call, String arguments, int errno) {
        this(what, call, arguments, errno, CaptureGrant.installed() ? CaptureGrant.state() : null,
                CaptureGrant.remedy());
    }

    /** Of the capture helper, whose right is there, but ends here. */
    PermissionException(String what, String grant) {
        this(what, CaptureHelper.NAME, "", Errno.EPERM.number(), null, grant);
    }

    private PermissionException(String what, String call, String arguments, int errno, String state, String grant) {
        super(what + (state == null ? "" : " (" + CaptureHelper.NAME + " is " + state + ")")
                + (grant == null ? "" : "; once, as root: " + grant) + "; or without it: " + WITHOUT,
                call, arguments, errno, grant);
        this.what = state == null ? what : what + " (" + CaptureHelper.NAME + " is " + state + ")";
    }

    /** What may not be done and why, without the remedies. */
    public String what() {
        return what;
    }

    /** The command that root runs once to grant the right; null where it is granted, but not used by this start. */
    public String grant() {
        return hint();
    }

    /** The command that works without the right, because it runs in a private namespace. */
    public String alternative() {
        return WITHOUT;
    }
}
