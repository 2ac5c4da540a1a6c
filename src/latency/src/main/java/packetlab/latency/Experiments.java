package packetlab.latency;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import packetlab.event.Event;
import packetlab.event.LatencyEvent;
import packetlab.latency.Setting.Mode;
import packetlab.latency.Setting.Placement;
import packetlab.latency.Setting.SocketOptions;
import packetlab.latency.Setting.Trouble;
import packetlab.latency.Setting.Wait;
import packetlab.report.LatencyTable;

/** The effects that are ready to be measured. */
public final class Experiments {
    private static final int SIZE = 64, ROUNDS = 3;
    private static final long MS = 1_000_000, S = 1_000 * MS;

    private Experiments() {}

    /**
     * All of them, in the order in which they are listed.
     *
     * @param together one processor for both ends
     * @param apart    one for each
     */
    public static List<Experiment> all(Placement together, Placement apart) {
        return List.of(nagle(together), headOfLine(together), mtu(together), connections(together), slowReader(together),
                overflow(together), unix(together), spinning(together, apart), stall(together));
    }

    private static Experiment nagle(Placement at) {
        Setting tcp = Setting.of(Transport.TCP, SIZE, at);
        SocketOptions nagle = SocketOptions.DEFAULT.withNoDelay(false);
        return new Experiment("nagle", "small writes, Nagle's algorithm and the delayed ACK",
                List.of("A request that is sent by two calls waits with Nagle's algorithm: its second half goes when the",
                        "first is acknowledged, which the receiver delays by some 40 ms, as it has nothing to send yet.",
                        "With TCP_NODELAY, or with one call, nobody waits."),
                List.of(tcp.with(Trouble.writes(1)).noted("one write").with(nagle),
                        tcp.with(Trouble.writes(2)).noted("two writes").with(nagle),
                        tcp.with(Trouble.writes(2)).noted("two writes")),
                Plan.of(ROUNDS, 5_000).lasting(2 * S), false, false, 0,
                List.of("packetlab demo nagle", "nstat -az TcpExtDelayedACKs TcpExtTCPAutoCorking"),
                rows -> List.of(ratio(rows, 1, 2, "two writes take %s us with Nagle's algorithm, %s us with TCP_NODELAY"),
                        ratio(rows, 1, 0, "two writes take %s us, one write %s us, both with Nagle's algorithm")));
    }

    private static Experiment headOfLine(Placement at) {
        Setting tcp = Setting.of(Transport.TCP, SIZE, at).at(Mode.OPEN, 2_000).with(Trouble.loss(50));
        Setting udp = Setting.of(Transport.UDP, SIZE, at).at(Mode.OPEN, 2_000).with(Trouble.loss(50));
        return new Experiment("head-of-line", "head-of-line blocking under loss: TCP against UDP",
                List.of("One request in 50 is lost before the server. TCP sends it again, and what was sent after it",
                        "waits meanwhile, as a stream has an order: nothing is lost, and the tail is long. Of UDP one in",
                        "50 is lost for good, and the others are not delayed."),
                List.of(tcp.with(Trouble.NONE).noted("no loss"), tcp.noted("loses 1 in 50"),
                        udp.with(Trouble.NONE).noted("no loss"), udp.noted("loses 1 in 50")),
                Plan.of(ROUNDS, 4_000).waiting(200 * MS), false, false, 0,
                List.of("packetlab demo reliable-stream", "nstat -az TcpRetransSegs TcpExtTCPLossProbes",
                        "ss -tinm 'dst 127.0.0.1'"),
                rows -> List.of(percentiles(rows, 1, "tcp with loss"), percentiles(rows, 3, "udp with loss"),
                        lost(rows, 1, "tcp with loss"), lost(rows, 3, "udp with loss")));
    }

    private static Experiment mtu(Placement at) {
        List<Setting> settings = new ArrayList<>();
        for (Transport t : List.of(Transport.UDP, Transport.TCP)) {
            for (int size : new int[] {1_400, 1_472, 1_473, 4_000}) {
                settings.add(Setting.of(t, size, at));
            }
        }
        return new Experiment("mtu", "payload size across the MTU, on a lo of 1,500 octets",
                List.of("A datagram of more than 1,472 octets (1,500 less 20 of IP and 8 of UDP) is cut into fragments",
                        "and put together again: a step between 1,472 and 1,473. TCP has no such step there: it cuts its",
                        "stream itself, and lo takes several segments as one (segmentation offload)."),
                settings, Plan.of(ROUNDS, 10_000), false, true, 1_500,
                List.of("packetlab demo udp-boundaries", "nstat -az IpFragCreates IpReasmOKs", "ip link show lo"),
                rows -> List.of(step(rows, 1, 2, "udp"), step(rows, 5, 6, "tcp")));
    }

