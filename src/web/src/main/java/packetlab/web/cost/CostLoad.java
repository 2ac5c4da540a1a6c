package packetlab.web.cost;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import packetlab.web.ChatClient;
import packetlab.web.ChatServer;
import packetlab.web.ClientOptions;
import packetlab.web.Limits;
import packetlab.web.ServerOptions;
import packetlab.web.Transport;

/**
 * The same load over one transport after the other, each with a server of its own; and beside them, with servers of their
 * own, clients that say nothing. Counts nothing: that is for who captures it.
 *
 * <p>Servers end with {@link #close}, when nothing is counted any more: Tomcat connects to itself to wake up and end.
 */
public final class CostLoad implements AutoCloseable {
    /** Clients of a room of their own hear only what they say themselves. */
    private static final String ROOM = "cost-";
    /** After the last message was sent, for what is still on its way, beside an interval of polling. */
    private static final long SETTLE_NS = 5_000_000_000L;
    /** Between the last connection of those who say nothing and the time that counts. */
    private static final long QUIET_AFTER_NS = 1_000_000_000L;
    private static final long MILLISECOND = 1_000_000;
    /** Messages of each client before those that count, so that no JIT compiler works while it counts. */
    private static final int WARM_UP = 60;

    /**
     * @param messages  of each client
     * @param size      octets of each text
     * @param rate      messages a second of each client
     * @param pollMs    of HTTP polling
     * @param idleNs    how long nobody says anything; 0 for not at all
     */
    public record Workload(int clients, int messages, int size, double rate, int pollMs, long idleNs) {
        /** Octets of the shortest text that tells what must be known of it. */
        public static final int MIN_SIZE = Stamp.MIN_SIZE;
    }

    /** Told on the load's thread. */
    public interface Listener {
        /** What begins now on a port; the packets follow. */
        void begins(CostPlan plan);

        /** What is being done, in a few words. */
        void at(String words);

        /** A transport that could not be measured to its end. */
        void failed(Transport transport, String why);
    }

    private final Workload workload;
    private final List<Transport> transports;
    private final Listener listener;
    private final LongSupplier clock;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final List<ChatServer> servers = new ArrayList<>();
    /** Of all that is said before it counts; on a port that no plan tells of. */
    private ChatServer warm;

    /** @param clock nanoseconds since the epoch, as packets are stamped */
    public CostLoad(Workload workload, List<Transport> transports, LongSupplier clock, Listener listener) {
        this.workload = workload;
        this.transports = List.copyOf(transports);
        this.clock = clock;
        this.listener = listener;
    }

    /** Ends it soon; any thread. */
    public void stop() {
        stopping.set(true);
    }

    /** Returns when everything has been said and heard, and no client is connected any more. */
    public void run() {
        try (Clients silent = new Clients()) {
            long idleUntilNs = workload.idleNs() == 0 ? 0 : silence(silent);
            for (Transport transport : transports) {
                if (!stopping.get()) {
                    load(transport);
                }
            }
            while (!stopping.get() && clock.getAsLong() < idleUntilNs) {
                listener.at("nobody says anything, for " + (idleUntilNs - clock.getAsLong()) / 1_000_000_000L + " s more");
                LockSupport.parkNanos(200 * MILLISECOND);
            }
        }
        LockSupport.parkNanos(300 * MILLISECOND);       // for the last packets of those that have closed
    }

    /** Ends the servers. Not while {@link #run} runs. */
    @Override
    public void close() {
        servers.forEach(ChatServer::close);
        servers.clear();
    }

    private ChatServer serve() throws IOException {
        ChatServer server = ChatServer.start(ServerOptions.DEFAULT.withLimits(Limits.DEFAULT
                .withMessageOctets(Math.max(workload.size(), 1_024)).withQueue(10_000, 64L << 20)));
        servers.add(server);
        return server;
    }

