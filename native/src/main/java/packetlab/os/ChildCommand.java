package packetlab.os;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import java.util.stream.Stream;
import jnr.constants.platform.Signal;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/**
 * A command of the user's that runs under us: with our standard streams and whatever other pipes the user has passed, our
 * directory and process group. Signals that end a program reach it first, and we end after it. What is left of its family
 * when it has ended is found, also where it was orphaned, and can be ended.
 *
 * <p>Start one at a time, from the first thread, after {@link CaptureRight#keepFromChildren}.
 */
public final class ChildCommand implements AutoCloseable {
    /** What env(1) returns: for its own failure, a command that cannot be invoked, and one that is not found. */
    public static final int OWN_FAILURE = 125, NOT_EXECUTABLE = 126, NOT_FOUND = 127;

    /** The user's LC_ALL, where the launcher has set another one for Java. */
    private static final String FORMER_LOCALE = "packetlab.lc_all";
    private static final int PR_SET_CHILD_SUBREAPER = 36;
    private static final short POSIX_SPAWN_SETSIGMASK = 8;
    /** More than any C library's posix_spawnattr_t and posix_spawn_file_actions_t take. */
    private static final int OPAQUE = 1024;
    private static final int SIGNALS = 128;
    private static final int WNOHANG = 1;
    private static final int STDIN = 0, STDOUT = 1, STDERR = 2;
    private static final long LAST_GRACE_MS = 2_000;
    private static final String SHELL = "/bin/sh";
    private static final String USUAL_PATH = "/usr/local/bin:/usr/bin:/bin";

    /** The command cannot be started; the status is what env(1) would return. */
    public static final class NotStartedException extends IOException {
        private static final long serialVersionUID = 1;
        private final int status;

        NotStartedException(String message, int status) {
            super(message);
            this.status = status;
        }

        public int status() {
            return status;
        }
    }

    private final int pid;
    private final Thread waiter;
    private volatile int status = -1;
    private volatile int signals;
    private LongPredicate others = pid -> false;

    private ChildCommand(int pid) {
        this.pid = pid;
        this.waiter = new Thread(this::await, "command");
    }

    /**
     * Finds a command as a shell would: a name with a slash is a path, any other one is looked for in PATH.
     *
     * @throws NotStartedException there is none, or it may not be executed
     */
    public static Path find(String name) throws NotStartedException {
        boolean present = false;
        for (Path candidate : candidates(name)) {
            if (Files.isDirectory(candidate)) {
                present |= name.indexOf('/') >= 0;
            } else if (Files.isExecutable(candidate)) {
                return candidate;
            } else {
                present |= Files.exists(candidate);
            }
        }
        throw present ? new NotStartedException(name + ": may not be executed", NOT_EXECUTABLE)
                : new NotStartedException(name + ": no such command", NOT_FOUND);
    }

    private static List<Path> candidates(String name) {
        if (name.isEmpty()) {
            return List.of();
        }
        if (name.indexOf('/') >= 0) {
            return List.of(Path.of(name));
        }
        String path = System.getenv("PATH");
        List<Path> candidates = new ArrayList<>();
        for (String folder : (path == null ? USUAL_PATH : path).split(":", -1)) {
            candidates.add(Path.of(folder.isEmpty() ? "." : folder, name));
        }
        return candidates;
    }

