package packetlab.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import packetlab.os.SocketAddress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Crafts packets, or takes them from a capture, and sends them through a raw socket. */
@Command(name = "send", description = {"Makes packets by the field, from hexadecimal, or from a capture, and sends them "
        + "through a raw socket.", "WHAT is tcp, udp, icmp, arp, connection, hex, or a capture file. Packets go to lo "
        + "and to private namespaces only, unless --allow-interface names another interface."},
        footer = {"", "Examples:",
            "  packetlab send tcp --dst 127.0.0.1:8080 --flags syn --option mss=1460 --ttl 7 --expect",
            "  packetlab send connection --dst 127.0.0.1:8080 --data 'GET / HTTP/1.0\\r\\n\\r\\n'",
            "  packetlab send udp --dst 127.0.0.1:53 --data hello --bad-checksum",
            "  packetlab send icmp --private --dst 127.0.0.1 --expect",
            "  packetlab send arp --private --src 10.78.0.1 --dst 10.78.0.2 --expect",
            "  packetlab send hex 4500001c00010000400100000a0909097f0000010800f7fd00010001",
            "  packetlab send capture.pcapng --map 192.0.2.1=127.0.0.1 --speed 10",
            "  packetlab send connection --dst 127.0.0.1:8000 --data hi -- python3 -m http.server 8000",
            "", "With a command behind --, or --private, all happens in a network of its own, without root; its other "
            + "end of the cable veth0 is the kernel's, 10.78.0.2."})
final class SendCommand implements Callable<Integer> {
    private static final List<String> KINDS = List.of("tcp", "udp", "icmp", "arp", "connection", "hex");

    @Parameters(paramLabel = "WHAT", arity = "0..*", description = "what is sent: see above; for hex, then the octets; behind -- a command to run beside it")
    List<String> words = new ArrayList<>();

    @Mixin
    CraftOptions craft;

    @Option(names = "--expect", order = 30, paramLabel = "TIME", arity = "0..1", fallbackValue = "1s", converter = Durations.class,
            description = "wait for an answer and show it (at most 1s, or that long); none: exit status 1")
    Long expectNs;

    @Option(names = {"-c", "--count"}, order = 31, paramLabel = "N", description = "send it so often")
    int count = 1;

    @Option(names = "--interval", order = 32, paramLabel = "TIME", converter = Durations.class, description = "between two of them (default: 100ms)")
    long intervalNs = 100_000_000;

    @Option(names = "--speed", order = 33, paramLabel = "FACTOR", description = "of a capture: so many times as fast as it was recorded (default: 1)")
    Double speed;

    @Option(names = "--rate", order = 34, paramLabel = "N", description = "of a capture: packets a second")
    Double rate;

    @Option(names = "--fast", order = 35, description = "of a capture: as fast as it goes")
    boolean fast;

    @Option(names = "--map", order = 36, paramLabel = "OLD=NEW", split = ",", description = "of a capture: put another address in the place of one")
    Map<String, String> map = new LinkedHashMap<>();

    @Option(names = {"-i", "--interface"}, order = 37, paramLabel = "NAME", description = "through which (default: lo; for arp veth0)")
    String device;

    @Option(names = "--allow-interface", order = 38, paramLabel = "NAME", description = "an interface other than lo that may be sent to")
    String allowed;

    @Option(names = "--private", order = 39, description = "in a network namespace of its own, where no root is needed")
    boolean inPrivate;

    @Mixin
    CommonOptions common;

    @ParentCommand
    Main main;

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (words.isEmpty()) {
            throw wrong("what? one of " + String.join(", ", KINDS) + ", or a capture file");
        }
        String what = words.get(0);
        Path capture = KINDS.contains(what) ? null : Path.of(what);
        if (capture != null && !Files.isReadable(capture)) {
            throw wrong("there is no capture " + what + ", and it is none of " + String.join(", ", KINDS));
        }
        int own = what.equals("hex") ? 2 : 1;
        if (words.size() < own) {
            throw wrong("send hex needs the octets of an IP packet");
        }
        if (count < 1 || count > 1_000_000) {
            throw wrong("--count is from 1 to 1000000, not " + count);
        }
        if (speed != null && !(speed > 0) || rate != null && !(rate > 0)) {
            throw wrong("--speed and --rate are more than 0");
        }
        List<String> command = words.subList(own, words.size());
        if (!command.isEmpty() && !SendRun.separated(main.arguments())) {
            throw wrong("unexpected word " + command.get(0) + "; a command to run beside it comes behind --");
        }
        SendRun.Job job = new SendRun.Job(what, capture, own == 2 ? words.get(1) : null, craft, expectNs, count, intervalNs,
                new Replay.Pace(fast || rate != null ? 0 : speed == null ? 1 : speed, rate == null ? 0 : rate), mappings(),
                device != null ? device : what.equals("arp") ? packetlab.os.Cable.OURS : "lo", allowed,
                inPrivate || !command.isEmpty(), List.copyOf(command));
        return new SendRun(main, common, job).run();
    }

    private List<Replay.Mapping> mappings() {
        List<Replay.Mapping> mappings = new ArrayList<>();
        map.forEach((from, to) -> {
            try {
                Replay.Mapping mapping = new Replay.Mapping(SocketAddress.of(from, 0), SocketAddress.of(to, 0));
                if (mapping.from().family() != mapping.to().family()) {
                    throw new IllegalArgumentException();
                }
                mappings.add(mapping);
            } catch (IllegalArgumentException e) {
                throw wrong("--map takes two addresses of one family, OLD=NEW, not " + from + "=" + to);
            }
        });
        return mappings;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
