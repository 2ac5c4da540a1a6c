package packetlab.cli;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import packetlab.os.CaptureRight;
import packetlab.os.PermissionException;
import packetlab.os.PrivateNamespace;

/** Where a measurement runs: here, or in a network namespace of its own where it may capture and change lo. */
final class LatencyPlace {
    private final Main main;

    LatencyPlace(Main main) {
        this.main = main;
    }

    /**
     * Comes back where this process may do what is needed; runs the program again elsewhere where it may not.
     *
     * @param raw whether it takes raw sockets
     * @param own whether it takes a network that nobody else uses
     */
    void settle(boolean raw, boolean own) throws IOException {
        if (PrivateNamespace.inside()) {
            PrivateNamespace.prepare();
            return;
        }
        PermissionException missing = null;
        if (raw) {
            try {
                CaptureRight.require("lo");
            } catch (PermissionException e) {
                missing = e;
            }
        }
        if (!own && missing == null) {
            return;
        }
        List<PrivateNamespace.Attempt> attempts = PrivateNamespace.search();
        PrivateNamespace.Attempt last = attempts.get(attempts.size() - 1);
        if (!last.works()) {
            throw Failure.notPermitted(missing == null ? "this experiment needs a network of its own" : missing.what(),
                    List.of("no private namespace: " + PrivateNamespace.obstacles(attempts)), missing);
        }
        main.messages().print((missing == null ? "this experiment changes lo" : "raw sockets need a right that is missing")
                + ": measuring in a private network namespace, " + last.way().words(), List.of());
        PrivateNamespace.runAgainInside(last);
    }

    /** The command that starts this program, as far as the name of its command. */
    static List<String> thisProgram() {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse(System.getProperty("java.home") + "/bin/java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "latency"));
        return command;
    }
}
