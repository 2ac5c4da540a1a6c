package packetlab.cli;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import packetlab.latency.Setting;
import packetlab.latency.Setting.Mode;
import packetlab.latency.Setting.Placement;
import packetlab.latency.Transport;
import packetlab.os.Cpus;
import packetlab.os.OsException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What is measured: each combination of what is said more than once is a row. */
final class LatencyOptions {
    /** Names for completion. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Stream.concat(Stream.of(Transport.values()).map(Transport::word), Stream.of("raw")).iterator();
        }
    }

    enum Switch {
        on, off
    }

    private static final int MAX_ROWS = 64;
    private static final Pattern STALL = Pattern.compile("(.+)/(.+)");

    @Option(names = {"-t", "--transport"}, order = 1, paramLabel = "NAME", completionCandidates = Names.class,
            description = "tcp, udp, unix-stream, unix-datagram, raw-datagram, raw-icmp, raw (both), websocket, http; "
                    + "repeatable (default: tcp and udp)")
    List<String> transports;

    @Option(names = {"-s", "--size"}, order = 2, paramLabel = "SIZE", converter = Sizes.class,
            description = "octets of a message, such as 64 or 16K, from 8; repeatable (default: 64)")
    List<Long> sizes;

    @Option(names = "--rate", order = 3, paramLabel = "N",
            description = "open loop: so many messages a second, each at its planned time, from which its latency counts "
                    + "(default: closed loop, as fast as answers come)")
    Long rate;

    @Option(names = "--show-omission", order = 4,
            description = "with --rate: closed and open loop side by side, at that rate")
    boolean showOmission;

    @Option(names = "--wait", order = 5, paramLabel = "HOW",
            description = "how both ends wait: ${COMPLETION-CANDIDATES}; repeatable (default: block)")
    List<Setting.Wait> waits;

    @Option(names = "--cpu", order = 6, paramLabel = "C[,S]",
            description = "processor of the client and of the server, such as 0,1, or any; repeatable (default: both on the "
                    + "first one; spinning on the first two)")
    List<String> cpus;

    @Option(names = "--connections", order = 7, paramLabel = "N", defaultValue = "1",
            description = "connections over which the messages go in turn (default: 1)")
    int connections;

    @Option(names = "-6", order = 8, description = "IPv6 instead of IPv4")
    boolean ipv6;

    @Option(names = "--tcp-nodelay", order = 9, paramLabel = "on|off",
            description = "TCP_NODELAY, on or off; repeatable (default: on)")
    List<Switch> noDelay;

    @Option(names = "--sndbuf", order = 10, paramLabel = "SIZE", converter = Sizes.class,
            description = "octets of SO_SNDBUF (default: the kernel's choice)")
    Long sendBuffer;

    @Option(names = "--rcvbuf", order = 11, paramLabel = "SIZE", converter = Sizes.class,
            description = "octets of SO_RCVBUF (default: the kernel's choice)")
    Long receiveBuffer;

    @Option(names = "--busy-poll", order = 12, paramLabel = "US", defaultValue = "0",
            description = "microseconds of SO_BUSY_POLL (needs CAP_NET_ADMIN; no effect on lo)")
    int busyPollUs;

    @Option(names = "--quickack", order = 13, description = "TCP_QUICKACK before every receive")
    boolean quickAck;

    @Option(names = "--stall", order = 14, paramLabel = "FOR/EVERY",
            description = "the server sleeps so long and so often, such as 50ms/1s, to see what becomes of the table")
    String stall;

    @Spec(Spec.Target.MIXEE)
    CommandSpec spec;

    boolean showsOmission() {
        return showOmission;
    }

    /**
     * The rows, in the order in which they take turns.
     *
     * @param serverElsewhere whether the server's processor is not ours to choose
     */
    List<Setting> settings(boolean serverElsewhere) throws OsException {
        if (showOmission && rate == null) {
            throw wrong("--show-omission needs --rate: both loops send at the same planned times");
        }
        List<Setting> settings = new ArrayList<>();
        for (Transport transport : transports()) {
            for (long size : sizes == null ? List.of(64L) : sizes) {
                for (Setting.Wait wait : waits == null ? List.of(Setting.Wait.BLOCK) : waits) {
                    for (Placement placement : placements(wait, serverElsewhere)) {
                        for (Switch delay : noDelay == null ? List.of(Switch.on) : noDelay) {
                            add(settings, transport, size, wait, placement, delay == Switch.on);
                        }
                    }
                }
            }
        }
        if (settings.size() > MAX_ROWS) {
            throw wrong("these are " + settings.size() + " combinations, and " + MAX_ROWS + " rows are the most");
        }
        return settings;
    }

