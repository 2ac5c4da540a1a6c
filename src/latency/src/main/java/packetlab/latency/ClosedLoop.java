package packetlab.latency;

import java.io.IOException;
import java.util.Arrays;
import packetlab.os.NativeClock;

/** Ping-pong: each message waits for the answer to the one before. One thread. */
final class ClosedLoop {
    /** So many messages without an answer, and nobody is there. */
    static final int MOST_LOST_IN_A_ROW = 5;
    static final int BATCH = 1_000;
    /** Warming up is over when that many batches in a row have nearly the same median. */
    private static final int STEADY_BATCHES = 3;
    private static final double NEARLY = 1.05;

    private final Client[] clients;
    private Stop stop;
    private final NativeClock clock;
    private long next;
    private int lostInARow;
    private boolean stamped;

    ClosedLoop(Client[] clients, Stop stop) throws IOException {
        this.clients = clients;
        this.stop = stop;
        this.clock = new NativeClock();
        clock.sleepExactly();
    }

    /** The first client has stamps of its own socket, which are to be taken with each message. */
    ClosedLoop stamped() {
        stamped = true;
        return this;
    }

    /** Another reason to end, from now on. */
    ClosedLoop stoppedBy(Stop newStop) {
        stop = newStop;
        return this;
    }

    /** The number of the next message. */
    long next() {
        return next;
    }

    /**
     * @param steady whether the last batches had nearly the same median, and the JVM compiled nothing in the last one
     */
    record WarmUp(long messages, boolean steady) {}

    /** Sends batches until their median stays and nothing is compiled, at most so many messages and so long. */
    WarmUp warmUp(long most, long longestNs) throws IOException {
        long deadlineNs = System.nanoTime() + longestNs;
        long[] batch = new long[BATCH];
        double[] medians = new double[STEADY_BATCHES];
        long first = next;
        int batches = 0;
        while (next - first < most && !stop.now() && System.nanoTime() - deadlineNs < 0) {
            long compiledMs = JvmWork.now().compileMs();
            int samples = 0;
            int length = (int) Math.min(BATCH, most - (next - first));
            for (int i = 0; i < length && !stop.now() && System.nanoTime() - deadlineNs < 0; i++) {
                long sentNs = System.nanoTime();
                if (exchange(next++, null)) {
                    batch[samples++] = System.nanoTime() - sentNs;
                }
                if (stamped) {
                    clients[0].sentStampNs(next - 1);       // or they would fill the socket's memory
                }
            }
            Arrays.sort(batch, 0, samples);
            medians[batches++ % STEADY_BATCHES] = samples == 0 ? Double.MAX_VALUE : batch[samples / 2];
            boolean compiling = JvmWork.now().compileMs() != compiledMs;
            if (batches >= STEADY_BATCHES && isSteady(medians) && !compiling) {
                return new WarmUp(next - first, true);
            }
        }
        return new WarmUp(next - first, false);
    }

    private static boolean isSteady(double[] medians) {
        double least = Double.MAX_VALUE;
        double most = 0;
        for (double median : medians) {
            least = Math.min(least, median);
            most = Math.max(most, median);
        }
        return most <= NEARLY * least;
    }

    /**
     * Sends so many messages and records them.
     *
     * @param intervalNs between two planned times; 0 for none: the next message goes when the answer has come
     * @param spins      whether to wait for a planned time by looking at the clock
     * @param wire       takes the times on the clock of packets; null for nobody
     */
    long measure(long count, long intervalNs, boolean spins, Recorder recorder, WireTimes wire) throws IOException {
        long end = next + count;
        long plannedNs = System.nanoTime();
        long sent = 0;
        while (next < end && !stop.now()) {
            if (intervalNs > 0) {
                await(plannedNs, spins);
                plannedNs += intervalNs;
            }
            long number = next++;
            sent++;
            if (wire == null) {
                long sentNs = System.nanoTime();
                if (exchange(number, recorder)) {
                    recorder.record(number, sentNs, sentNs, System.nanoTime());
                }
            } else {
                long sentWallNs = clock.wallNs();
                long sentNs = System.nanoTime();
                if (exchange(number, recorder)) {
                    long receivedNs = System.nanoTime();
                    wire.exchanged(number, sentWallNs, clock.wallNs());
                    if (stamped) {
                        wire.stamped(number, clients[0].sentStampNs(number), clients[0].receivedStampNs());
                    }
                    recorder.record(number, sentNs, sentNs, receivedNs);
                }
            }
        }
        return sent;
    }

    private void await(long plannedNs, boolean spins) {
        if (!spins) {
            clock.sleepUntil(plannedNs);
        } else {
            while (System.nanoTime() - plannedNs < 0) {
                Thread.onSpinWait();
            }
        }
    }

    /** Whether the message was answered. */
    private boolean exchange(long number, Recorder recorder) throws IOException {
        Client client = clients.length == 1 ? clients[0] : clients[(int) (number % clients.length)];
        client.send(number);
        while (true) {
            long answer = client.receive();
            if (answer == number) {
                lostInARow = 0;
                return true;
            }
            if (answer == Client.NOTHING) {
                if (recorder != null) {
                    recorder.lose();
                }
                if (++lostInARow >= MOST_LOST_IN_A_ROW) {
                    throw new IOException(lostInARow + " messages in a row were not answered");
                }
                return false;
            }
            if (recorder != null) {
                recorder.stray(answer);
            }
        }
    }
}
