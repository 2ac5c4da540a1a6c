package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import packetlab.sockets.Demo;
import packetlab.sockets.Demos;

/**
 * Every demo, played for real with its capture, against what the kernel must have done: which calls, which packets, and
 * in which order the one caused the other. Nothing is asked that the scheduler decides.
 */
class DemosLiveTest {
    private static final Map<String, Inside.Case> CASES = cases();
    /** They take a second or more in which they wait, so they do that beside the others. */
    private static final List<String> WAITING = List.of("keepalive", "game", "media-stream", "backlog", "udp-loss",
            "backpressure");
    private static Set<String> socketsBefore;

    @TestFactory
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    Stream<DynamicTest> live() throws Exception {
        return Inside.tests(DemosLiveTest.class, CASES);
    }

    public static void main(String[] args) throws Exception {
        Map<String, Inside.Case> chosen = new LinkedHashMap<>(CASES);
        if (args.length > 0) {
            chosen.keySet().removeIf(name -> Stream.of(args).noneMatch(name::startsWith));
        }
        packetlab.os.PrivateNamespace.prepare();
        for (String library : List.of("websocket-echo", "unix-stream")) {      // they open descriptors of their own
            Shown.of(library);
        }
        socketsBefore = sockets();
        Shown.playAhead(WAITING.stream().filter(d -> chosen.keySet().stream().anyMatch(c -> c.startsWith(d))).toList());
        Inside.runAll(chosen);
    }

    private static Map<String, Inside.Case> cases() {
        Map<String, Inside.Case> cases = new LinkedHashMap<>();
        StreamDemos.addTo(cases);
        DatagramDemos.addTo(cases);
        UnixDemos.addTo(cases);
        cases.put("every demo has its case here or in LiveTest", () -> {
            Set<String> names = new TreeSet<>(Demos.all().stream().map(Demo::name).toList());
            names.removeAll(List.of("websocket-echo", "tcp-echo", "udp-echo", "unix-stream"));
            cases.keySet().forEach(c -> names.remove(c.split(" ")[0]));
            assertEquals(Set.of(), names);
        });
        cases.put("no demo leaves a socket or a file behind", DemosLiveTest::nothingLeft);
        return cases;
    }

    private static void nothingLeft() throws Exception {
        Set<String> after = sockets();
        after.removeAll(socketsBefore);
        for (int i = 0; i < 250 && !after.isEmpty(); i++) {     // the JDK's client closes on a thread of its own
            Thread.sleep(20);
            after.retainAll(sockets());
        }
        assertEquals(Set.of(), after, "sockets left open");
    }

    private static Set<String> sockets() throws IOException {
        Set<String> sockets = new TreeSet<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors.toList()) {
                try {
                    String target = Files.readSymbolicLink(descriptor).toString();
                    if (target.startsWith("socket:")) {
                        sockets.add(target);
                    }
                } catch (java.nio.file.NoSuchFileException gone) {
                    // the descriptor of this very listing
                }
            }
        }
        return sockets;
    }
}
