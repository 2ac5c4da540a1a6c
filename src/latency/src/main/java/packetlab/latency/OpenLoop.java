package packetlab.latency;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import packetlab.os.NativeClock;

/**
 * Messages at planned times, whatever became of those before; answers are taken by another thread for each connection.
 * A message's latency counts from its planned time, so that it includes how long a stall of anybody, the sender
 * included, kept it waiting.
 */
final class OpenLoop {
    private static final long JOIN_MS = 60_000;

    private final Client[] clients;
    private final Stop stop;
    private final long intervalNs;
    private final boolean spins;
    private final int cpu;
    private final long first;
    private final long count;
    private final long[] sentNs;
    private final long beginNs;
    private final List<Recorder> recorders = new ArrayList<>();
    /** How late the sender itself was. */
    final Histogram lateness = Recorder.histogram();
    private volatile boolean allSent;
    private volatile long sent;
    private volatile IOException failure;
    private volatile long receiversCpuNs;

    /** @param first number of the first message */
    OpenLoop(Client[] clients, Setting setting, long first, long count, Stop stop) {
        this.clients = clients;
        this.stop = stop;
        this.intervalNs = 1_000_000_000L / setting.rate();
        this.spins = setting.waiting() == Setting.Wait.SPIN;
        this.cpu = setting.placement().client();
        this.first = first;
        this.count = count;
        this.sentNs = new long[(int) count];
        this.beginNs = System.nanoTime() + 1_000_000;       // when the receivers wait
    }

    long plannedNs(long number) {
        return beginNs + (number - first) * intervalNs;
    }

    /** Sends on the calling thread; returns when all answers have come, or will come no more. */
    Recorder run() throws IOException {
        List<Thread> receivers = new ArrayList<>();
        for (int i = 0; i < clients.length; i++) {
            Recorder recorder = new Recorder(first, count);
            recorders.add(recorder);
            Client client = clients[i];
            long expected = (count - Math.floorMod(i - first, clients.length) + clients.length - 1) / clients.length;
            Thread receiver = new Thread(() -> receive(client, recorder, expected), "latency-receiver");
            receiver.setDaemon(true);
            receiver.start();
            receivers.add(receiver);
        }
        try {
            send();
        } finally {
            allSent = true;
            if (stop.now() || failure != null) {
                // Nobody waits for what was never sent.
                for (Client client : clients) {
                    client.abort();
                }
            }
            join(receivers);
        }
        if (failure != null && !stop.now()) {
            throw failure;
        }
        Recorder all = recorders.get(0);
        for (Recorder more : recorders.subList(1, recorders.size())) {
            all.add(more);
        }
        all.lost = Math.max(0, sent - all.latency.getTotalCount());
        return all;
    }

    private void send() throws IOException {
        NativeClock clock = new NativeClock();
        clock.sleepExactly();
        long end = first + count;
        for (long number = first; number < end && failure == null; number++) {
            long plannedNs = plannedNs(number);
            long now = System.nanoTime();
            if (now - plannedNs < 0) {
                if (spins) {
                    do {
                        Thread.onSpinWait();
                        now = System.nanoTime();
                    } while (now - plannedNs < 0);
                } else {
                    clock.sleepUntil(plannedNs);
                    now = System.nanoTime();
                }
            }
            if (stop.now()) {
                return;
            }
            lateness.recordValue(Math.min(Recorder.HIGHEST_NS, now - plannedNs));
            sentNs[(int) (number - first)] = now;
            clients[(int) (number % clients.length)].send(number);
            sent = sent + 1;        // by this thread alone
        }
    }

    private void receive(Client client, Recorder recorder, long expected) {
        try {
            Ends.pin(cpu);
            long received = 0;
            while (received < expected) {
                long number = client.receive();
                long now = System.nanoTime();
                if (number == Client.NOTHING) {
                    if (allSent) {
                        break;
                    }
                    continue;
                }
                long index = number - first;
                long sentAtNs = index >= 0 && index < count ? sentNs[(int) index] : 0;
                if (recorder.record(number, plannedNs(number), sentAtNs, now)) {
                    received++;
                }
            }
        } catch (IOException e) {
            if (!allSent || !stop.now()) {
                failure = e;
            }
        } finally {
            addCpu(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime());
        }
    }

    private synchronized void addCpu(long ns) {
        receiversCpuNs += ns;
    }

    private void join(List<Thread> threads) {
        try {
            for (Thread thread : threads) {
                thread.join(JOIN_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    long sent() {
        return sent;
    }

    long receiversCpuNs() {
        return receiversCpuNs;
    }
}
