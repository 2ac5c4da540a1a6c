package packetlab.os;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jnr.constants.platform.Signal;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/**
 * A command that runs under us, with our standard streams, directory and environment. Signals that end programs are its
 * business while it runs: what a terminal sends to all of us it has already, the others are passed on, and we go on
 * until it has ended. Closing ends whatever it has left running, also what has cut loose from it.
 */
public final class ChildCommand implements AutoCloseable {
    /** As env(1): the command was not found, or could not be run. */
    public static final int NOT_FOUND = 127, NOT_RUN = 126;

    /** It could not be started. */
    public static final class NotStarted extends IOException {
        private static final long serialVersionUID = 1;

        private final int status;

        NotStarted(String message, int status, Throwable cause) {
            super(message, cause);
            this.status = status;
        }

        /** NOT_FOUND or NOT_RUN. */
        public int status() {
            return status;
        }
    }

    private static final int PR_SET_CHILD_SUBREAPER = 36;
    private static final long GRACE_MS = 300, PATIENCE_MS = 5_000;
    private static final int STAT_GROUP = 2, STAT_FOREGROUND = 5;
    private static final List<Signal> ENDING = List.of(Signal.SIGINT, Signal.SIGTERM, Signal.SIGHUP);
    private static final String SIG = "SIG";

    /** The one that signals are for; one at a time. */
    private static volatile ChildCommand running;

    private final POSIX posix = POSIXFactory.getNativePOSIX();
    private final Process process;
    private final long spared;

    private ChildCommand(Process process, long spared) {
        this.process = process;
        this.spared = spared;
    }

    /**
     * Starts it.
     *
     * @param outToErr whether what it writes to standard output goes to standard error
     * @param spared   number of a process of ours that is none of the command's and outlives it; -1 for none
     * @throws NotStarted where there is no such command, or it cannot be run
     */
    public static ChildCommand start(List<String> command, boolean outToErr, long spared) throws IOException {
        LibC.get().prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);     // orphans below us become our children
        requireRunnable(command.get(0));
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        if (outToErr) {
            builder.redirectOutput(new File("/proc/self/fd/2"));
        }
        for (Signal signal : ENDING) {      // before it runs: it may be quick to be told to end
            Signals.handle(signal.name().substring(SIG.length()), name -> pass(signal));
        }
        try {
            running = new ChildCommand(builder.start(), spared);
            return running;
        } catch (IOException e) {
            throw new NotStarted("cannot run " + command.get(0) + ": " + reason(e), NOT_RUN, e);
        }
    }

    private static String reason(IOException e) {
        String message = String.valueOf(e.getMessage());
        int error = message.indexOf("error=");
        return error < 0 ? message : message.substring(message.indexOf(' ', error) + 1);
    }

    private static void requireRunnable(String name) throws NotStarted {
        if (name.indexOf('/') >= 0) {
            requireExecutable(Path.of(name));
            return;
        }
        String path = System.getenv("PATH");
        Path there = null;
        for (String directory : (path == null ? "/usr/bin:/bin" : path).split(":")) {
            Path file = Path.of(directory.isEmpty() ? "." : directory, name);
            if (Files.isRegularFile(file)) {
                if (Files.isExecutable(file)) {
                    return;
                }
                there = file;
            }
        }
        if (there == null) {
            throw new NotStarted("there is no command " + name, NOT_FOUND, null);
        }
        requireExecutable(there);
    }

    private static void requireExecutable(Path file) throws NotStarted {
        if (!Files.exists(file)) {
            throw new NotStarted("there is no command " + file, NOT_FOUND, null);
        }
        if (Files.isDirectory(file) || !Files.isExecutable(file)) {
            throw new NotStarted("cannot run " + file + ": "
                    + (Files.isDirectory(file) ? "it is a directory" : "it is not executable"), NOT_RUN, null);
        }
    }

    /** Hands on a signal, unless a terminal has sent it to the command as well. */
    private static void pass(Signal signal) {
        ChildCommand command = running;
        for (int i = 0; command == null && i < 50; i++) {       // it is being started
            sleep();
            command = running;
        }
        if (command != null && (signal != Signal.SIGINT || !inForeground())) {
            command.posix.kill((int) command.process.pid(), signal.intValue());
        }
    }

    /** Whether we are what the terminal's keys go to (proc(5), stat: process group and that of the terminal). */
    private static boolean inForeground() {
        try {
            String stat = Files.readString(Path.of("/proc/self/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return fields[STAT_GROUP].equals(fields[STAT_FOREGROUND]);
        } catch (IOException e) {
            return false;
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Its exit status, 128 and the signal's number where one ended it; only when it has ended. */
    public int status() {
        return process.exitValue();
    }

    /** Waits so long for its end; whether it has ended. */
    public boolean await(long ms) throws InterruptedException {
        return process.waitFor(ms, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        end();
    }

    /** Ends what is still running of it: asks first, and does not ask again. */
    public void end() {
        if (leftovers().isEmpty()) {
            return;
        }
        leftovers().forEach(ProcessHandle::destroy);
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(process.isAlive() ? PATIENCE_MS : GRACE_MS);
        while (!leftovers().isEmpty() && System.nanoTime() < until) {
            sleep();
        }
        for (int i = 0; i < 20 && !leftovers().isEmpty(); i++) {
            leftovers().forEach(ProcessHandle::destroyForcibly);
            sleep();
        }
    }

    /** All below us; those that have ended are no matter. */
    private List<ProcessHandle> leftovers() {
        return ProcessHandle.current().descendants().filter(p -> p.pid() != spared && p.isAlive()).toList();
    }

    private static void sleep() {
        try {
            Thread.sleep(10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
