package packetlab.cli;

import java.io.IOException;
import java.util.List;
import packetlab.os.PrivateNamespace;

/** A private network namespace for a whole command. Loads native code. */
final class PrivatePlace {
    private PrivatePlace() {}

    /**
     * Comes back inside one; outside it runs the program again, or fails saying what stands in the way.
     *
     * @param what needs it, in words that an error begins with
     */
    static void enter(Main main, String what) throws IOException {
        if (PrivateNamespace.inside()) {
            PrivateNamespace.prepare();
            return;
        }
        List<PrivateNamespace.Attempt> attempts = PrivateNamespace.search();
        PrivateNamespace.Attempt last = attempts.get(attempts.size() - 1);
        if (!last.works()) {
            throw CapturePlace.nowhere(what, null, attempts);
        }
        PrivateNamespace.runAgainInside(last);
    }

    /** Which way it was entered, in words that follow "in a private namespace". */
    static String way() {
        return PrivateNamespace.Way.valueOf(System.getProperty(PrivateNamespace.INSIDE)).words();
    }
}