    private static Experiment connections(Placement at) {
        Setting tcp = Setting.of(Transport.TCP, SIZE, at);
        Setting http = Setting.of(Transport.HTTP, SIZE, at);
        return new Experiment("connect", "a connection for each message against one that is kept",
                List.of("A connection of its own costs each message a handshake, the making of two sockets and their",
                        "end: several times the round trip, even where the network takes no time."),
                List.of(tcp.noted("kept"), tcp.with(Trouble.reconnecting()).noted("one for each message"),
                        http.noted("kept"), http.with(Trouble.reconnecting()).noted("one for each message")),
                Plan.of(ROUNDS, 1_500).warmingUp(3_000), false, false, 0,
                List.of("packetlab demo tcp-lifecycle", "ss -tan state time-wait | wc -l"),
                rows -> List.of(ratio(rows, 1, 0, "tcp: %s us with a connection each, %s us on one that is kept"),
                        ratio(rows, 3, 2, "http: %s us with a connection each, %s us on one that is kept")));
    }

    private static Experiment slowReader(Placement at) {
        Trouble slow = Trouble.work(MS);
        return new Experiment("slow-reader", "a server that reads more slowly than is sent",
                List.of("The server takes 1 ms for each message, and 2,000 a second are sent. TCP keeps all of them: each",
                        "waits longer than the one before, until buffers are full and the sender is held. UDP keeps what",
                        "its receive buffer holds and loses the rest: latency stops growing."),
                List.of(Setting.of(Transport.TCP, SIZE, at).at(Mode.OPEN, 2_000).with(slow),
                        Setting.of(Transport.UDP, SIZE, at).at(Mode.OPEN, 2_000).with(slow)),
                Plan.of(2, 2_000).warmingUp(500), false, false, 0,
                List.of("packetlab demo backpressure", "ss -tm 'dst 127.0.0.1'", "nstat -az UdpRcvbufErrors"),
                rows -> List.of(percentiles(rows, 0, "tcp"), percentiles(rows, 1, "udp"), lost(rows, 0, "tcp"),
                        lost(rows, 1, "udp")));
    }

    private static Experiment overflow(Placement at) {
        Setting udp = Setting.of(Transport.UDP, SIZE, at).at(Mode.OPEN, 10_000).with(Trouble.stall(100 * MS, 20 * MS));
        return new Experiment("udp-overflow", "a receive buffer of UDP that overflows",
                List.of("Ten times a second the server sleeps for 20 ms, in which 200 datagrams come. Each takes some 768",
                        "octets of the receive buffer, however small it is: a small buffer loses most of them, the",
                        "default one none. The kernel counts what it drops at either end: as many as were lost."),
                List.of(udp.with(SocketOptions.DEFAULT.withReceiveBuffer(4_096)),
                        udp.with(SocketOptions.DEFAULT.withReceiveBuffer(49_152)), udp.noted("default rcvbuf")),
                Plan.of(ROUNDS, 10_000), false, false, 0,
                List.of("packetlab demo udp-loss", "nstat -az UdpRcvbufErrors", "ss -uapm"),
                rows -> List.of(drops(rows, 0, "4 K"), drops(rows, 1, "48 K"), drops(rows, 2, "default")));
    }

    private static Experiment unix(Placement at) {
        List<Setting> settings = new ArrayList<>();
        for (int size : new int[] {SIZE, 16_384}) {
            settings.add(Setting.of(Transport.TCP, size, at));
            settings.add(Setting.of(Transport.UNIX_STREAM, size, at));
        }
        return new Experiment("unix", "a Unix socket against TCP over loopback",
                List.of("A Unix stream hands the octets from one socket to the other: no headers, no acknowledgements,",
                        "no network stack. It takes about two thirds of TCP's time for small messages."),
                settings, Plan.of(ROUNDS, 20_000), false, false, 0,
                List.of("packetlab demo unix-stream", "packetlab latency -t tcp -t unix-stream -s 64 -s 4K -s 64K"),
                rows -> List.of(ratio(rows, 1, 0, "64 bytes: unix-stream %s us, tcp %s us"),
                        ratio(rows, 3, 2, "16 K: unix-stream %s us, tcp %s us")));
    }

