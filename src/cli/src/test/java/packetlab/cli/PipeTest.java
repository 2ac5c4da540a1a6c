package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command between other programs: pipes that close early or late, full disks, signals. */
@Timeout(120)
class PipeTest {
    /** More than a pipe holds, and more than any buffer of ours. */
    private static final int MANY = 400;

    @TempDir
    private Path directory;

    @Test
    void aReaderThatStopsEarlyIsNoError() throws Exception {
        Path file = Files.write(directory.resolve("talk.pcapng"), Conversation.capture(40_000));
        List<String> arguments = new ArrayList<>(List.of("read", "--json"));
        for (int i = 0; i < MANY; i++) {
            arguments.add(file.toString());
        }
        Path err = directory.resolve("err");
        Process process = new ProcessBuilder(Child.command(arguments.toArray(String[]::new)))
                .redirectError(err.toFile()).start();
        try (InputStream out = process.getInputStream()) {
            assertEquals('{', out.read());
        }
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(ExitStatus.DONE, process.exitValue());
        assertEquals("", Files.readString(err));
    }

    @Test
    void aFullDiskUnderStandardOutputIsOneLine() throws Exception {
        Path file = Files.write(directory.resolve("talk.pcapng"), Conversation.capture(40_000));
        try (Child child = Child.startTo(new File("/dev/full"), "read", file.toString())) {
            Child.Result result = child.end();
            assertEquals(ExitStatus.FAILED, result.status());
            assertTrue(result.err().startsWith("packetlab: cannot write to standard output: "), result.err());
            assertEquals(1, result.err().lines().count(), result.err());
        }
    }

    @Test
    void whatComesThroughAPipeIsToldAsItComes() throws Exception {
        byte[] capture = Conversation.capture(40_000);
        try (Child child = Child.start("read", "--json", "-")) {
            try (OutputStream in = child.process().getOutputStream()) {
                in.write(capture, 0, capture.length * 3 / 4);
                in.flush();
                child.awaitOut(out -> out.contains("\"text\":\"hello\""));
                in.write(capture, capture.length * 3 / 4, capture.length - capture.length * 3 / 4);
            }
            Child.Result result = child.end();
            assertEquals(ExitStatus.DONE, result.status(), result.err());
            assertTrue(result.out().contains("\"event\":\"end\",\"packets\":12,"), result.out());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void aPipeThatStaysOpenIsLeftWithASummaryAfterASignal(String signal) throws Exception {
        byte[] capture = Conversation.capture(40_000);
        try (Child child = Child.start("read", "-")) {
            OutputStream in = child.process().getOutputStream();
            in.write(capture);
            in.flush();
            child.awaitOut(out -> out.contains("closed"));
            child.signal(signal);
            Child.Result result = child.end();
            assertEquals(ExitStatus.DONE, result.status(), result.err());
            assertTrue(result.out().contains("1 connection · 12 packets"), result.out());
            assertEquals("", result.err());
        }
    }

    @Test
    void theWriterOfAPipeMayFinishAfterTheSignal() throws Exception {
        byte[] capture = Conversation.capture(40_000);
        try (Child child = Child.start("read", "-")) {
            OutputStream in = child.process().getOutputStream();
            in.write(capture, 0, capture.length / 2);
            in.flush();
            child.awaitOut(out -> out.contains("SYN"));
            child.signal("INT");
            Thread.sleep(300);                  // as tcpdump does, which writes its buffer when it is told to end
            in.write(capture, capture.length / 2, capture.length - capture.length / 2);
            in.close();
            Child.Result result = child.end();
            assertEquals(ExitStatus.DONE, result.status(), result.err());
            assertTrue(result.out().contains("1 connection · 12 packets"), result.out());
        }
    }

    @Test
    void readingNeedsNoNativeCode() throws Exception {
        Path file = Files.write(directory.resolve("talk.pcapng"), Conversation.capture(40_000));
        List<String> command = Child.command("read", file.toString());
        command.add(1, "-Xlog:class+load:file=" + directory.resolve("classes"));
        try (Child child = Child.start(command)) {
            assertEquals(ExitStatus.DONE, child.end().status());
        }
        List<String> loaded = Files.readAllLines(directory.resolve("classes")).stream()
                .filter(l -> l.matches(".* (jnr|com\\.sun\\.jna|com\\.kenai|org\\.pcap4j|org\\.slf4j)\\..*")
                        || l.contains(" packetlab.os."))
                .toList();
        assertEquals(List.of(), loaded);
    }
}
