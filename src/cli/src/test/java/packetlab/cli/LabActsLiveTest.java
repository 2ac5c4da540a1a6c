package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import packetlab.os.PrivateNamespace;

/** A student at an interactive lab: the command as a process, with what is typed, Ctrl-C, and more than anybody types. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class LabActsLiveTest {
    @TempDir
    private Path dir;

    @BeforeEach
    void requireNamespace() throws IOException {
        List<PrivateNamespace.Attempt> attempts = PrivateNamespace.search();
        PrivateNamespace.Attempt last = attempts.get(attempts.size() - 1);
        if (!last.works()) {
            System.err.println("NOT RUN: an interactive lab needs a private network namespace: " + last.obstacle());
            Assumptions.abort(last.obstacle());
        }
    }

    private Child start(String... more) throws IOException {
        List<String> words = new java.util.ArrayList<>(List.of("lab", "start", "craft", "--lang", "en", "--student", "s", "--seed", "1", "-d",
                dir.resolve("run").toString()));
        words.addAll(List.of(more));
        return Child.start(words.toArray(String[]::new));
    }

    private static void type(Child child, String text) throws IOException {
        OutputStream keys = child.process().getOutputStream();
        keys.write(text.getBytes(StandardCharsets.UTF_8));
        keys.flush();
    }

    @Test
    void whatIsTypedIsSentAndShownAndMarked() throws Exception {
        try (Child child = start()) {
            child.awaitOut(out -> out.endsWith("send> "));
            String story = child.out();
            String mine = story.replaceAll("(?s).*from port (\\d+) of 10.77.0.1 to port.*", "$1");
            String port = story.replaceAll("(?s).*from port \\d+ of 10.77.0.1 to port (\\d+) .*", "$1");
            String seq = story.replaceAll("(?s).*sequence number (\\d+) and two.*", "$1");
            String mss = story.replaceAll("(?s).*MSS (\\d+) and window.*", "$1");
            String scale = story.replaceAll("(?s).*window scale (\\d+)\\. A SYN.*", "$1");
            type(child, "packetlab send tcp --src '10.77.0.1:" + mine + "' --dst 10.77.0.2:" + port + " --flags syn --seq " + seq
                    + " --option mss=" + mss + ",wscale=" + scale + " --expect\n");
            child.awaitOut(out -> out.substring(story.length()).matches("(?s).*SYN.*SYN,ACK.*RST.*send> "));
            type(child, "@/etc/hostname\nudp --dst nowhere:1\nudp \"\ndance\n끝\nhex 45\nudp" + "x".repeat(10 << 20) + "\nicmp --dst 10.77.0.2 --id 3\n");
            child.process().getOutputStream().close();
            Child.Result result = child.end();
            assertEquals(ExitStatus.DONE, result.status(), result.err());
            for (String part : List.of("--dst is an address such as 127.0.0.1:80", "a quote \" is not closed",
                    "a packet begins with one of tcp, udp, icmp, hex", "these octets are no IPv4 packet", "2. A datagram.", "a line of more than 2000 characters is not taken", "echo-reply")) {
                assertTrue(result.out().contains(part), part + " in " + result.out());
            }
            assertTrue(result.out().length() < 20_000, "shown: " + result.out().length());
            assertFalse(result.out().contains("3. A wrong checksum"), "asked after the end of the input: " + result.out());
        }
        Run check = Run.of("lab", "check", "craft", dir.resolve("run/answers.txt").toString(), "--lang", "ko");
        assertTrue(check.outLines().stream().anyMatch(line -> line.matches("해냄 +syn-ack")), check.out());
        assertTrue(check.out().contains("9점 중 2점"), check.out());
        assertTrue(Files.readString(dir.resolve("run/answers.txt")).startsWith("# Answers of s to craft"));
    }

    @Test
    void ctrlCLeavesNothingBehind() throws Exception {
        try (Child child = start()) {
            child.awaitOut(out -> out.endsWith("send> "));
            child.signal("INT");
            Child.Result result = child.end();
            assertEquals(ExitStatus.INTERRUPTED, result.status());
            assertTrue(result.err().contains("nothing of this run is kept"), result.err());
        }
        assertFalse(Files.exists(dir.resolve("run")));
    }

    @Test
    void actsForALabInWhichThereIsNothingToDoAreRefused() throws Exception {
        Run run = Run.of("lab", "start", "handshake", "--student", "s", "--acts", "x", "-d", dir.resolve("run").toString());
        assertEquals(ExitStatus.USAGE, run.status());
        assertTrue(run.errLines().get(0).contains("there is nothing to do"), run.err());
    }
}
