package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import packetlab.os.PrivateNamespace;
import packetlab.sockets.Demo;
import packetlab.sockets.Demos;

/**
 * Every demo, played for real with its capture, against what the kernel must have done: which calls, which packets, and
 * in which order the one caused the other. Nothing is asked that the scheduler decides.
 */
class DemosLiveTest {
    private static final Map<String, Inside.Case> CASES = cases();
    private static final String NOTHING_LEFT = "no demo leaves a socket or a file behind";
    /** Most of them wait most of the time, so some are played at once. */
    private static final int AT_ONCE = 3;
    private static Set<String> socketsBefore;
    private static Path directory;

    @TestFactory
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    Stream<DynamicTest> live() throws Exception {
        Map<String, Inside.Case> all = new LinkedHashMap<>(CASES);
        all.put(NOTHING_LEFT, DemosLiveTest::nothingLeft);
        return Inside.tests(DemosLiveTest.class, all);
    }

    /** @param args the beginnings of the names of the cases to be run; all where there are none */
    public static void main(String[] args) throws Exception {
        // Ours alone: what others leave in the usual one, or kill in the midst, is none of our business.
        directory = Files.createTempDirectory("pl");
        System.setProperty("java.io.tmpdir", directory.toString());
        PrivateNamespace.prepare();
        for (String library : List.of("websocket-echo", "unix-stream")) {      // they open descriptors of their own
            Shown.of(library);
        }
        socketsBefore = sockets();
        ExecutorService players = Executors.newFixedThreadPool(AT_ONCE);
        Map<String, Inside.Case> results = new LinkedHashMap<>();
        CASES.forEach((name, test) -> {
            if (args.length == 0 || Stream.of(args).anyMatch(name::startsWith)) {
                FutureTask<Void> played = new FutureTask<>(() -> {
                    test.run();
                    return null;
                });
                players.execute(played);
                results.put(name, () -> {
                    try {
                        played.get();
                    } catch (ExecutionException e) {
                        if (e.getCause() instanceof Exception failed) {
                            throw failed;
                        }
                        throw (Error) e.getCause();
                    }
                });
            }
        });
        players.shutdown();
        results.put(NOTHING_LEFT, DemosLiveTest::nothingLeft);
        Inside.runAll(results);
    }

    private static Map<String, Inside.Case> cases() {
        Map<String, Inside.Case> cases = new LinkedHashMap<>();
        StreamDemos.addTo(cases);
        DatagramDemos.addTo(cases);
        UnixDemos.addTo(cases);
        RawDemos.addTo(cases);
        DemoHalves.addTo(cases);
        cases.put("every demo has its case here or in LiveTest", () -> {
            Set<String> names = new TreeSet<>(Demos.all().stream().map(Demo::name).toList());
            names.removeAll(List.of("websocket-echo", "tcp-echo", "udp-echo", "unix-stream"));
            cases.keySet().forEach(c -> names.remove(c.split(" ")[0]));
            assertEquals(Set.of(), names);
        });
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
        assertEquals(List.of(), directoriesOfDemos());
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        }
    }

    private static List<Path> directoriesOfDemos() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(p -> p.getFileName().toString().matches("packetlab-[0-9a-f]{6}")).toList();
        }
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
                } catch (NoSuchFileException gone) {
                    // the descriptor of this very listing
                }
            }
        }
        return sockets;
    }
}
