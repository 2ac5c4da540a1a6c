package packetlab.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How a program is traced, and what of it is shown. */
final class TraceOptions {
    /** Ways to see its calls. */
    enum Via {
        auto, preload, strace, bpftrace
    }

    @Option(names = "--via", order = 1, paramLabel = "WAY", defaultValue = "auto",
            description = "how to see its calls: ${COMPLETION-CANDIDATES} (default: auto). preload: a library in the "
                    + "program, some 3 microseconds a call; strace: any program, some 100 microseconds; bpftrace: as "
                    + "root, any program, some 12 microseconds (scripts/bench trace measures it here)")
    Via via;

    @Option(names = "--pid", order = 2, paramLabel = "PID", split = ",",
            description = "follow programs that run already, by strace, until they end or Ctrl-C")
    List<Long> pids = new ArrayList<>();

    @Option(names = {"-o", "--output"}, order = 3, paramLabel = "FILE",
            description = "write there instead, as it happens")
    Path output;

    @Option(names = "--summary", order = 4,
            description = "instead of the timeline, per socket: calls, bytes, waits, calls per message, small writes")
    boolean summary;

    @Option(names = "--private", order = 5,
            description = "run it in a private network namespace, without outside network, also where this user may "
                    + "capture on the host's loopback")
    boolean apart;

    @Option(names = {"-i", "--interface"}, order = 6, paramLabel = "NAME", defaultValue = "lo",
            description = "where its packets pass (default: lo); any: on all interfaces")
    String device;

    @Option(names = "--process", order = 20, paramLabel = "PID|NAME", split = ",",
            description = "show only these of its processes")
    List<String> processes = new ArrayList<>();

    @Option(names = "--fd", order = 21, paramLabel = "N", split = ",", description = "show only calls on these descriptors")
    List<Long> descriptors = new ArrayList<>();

    @Option(names = {"-p", "--port"}, order = 22, paramLabel = "PORT", split = ",",
            description = "show only what has to do with these ports")
    List<Integer> ports = new ArrayList<>();

    @Option(names = "--call", order = 23, paramLabel = "NAME", split = ",",
            description = "show only these calls, such as connect or send*")
    List<String> calls = new ArrayList<>();

    /** Says before anything is run what cannot be. */
    void check(CommonOptions common, CommandSpec spec) {
        if (!pids.isEmpty() && via == Via.preload) {
            throw new ParameterException(spec.commandLine(), "--via preload needs to start the program; --pid takes strace");
        }
        if (!pids.isEmpty() && apart) {
            throw new ParameterException(spec.commandLine(), "--private is for a command; --pid is where it is");
        }
        if (common.json && summary) {
            throw new ParameterException(spec.commandLine(), "--summary is text: --json has every call");
        }
        for (long pid : pids) {
            if (pid <= 0 || !Files.exists(Path.of("/proc", Long.toString(pid)))) {
                throw Failure.failed("no process has the number " + pid, null);
            }
        }
        if (output != null && Files.isDirectory(output)) {
            throw Failure.failed(output + ": is a directory", null);
        }
    }
}
