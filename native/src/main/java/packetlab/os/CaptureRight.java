package packetlab.os;

/** Whether this process may capture (CAP_NET_RAW over its network namespace): asked of the kernel, not guessed. */
public final class CaptureRight {
    private static final int PR_CAP_AMBIENT = 47, PR_CAP_AMBIENT_CLEAR_ALL = 4;

    private CaptureRight() {}

    /** Really opens a packet socket, which receives nothing, and closes it. */
    public static boolean granted() throws OsException {
        try {
            require("any interface");
            return true;
        } catch (PermissionException e) {
            return false;
        }
    }

    /**
     * As {@link #granted}, but says what is missing.
     *
     * @param device for the message
     * @throws PermissionException where the right is missing
     */
    public static void require(String device) throws OsException {
        try {
            Sockets.close(Sockets.socket(Sockets.AF_PACKET, Sockets.SOCK_RAW | Sockets.SOCK_CLOEXEC, 0));
        } catch (PermissionException e) {
            throw missing(device);
        }
    }

    /**
     * Keeps the right in this process: programs that this thread, or one that it starts from now on, executes do not
     * inherit it. To be called by the first thread before a command of the user's is run.
     */
    public static void keepFromChildren() throws OsException {
        if (LibC.get().prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0) {
            int errno = LibC.errno();
            throw Failure.of("prctl", "PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL", errno);
        }
    }

    static PermissionException missing(String device) {
        return new PermissionException("may not capture on " + device + ": CAP_NET_RAW is missing", "socket",
                SocketText.socket(Sockets.AF_PACKET, Sockets.SOCK_RAW, 0), Errno.EPERM.number());
    }
}
