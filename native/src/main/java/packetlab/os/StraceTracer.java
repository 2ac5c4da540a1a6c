package packetlab.os;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Calls seen by strace(1), of any program of this user's: also of one that runs already, is static, or may not be
 * preloaded. strace follows as a process beside the command and writes into a pipe; where we read too slowly, the program
 * waits, and nothing is lost.
 */
public final class StraceTracer implements CallTracer {
    private static final String CALLS = "socket,socketpair,bind,listen,accept,accept4,connect,sendto,recvfrom,sendmsg,"
            + "recvmsg,sendmmsg,recvmmsg,shutdown,setsockopt,getsockopt,read,write,readv,writev,sendfile,close,dup,"
            + "?dup2,dup3,?poll,ppoll,?select,pselect6,?epoll_wait,epoll_pwait,?epoll_pwait2,"
            + "clone,?clone3,?fork,?vfork";
    /** From here on strace stamps to the nanosecond. */
    private static final int MAJOR = 5, MINOR = 6;
    private static final int WAITING_LINES = 1 << 16;
    /** Threads whose process is remembered. */
    private static final int MOST_THREADS = 1 << 16;
    private static final Line END = new Line("", 0);

    private record Line(String text, long arrivedNs) {}

    private final String strace;
    private final boolean modern;
    private final List<Long> pids;
    private final TraceFolder folder;
    private final Path pipe;
    private final BlockingQueue<Line> lines = new ArrayBlockingQueue<>(WAITING_LINES);
    private final Map<Long, Long> processes = new HashMap<>();
    private final StraceLines parser = new StraceLines(new StraceLines.Tasks() {
        @Override
        public long processOf(long tid) {
            return StraceTracer.this.processOf(tid);
        }

        @Override
        public void born(long parent, long tid, boolean sameProcess) {
            remember(tid, sameProcess ? processOf(parent) : tid);
        }
    });
    private Process attached;
    private boolean over;
    private volatile boolean closed;

    private StraceTracer(String strace, boolean modern, List<Long> pids) throws IOException {
        this.strace = strace;
        this.modern = modern;
        this.pids = pids;
        this.folder = TraceFolder.create(null, TraceFolder.For.THIS_USER);
        this.pipe = folder.path().resolve("strace");
    }

    /** Whether strace is there. */
    public static boolean installed() {
        return Programs.find("strace") != null;
    }

    /** @param pids processes to follow that run already; empty for a command that is to be started */
    public static StraceTracer create(List<Long> pids) throws IOException {
        String strace = Programs.find("strace");
        if (strace == null) {
            throw new IOException("strace is not installed: apt-get install strace");
        }
        Matcher version = Pattern.compile("version (\\d+)\\.(\\d+)").matcher(Programs.run(List.of(strace, "-V")).output());
        boolean modern = version.find() && (Integer.parseInt(version.group(1)) > MAJOR
                || Integer.parseInt(version.group(1)) == MAJOR && Integer.parseInt(version.group(2)) >= MINOR);
        StraceTracer tracer = new StraceTracer(strace, modern, pids);
        try {
            tracer.open();
            return tracer;
        } catch (IOException e) {
            tracer.close();
            throw e;
        }
    }

    private void open() throws IOException {
        Programs.Outcome made = Programs.run(List.of(Programs.find("mkfifo"), "-m", "600", pipe.toString()));
        if (made.status() != 0) {
            throw new IOException("no pipe can be made: " + made.firstLine());
        }
        Thread reader = new Thread(this::read, "strace");
        reader.setDaemon(true);
        reader.start();
        if (!pids.isEmpty()) {
            attach();
        }
    }

