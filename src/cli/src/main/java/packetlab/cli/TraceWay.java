package packetlab.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import packetlab.os.BpftraceTracer;
import packetlab.os.CallTracer;
import packetlab.os.PreloadTracer;
import packetlab.os.ProgramKind;
import packetlab.os.StraceTracer;
import packetlab.os.TraceLibrary;
import packetlab.os.TraceRing;

/**
 * Which way a program's calls are seen, and why: what was asked for, or the cheapest one that can see them.
 *
 * @param tracer to be closed by whoever takes it
 * @param why    in one clause, where it is not the usual way; null otherwise
 */
record TraceWay(CallTracer tracer, String why) {
    private static final String COMPILER = "as root:   apt-get install gcc libc6-dev", STRACE = "as root:   apt-get install strace";

    /** @param program null where programs that run already are to be followed */
    static TraceWay choose(TraceOptions options, Path program) throws IOException {
        if (program == null) {
            return new TraceWay(strace(options.pids), null);
        }
        String obstacle = ProgramKind.obstacle(program);
        switch (options.via) {
            case preload -> {
                if (obstacle != null) {
                    throw Failure.usage(obstacle + ": nothing can be preloaded into it", "any program:   --via strace");
                }
                return new TraceWay(preload(), null);
            }
            case strace -> {
                return new TraceWay(strace(List.of()), null);
            }
            case bpftrace -> {
                return new TraceWay(bpftrace(), null);
            }
            default -> { }
        }
        if (obstacle == null) {
            try {
                return new TraceWay(PreloadTracer.create(TraceRing.DEFAULT_RECORDS), null);
            } catch (TraceLibrary.UnavailableException e) {
                if (!StraceTracer.installed()) {
                    throw Failure.failed(e.getMessage() + ", and no strace; as root: apt-get install gcc libc6-dev (or strace)", e);
                }
                return new TraceWay(strace(List.of()), e.getMessage());
            }
        }
        if (!StraceTracer.installed() && BpftraceTracer.obstacle() == null) {
            return new TraceWay(BpftraceTracer.create(), obstacle);
        }
        return new TraceWay(strace(List.of()), obstacle);
    }

    private static CallTracer preload() throws IOException {
        try {
            return PreloadTracer.create(TraceRing.DEFAULT_RECORDS);
        } catch (TraceLibrary.UnavailableException e) {
            throw Failure.notPossible(e.getMessage(), List.of(COMPILER, "without it:   --via strace"), e);
        }
    }

    private static CallTracer bpftrace() throws IOException {
        String obstacle = BpftraceTracer.obstacle();
        if (obstacle != null) {
            throw Failure.notPossible(obstacle, List.of("without it:   --via strace"), null);
        }
        return BpftraceTracer.create();
    }

    private static CallTracer strace(List<Long> pids) throws IOException {
        if (!StraceTracer.installed()) {
            throw Failure.notPossible("strace is not installed", List.of(STRACE), null);
        }
        return StraceTracer.create(pids);
    }
}
