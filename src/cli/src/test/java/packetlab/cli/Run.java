package packetlab.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One command line, run inside the test's JVM with streams of its own. */
record Run(int status, String out, String err) {
    static Run of(String... args) {
        return of(new byte[0], args);
    }

    static Run of(byte[] standardInput, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(Channels.newChannel(new ByteArrayInputStream(standardInput)), out,
                new PrintStream(err, true, StandardCharsets.UTF_8), false, false, true);
        int status = new Main(console, new Lifetime()).run(args);
        return new Run(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    List<String> errLines() {
        return err.lines().toList();
    }

    List<String> outLines() {
        return out.lines().toList();
    }
}
