package packetlab.sockets;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import jnr.unixsocket.UnixSocketChannel;
import packetlab.event.CallEvent;
import packetlab.event.NoteEvent;
import packetlab.event.Side;
import packetlab.os.Errno;
import packetlab.os.OsException;
import packetlab.os.SocketAddress;
import packetlab.os.Sockets;
import packetlab.os.WallClock;

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

        /** The serving half, played alone, can be reached there from now on. */
        default void serving(SocketAddress address) {}

        /** What the demo has to say. */
        default void note(NoteEvent note) {}

        /** How far it has come, where that takes long. */
        default void progress(long done, long total) {}
    }

    /** A part of a demo that runs on its own thread. */
    @FunctionalInterface
    public interface Part {
        void play() throws Exception;
    }

    /** No demo waits longer than this for one call: what fails is to fail soon. */
    public static final int TIMEOUT_MS = 5_000;

    /** For a peer that is another program, perhaps on another machine. */
    private static final int LONG_TIMEOUT_MS = 30_000;
    private static final long JOIN_TIMEOUT_MS = 4L * TIMEOUT_MS;
    private static final long TICK_MS = 20;

    private final Calls server;
    private final Calls client;
    private final List<UnixCalls> unix = new CopyOnWriteArrayList<>();
    private final Consumer<CallEvent> recorder;
    private final Audience audience;
    private final Staging staging;
    private final CompletableFuture<SocketAddress> served = new CompletableFuture<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final SocketDirectory directory = new SocketDirectory();
    private int expected;
    private Pair playing;

    /** For both halves at once. */
    public Stage(Consumer<CallEvent> recorder, Audience audience) throws OsException {
        this(Staging.BOTH, recorder, audience);
    }

    /** @param recorder takes every call as it returns, on the thread that made it */
    public Stage(Staging staging, Consumer<CallEvent> recorder, Audience audience) throws OsException {
        loadNativeCode();
        this.staging = staging;
        this.server = new Calls(Side.SERVER, recorder, staging.step());
        this.client = new Calls(Side.CLIENT, recorder, staging.step());
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

    /** Plays the halves that are to be played. */
    void play(Pair pair) throws Exception {
        switch (staging.half()) {
            case SERVE -> {
                expected = staging.clients() == 0 ? Integer.MAX_VALUE : staging.clients();
                playing = pair;
                pair.serve(this);
            }
            case CONNECT -> {
                if (pair.wire() != Demo.Wire.NONE) {
                    ready(pair.filter(staging.address()));
                }
                pair.connect(this, staging.address());
            }
            case BOTH -> playBoth(pair);
        }
    }

    private void playBoth(Pair pair) throws Exception {
        expected = pair.clients();
        playing = pair;
        Running serving = start("server", () -> {
            try {
                pair.serve(this);
            } catch (Exception | LinkageError e) {
                served.completeExceptionally(e);
                throw e;
            }
        });
        SocketAddress address;
        try {
            address = served.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
        try {
            pair.connect(this, address);
        } catch (Exception e) {
            serving.failFirst(e);
            throw e;
        }
        serving.join();
    }

    /** Where the serving half is to bind: 127.0.0.1 and a port that the kernel chooses, unless somebody named it. */
    public SocketAddress at() {
        return staging.half() == Staging.Half.SERVE && staging.address() != null ? staging.address()
                : SocketAddress.loopback(0);
    }

    /** Lets a port that somebody named be bound again at once, although a connection of it ended a moment ago. */
    public void reuse(int listening) throws OsException {
        if (servesAnybody() && port(at()) != 0) {
            server.setsockopt(listening, Sockets.SOL_SOCKET, Sockets.SO_REUSEADDR, 1);
        }
    }

    /**
     * Where the serving half of a Unix-domain demo is to bind: a path in a directory of its own, unless somebody named
     * one.
     */
    public SocketAddress at(String name) throws IOException {
        return staging.half() == Staging.Half.SERVE && staging.address() != null ? staging.address()
                : new SocketAddress.Unix(directory().resolve(name).toString());
    }

    /**
     * The serving half can be reached there: now the other one may begin. Returns once its packets are being captured.
     */
    public void serving(SocketAddress address) throws InterruptedException {
        if (playing.wire() != Demo.Wire.NONE) {
            ready(playing.filter(address));
        }
        if (staging.half() == Staging.Half.SERVE) {
            audience.serving(address);
        }
        served.complete(address);
    }

    /** The same for a demo that is no {@link Pair}: it says itself which packets are its own, as a capture filter. */
    public void serving(SocketAddress address, String filter) throws InterruptedException {
        ready(filter);
        audience.serving(address);
    }

    /** Which part a demo that is no {@link Pair} is to play. */
    public Staging.Half half() {
        return staging.half();
    }

    /** Where to bind or whom to connect to; null where nobody has said. */
    public SocketAddress address() {
        return staging.address();
    }

    /** How many clients to serve; 0 for any number. */
    public int clients() {
        return staging.clients();
    }

    static int port(SocketAddress address) {
        return address instanceof SocketAddress.Ipv4 v4 ? v4.port() : ((SocketAddress.Ipv6) address).port();
    }

    /** Whether the serving half waits for one more after it has served so many. */
    public boolean expects(int servedSoFar) {
        return servedSoFar < expected;
    }

    /**
     * Serves one client to its end. A server that is played alone outlives what its clients do: what went wrong with
     * one is told, and its socket is closed.
     */
    public void attend(int socket, Part part) throws Exception {
        attend(part, () -> {
            if (server.isOpen(socket)) {
                server.close(socket);
            }
        });
    }

    /** The same for a datagram, whose sender may be gone before it is answered. */
    public void attend(Part part) throws Exception {
        attend(part, () -> { });
    }

    /** The same for a Unix-domain socket. */
    public void attend(UnixSocketChannel socket, Part part) throws Exception {
        attend(part, () -> {
            for (UnixCalls calls : unix) {
                if (calls.isOpen(socket)) {
                    calls.close(socket);
                }
            }
        });
    }

    private void attend(Part part, Part close) throws Exception {
        if (!servesAnybody()) {
            part.play();
            return;
        }
        try {
            part.play();
        } catch (OsException e) {
            explain(Side.SERVER, e);
        } catch (IOException e) {
            say(Side.SERVER, e.getMessage());       // it speaks another language than this demo
        } finally {
            close.play();
        }
    }

    /** Says in a line what the failure of a call means. */
    public void explain(Side side, OsException e) {
        say(side, e.errnoName() + ": " + (e.hint() == null ? Errno.meaning(e.errno()) : e.hint()));
    }

    /** How long a call may wait for the other half, in ms; 0 is without end, because a person may be the other half. */
    public int patienceMs() {
        return staging.unhurried() ? 0 : staging.half() == Staging.Half.BOTH ? TIMEOUT_MS : LONG_TIMEOUT_MS;
    }

    /** The host that a demo without another half is about: this one, unless somebody named another. */
    public SocketAddress.Ipv4 target() throws IOException {
        if (staging.address() == null) {
            return SocketAddress.loopback(0);
        }
        if (staging.address() instanceof SocketAddress.Ipv4 host) {
            return host;
        }
        throw new IOException("this demo knows IPv4 only, and " + staging.address() + " is not");
    }

    /** Whether somebody has named a host. */
    public boolean hasTarget() {
        return staging.address() != null;
    }

    /** Whether this is the serving half alone, whose clients nobody knows. */
    public boolean servesAnybody() {
        return staging.half() == Staging.Half.SERVE;
    }

    /** A line of explanation among the calls. */
    public void say(Side side, String text) {
        audience.note(new NoteEvent(WallClock.nowNs(), side, text));
    }

    /** Shows how far it has come. */
    public void progress(long done, long total) {
        audience.progress(done, total);
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

    /** One side's calls that pass descriptors. */
    DescriptorCalls descriptors(Side side) {
        return new DescriptorCalls(side, recorder);
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
        threads.removeIf(t -> t.getState() == Thread.State.TERMINATED);
        threads.add(thread);
        thread.start();
        return new Running(name, task, staging.unhurried() ? Long.MAX_VALUE : JOIN_TIMEOUT_MS);
    }

    private static Callable<Void> asCallable(Part part) {
        return () -> {
            part.play();
            return null;
        };
    }

    /** A directory for socket files that only this user can enter; it goes with all that is in it. */
    public Path directory() throws IOException {
        return directory.path();
    }

    /** A thread of the caller's on which a demo runs: closing the stage ends it, too. */
    public void adopt(Thread player) {
        threads.add(player);
    }

    /** Ends whatever still runs and frees what is still held; may be called at any time, from any thread. */
    @Override
    public synchronized void close() {
        long deadlineNs = System.nanoTime() + TIMEOUT_MS * 1_000_000L;
        while (isPlaying() && System.nanoTime() - deadlineNs < 0) {
            server.wakeAll();               // again and again: a call may have been on its way
            client.wakeAll();
            unix.forEach(UnixCalls::wakeAll);
            try {
                for (Thread thread : threads) {
                    thread.interrupt();
                    thread.join(TICK_MS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        server.closeAll();
        client.closeAll();
        unix.forEach(UnixCalls::closeAll);
        directory.remove();
    }

    private boolean isPlaying() {
        return threads.stream().anyMatch(Thread::isAlive);
    }

    /** A part that runs. */
    public static final class Running {
        private final String name;
        private final FutureTask<Void> task;
        private final long timeoutMs;

        private Running(String name, FutureTask<Void> task, long timeoutMs) {
            this.name = name;
            this.task = task;
            this.timeoutMs = timeoutMs;
        }

        /** Whether it has ended, in whatever way. */
        public boolean isDone() {
            return task.isDone();
        }

        /** Throws what it failed with, if it has: then that is why the other one failed. */
        void failFirst(Exception other) throws Exception {
            if (task.isDone()) {
                try {
                    join();
                } catch (Exception first) {
                    first.addSuppressed(other);
                    throw first;
                }
            }
        }

        /** Waits for the part's end and throws what it failed with. */
        public void join() throws Exception {
            try {
                task.get(timeoutMs, TimeUnit.MILLISECONDS);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof Exception cause) {
                    throw cause;
                }
                throw e;
            } catch (TimeoutException e) {
                throw new IOException("the " + name + " of the demo did not end within " + timeoutMs / 1_000 + " s", e);
            }
        }
    }
}
