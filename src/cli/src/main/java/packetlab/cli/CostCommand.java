package packetlab.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import packetlab.web.Transport;
import packetlab.web.cost.CostLoad.Workload;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Tells what a message costs on each transport of the browser era. */
@Command(name = "cost", description = {"Runs the same load of messages over each transport of the browser era, from HTTP "
        + "polling to WebSocket, SockJS and Socket.IO, captures it, and tells what each delivered message costs.",
        "A message goes from a client to the server and back to it; everything is counted from the captured packets."},
        footer = {"", "Examples:",
            "  packetlab cost                                         all transports, in about a minute and a half",
            "  packetlab cost -t websocket,http-long-polling -n 500   some of them, with more messages",
            "  packetlab cost -s 1000 --rate 2 --poll 5s --idle 5m    larger and fewer messages, a slower polling",
            "  packetlab cost -w cost.pcapng --svg cost.svg --csv cost.csv",
            "  packetlab cost --read cost.pcapng                      the same figures from the recording",
            "  packetlab cost --read other.pcap                       of any capture: what each port carried",
            "", "framing: WebSocket with its mask, SockJS, Engine.IO, Socket.IO, server-sent events, chunks. TCP/IP: the",
            "headers of packets that carry something; ACKs: packets that only acknowledge. Loopback has no headers of a",
            "network card, but as long ones: 14 octets of each packet are the link's. Idle: one client, no messages.",
            "Delivery counts from when a message was to be sent, so a late sender hides nothing."})
final class CostCommand implements Callable<Integer> {
    private static final int MAX_CLIENTS = 500, MAX_MESSAGES = 100_000, MAX_SIZE = 16_000, MAX_POLL_MS = 600_000;
    private static final long MAX_LOAD = 1_000_000;
    private static final double MAX_RATE = 1_000;

    /** Names for completion and suggestions. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Transport.all().stream().map(Transport::id).iterator();
        }
    }

    @Option(names = {"-t", "--transport"}, order = 10, paramLabel = "NAME", split = ",", completionCandidates = Names.class,
            description = "${COMPLETION-CANDIDATES}; repeatable (default: all)")
    List<String> names = new ArrayList<>();

    @Option(names = "--clients", order = 11, paramLabel = "N", description = "clients of each transport (default: 10)")
    int clients = 10;

    @Option(names = {"-n", "--messages"}, order = 12, paramLabel = "N", description = "messages of each client (default: 100)")
    int messages = 100;

    @Option(names = {"-s", "--size"}, order = 13, paramLabel = "BYTES", description = "octets of each message (default: 64)")
    int size = 64;

    @Option(names = "--rate", order = 14, paramLabel = "N", description = "messages a second of each client (default: 20)")
    double rate = 20;

    @Option(names = "--poll", order = 15, paramLabel = "TIME", converter = Durations.class,
            description = "between two questions of HTTP polling (default: 1s)")
    long pollNs = 1_000_000_000L;

    /** A time, or none. */
    static final class Silence implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return text.equals("none") ? 0L : new Durations().convert(text);
        }
    }

    @Option(names = "--idle", order = 19, paramLabel = "TIME|none", converter = Silence.class,
            description = "for so long one client more of each transport is connected and says nothing, while the others "
                    + "are loaded and beyond it (default: 60s)")
    long idleNs = 60_000_000_000L;

    @Option(names = {"-w", "--write"}, order = 21, paramLabel = "FILE",
            description = "record the packets (pcapng), with the plan as comments")
    Path file;

    @Option(names = {"-r", "--read"}, order = 22, paramLabel = "FILE", description = "count what a recording holds; run nothing")
    Path recording;

    @Option(names = "--list", order = 23, description = "list the transports and exit")
    boolean list;

    @Mixin
    BackendOptions backend;

    @Mixin
    CostFiles files;

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
        CostRun run = new CostRun(main, common, files);
        if (recording != null) {
            if (file != null) {
                throw wrong("--read runs nothing, so there is nothing to --write");
            }
            return run.read(recording);
        }
        Recording.requireFile(spec, file);
        return run.run(transports(), workload(), backend, file);
    }

    private List<Transport> transports() {
        List<Transport> chosen = new ArrayList<>();
        for (String name : names) {
            chosen.add(Transport.find(name).orElseThrow(() -> wrong("there is no transport " + name + "; there are: "
                    + String.join(", ", new Names()))));
        }
        return chosen.isEmpty() ? Transport.all() : chosen.stream().distinct().toList();
    }

    private Workload workload() {
        require(clients, 1, MAX_CLIENTS, "--clients");
        require(messages, 1, MAX_MESSAGES, "--messages");
        require(size, Workload.MIN_SIZE, MAX_SIZE, "--size");
        if (!(rate > 0 && rate <= MAX_RATE)) {
            throw wrong("--rate is more than 0 and at most 1000, not " + rate);
        }
        if ((long) clients * messages > MAX_LOAD) {
            throw wrong(clients + " clients with " + messages + " messages each are more than a million messages");
        }
        return new Workload(clients, messages, size, rate, (int) Math.max(1, Math.min(MAX_POLL_MS, pollNs / 1_000_000)),
                idleNs);
    }

    private void require(int value, int least, int most, String option) {
        if (value < least || value > most) {
            throw wrong(option + " is from " + least + " to " + most + ", not " + value);
        }
    }

    private int list() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (Transport t : Transport.all()) {
            lines.append(String.format("  %-22s%s%n", t.id(), t.description()));
        }
        main.print(lines.toString());
        return ExitStatus.DONE;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
