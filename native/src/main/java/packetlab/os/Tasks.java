package packetlab.os;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Who is calling, as the kernel numbers it. Needs no native code. */
public final class Tasks {
    private static final long PID = ProcessHandle.current().pid();
    /** A link that each thread sees differently: {@code PID/task/TID}. */
    private static final Path THREAD_SELF = Path.of("/proc/thread-self");
    private static final ThreadLocal<Long> TID = ThreadLocal.withInitial(Tasks::readTid);

    private Tasks() {}

    /** This process. */
    public static long pid() {
        return PID;
    }

    /** The calling thread; found out once per thread. */
    public static long tid() {
        return TID.get();
    }

    private static long readTid() {
        try {
            return Long.parseLong(Files.readSymbolicLink(THREAD_SELF).getFileName().toString());
        } catch (IOException e) {
            throw new UncheckedIOException("/proc is not mounted", e);
        }
    }
}
