package packetlab.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import packetlab.os.CaptureGrant;
import packetlab.os.CaptureRight;
import packetlab.os.PermissionException;
import packetlab.os.PrivateNamespace;

/**
 * Finds where this user may capture what a run does: on this machine's own loopback, or in a private network namespace, in
 * which the program is then run again.
 */
final class CapturePlace {
    static final String LOOPBACK = "lo";

    private final Messages messages;
    private final BackendOptions backend;

    CapturePlace(Messages messages, BackendOptions backend) {
        this.messages = messages;
        this.backend = backend;
    }

    /**
     * Comes back where this process may capture; runs the program again elsewhere where it may not.
     *
     * @param privateNeeded why no other network will do, for the message where there is none; null where any will
     */
    void settle(String privateNeeded) throws IOException {
        if (PrivateNamespace.inside()) {
            PrivateNamespace.prepare();
            return;
        }
        PermissionException missing;
        try {
            if (!isGranted()) {
                CaptureRight.require(LOOPBACK);
            }
            if (privateNeeded == null) {
                return;
            }
            missing = null;
        } catch (PermissionException e) {
            missing = e;
        }
        List<PrivateNamespace.Attempt> attempts = PrivateNamespace.search();
        PrivateNamespace.Attempt last = attempts.get(attempts.size() - 1);
        if (!last.works()) {
            throw nowhere(missing == null ? privateNeeded : missing.what(), missing, attempts);
        }
        for (PrivateNamespace.Attempt failed : attempts.subList(0, attempts.size() - 1)) {
            messages.print(failed.obstacle() + "; going on " + last.way().words(), remedy(failed, "or, as root:"));
        }
        PrivateNamespace.runAgainInside(last);
    }

    /** Whether the capture helper gives this user the right. */
    boolean isGranted() {
        return CaptureGrant.usable() && backend.backend() != BackendOptions.Backend.libpcap;
    }

    static Failure nowhere(String what, PermissionException missing, List<PrivateNamespace.Attempt> attempts) {
        List<String> hints = new ArrayList<>();
        List<String> remedies = new ArrayList<>();
        for (PrivateNamespace.Attempt attempt : attempts) {
            hints.add("no private namespace, " + attempt.way().words() + ": " + attempt.obstacle());
            remedies.addAll(remedy(attempt, "or, as root:    "));
        }
        if (missing != null && missing.grant() != null) {
            hints.add("once, as root:   " + missing.grant());
        }
        hints.addAll(remedies);
        return Failure.notPermitted(what, hints, missing);
    }

    private static List<String> remedy(PrivateNamespace.Attempt attempt, String words) {
        return attempt.remedy() == null ? List.of() : List.of(words + " " + attempt.remedy());
    }

    /** A device of the place where this process is, in words. */
    static String words(String device) {
        String way = System.getProperty(PrivateNamespace.INSIDE);
        return way == null ? device
                : device + " in a private namespace (" + PrivateNamespace.Way.valueOf(way).words() + ")";
    }
}
