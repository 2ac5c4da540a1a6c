package packetlab.os;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Which processors a thread may run on (sched_setaffinity(2)). A new thread or process begins with its maker's. */
public final class Cpus {
    /** Processors that the mask has room for, as many as the C library's. */
    private static final int MOST = 1024;
    private static final int SELF = 0;

    private Cpus() {}

    /** Those that the calling thread may run on, by number. */
    public static List<Integer> allowed() throws OsException {
        ByteBuffer mask = mask();
        if (LibC.get().sched_getaffinity(SELF, MOST / 8, mask) < 0) {
            int errno = LibC.errno();
            throw Failure.of("sched_getaffinity", "0", errno);
        }
        List<Integer> cpus = new ArrayList<>();
        for (int cpu = 0; cpu < MOST; cpu++) {
            if ((mask.getLong(cpu / 64 * 8) >>> cpu % 64 & 1) != 0) {
                cpus.add(cpu);
            }
        }
        return cpus;
    }

    /** From now on the calling thread runs on these only, and moves there before this returns. */
    public static void pin(List<Integer> cpus) throws OsException {
        ByteBuffer mask = mask();
        for (int cpu : cpus) {
            if (cpu < 0 || cpu >= MOST) {
                throw new OsException("sched_setaffinity", "0, " + cpus, Errno.EINVAL.number(), "no such processor");
            }
            mask.putLong(cpu / 64 * 8, mask.getLong(cpu / 64 * 8) | 1L << cpu % 64);
        }
        if (LibC.get().sched_setaffinity(SELF, MOST / 8, mask) < 0) {
            int errno = LibC.errno();
            throw new OsException("sched_setaffinity", "0, " + cpus, errno,
                    "no such processor, or this process may not use it; taskset -p $$ shows those that it may");
        }
    }

    private static ByteBuffer mask() {
        return ByteBuffer.allocateDirect(MOST / 8).order(ByteOrder.nativeOrder());
    }
}
