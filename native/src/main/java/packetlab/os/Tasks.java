package packetlab.os;

/** Who is calling, as the kernel numbers it. */
public final class Tasks {
    private static final long PID = ProcessHandle.current().pid();
    private static final ThreadLocal<Long> TID = ThreadLocal.withInitial(() -> (long) LibC.get().gettid());

    private Tasks() {}

    /** This process. */
    public static long pid() {
        return PID;
    }

    /** The calling thread; asked of the kernel once per thread. */
    public static long tid() {
        return TID.get();
    }
}
