package packetlab.latency;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import packetlab.event.Event;
import packetlab.event.LatencyEvent;
import packetlab.os.SocketAddress;
import packetlab.os.Sockets;
import packetlab.os.WallClock;

/** The programs that can be measured beside ours. */
public final class Peers {
    private static final long BEGIN_MS = 5_000, BEGIN_QUIETLY_MS = 300, LONGEST_MS = 120_000;
    private static final double NS_PER_US = 1e3;

    private Peers() {}

    /** By name, or by the path of a program that speaks like {@code src/bench/src/main/c/ping-pong.c}; null for neither. */
    public static Peer find(String name) {
        if (name.equals("sockperf") || name.equals("qperf")) {
            String program = inPath(name);
            return program == null ? null : name.equals("sockperf") ? new Sockperf(program) : new Qperf(program);
        }
        return name.indexOf('/') >= 0 && Files.isExecutable(Path.of(name)) ? new Program(name) : null;
    }

    private static String inPath(String name) {
        for (String folder : String.valueOf(System.getenv("PATH")).split(File.pathSeparator)) {
            Path program = Path.of(folder.isEmpty() ? "." : folder, name);
            if (Files.isExecutable(program) && program.isAbsolute()) {
                return program.toString();
            }
        }
        return null;
    }

    /** A port that nobody uses at this moment. */
    private static int freePort(boolean stream) throws IOException {
        int fd = Sockets.socket(Sockets.AF_INET, (stream ? Sockets.SOCK_STREAM : Sockets.SOCK_DGRAM)
                | Sockets.SOCK_CLOEXEC, 0);
        try {
            Sockets.bind(fd, SocketAddress.loopback(0));
            return ((SocketAddress.Ipv4) Sockets.getsockname(fd)).port();
        } finally {
            Ends.close(fd);
        }
    }

    /** The row of a peer: medians of its rounds, as their samples are not known; the extremes of all. */
    public static LatencyEvent.Result row(int row, Setting s, Peer peer, List<Peer.Figures> rounds) {
        long count = rounds.stream().mapToLong(Peer.Figures::count).sum();
        long lost = rounds.stream().mapToLong(Peer.Figures::lost).sum();
        long[] medians = rounds.stream().mapToLong(Peer.Figures::p50Ns).sorted().toArray();
        long spread = medians.length < 2 ? Event.UNKNOWN : medians[medians.length - 1] - medians[0];
        return new LatencyEvent.Result(WallClock.nowNs(), row, peer.name(), s.transport().word(), s.mode().word(), "send",
                s.size(), s.rate() == 0 ? Event.UNKNOWN : s.rate(), s.waiting().word(), s.placement().text(),
                s.remark().isEmpty() ? null : s.remark(), rounds.size(), count, lost, Event.UNKNOWN, Event.UNKNOWN,
                rounds.stream().mapToLong(Peer.Figures::minNs).min().orElse(Event.UNKNOWN),
                median(rounds.stream().mapToLong(Peer.Figures::p50Ns).toArray()),
                median(rounds.stream().mapToLong(Peer.Figures::p90Ns).toArray()),
                median(rounds.stream().mapToLong(Peer.Figures::p99Ns).toArray()),
                median(rounds.stream().mapToLong(Peer.Figures::p999Ns).toArray()),
                rounds.stream().mapToLong(Peer.Figures::maxNs).max().orElse(Event.UNKNOWN),
                median(rounds.stream().mapToLong(Peer.Figures::madNs).toArray()), Event.UNKNOWN, spread);
    }

    private static long median(long[] values) {
        Arrays.sort(values);
        if (values.length == 0 || values[0] == Event.UNKNOWN) {
            return Event.UNKNOWN;
        }
        return (values[(values.length - 1) / 2] + values[values.length / 2]) / 2;
    }

    /** sockperf ping-pong, with --full-rtt: it would print half the round trip. */
    private record Sockperf(String program) implements Peer {
        private static final Pattern OBSERVATIONS = Pattern.compile("Total (\\d+) observations");
        private static final Pattern DROPPED = Pattern.compile("dropped messages = (\\d+)");
        private static final int LEAST = 14;

        @Override
        public String name() {
            return "sockperf";
        }

        @Override
        public String remark() {
            return "sockperf: run with --full-rtt, as it prints half the round trip otherwise; medians of its rounds, of a "
                    + "second each";
        }

        @Override
        public boolean measures(Setting s) {
            return (s.transport() == Transport.TCP || s.transport() == Transport.UDP) && plain(s) && s.size() >= LEAST;
        }

        @Override
        public Figures measure(Setting s, long messages) throws IOException {
            boolean tcp = s.transport() == Transport.TCP;
            List<String> both = new ArrayList<>(List.of("-i", "127.0.0.1", "-p", Integer.toString(freePort(tcp))));
            if (tcp) {
                both.add("--tcp");
            }
            if (s.waiting() == Setting.Wait.SPIN) {
                both.add("--nonblocked");
            }
            try (PeerProgram server = new PeerProgram(s.placement().server(), command("server", both))) {
                server.await("on socket(s)", BEGIN_MS);
                List<String> client = command("ping-pong", both);
                client.addAll(List.of("-m", Integer.toString(s.size()), "-t", "1", "--full-rtt"));
                try (PeerProgram measuring = new PeerProgram(s.placement().client(), client)) {
                    return parse(measuring.output(LONGEST_MS));
                }
            }
        }