    private void attach() throws IOException {
        for (long pid : pids) {
            try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
                threads.forEach(thread -> remember(Long.parseLong(thread.getFileName().toString()), pid));
            }
        }
        List<String> command = new ArrayList<>(List.of(strace));
        command.addAll(options());
        pids.forEach(pid -> command.addAll(List.of("-p", Long.toString(pid))));
        attached = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(folder.path().resolve("said").toFile())
                .start();
        attached.getOutputStream().close();
    }

    private List<String> options() {
        List<String> options = new ArrayList<>(List.of("-f", "-q", "-o", pipe.toString(), "-yy", "-s", "48", "-e",
                "signal=none", "-e", "trace=" + CALLS));
        options.addAll(modern ? List.of("--absolute-timestamps=format:unix,precision:ns", "--syscall-times=ns")
                : List.of("-ttt", "-T"));
        if (modern && pids.isEmpty()) {
            options.add("--seccomp-bpf");
        }
        return options;
    }

    @Override
    public String name() {
        return "strace";
    }

    @Override
    public Path program(Path program) {
        return Path.of(strace);
    }

    /** With -D strace is not the command's parent: signals and the exit status are the command's own. */
    @Override
    public List<String> words(Path program, List<String> words) {
        List<String> command = new ArrayList<>(List.of("strace", "-D"));
        command.addAll(options());
        command.add("--");
        command.add(words.get(0).indexOf('/') >= 0 ? words.get(0) : program.toString());
        command.addAll(words.subList(1, words.size()));
        return command;
    }

    /** strace itself runs beside the command, and ends behind the last process that it follows. */
    @Override
    public boolean isOwn(long pid) {
        if (folder.isKeeper(pid)) {
            return true;
        }
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1)
                    .contains("\0" + pipe + "\0");
        } catch (IOException e) {
            return false;
        }
    }

    private void read() {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(Files.newInputStream(pipe),
                StandardCharsets.ISO_8859_1))) {
            for (String line = in.readLine(); line != null && !closed; line = in.readLine()) {
                lines.put(new Line(line, WallClock.nowNs()));
            }
        } catch (IOException e) {
            // it ends as if strace had ended
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            lines.put(END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public int poll(Calls calls) throws IOException {
        int count = 0;
        for (Line line = lines.poll(); line != null; line = lines.poll()) {
            if (line == END) {      // the very object
                over = true;
            } else {
                parser.read(line.text(), line.arrivedNs(), calls);
                count++;
            }
        }
        if (over) {
            parser.finish(calls);
        } else {
            parser.release(WallClock.nowNs(), calls);
        }
        if (attached != null && !attached.isAlive() && attached.exitValue() != 0 && !over) {
            over = true;
            String said = Files.readString(folder.path().resolve("said"), StandardCharsets.ISO_8859_1).strip();
            throw new IOException(said.isEmpty() ? "strace ended with status " + attached.exitValue()
                    : said.lines().findFirst().orElse(said));
        }
        return count;
    }

    @Override
    public void unreturned(Calls calls) {
        parser.unreturned(calls);
    }

    @Override
    public long completeUntilNs() {
        return parser.completeNs();
    }

    /** Of a command, also its process is over when strace is; of what was attached to, this is all that is known. */
    @Override
    public boolean over() {
        return over;
    }

    private long processOf(long tid) {
        Long known = processes.get(tid);
        if (known == null) {
            known = tid;
            try {
                for (String line : Files.readAllLines(Path.of("/proc/" + tid + "/status"), StandardCharsets.ISO_8859_1)) {
                    if (line.startsWith("Tgid:")) {
                        known = Long.parseLong(line.substring(5).strip());
                    }
                }
            } catch (IOException | NumberFormatException e) {
                return tid;     // gone already; a thread's own line about it may still come
            }
            remember(tid, known);
        }
        return known;
    }

    private void remember(long tid, long process) {
        if (processes.size() < MOST_THREADS || processes.containsKey(tid)) {
            processes.put(tid, process);
        }
    }

    @Override
    public long lost() {
        return parser.notUnderstood();
    }

    /** Lets go of what was attached to; it runs on. */
    public void detach() {
        if (attached != null) {
            attached.destroy();
        }
    }

    @Override
    public void close() {
        closed = true;
        detach();
        lines.clear();
        try {
            // A reader that still waits for the other end to be opened is let go by opening it.
            if (Files.exists(pipe)) {
                Files.newByteChannel(pipe, java.nio.file.StandardOpenOption.READ, java.nio.file.StandardOpenOption.WRITE).close();
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } finally {
            folder.close();
        }
    }
}
