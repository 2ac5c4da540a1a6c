package packetlab.os;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import packetlab.event.Event;

/**
 * Calls seen by the kernel's own tracepoints, through bpftrace(8), which takes root. The command waits behind a pipe until
 * all probes are in place, which takes some seconds. What comes faster than it is read is lost, and counted.
 */
public final class BpftraceTracer implements CallTracer {
    private static final int PLACED_S = 180;
    private static final int WAITING_LINES = 1 << 17;
    private static final Path TRACEPOINTS = Path.of("/sys/kernel/tracing/events/syscalls");
    private static final Path TYPES = Path.of("/sys/kernel/btf/vmlinux");
    private static final int CLOCK_BOOTTIME = 7;
    /** Behind its last process the calls that still come are waited for no longer than this. */
    private static final long LAST_CALLS_NS = 4_000_000_000L;

    private final TraceFolder folder;
    private final Path gate;
    private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(WAITING_LINES);
    private final CountDownLatch placed = new CountDownLatch(1);
    private final BpftraceLines parser = new BpftraceLines(offsetNs());
    private Process bpftrace;
    private volatile String said = "";
    private volatile boolean ended;
    private long endAskedNs = Event.NO_TIME;

    private BpftraceTracer() throws IOException {
        folder = TraceFolder.create(null, TraceFolder.For.THIS_USER);
        gate = folder.path().resolve("gate");
    }

    /** Why it cannot be used here, in one clause; null where it can. */
    public static String obstacle() throws IOException {
        return Programs.find("bpftrace") == null ? "bpftrace is not installed: apt-get install bpftrace"
                : User.current().uid() != 0 ? "bpftrace takes root"
                : !Files.isReadable(TYPES) ? "this kernel does not tell its types (" + TYPES + ")" : null;
    }

    /** @throws IOException where it cannot be used; the message says why */
    public static BpftraceTracer create() throws IOException {
        String obstacle = obstacle();
        if (obstacle != null) {
            throw new IOException(obstacle);
        }
        BpftraceTracer tracer = new BpftraceTracer();
        Programs.Outcome made = Programs.run(List.of(Programs.find("mkfifo"), "-m", "600", tracer.gate.toString()));
        if (made.status() != 0) {
            tracer.close();
            throw new IOException("no pipe can be made: " + made.firstLine());
        }
        return tracer;
    }

    @Override
    public String name() {
        return "bpftrace";
    }

    @Override
    public Path program(Path program) {
        return Path.of("/bin/sh");
    }

    /** The shell reads one line, then becomes the command. */
    @Override
    public List<String> words(Path program, List<String> words) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "IFS= read -r _ <\"$0\"; exec \"$@\"", gate.toString(),
                words.get(0).indexOf('/') >= 0 ? words.get(0) : program.toString()));
        command.addAll(words.subList(1, words.size()));
        return command;
    }

    @Override
    public void started(int pid) throws IOException {
        Path script = Files.writeString(folder.path().resolve("script"), BpftraceScript.text(tracepoints()::contains));
        List<String> command = new ArrayList<>();
        if (!Files.isDirectory(TRACEPOINTS)) {      // nobody has mounted them: a mount of our own
            command.addAll(List.of(Programs.find("unshare"), "--mount", "--", "/bin/sh", "-c",
                    "mount -t tracefs none /sys/kernel/tracing && exec \"$@\"", "sh"));
        }
        command.addAll(List.of(Programs.find("bpftrace"), script.toString(), Integer.toString(pid)));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("BPFTRACE_PERF_RB_PAGES", "2048");
        builder.environment().put("BPFTRACE_MAP_KEYS_MAX", "65536");
        builder.environment().put("BPFTRACE_STRLEN", "64");
        bpftrace = builder.start();
        bpftrace.getOutputStream().close();
        Thread reader = new Thread(this::read, "bpftrace");
        reader.setDaemon(true);
        reader.start();
        try {
            if (!placed.await(PLACED_S, TimeUnit.SECONDS) || ended) {
                throw new IOException("bpftrace could not place its probes: " + (said.isEmpty() ? "it did not say why" : said));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while bpftrace places its probes", e);
        }
        Files.writeString(gate, "\n");
    }

    /** The system calls that this kernel has tracepoints of: not all are on each machine, nor in each kernel. */
    private static Set<String> tracepoints() throws IOException {
        String prefix = "sys_enter_";
        String list = "ls " + TRACEPOINTS;
        List<String> command = Files.isDirectory(TRACEPOINTS) ? List.of("/bin/sh", "-c", list)
                : List.of(Programs.find("unshare"), "--mount", "--", "/bin/sh", "-c",
                        "mount -t tracefs none /sys/kernel/tracing && " + list);
        Programs.Outcome outcome = Programs.run(command);
        Set<String> names = outcome.output().lines().filter(n -> n.startsWith(prefix)).map(n -> n.substring(prefix.length()))
                .collect(Collectors.toSet());
        if (outcome.status() != 0 || names.isEmpty()) {
            throw new IOException("this kernel tells no system calls: " + outcome.firstLine());
        }
        return names;
    }

    private void read() {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(bpftrace.getInputStream(),
                StandardCharsets.ISO_8859_1))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("began ")) {
                    placed.countDown();
                } else if (line.startsWith("ERROR") && !line.contains("RLIMIT_MEMLOCK")) {
                    said = line;
                } else {
                    lines.put(line);
                }
            }
        } catch (IOException e) {
            said = said.isEmpty() ? e.getMessage() : said;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ended = true;
        placed.countDown();
    }

    @Override
    public int poll(Calls calls) {
        int count = 0;
        for (String line = lines.poll(); line != null; line = lines.poll()) {
            parser.read(line, calls);
            count++;
        }
        parser.release(WallClock.nowNs(), calls);
        if (ended && lines.isEmpty()) {
            parser.finish(calls);
        }
        return count;
    }

    @Override
    public long completeUntilNs() {
        return parser.completeNs();
    }

    /** Asked when the command and its family have ended: what they did until now is waited for, not that bpftrace ends. */
    @Override
    public boolean over() {
        if (bpftrace == null) {
            return true;
        }
        long now = WallClock.nowNs();
        endAskedNs = endAskedNs == Event.NO_TIME ? now : endAskedNs;
        return ended && lines.isEmpty() || parser.completeNs() >= endAskedNs || now - endAskedNs > LAST_CALLS_NS;
    }

    @Override
    public void unreturned(Calls calls) {
        parser.unreturned(calls);
    }

    @Override
    public long lost() {
        return parser.lost();
    }

    @Override
    public boolean isOwn(long pid) {
        return folder.isKeeper(pid) || bpftrace != null && (pid == bpftrace.pid()
                || bpftrace.descendants().anyMatch(p -> p.pid() == pid));
    }

    /** What is to be added to the kernel's clock since the start of the machine, which bpftrace tells, for the time of day. */
    private static long offsetNs() throws IOException {
        ByteBuffer time = ByteBuffer.allocateDirect(2 * Long.BYTES).order(ByteOrder.nativeOrder());
        long best = Long.MAX_VALUE;
        long offset = 0;
        for (int i = 0; i < 20; i++) {
            long before = WallClock.nowNs();
            LibC.get().clock_gettime(CLOCK_BOOTTIME, time);
            long after = WallClock.nowNs();
            if (after - before < best) {
                best = after - before;
                offset = before + (after - before) / 2 - (time.getLong(0) * 1_000_000_000L + time.getLong(Long.BYTES));
            }
        }
        return offset;
    }

    @Override
    public void close() {
        if (bpftrace != null) {
            bpftrace.destroy();
        }
        folder.close();
    }
}