    private static Experiment spinning(Placement together, Placement apart) {
        List<Setting> settings = new ArrayList<>();
        for (Transport t : List.of(Transport.TCP, Transport.UDP)) {
            settings.add(Setting.of(t, SIZE, together));
            settings.add(Setting.of(t, SIZE, apart));
            settings.add(Setting.of(t, SIZE, apart).awaiting(Wait.SPIN));
        }
        return new Experiment("spin", "blocking against spinning, on one processor and on two",
                List.of("Who blocks must be woken. On one processor that is a switch; on another one it is an interrupt",
                        "to a processor that may be asleep, and takes two or three times as long. Who spins is never",
                        "asleep: the fastest of all, for the price of a whole processor on each side."),
                settings, Plan.of(ROUNDS, 20_000), false, false, 0,
                List.of("packetlab latency -t tcp --cpu 0,0 --cpu 0,1 --cpu any", "perf stat -e context-switches packetlab "
                        + "latency -t udp --wait spin"),
                rows -> List.of(ratio(rows, 1, 0, "tcp, blocking: %s us on two processors, %s us on one"),
                        ratio(rows, 2, 0, "tcp: %s us spinning on two, %s us blocking on one"),
                        ratio(rows, 5, 3, "udp: %s us spinning on two, %s us blocking on one")));
    }

    private static Experiment stall(Placement at) {
        Setting tcp = Setting.of(Transport.TCP, SIZE, at).with(Trouble.stall(S, 50 * MS));
        return new Experiment("stall", "coordinated omission: a server that sleeps 50 ms once a second",
                List.of("Both loops send 2,000 messages a second. The closed loop waits through a stall, which costs it",
                        "one sample in 2,000: its p99 shows nothing. The open loop counts from the planned time: of each",
                        "second's messages the 100 of the stall waited up to 50 ms: 5 %, so p99 is about 40 ms."),
                List.of(tcp.at(Mode.CLOSED, 2_000), tcp.at(Mode.OPEN, 2_000)),
                Plan.of(ROUNDS, 4_000), true, false, 0,
                List.of("packetlab latency -t tcp --rate 2000 --show-omission --stall 50ms/1s --svg stall.svg"),
                rows -> List.of(percentiles(rows, 0, "closed loop"), percentiles(rows, 1, "open loop"),
                        percentiles(rows, 2, "open loop, from the send call")));
    }

    private static String ratio(List<Row> rows, int one, int other, String words) {
        if (rows.size() <= Math.max(one, other)) {
            return "not all rows were measured";
        }
        long a = rows.get(one).result().p50Ns();
        long b = rows.get(other).result().p50Ns();
        if (a == Event.UNKNOWN || b == Event.UNKNOWN) {
            return "too few samples to compare";
        }
        return String.format(Locale.ROOT, words, LatencyTable.us(a), LatencyTable.us(b))
                + String.format(Locale.ROOT, ": %.2f x", (double) a / b);
    }

    private static String percentiles(List<Row> rows, int row, String name) {
        if (rows.size() <= row) {
            return name + " was not measured";
        }
        LatencyEvent.Result r = rows.get(row).result();
        return String.format(Locale.ROOT, "%s: p50 %s us, p99 %s us, max %s us", name, LatencyTable.us(r.p50Ns()),
                LatencyTable.us(r.p99Ns()), LatencyTable.us(r.maxNs()));
    }

    private static String lost(List<Row> rows, int row, String name) {
        if (rows.size() <= row) {
            return name + " was not measured";
        }
        LatencyEvent.Result r = rows.get(row).result();
        return String.format(Locale.ROOT, "%s: %,d of %,d messages lost", name, r.lost(), r.count() + r.lost());
    }

    private static String drops(List<Row> rows, int row, String name) {
        if (rows.size() <= row) {
            return name + " was not measured";
        }
        long dropped = rows.get(row).rounds().stream().mapToLong(Round::dropped).sum();
        return lost(rows, row, name) + String.format(Locale.ROOT, ", %,d dropped by the kernel's count", dropped);
    }

    private static String step(List<Row> rows, int before, int behind, String name) {
        return ratio(rows, behind, before, name + ": %s us behind the step, %s us before it");
    }
}