        private List<String> command(String mode, List<String> more) {
            List<String> command = new ArrayList<>(List.of(program, mode));
            command.addAll(more);
            return command;
        }

        private static Figures parse(String text) throws IOException {
            long count = (long) number(OBSERVATIONS, text);
            return new Figures(count, (long) number(DROPPED, text), ns("<MIN> observation", text),
                    ns("percentile 50.000", text), ns("percentile 90.000", text), ns("percentile 99.000", text),
                    count >= 10_000 ? ns("percentile 99.900", text) : Event.UNKNOWN, ns("<MAX> observation", text),
                    Event.UNKNOWN);
        }

        private static long ns(String name, String text) throws IOException {
            return Math.round(number(Pattern.compile(Pattern.quote(name) + " = +([0-9.]+)"), text) * NS_PER_US);
        }
    }

    /** qperf's tcp_lat and udp_lat, which print the mean of one way: doubled. */
    private record Qperf(String program) implements Peer {
        private static final Pattern LATENCY = Pattern.compile("latency += +([0-9.]+) (ns|us|ms)");

        @Override
        public String name() {
            return "qperf, mean";
        }

        @Override
        public String remark() {
            return "qperf prints the mean of one way: doubled here, and set in the column of the median";
        }

        @Override
        public boolean measures(Setting s) {
            return (s.transport() == Transport.TCP || s.transport() == Transport.UDP) && plain(s)
                    && s.waiting() == Setting.Wait.BLOCK;
        }

        @Override
        public Figures measure(Setting s, long messages) throws IOException {
            String port = Integer.toString(freePort(true));
            try (PeerProgram server = new PeerProgram(s.placement().server(), List.of(program, "-lp", port))) {
                server.begun(BEGIN_QUIETLY_MS);
                String test = s.transport() == Transport.TCP ? "tcp_lat" : "udp_lat";
                List<String> client = List.of(program, "-lp", port, "-t", "1", "-m", Integer.toString(s.size()), "-u",
                        "127.0.0.1", test);
                try (PeerProgram measuring = new PeerProgram(s.placement().client(), client)) {
                    return parse(measuring.output(LONGEST_MS));
                }
            }
        }

        private static Figures parse(String text) throws IOException {
            Matcher m = LATENCY.matcher(text);
            if (!m.find()) {
                throw new IOException("qperf said no latency: " + text.strip());
            }
            double unit = m.group(2).equals("ns") ? 1 : m.group(2).equals("us") ? NS_PER_US : 1e6;
            long ns = Math.round(2 * Double.parseDouble(m.group(1)) * unit);
            return new Figures(0, 0, Event.UNKNOWN, ns, Event.UNKNOWN, Event.UNKNOWN, Event.UNKNOWN, Event.UNKNOWN,
                    Event.UNKNOWN);
        }
    }

    /** A program of one line: count min p50 p90 p99 p99.9 max mad. */
    private record Program(String program) implements Peer {
        private static final int NUMBERS = 8;

        @Override
        public String name() {
            return Path.of(program).getFileName().toString();
        }

        @Override
        public String remark() {
            return null;
        }

        @Override
        public boolean measures(Setting s) {
            return (s.transport() == Transport.TCP || s.transport() == Transport.UDP
                    || s.transport() == Transport.UNIX_STREAM) && plain(s);
        }

        @Override
        public Figures measure(Setting s, long messages) throws IOException {
            List<String> command = List.of(program, s.transport().word(), s.waiting().word(), Integer.toString(s.size()),
                    "5000", Long.toString(messages), Integer.toString(s.placement().client()),
                    Integer.toString(s.placement().server()), "2");
            try (PeerProgram measuring = new PeerProgram(Setting.Placement.ANY, command)) {
                String[] said = measuring.output(LONGEST_MS).strip().split(" +");
                if (said.length != NUMBERS) {
                    throw new IOException(program + " said no " + NUMBERS + " numbers");
                }
                long[] n = new long[NUMBERS];
                for (int i = 0; i < NUMBERS; i++) {
                    n[i] = Long.parseLong(said[i]);
                }
                return new Figures(n[0], 0, n[1], n[2], n[3], n[4], n[0] >= 10_000 ? n[5] : Event.UNKNOWN, n[6], n[7]);
            } catch (NumberFormatException e) {
                throw new IOException(program + " said something else than numbers", e);
            }
        }
    }

    /** Whether nothing is asked for that only we do. */
    private static boolean plain(Setting s) {
        return s.mode() == Setting.Mode.CLOSED && s.rate() == 0 && s.connections() == 1 && s.ipVersion() == 4
                && s.options().equals(Setting.SocketOptions.DEFAULT) && s.trouble().equals(Setting.Trouble.NONE);
    }

    private static double number(Pattern pattern, String text) throws IOException {
        Matcher m = pattern.matcher(text);
        if (!m.find()) {
            String last = text.lines().map(String::strip).filter(l -> !l.isEmpty()).reduce((a, b) -> b).orElse("nothing");
            throw new IOException("it gave no result; the last that it said: " + last);
        }
        return Double.parseDouble(m.group(1));
    }
}