    /**
     * Starts it.
     *
     * @param program     what {@link #find} has found
     * @param words       the command's own words, its name first
     * @param environment on top of ours
     * @param outToErr    whether its standard output is to go where our standard error goes
     * @throws NotStartedException the kernel refuses it
     */
    public static ChildCommand start(Path program, List<String> words, Map<String, String> environment, boolean outToErr)
            throws IOException {
        LibC.Functions libc = LibC.get();
        libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);        // where it fails, orphans are not found
        POSIX posix = POSIXFactory.getNativePOSIX();
        SelfCommand.closeFilesOnExec(posix);
        Map<String, String> all = new java.util.TreeMap<>(System.getenv());
        String locale = System.getProperty(FORMER_LOCALE);
        if ("".equals(locale)) {
            all.remove("LC_ALL");
        } else if (locale != null) {
            all.put("LC_ALL", locale);
        }
        all.putAll(environment);
        List<String> settings = new ArrayList<>();
        all.forEach((name, value) -> settings.add(name + "=" + value));
        ByteBuffer pid = ByteBuffer.allocateDirect(Integer.BYTES).order(ByteOrder.nativeOrder());
        // Before it runs: it may have somebody send us a signal before we come back.
        CompletableFuture<ChildCommand> started = new CompletableFuture<>();
        // The native one would call into Java from within a signal handler.
        POSIX signals = POSIXFactory.getJavaPOSIX();
        for (Signal signal : new Signal[] {Signal.SIGINT, Signal.SIGTERM, Signal.SIGHUP}) {
            signals.signal(signal, number -> started.thenAccept(child -> child.passOn(number)));
        }
        int errno = spawn(pid, program.toString(), words, settings, outToErr);
        if (errno == Errno.ENOEXEC.number()) {       // a script without its first line, as execvp(3) runs it
            List<String> script = new ArrayList<>(List.of(SHELL, program.toString()));
            script.addAll(words.subList(1, words.size()));
            errno = spawn(pid, SHELL, script, settings, outToErr);
        }
        if (errno != 0) {
            throw new NotStartedException(words.get(0) + ": " + Errno.meaning(errno),
                    errno == Errno.ENOENT.number() ? NOT_FOUND : NOT_EXECUTABLE);
        }
        ChildCommand child = new ChildCommand(pid.getInt(0));
        child.waiter.setDaemon(true);
        child.waiter.start();
        started.complete(child);
        return child;
    }

    private static int spawn(ByteBuffer pid, String program, List<String> words, List<String> settings, boolean outToErr)
            throws IOException {
        LibC.Functions libc = LibC.get();
        Pointer attributes = Memory.allocateDirect(LibC.runtime(), OPAQUE, true);
        Pointer actions = Memory.allocateDirect(LibC.runtime(), OPAQUE, true);
        List<Pointer> kept = new ArrayList<>();
        libc.posix_spawnattr_init(attributes);
        libc.posix_spawn_file_actions_init(actions);
        try {
            // The JVM keeps SIGQUIT from its threads; the command is to have it.
            libc.posix_spawnattr_setsigmask(attributes, ByteBuffer.allocateDirect(SIGNALS));
            libc.posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK);
            if (outToErr) {
                libc.posix_spawn_file_actions_adddup2(actions, STDERR, STDOUT);
            }
            return libc.posix_spawn(pid, program, actions, attributes, array(words, kept), array(settings, kept));
        } finally {
            libc.posix_spawnattr_destroy(attributes);
            libc.posix_spawn_file_actions_destroy(actions);
            java.lang.ref.Reference.reachabilityFence(kept);
        }
    }

    private static Pointer array(List<String> words, List<Pointer> kept) {
        Charset charset = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
        Pointer array = Memory.allocateDirect(LibC.runtime(), (words.size() + 1) * (long) Long.BYTES, true);
        kept.add(array);
        for (int i = 0; i < words.size(); i++) {
            byte[] octets = words.get(i).getBytes(charset);
            Pointer word = Memory.allocateDirect(LibC.runtime(), octets.length + 1L, true);
            word.put(0, octets, 0, octets.length);
            kept.add(word);
            array.putPointer((long) i * Long.BYTES, word);
        }
        return array;
    }

    public int pid() {
        return pid;
    }

    /** Waits for its end, as the kernel tells it. */
    private void await() {
        ByteBuffer word = ByteBuffer.allocateDirect(Integer.BYTES).order(ByteOrder.nativeOrder());
        try {
            int found;
            do {
                found = LibC.get().waitpid(pid, word, 0);
            } while (found < 0 && LibC.errno() == Errno.EINTR.number());
        } catch (MissingLibraryException e) {
            throw new IllegalStateException(e);     // it has started the command
        }
        int ended = word.getInt(0);
        int signal = ended & 0x7F;
        status = signal != 0 ? 128 + signal : ended >> 8 & 0xFF;
    }

    public boolean running() {
        return status < 0;
    }

    /** Its exit status, or 128 and the number of the signal that has killed it; -1 while it runs. */
    public int status() {
        return status;
    }

    /** How many signals that end a program have come while it ran. */
    public int signals() {
        return signals;
    }

    /** What the terminal sends goes to all of its foreground group, and so to the command without us. */
    private void passOn(int signal) {
        signals++;
        if (status >= 0 || signal == Signal.SIGINT.intValue() && isFromTerminal()) {
            return;
        }
        try {
            LibC.get().kill(pid, signal);
        } catch (MissingLibraryException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isFromTerminal() {
        try {
            LibC.Functions libc = LibC.get();
            int group = libc.getpgrp();
            return libc.tcgetpgrp(STDIN) == group || libc.tcgetpgrp(STDERR) == group;
        } catch (MissingLibraryException e) {
            return false;
        }
    }

    /** To be asked of every process that descends from us: whether it is no part of the command's family. */
    public void except(LongPredicate others) {
        this.others = others;
    }

    private Stream<ProcessHandle> family() {
        return ProcessHandle.current().descendants().filter(p -> p.isAlive() && !isZombie(p.pid()) && !others.test(p.pid()));
    }

    /** Whether a process has ended; one that nobody else waits for is then gone. We are the parent of all orphans. */
    private boolean isZombie(long process) {
        try {
            String stat = Files.readString(Path.of("/proc/" + process + "/stat"), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 3);
            boolean zombie = fields[0].equals("Z");
            if (zombie && Long.parseLong(fields[1]) == ProcessHandle.current().pid() && process != pid) {
                LibC.get().waitpid((int) process, ByteBuffer.allocateDirect(Integer.BYTES), WNOHANG);
            }
            return zombie;
        } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
            return true;        // gone
        }
    }

    /** To be called now and then while it runs: orphans that have ended do not stay. */
    public void reap() {
        ProcessHandle.current().children().forEach(p -> isZombie(p.pid()));
    }

    /** Processes of its family that go on after its end: their numbers and names. */
    public List<String> left() {
        return family().filter(p -> p.pid() != pid)
                .map(p -> p.info().command().map(c -> Path.of(c).getFileName().toString()).orElse("process") + " " + p.pid())
                .toList();
    }

    /** Asks what is left of its family to end, and ends what does not within two seconds. */
    public void endFamily() {
        end(false);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LAST_GRACE_MS);
        while (System.nanoTime() - deadline < 0 && !left().isEmpty()) {
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        for (int i = 0; i < 100 && !left().isEmpty(); i++) {      // it may be forking all the while
            end(true);
        }
    }

    private void end(boolean forcibly) {
        family().filter(p -> p.pid() != pid || running()).forEach(p -> {
            if (forcibly) {
                p.destroyForcibly();
            } else {
                p.destroy();
            }
        });
    }

    @Override
    public void close() {
        if (running() || !left().isEmpty()) {
            endFamily();
        }
    }
}
