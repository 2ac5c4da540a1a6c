package packetlab.labs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;
import packetlab.os.NetworkNamespace;
import packetlab.os.PrivateNamespace;

/** Plays labs in a JVM of its own inside a private namespace, each in a namespace of its own inside that. */
final class Played {
    private static final String DONE = "=== all played";
    /** They wait most of the time. */
    private static final int AT_ONCE = 6;

    /** The time at which an interactive lab is played by somebody who does it all wrong. */
    static final int WRONG = 2;

    private Played() {}

    /** Where one run is. */
    static Path folder(Path dir, String lab, long seed, int time) {
        return dir.resolve(lab + "-" + seed + "-" + time);
    }

    /** @param what such as {@code handshake:7:0}: the lab, the seed, and which time it is with that seed */
    static void play(Path dir, List<String> what) throws Exception {
        List<PrivateNamespace.Attempt> attempts = PrivateNamespace.search();
        PrivateNamespace.Attempt last = attempts.get(attempts.size() - 1);
        if (!last.works()) {
            System.err.println("NOT RUN: labs need a private network namespace: " + last.obstacle());
            Assumptions.abort(last.obstacle());
        }
        List<String> java = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "-Xmx400m",
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED",
                "-D" + PrivateNamespace.INSIDE + "=" + last.way(), "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Played.class.getName(), dir.toString()));
        java.addAll(what);
        Process process = new ProcessBuilder(last.command(java)).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        if (!output.contains(DONE)) {
            throw new AssertionError(output);
        }
    }

    /** @param args the folder, and what to play: {@code lab:seed:time} */
    public static void main(String[] args) throws Exception {
        PrivateNamespace.prepare();
        Path dir = Path.of(args[0]);
        ExecutorService pool = Executors.newFixedThreadPool(AT_ONCE);
        List<Future<?>> all = new ArrayList<>();
        for (int i = 1; i < args.length; i++) {
            String[] what = args[i].split(":");
            all.add(pool.submit(() -> {
                playApart(dir, what[0], Long.parseLong(what[1]), Integer.parseInt(what[2]));
                return null;
            }));
        }
        try {
            for (Future<?> one : all) {
                one.get();
            }
            System.out.println(DONE);
        } catch (java.util.concurrent.ExecutionException e) {
            e.printStackTrace(System.out);
        }
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    /** On a thread of its own, because a thread cannot come back from its namespace. */
    private static void playApart(Path dir, String lab, long seed, int time) throws Exception {
        Throwable[] failed = {null};
        Thread thread = new Thread(() -> {
            try {
                NetworkNamespace.enterNew();
                PrivateNamespace.prepare();
                RunFolder folder = new RunFolder(folder(dir, lab, seed, time));
                Files.createDirectories(folder.file(RunFolder.RUN).getParent());
                if (time == 1) {        // the second time with its picture
                    Files.writeString(folder.file("page.html"),
                            LabPage.html(Labs.find(lab), "en", LabRun.play(Labs.find(lab), seed, folder.file("drawn.pcapng"), true)));
                    NetworkNamespace.enterNew();
                    PrivateNamespace.prepare();
                }
                Lab played = Labs.find(lab);
                if (!played.isInteractive()) {
                    LabRun.play(played, seed, folder.file(RunFolder.CAPTURE), false);
                    folder.write(played, "student-" + seed, seed, "en", null);
                    return;
                }
                TypedActs typed = TypedActs.of(lab + (time == WRONG ? "-wrong" : ""), played.script(seed));
                Acts acts = new Acts(typed, played, seed, "en");
                LabRun.play(played, seed, folder.file(RunFolder.CAPTURE), acts);
                folder.write(played, "student-" + seed, seed, "en", null, acts);
                Files.writeString(folder.file("shown.txt"), typed.shown());
            } catch (Exception | Error e) {
                failed[0] = e;
            }
        });
        thread.start();
        thread.join();
        if (failed[0] != null) {
            throw new IOException(lab + " with seed " + seed, failed[0]);
        }
    }
}
