package packetlab.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import packetlab.latency.Experiment;
import packetlab.latency.Experiments;
import packetlab.latency.Peer;
import packetlab.latency.Peers;
import packetlab.latency.Plan;
import packetlab.latency.ServerProcesses;
import packetlab.latency.Setting;
import packetlab.latency.Setting.Placement;
import packetlab.os.Cpus;
import packetlab.os.Interfaces;
import packetlab.os.PermissionException;
import packetlab.os.SocketAddress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Measures what messages cost in time on each kind of socket. */
@Command(name = "latency", subcommands = LatencyCompareCommand.class,
        description = "Measures round trips of messages: stream against datagram, and what else there is.",
        footer = {"", "Examples:",
            "  packetlab latency                                    tcp against udp, 64 bytes",
            "  packetlab latency -t tcp -t unix-stream -s 64 -s 4K  each combination is a row",
            "  packetlab latency -t udp --wait block --wait spin    what blocking costs",
            "  packetlab latency -t tcp --rate 5000                 open loop: no stall is hidden",
            "  packetlab latency -t tcp,udp --wire                  where the time goes, by kernel stamps",
            "  packetlab latency --peer sockperf                    another program beside, in turn",
            "  packetlab latency --experiment nagle                 a known effect; --list names them",
            "  packetlab latency --serve 0.0.0.0:7000               and on another host:",
            "  packetlab latency --connect 192.0.2.1:7000",
            "  packetlab latency --json > a.json; packetlab latency compare a.json b.json",
            "", "Latency is that of the whole round trip, in microseconds; both ends run on one processor of this",
            "machine unless told otherwise. mad is the mean absolute deviation; cpu what both ends computed",
            "for each message. A percentile with less than ten samples beyond it is not printed."})
