package packetlab.cli;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import packetlab.event.CallEvent;
import packetlab.event.Event;
import packetlab.event.EventType;
import packetlab.event.NoteEvent;
import packetlab.event.TcpEvent;
import packetlab.os.SocketAddress;
import packetlab.sockets.Demo;
import packetlab.sockets.Stage;
import packetlab.sockets.Staging;

/**
 * A demo that is played while another thread captures: holds it back until its packets are captured, and knows when all
 * of them have been seen, by comparing what its calls did with what the decoder tells.
 */
final class DemoPlay implements AutoCloseable {
    /** A demo that hangs is a fault; it is ended. */
    private static final long LONGEST_MS = 60_000;
    /** Time for the last packets to be seen after the last call. On loopback they are there already. */
    private static final long LAST_PACKETS_MS = 2_000;
    /** The same where no call tells how many there will be. */
    private static final long SETTLE_MS = 150;

    private final Demo demo;
    private final Staging staging;
    private final long longestMs;
    private final Stage stage;
    private final CompletableFuture<String> filter = new CompletableFuture<>();
    private final CountDownLatch captured = new CountDownLatch(1);
    private final CompletableFuture<Void> played = new CompletableFuture<>();
    private final AtomicLong connectionsMade = new AtomicLong();
    private final AtomicLong datagramsSent = new AtomicLong();
    private long connectionsSeen;
    private long datagramsSeen;
    private long beganNs;
    private volatile long playedNs;
    private boolean hasPackets;

    /** For both halves at once, of which only the calls are of interest. */
    DemoPlay(Demo demo, Consumer<CallEvent> recorder) throws IOException {
        this(demo, Staging.BOTH, recorder, null);
    }

    /**
     * @param recorder takes each call as it returns, on the thread that made it
     * @param teller   takes what else the demo has to say; null for nobody
     */
    DemoPlay(Demo demo, Staging staging, Consumer<CallEvent> recorder, DemoTeller teller) throws IOException {
        this.demo = demo;
        this.staging = staging;
        boolean hurried = staging.half() == Staging.Half.BOTH && staging.step() == null;
        this.longestMs = hurried ? LONGEST_MS : Long.MAX_VALUE / 1_000_000;
        this.stage = new Stage(staging, call -> {
            count(call);
            recorder.accept(call);
        }, teller == null ? this::ready : new Heard(teller));
    }

    /** What the demo says goes to whom it concerns. */
    private final class Heard implements Stage.Audience {
        private final DemoTeller teller;

        Heard(DemoTeller teller) {
            this.teller = teller;
        }

        @Override
        public void ready(String itsPackets) throws InterruptedException {
            DemoPlay.this.ready(itsPackets);
        }

        @Override
        public void serving(SocketAddress address) {
            teller.serving(address);
        }

        @Override
        public void note(NoteEvent note) {
            teller.note(note);
        }

        @Override
        public void progress(long done, long total) {
            teller.progress(done, total);
        }
    }

    /**
     * Begins to play and waits until the demo knows its ports.
     *
     * @return which packets will be the demo's, as a capture filter
     */
    String begin() throws Exception {
        hasPackets = demo.wire() == Demo.Wire.TCP || demo.wire() == Demo.Wire.UDP;
        start();
        try {
            return filter.get(longestMs, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } catch (TimeoutException e) {
            throw tooLong(e);
        }
    }

    /** Begins to play a demo that no capture can see. */
    void start() {
        beganNs = System.nanoTime();
        Thread thread = new Thread(this::play, "demo");
        thread.setDaemon(true);
        stage.adopt(thread);
        thread.start();
    }

    /** Lets the first packet go. */
    void captureRuns() {
        captured.countDown();
    }

    /** Told by the demo's own thread. */
    private void ready(String itsPackets) throws InterruptedException {
        filter.complete(itsPackets);
        captured.await();
    }

    private void play() {
        try {
            demo.run(stage);
            played.complete(null);
        } catch (Exception | LinkageError e) {
            played.completeExceptionally(e);
            filter.completeExceptionally(e);
        } finally {
            playedNs = System.nanoTime();
        }
    }

    private void count(CallEvent call) {
        if (call.errno() != null) {
            return;
        }
        boolean both = staging.half() == Staging.Half.BOTH;
        switch (call.call()) {
            case "accept" -> connectionsMade.incrementAndGet();
            case "connect" -> connectionsMade.addAndGet(both || demo.wire() != Demo.Wire.TCP ? 0 : 1);
            case "sendto" -> datagramsSent.incrementAndGet();
            case "recvfrom" -> datagramsSent.addAndGet(both ? 0 : 1);       // the other half's
            default -> { }
        }
    }

    /** What the decoder has found; called on its thread. */
    void seen(Event event) {
        if (event instanceof TcpEvent.Close) {
            connectionsSeen++;
        } else if (event.type() == EventType.UDP_DATAGRAM) {
            datagramsSeen++;
        }
    }

    /** Whether {@link #over} depends on being told of such events. */
    static boolean counts(EventType type) {
        return type == EventType.TCP_CLOSE || type == EventType.UDP_DATAGRAM;
    }

    /** Whether the demo has ended and all its packets were seen; asked on the decoding thread. */
    boolean over() {
        long now = System.nanoTime();
        if (!played.isDone()) {
            return now - beganNs > longestMs * 1_000_000;
        }
        if (!hasPackets) {
            return now - playedNs > SETTLE_MS * 1_000_000;
        }
        return connectionsSeen >= connectionsMade.get() && datagramsSeen >= datagramsSent.get()
                || now - playedNs > LAST_PACKETS_MS * 1_000_000;
    }

    /** What went wrong, or null; asked after the end. */
    Exception failure() {
        if (!played.isDone()) {
            return tooLong(null);
        }
        try {
            played.join();
            return null;
        } catch (java.util.concurrent.CompletionException e) {
            return e.getCause() instanceof Exception cause ? cause : new IOException(e.getCause());
        }
    }

    private IOException tooLong(Throwable cause) {
        return new IOException("the demo " + demo.name() + " did not end within " + longestMs / 1_000 + " s", cause);
    }

    @Override
    public void close() {
        captured.countDown();
        stage.close();
    }
}
