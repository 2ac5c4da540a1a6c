package packetlab.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The serving half of a demo, played in this JVM on a thread of its own. */
final class ServingHalf {
    /** What it says on stderr when it can be reached. */
    static final Pattern SERVING =
            Pattern.compile("packetlab: serving on (\\S+?)( until Ctrl-C|, once|, \\d+ to serve)\n");
    private static final int LONGEST_S = 60;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final FutureTask<Integer> playing;

    ServingHalf(String... line) {
        Console console = new Console(Channels.newChannel(new ByteArrayInputStream(new byte[0])), out,
                new PrintStream(err, true, StandardCharsets.UTF_8), false, false, true);
        playing = new FutureTask<>(() -> new Main(console, new Lifetime()).run(line));
        Thread thread = new Thread(playing, "serving half");
        thread.setDaemon(true);
        thread.start();
    }

    /** Waits until it can be reached; the address that it names. */
    String address() throws Exception {
        for (int i = 0; i < LONGEST_S * 50 && !playing.isDone(); i++) {
            Matcher matcher = SERVING.matcher(err.toString(StandardCharsets.UTF_8));
            if (matcher.find()) {
                return matcher.group(1);
            }
            Thread.sleep(20);
        }
        throw new AssertionError("it does not serve: " + err.toString(StandardCharsets.UTF_8));
    }

    Run end() throws Exception {
        int status = playing.get(LONGEST_S, TimeUnit.SECONDS);
        return new Run(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
