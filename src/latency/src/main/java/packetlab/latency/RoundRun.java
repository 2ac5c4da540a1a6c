package packetlab.latency;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.HdrHistogram.Histogram;
import packetlab.event.Event;

/** One round of one setting: opens both ends, warms up, measures, and closes them. */
final class RoundRun {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long LONGEST_WARM_UP_NS = 3_000_000_000L;

    private final Setting setting;
    private final Plan plan;
    private final int number;
    private final boolean captured;
    private final Servers servers;
    private final Hindrance.StallLog stalls;

    /**
     * @param captured whether packets are captured meanwhile; with a server elsewhere, stamped by the kernel
     * @param servers  makes servers in other processes; null where none is needed
     */
    RoundRun(Setting setting, Plan plan, int number, boolean captured, Servers servers, Hindrance.StallLog stalls) {
        this.setting = setting;
        this.plan = plan;
        this.number = number;
        this.captured = captured;
        this.servers = servers;
        this.stalls = stalls;
    }

    Round run() throws IOException {
        int messages = (int) (plan.warmUp() + plan.messages());
        boolean serverIsOurs = servers == null && plan.server() == null && setting.transport() != Transport.RAW_ICMP;
        ServerTimes times = captured && serverIsOurs ? new ServerTimes(messages) : null;
        try (Server server = server(times)) {
            Client[] clients = new Client[setting.connections()];
            boolean here = captured && plan.server() == null;
            try (WireCapture capture = here ? new WireCapture(setting, server.address(), messages) : null) {
                for (int i = 0; i < clients.length; i++) {
                    clients[i] = Link.connect(setting, server.address(), plan.limitNs());
                }
                if (capture != null) {
                    capture.expect(clients[0]);
                }
                return inItsThread(clients, server, capture, times);
            } finally {
                for (Client client : clients) {
                    if (client != null) {
                        client.close();
                    }
                }
            }
        }
    }

    private Server server(ServerTimes times) throws IOException {
        if (plan.server() != null) {
            return new ElsewhereServer(plan.server());
        }
        return servers != null ? servers.start(setting) : Link.serve(setting, Link.usual(setting), times, stalls);
    }

    private Round inItsThread(Client[] clients, Server server, WireCapture capture, ServerTimes times)
            throws IOException {
        FutureTask<Round> task = new FutureTask<>(() -> measure(clients, server, capture, times));
        Thread thread = new Thread(task, "latency-client");
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            String why = server.failure();
            if (e.getCause() instanceof IOException io) {
                throw why == null ? io : new IOException(io.getMessage() + "; the server: " + why, io);
            }
            throw new IOException(e.getCause());
        }
    }

    private Round measure(Client[] clients, Server server, WireCapture capture, ServerTimes times) throws IOException {
        Ends.pin(setting.placement().client());
        Stop anytime = new Stop(plan.ending(), Long.MAX_VALUE / 2);
        ClosedLoop warm = new ClosedLoop(clients, anytime);
        boolean stamped = captured && capture == null && clients[0].stamp();
        if (stamped) {
            warm.stamped();
        }
        ClosedLoop.WarmUp warmUp = warm.warmUp(plan.warmUp(), Math.min(plan.longestNs(), LONGEST_WARM_UP_NS));
        WireTimes wire = capture == null && !stamped ? null
                : new WireTimes((int) (plan.warmUp() + plan.messages()), stamped);
        Stop stop = new Stop(plan.ending(), plan.longestNs());
        boolean open = setting.mode() == Setting.Mode.OPEN;
        long first = warm.next();
        Recorder recorder = new Recorder(first, plan.messages());
        ClosedLoop closed = warm.stoppedBy(stop);
        OpenLoop openLoop = open ? new OpenLoop(clients, setting, first, plan.messages(), stop) : null;
        long interval = setting.rate() == 0 ? 0 : 1_000_000_000L / setting.rate();
        boolean spins = setting.waiting() == Setting.Wait.SPIN;

        List<String> troubles = new ArrayList<>();
        JvmWork workBefore = JvmWork.now();
        long serverCpuBefore = server.cpuNs();
        long droppedBefore = dropped(server, clients);
        long cpuBefore = THREADS.getCurrentThreadCpuTime();
        long serverAllocatedBefore = server.allocated();
        long allocatedBefore = THREADS.getCurrentThreadAllocatedBytes();
        long sent = 0;
        try {
            if (open) {
                recorder = openLoop.run();
                sent = openLoop.sent();
            } else {
                sent = closed.measure(plan.messages(), interval, spins, recorder, wire);
            }
        } catch (IOException e) {
            if (recorder.latency.getTotalCount() == 0) {
                throw e;
            }
            troubles.add(e.getMessage());
            sent = recorder.latency.getTotalCount() + recorder.lost;
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - allocatedBefore;
        allocated += serverAllocatedBefore == Event.UNKNOWN ? 0 : server.allocated() - serverAllocatedBefore;
        long clientCpu = THREADS.getCurrentThreadCpuTime() - cpuBefore + (open ? openLoop.receiversCpuNs() : 0);
        long serverCpu = server.cpuNs() == Event.UNKNOWN ? Event.UNKNOWN : server.cpuNs() - serverCpuBefore;
        long dropped = droppedBefore == Event.UNKNOWN ? Event.UNKNOWN : dropped(server, clients) - droppedBefore;
        JvmWork work = JvmWork.now().since(workBefore);
        WireSplit split = stamped ? WireSteps.ofOwnSocket(wire, first, sent)
                : capture == null ? null : capture.split(wire, times, first, sent);
        if (server.failure() != null) {
            troubles.add("the server: " + server.failure());
        }
        Histogram latency = Recorder.packed(recorder.latency);
        Histogram fromSend = open ? Recorder.packed(recorder.fromSend) : latency;
        return new Round(number, sent, latency, fromSend, recorder.overTime, recorder.lost,
                recorder.late, recorder.duplicated, recorder.reordered, warmUp.messages(), warmUp.steady(), clientCpu,
                serverCpu, work.compileMs(), work.collections(), work.collectMs(), open ? Event.UNKNOWN : allocated,
                dropped, open ? Recorder.packed(openLoop.lateness) : null, split, sent < plan.messages(),
                troubles.isEmpty() ? null : String.join("; ", troubles));
    }

    /** At both ends, or UNKNOWN. */
    private static long dropped(Server server, Client[] clients) {
        long sum = server.dropped();
        if (sum != Event.UNKNOWN) {
            for (Client client : clients) {
                sum += client.dropped();
            }
        }
        return sum;
    }
}