    /** Connects one client over each transport; returns when the time that counts is over. */
    private long silence(Clients silent) {
        List<Integer> ports = new ArrayList<>();
        List<Transport> connected = new ArrayList<>();
        for (Transport transport : transports) {
            listener.at("connecting clients that will say nothing: " + transport.id());
            try {
                ChatServer server = serve();
                silent.join(transport, server, 0, workload, text -> { });
                ports.add(server.port());
                connected.add(transport);
            } catch (IOException | RuntimeException e) {
                listener.failed(transport, why(e));
            }
        }
        long beginNs = clock.getAsLong() + QUIET_AFTER_NS;
        for (int i = 0; i < ports.size(); i++) {
            listener.begins(CostPlan.idle(connected.get(i).id(), ports.get(i), 1, beginNs, workload.idleNs()));
        }
        return beginNs + workload.idleNs();
    }

    private void load(Transport transport) {
        try {
            listener.at(transport.id() + ": warming up");
            if (warm == null) {
                warm = serve();
            }
            load(transport, warm, new Workload(2, Math.min(WARM_UP, workload.messages()), Workload.MIN_SIZE, 150, 20, 0));
            ChatServer server = serve();
            listener.begins(CostPlan.load(transport.id(), server.port(), workload.clients(), workload.messages(),
                    workload.size()));
            load(transport, server, workload);
        } catch (IOException | RuntimeException e) {
            listener.failed(transport, why(e));
        }
    }

    private void load(Transport transport, ChatServer server, Workload load) throws IOException {
        AtomicInteger heard = new AtomicInteger();
        try (Clients clients = new Clients()) {
            for (int i = 0; i < load.clients(); i++) {
                clients.join(transport, server, i, load, text -> heard.incrementAndGet());
            }
            talk(transport, clients.all, heard, load);
        }
    }

    /** All clients speak at their times. */
    private void talk(Transport transport, List<ChatClient> clients, AtomicInteger heard, Workload load) throws IOException {
        AtomicReference<Exception> failure = new AtomicReference<>();
        double gapNs = 1e9 / load.rate();
        long startNs = clock.getAsLong() + 50 * MILLISECOND;
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < clients.size(); i++) {
            int client = i;
            Thread thread = new Thread(() -> {
                try {
                    for (int n = 0; n < load.messages() && !stopping.get(); n++) {
                        // Clients take turns, so that the load is even.
                        long atNs = startNs + (long) ((n + (double) client / clients.size()) * gapNs);
                        await(atNs);
                        clients.get(client).send(new Stamp(client, n, atNs).text(load.size()));
                    }
                } catch (IOException | RuntimeException e) {
                    failure.compareAndSet(null, e);
                }
            }, "cost-" + client);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        int all = clients.size() * load.messages();
        long endNs = startNs + (long) (load.messages() * gapNs);
        while (threads.stream().anyMatch(Thread::isAlive) && !stopping.get()) {
            listener.at(transport.id() + ": " + heard.get() + " of " + all + " messages");
            LockSupport.parkNanos(100 * MILLISECOND);
        }
        long settleNs = Math.max(endNs, clock.getAsLong()) + SETTLE_NS + 2 * load.pollMs() * MILLISECOND;
        while (heard.get() < all && failure.get() == null && clock.getAsLong() < settleNs && !stopping.get()) {
            LockSupport.parkNanos(10 * MILLISECOND);
        }
        LockSupport.parkNanos(100 * MILLISECOND);       // one that comes twice would come now
        if (failure.get() != null) {
            throw new IOException(why(failure.get()), failure.get());
        }
    }

    private void await(long atNs) {
        for (long left = atNs - clock.getAsLong(); left > 0 && !stopping.get(); left = atNs - clock.getAsLong()) {
            LockSupport.parkNanos(Math.min(left, 50 * MILLISECOND));
        }
    }

    private static String why(Exception e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    /** Clients that end together. */
    private static final class Clients implements AutoCloseable {
        private final List<ChatClient> all = new ArrayList<>();

        void join(Transport transport, ChatServer server, int number, Workload workload, Consumer<String> heard)
                throws IOException {
            all.add(ChatClient.connect(transport, server.uri(), ClientOptions.named("c" + number)
                    .withRoom(ROOM + number).withEcho(true).withPollMs(workload.pollMs()), heard::accept));
        }

        @Override
        public void close() {
            all.forEach(ChatClient::close);
        }
    }
}
