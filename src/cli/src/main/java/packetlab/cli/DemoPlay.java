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
import packetlab.event.TcpEvent;
import packetlab.sockets.Demo;
import packetlab.sockets.Stage;

/**
 * A demo that is played while another thread captures: holds it back until its packets are captured, and knows when all
 * of them have been seen, by comparing what its calls did with what the decoder tells.
 */
final class DemoPlay implements AutoCloseable {
    /** A demo that hangs is a fault; it is ended. */
    private static final long LONGEST_MS = 60_000;
    /** Time for the last packets to be seen after the last call. On loopback they are there already. */
    private static final long LAST_PACKETS_MS = 2_000;

    private final Demo demo;
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

    /** @param recorder takes each call as it returns, on the thread that made it */
    DemoPlay(Demo demo, Consumer<CallEvent> recorder) throws IOException {
        this.demo = demo;
        this.stage = new Stage(call -> {
            count(call);
            recorder.accept(call);
        }, this::ready);
    }

    /**
     * Begins to play and waits until the demo knows its ports.
     *
     * @return which packets will be the demo's, as a capture filter
     */
    String begin() throws Exception {
        start();
        try {
            return filter.get(LONGEST_MS, TimeUnit.MILLISECONDS);
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
        if (call.errno() == null && call.call().equals("accept")) {
            connectionsMade.incrementAndGet();
        } else if (call.errno() == null && call.call().equals("sendto")) {
            datagramsSent.incrementAndGet();
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
            return now - beganNs > LONGEST_MS * 1_000_000;
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
        return new IOException("the demo " + demo.name() + " did not end within " + LONGEST_MS / 1_000 + " s", cause);
    }

    @Override
    public void close() {
        captured.countDown();
        stage.close();
    }
}