    private void add(List<Setting> settings, Transport transport, long size, Setting.Wait wait, Placement placement,
                     boolean withoutDelay) {
        try {
            Setting setting = Setting.of(transport, (int) Math.min(size, Integer.MAX_VALUE), placement).awaiting(wait)
                    .over(connections, ipv6 ? 6 : 4)
                    .with(new Setting.SocketOptions(withoutDelay, octets(sendBuffer), octets(receiveBuffer), busyPollUs,
                            quickAck))
                    .with(trouble());
            if (rate == null) {
                settings.add(setting);
                return;
            }
            if (showOmission) {
                settings.add(setting.at(Mode.CLOSED, rate));
            }
            settings.add(setting.at(Mode.OPEN, rate));
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    private int octets(Long size) {
        if (size != null && (size < 1 || size > 1 << 30)) {
            throw wrong("a socket's buffer has from 1 to 1G octets, not " + size);
        }
        return size == null ? 0 : size.intValue();
    }

    private List<Transport> transports() {
        List<Transport> all = new ArrayList<>();
        for (String name : transports == null ? List.of("tcp", "udp") : transports) {
            for (String one : name.split(",")) {
                List<Transport> named = Transport.named(one);
                if (named.isEmpty()) {
                    throw wrong("there is no transport " + one + "; there are: " + String.join(", ", new Names()));
                }
                named.stream().filter(t -> !all.contains(t)).forEach(all::add);
            }
        }
        return all;
    }

    private List<Placement> placements(Setting.Wait wait, boolean serverElsewhere) throws OsException {
        List<Integer> allowed = Cpus.allowed();
        if (cpus == null && serverElsewhere) {
            return List.of(new Placement(allowed.get(0), Placement.ANY));
        }
        if (cpus == null) {
            // Who spins never lets the other end run on the same processor.
            int second = wait == Setting.Wait.SPIN && allowed.size() > 1 ? 1 : 0;
            return List.of(new Placement(allowed.get(0), allowed.get(second)));
        }
        List<Placement> placements = new ArrayList<>();
        for (String text : cpus) {
            String[] both = text.split("[,/]", -1);
            if (both.length > 2) {
                throw wrong("--cpu takes one or two processors, such as 0,1, not " + text);
            }
            placements.add(new Placement(cpu(both[0], allowed), cpu(both[both.length - 1], allowed)));
        }
        return placements;
    }

    private int cpu(String text, List<Integer> allowed) {
        if (text.equals("any")) {
            return Placement.ANY;
        }
        int cpu = text.matches("\\d{1,4}") ? Integer.parseInt(text) : -1;
        if (!allowed.contains(cpu)) {
            throw wrong("there is no processor " + text + " here; there are: "
                    + String.join(", ", allowed.stream().map(String::valueOf).toList()) + ", any");
        }
        return cpu;
    }

    private Setting.Trouble trouble() {
        if (stall == null) {
            return Setting.Trouble.NONE;
        }
        Matcher parts = STALL.matcher(stall);
        if (!parts.matches()) {
            throw wrong("--stall takes FOR/EVERY, such as 50ms/1s, not " + stall);
        }
        try {
            Durations durations = new Durations();
            return Setting.Trouble.stall(durations.convert(parts.group(2)), durations.convert(parts.group(1)));
        } catch (picocli.CommandLine.TypeConversionException e) {
            throw wrong("--stall: " + e.getMessage());
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
