package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import packetlab.os.CaptureRight;
import packetlab.os.PrivateNamespace;

/** What a user without the right to capture gets. */
@Timeout(120)
class NotPermittedTest {
    /** A user namespace over the machine's own network: whoever is inside has no right over that, not even root. */
    private static List<String> powerless;

    @BeforeAll
    static void findPowerlessness() throws Exception {
        powerless = CaptureRight.granted() ? List.of("unshare", "--user", "--map-current-user") : List.of();
        if (!powerless.isEmpty()) {
            List<String> command = new ArrayList<>(powerless);
            command.add("true");
            int status = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
            String why = "NOT RUN: this user may capture, and no user namespace can be made to take that away";
            if (status != 0) {
                System.err.println(why);
            }
            Assumptions.assumeTrue(status == 0, why);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"watch", "watch --json -p 80", "record -w /dev/null", "watch -i nonesuch"})
    void capturingEndsWithTheCommandThatGrantsTheRight(String line) throws Exception {
        try (Child child = start(line.split(" "))) {
            Child.Result result = child.end();
            assertEquals(ExitStatus.NOT_PERMITTED, result.status(), result.err());
            assertEquals("", result.out());
            List<String> said = result.err().lines().toList();
            assertTrue(said.get(0).matches("packetlab: may not capture on \\S+: CAP_NET_RAW is missing.*"), result.err());
            assertTrue(result.err().contains("packetlab demo          (runs in a private namespace)"), result.err());
            assertTrue(result.err().contains("scripts/grant-capture") || result.err().contains("capture-helper"),
                    result.err());
        }
    }

    @Test
    void theDemoRunsInANamespaceOfItsOwnInstead() throws Exception {
        assumeNamespaces();
        try (Child child = start("demo", "tcp-echo")) {
            Child.Result result = child.end();
            assertEquals(ExitStatus.DONE, result.status(), result.err());
            String place = "packetlab · tcp-echo · lo in a private namespace \\((no root needed|as root)\\) · ring 32 MB";
            assertTrue(result.lines().get(0).matches(place), result.out());
            assertTrue(result.out().contains("closed · 64 bytes each way"), result.out());
        }
    }

    @Test
    void theSignalOfTheTerminalReachesTheDemoThere() throws Exception {
        assumeNamespaces();
        try (Child child = start("demo", "--json")) {
            TimeUnit.MILLISECONDS.sleep(1_500);
            child.signal("INT");
            Child.Result result = child.end();
            assertTrue(result.status() == ExitStatus.DONE || result.out().isEmpty()
                    && result.status() == ExitStatus.INTERRUPTED, result.toString());
        }
    }

    @Test
    void aHalfOfADemoShowsItsCallsAloneAndSaysWhy() throws Exception {
        try (Child child = start("demo", "tcp-echo", "--connect", "127.0.0.1:1")) {
            Child.Result result = child.end();
            assertEquals(ExitStatus.FAILED, result.status(), result.err());
            assertTrue(result.out().contains(" 127.0.0.1:1) ┐") && result.out().contains("= -1 ECONNREFUSED"), result.out());
            assertTrue(result.out().contains("0 packets"), result.out());
            assertTrue(result.err().lines().findFirst().orElse("").matches(
                    "packetlab: may not capture on lo: CAP_NET_RAW is missing.*; the calls alone are shown"), result.err());
        }
    }

    private static void assumeNamespaces() throws IOException {
        PrivateNamespace.Attempt attempt = PrivateNamespace.attempt(PrivateNamespace.Way.USER_NAMESPACE);
        if (!attempt.works()) {
            System.err.println("NOT RUN: " + attempt.obstacle());
        }
        Assumptions.assumeTrue(attempt.works(), attempt.obstacle());
    }

    private static Child start(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(powerless);
        command.addAll(Child.command(arguments));
        return Child.start(command);
    }
}
