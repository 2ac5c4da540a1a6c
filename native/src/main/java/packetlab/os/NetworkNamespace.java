package packetlab.os;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Networks inside this process: a thread may leave for a network namespace of its own, and so do the threads that it
 * starts and the programs that it runs from then on. The namespace is there as long as its threads and sockets.
 */
public final class NetworkNamespace {
    private static final int CLONE_NEWNET = 0x4000_0000;

    private NetworkNamespace() {}

    /** Puts the calling thread into a new one, which has nothing but a loopback interface that is down. */
    public static void enterNew() throws OsException {
        if (LibC.get().unshare(CLONE_NEWNET) < 0) {
            int errno = LibC.errno();
            throw new OsException("unshare", "CLONE_NEWNET", errno,
                    errno == Errno.EPERM.number() ? "it takes root, or a user namespace (unshare -Urn)" : null);
        }
    }

    /** Runs ip(8), such as {@code ip link set lo up}, in the calling thread's namespace. */
    public static void ip(String... words) throws IOException {
        String ip = Programs.find("ip");
        if (ip == null) {
            throw new IOException("ip(8) is not installed: apt-get install iproute2");
        }
        List<String> command = new ArrayList<>(List.of(ip));
        command.addAll(List.of(words));
        Programs.Outcome outcome = Programs.run(command);
        if (outcome.status() != 0) {
            throw new IOException("ip " + String.join(" ", words) + ": " + outcome.firstLine());
        }
    }
}
