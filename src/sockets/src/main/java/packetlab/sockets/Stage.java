package packetlab.sockets;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import packetlab.event.CallEvent;
import packetlab.event.Side;
import packetlab.os.OsException;
import packetlab.os.SocketAddress;
import packetlab.os.Sockets;

/**
 * What a demo plays on: the recorded calls of its two sides, threads, a directory for socket files, and the word that
 * its packets are being captured. Closing it leaves nothing behind: waiting calls are woken, threads end, descriptors
 * and files go.
 */
public final class Stage implements AutoCloseable {
    /** Told which packets will be the demo's; returns once they are being captured. */
    @FunctionalInterface
    public interface Audience {
        void ready(String filter) throws InterruptedException;
    }

    /** A part of a demo that runs on its own thread. */
    @FunctionalInterface
    public interface Part {
        void play() throws Exception;
    }

    /** No demo waits longer than this for one call: what fails is to fail soon. */
    public static final int TIMEOUT_MS = 5_000;

    private static final int MAX_ATTEMPTS = 100;

    private final Calls server;
    private final Calls client;
    private final List<UnixCalls> unix = new CopyOnWriteArrayList<>();
    private final Consumer<CallEvent> recorder;
    private final Audience audience;
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private Path directory;

    /** @param recorder takes every call as it returns, on the thread that made it */
    public Stage(Consumer<CallEvent> recorder, Audience audience) throws OsException {
        loadNativeCode();
        this.server = new Calls(Side.SERVER, recorder);
        this.client = new Calls(Side.CLIENT, recorder);
        this.recorder = recorder;
        this.audience = audience;
    }

    /** Half a second that the first recorded call would otherwise be charged with. */
    private static void loadNativeCode() throws OsException {
        Calls unrecorded = new Calls(Side.SERVER, call -> { });
        int fd = unrecorded.socket(Sockets.AF_INET, Sockets.SOCK_DGRAM, 0);
        unrecorded.bind(fd, SocketAddress.loopback(0));
        unrecorded.getsockname(fd);
        unrecorded.close(fd);
    }

    public Calls server() {
        return server;
    }

    public Calls client() {
        return client;
    }

    /** One side's calls on Unix-domain sockets. */
    public UnixCalls unix(Side side) throws IOException {
        if (unix.isEmpty()) {
            UnixCalls.loadNativeCode();
        }
        UnixCalls calls = new UnixCalls(side, recorder);
        unix.add(calls);
        return calls;
    }

    /**
     * Says which packets are the demo's, as a capture filter, and waits until they are being captured. Called once,
     * after bind() has told the port and before the first packet.
     */
    public void ready(String filter) throws InterruptedException {
        audience.ready(filter);
    }

    /** Plays a part on a thread of its own; {@link Running#join} waits for its end. */
    public Running start(String name, Part part) {
        FutureTask<Void> task = new FutureTask<>(asCallable(part));
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
        return new Running(name, task);
    }

    private static Callable<Void> asCallable(Part part) {
        return () -> {
            part.play();
            return null;
        };
    }

    /** A directory for socket files that only this user can enter; it goes with all that is in it. */
    public synchronized Path directory() throws IOException {
        // A name of ours is shorter than the JDK's: a socket's path has at most 107 octets, and a line has 100 columns.
        for (int attempt = 1; directory == null; attempt++) {
            Path path = Path.of(System.getProperty("java.io.tmpdir"), String.format("packetlab-%06x",
                    ThreadLocalRandom.current().nextInt(1 << 24)));
            try {
                directory = Files.createDirectory(path, PosixFilePermissions.asFileAttribute(
                        PosixFilePermissions.fromString("rwx------")));
            } catch (FileAlreadyExistsException e) {
                if (attempt == MAX_ATTEMPTS) {
                    throw e;
                }
            }
        }
        return directory;
    }

    /** Ends whatever still runs and frees what is still held; may be called at any time, from any thread. */
    @Override
    public synchronized void close() {
        server.wakeAll();
        client.wakeAll();
        unix.forEach(UnixCalls::wakeAll);
        for (Thread thread : threads) {
            thread.interrupt();
        }
        for (Thread thread : threads) {
            try {
                thread.join(TIMEOUT_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        server.closeAll();
        client.closeAll();
        unix.forEach(UnixCalls::closeAll);
        removeDirectory();
    }

    private void removeDirectory() {
        if (directory == null) {
            return;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(directory);
        } catch (IOException alreadyGone) {
            // somebody else cleaned up the temporary directory
        }
    }

    /** A part that runs. */
    public static final class Running {
        private final String name;
        private final FutureTask<Void> task;

        private Running(String name, FutureTask<Void> task) {
            this.name = name;
            this.task = task;
        }

        /** Whether it has ended, in whatever way. */
        public boolean isDone() {
            return task.isDone();
        }

        /** Waits for the part's end and throws what it failed with. */
        public void join() throws Exception {
            try {
                task.get(2L * TIMEOUT_MS, TimeUnit.MILLISECONDS);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof Exception cause) {
                    throw cause;
                }
                throw e;
            } catch (TimeoutException e) {
                throw new IOException("the " + name + " of the demo did not end within " + 2 * TIMEOUT_MS / 1_000
                        + " s", e);
            }
        }
    }
}