final class LatencyCommand implements Callable<Integer> {
    /** Names for completion and suggestions. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Experiments.all(new Placement(0, 0), new Placement(0, 0)).stream().map(Experiment::name).iterator();
        }
    }

    @Mixin
    LatencyOptions what;

    @Option(names = {"-n", "--messages"}, order = 20, paramLabel = "N",
            description = "messages of each round (default: 20000)")
    Long messages;

    @Option(names = "--rounds", order = 21, paramLabel = "N",
            description = "rounds of each row, in turn with the others (default: 5)")
    Integer rounds;

    @Option(names = "--duration", order = 22, paramLabel = "TIME", converter = Durations.class,
            description = "of each round at most (default: 60s)")
    Long durationNs;

    @Option(names = "--warmup", order = 23, paramLabel = "N",
            description = "messages before each round at most, until latency stands still (default: 20000)")
    Long warmUp;

    @Option(names = "--timeout", order = 24, paramLabel = "TIME", converter = Durations.class,
            description = "after which a datagram counts as lost (default: 1s)")
    Long timeoutNs;

    @Option(names = "--wire", order = 25,
            description = "capture the packets and split each round trip by the kernel's stamps; with --connect by those "
                    + "of the own socket")
    boolean wire;

    @Option(names = "--processes", order = 26, paramLabel = "1|2",
            description = "client and server in one process or in two (default: 1)")
    Integer processes;

    @Option(names = "--peer", order = 27, paramLabel = "NAME",
            description = "another program beside ours: sockperf, qperf, or a PATH; repeatable")
    List<String> peerNames;

    @Option(names = {"-e", "--experiment"}, order = 28, paramLabel = "NAME", completionCandidates = Names.class,
            description = "measure a known effect: ${COMPLETION-CANDIDATES}")
    String experimentName;

    @Option(names = "--list", order = 29, description = "list the experiments and exit")
    boolean list;

    @Mixin
    LatencyHalves halves;

    @Mixin
    LatencyFiles files;

    @Mixin
    CommonOptions common;

    @ParentCommand
    Main main;

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (list) {
            return list();
        }
        files.check();
        checkNumbers();
        try {
            return measure();
        } catch (PermissionException e) {
            throw LiveCapture.failure(e);
        }
    }

    private int measure() throws IOException {
        Experiment experiment = experiment();
        List<Setting> settings = experiment == null ? what.settings(halves.connects()) : experiment.settings();
        if (halves.serves()) {
            return halves.serve(main, settings);
        }
        SocketAddress server = halves.server(settings);
        if (wire && settings.stream().anyMatch(s -> s.mode() == Setting.Mode.OPEN || s.connections() > 1)) {
            throw wrong("--wire splits round trips of the closed loop on one connection: not with --rate or --connections");
        }
        boolean raw = settings.stream().anyMatch(s -> s.transport().isRaw());
        boolean own = experiment != null && experiment.ownNetwork();
        new LatencyPlace(main).settle(raw || wire && server == null, own);
        if (own) {
            Interfaces.setMtu("lo", experiment.mtu());
        }
        Plan plan = adapt(experiment == null ? Plan.of(5, 20_000) : experiment.plan()).withWire(wire)
                .servedBy(processes == null ? 1 : processes, server);
        if (wire && plan.messages() > Plan.MAX_WIRE_MESSAGES) {
            throw wrong("with --wire a round has at most " + Plan.MAX_WIRE_MESSAGES + " messages");
        }
        if (plan.rounds() * settings.size() > Plan.MAX_ROUNDS_OF_ALL) {
            throw wrong(settings.size() + " rows of " + plan.rounds() + " rounds are more than " + Plan.MAX_ROUNDS_OF_ALL
                    + " rounds in all");
        }
        LatencyRun run = new LatencyRun(main, common, files);
        boolean omission = experiment == null ? what.showsOmission() : experiment.omission();
        if (plan.processes() == 2) {
            try (ServerProcesses servers = new ServerProcesses(LatencyPlace.thisProgram())) {
                return run.run(settings, plan, omission, servers, peers(), experiment);
            }
        }
        return run.run(settings, plan, omission, null, peers(), experiment);
    }

    private void checkNumbers() {
        if (rounds != null && (rounds < 1 || rounds > Plan.MAX_ROUNDS)) {
            throw wrong("--rounds is from 1 to " + Plan.MAX_ROUNDS + ", not " + rounds);
        }
        if (messages != null && (messages < 1 || messages > Plan.MAX_MESSAGES)) {
            throw wrong("--messages is from 1 to " + Plan.MAX_MESSAGES + ", not " + messages);
        }
        if (warmUp != null && (warmUp < 0 || warmUp > Plan.MAX_MESSAGES)) {
            throw wrong("--warmup is from 0 to " + Plan.MAX_MESSAGES + ", not " + warmUp);
        }
        if (processes != null && processes != 1 && processes != 2) {
            throw wrong("--processes is 1 or 2, not " + processes);
        }
    }

    /** What the user says counts more. */
    private Plan adapt(Plan plan) {
        return new Plan(rounds == null ? plan.rounds() : rounds, messages == null ? plan.messages() : messages,
                durationNs == null ? plan.longestNs() : durationNs, warmUp == null ? plan.warmUp() : warmUp,
                timeoutNs == null ? plan.limitNs() : timeoutNs, false, 1, null, () -> false);
    }

    private Experiment experiment() throws IOException {
        if (experimentName == null) {
            return null;
        }
        List<Integer> cpus = Cpus.allowed();
        int second = cpus.get(cpus.size() > 1 ? 1 : 0);
        for (Experiment e : Experiments.all(new Placement(cpus.get(0), cpus.get(0)), new Placement(cpus.get(0), second))) {
            if (e.name().equals(experimentName)) {
                return e;
            }
        }
        throw wrong("there is no experiment " + experimentName + "; there are: " + String.join(", ", new Names()));
    }

    private List<Peer> peers() {
        List<Peer> peers = new ArrayList<>();
        for (String name : peerNames == null ? List.<String>of() : peerNames) {
            Peer peer = Peers.find(name);
            if (peer == null) {
                boolean known = name.equals("sockperf") || name.equals("qperf");
                throw known ? Failure.failed(name + " is not installed (as root: apt-get install " + name + ")", null)
                        : wrong("--peer is sockperf, qperf or the path of a program, not " + name);
            }
            peers.add(peer);
        }
        return peers;
    }

    Main main() {
        return main;
    }

    private int list() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (Experiment e : Experiments.all(new Placement(0, 0), new Placement(0, 0))) {
            lines.append(String.format("  %-14s%s%n", e.name(), e.summary()));
        }
        main.print(lines.toString());
        return ExitStatus.DONE;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
