package packetlab.sockets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import packetlab.os.NetworkNamespace;
import packetlab.os.Tasks;

/**
 * A network of machines in a row, each a network namespace that one thread of this process is in, joined by virtual
 * cables. The calling thread's namespace is the first machine; all but the first and the last are routers.
 * <pre>
 * us 10.1.0.1 -- 10.1.0.2 router 10.2.0.1 -- 10.2.0.2 router 10.3.0.1 -- 10.3.0.2 host
 * </pre>
 * It needs root over the namespace that it is called in, and ip(8); closing it takes all of it away.
 */
final class RoutedNetwork implements AutoCloseable {
    private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");
    private static final String CABLE = "plcable";
    private static final int LONGEST_S = 10;

    private final List<ExecutorService> machines = new ArrayList<>();
    private final String last;

    @FunctionalInterface
    private interface Work {
        void run() throws Exception;
    }

    /** @param routers how many between the first machine and the last */
    RoutedNetwork(int routers) throws IOException {
        int cables = routers + 1;
        this.last = "10." + cables + ".0.2";
        try {
            long[] tids = new long[cables];
            for (int i = 0; i < cables; i++) {
                machines.add(Executors.newSingleThreadExecutor(RoutedNetwork::daemon));
                int number = i;
                on(i, () -> {
                    NetworkNamespace.enterNew();
                    tids[number] = Tasks.tid();
                });
            }
            for (int i = 0; i < cables; i++) {
                connect(i, tids[i]);
            }
            for (int i = 0; i < cables; i++) {
                route(i, cables);
            }
            for (int network = 2; network <= cables; network++) {
                NetworkNamespace.ip("route", "add", "10." + network + ".0.0/24", "via", "10.1.0.2");
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "machine");
        thread.setDaemon(true);
        return thread;
    }

    /** A cable from the machine before number i, which is ours for i = 0, to number i. */
    private void connect(int i, long tid) throws IOException {
        String left = CABLE + i + "a";
        String right = CABLE + i + "b";
        String network = "10." + (i + 1) + ".0.";
        on(i - 1, () -> {
            NetworkNamespace.ip("link", "add", left, "type", "veth", "peer", "name", right, "netns", Long.toString(tid));
            NetworkNamespace.ip("address", "add", network + "1/24", "dev", left);
            NetworkNamespace.ip("link", "set", left, "up");
        });
        on(i, () -> {
            NetworkNamespace.ip("address", "add", network + "2/24", "dev", right);
            NetworkNamespace.ip("link", "set", right, "up");
        });
    }

    /** Everything on the left goes left, everything on the right goes right, and what is not for us goes on. */
    private void route(int i, int cables) throws IOException {
        on(i, () -> {
            Files.writeString(FORWARDING, "1");
            for (int network = 1; network <= i; network++) {
                NetworkNamespace.ip("route", "add", "10." + network + ".0.0/24", "via", "10." + (i + 1) + ".0.1");
            }
            for (int network = i + 3; network <= cables; network++) {
                NetworkNamespace.ip("route", "add", "10." + network + ".0.0/24", "via", "10." + (i + 2) + ".0.2");
            }
        });
    }

    /** The address of the last machine. */
    String last() {
        return last;
    }

    private void on(int machine, Work work) throws IOException {
        try {
            if (machine < 0) {
                work.run();
                return;
            }
            machines.get(machine).submit(() -> {
                work.run();
                return null;
            }).get(LONGEST_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("the network could not be built: " + e, e);
        }
    }

    @Override
    public void close() {
        try {
            NetworkNamespace.ip("link", "delete", CABLE + "0a");
        } catch (IOException neverMade) {
            // then there is nothing to take away
        }
        machines.forEach(ExecutorService::shutdownNow);     // a namespace goes with its last thread
    }
}
