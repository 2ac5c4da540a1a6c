package packetlab.cli;

import java.util.List;

/**
 * Ends a command: one line for stderr, hints below it, and the exit status. Carries no stack trace of its own; what
 * {@code --debug} prints is the cause's.
 */
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final transient List<String> hints;

    private Failure(int status, String message, List<String> hints, Throwable cause) {
        super(message, cause, false, false);
        this.status = status;
        this.hints = hints;
    }

    static Failure failed(String message, Throwable cause) {
        return new Failure(ExitStatus.FAILED, message, List.of(), cause);
    }

    /** @param status one that the command alone has, such as env(1)'s */
    static Failure withStatus(int status, String message, Throwable cause) {
        return new Failure(status, message, List.of(), cause);
    }

    /** Something that it takes is not there. */
    static Failure notPossible(String message, List<String> hints, Throwable cause) {
        return new Failure(ExitStatus.FAILED, message, hints, cause);
    }

    static Failure usage(String message, String... hints) {
        return new Failure(ExitStatus.USAGE, message, List.of(hints), null);
    }

    static Failure notPermitted(String message, List<String> hints, Throwable cause) {
        return new Failure(ExitStatus.NOT_PERMITTED, message, hints, cause);
    }

    /** A program that we were to run was not started; the status is what env(1) would return. */
    static Failure notStarted(String message, int status) {
        return new Failure(status, message, List.of(), null);
    }

    int status() {
        return status;
    }

    /** What to do about it, one step a line. */
    List<String> hints() {
        return hints;
    }
}
