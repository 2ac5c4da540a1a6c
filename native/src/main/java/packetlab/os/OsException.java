package packetlab.os;

import java.io.IOException;

/**
 * A system call failed. The message is one line: the call as a person would write it, the error's name and meaning, and
 * a hint where one helps.
 */
public class OsException extends IOException {
    private static final long serialVersionUID = 1;

    private final String call;
    private final String arguments;
    private final int errno;
    private final String hint;

    public OsException(String call, String arguments, int errno) {
        this(call, arguments, errno, null);
    }

    /**
     * @param call      its name alone, such as {@code bind}
     * @param arguments as a person would write them, such as {@code 5, 127.0.0.1:80}
     * @param errno     its number
     * @param hint      what the user can do about it, in one line; null for none
     */
    public OsException(String call, String arguments, int errno, String hint) {
        this(call + "(" + arguments + "): " + Errno.name(errno) + ", " + Errno.meaning(errno)
                + (hint == null ? "" : " (" + hint + ")"), call, arguments, errno, hint);
    }

    /** With a message of its own. */
    OsException(String message, String call, String arguments, int errno, String hint) {
        super(message);
        this.call = call;
        this.arguments = arguments;
        this.errno = errno;
        this.hint = hint;
    }

    public String call() {
        return call;
    }

    public String arguments() {
        return arguments;
    }

    public int errno() {
        return errno;
    }

    /** Such as ECONNREFUSED. */
    public String errnoName() {
        return Errno.name(errno);
    }

    public boolean is(Errno e) {
        return errno == e.number();
    }

    /** What the user can do about it, in one line, or null. */
    public String hint() {
        return hint;
    }
}
