package packetlab.os;

/** Native code that we need is not there or cannot be loaded; the message says what to install or to change. */
public final class MissingLibraryException extends OsException {
    private static final long serialVersionUID = 1;

    MissingLibraryException(String library, String message, Throwable cause) {
        super(message, "dlopen", library, Errno.ENOENT.number(), null);
        initCause(cause);
    }
}
