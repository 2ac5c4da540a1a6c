package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import packetlab.os.PrivateNamespace;

/** What signals do to a command behind a wire, and that nothing outlives it. Whole processes, so some seconds each. */
@Tag("slow")
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class WireFaultsTest {
    @BeforeAll
    static void aNamespaceCanBeMade() throws IOException {
        List<PrivateNamespace.Attempt> attempts = PrivateNamespace.search();
        boolean works = attempts.get(attempts.size() - 1).works();
        if (!works) {
            System.err.println("NOT RUN: WireFaultsTest needs a private network namespace: "
                    + PrivateNamespace.obstacles(attempts));
        }
        Assumptions.assumeTrue(works);
    }

    private static Child start(String script) throws Exception {
        Child child = Child.start("impair", "-q", "--", "bash", "-c", script);
        child.awaitOut(out -> out.contains("started"));
        return child;
    }

    @Test
    void aSignalIsTheCommandsAndItsStatusOurs() throws Exception {
        try (Child child = start("trap 'echo told; exit 5' TERM; echo started; for i in {1..300}; do sleep 0.1; done")) {
            child.signal("TERM");
            Child.Result result = child.end();
            assertEquals(5, result.status(), result.err());
            assertTrue(result.out().contains("told"), result.out());
        }
    }

    @Test
    void nothingOutlivesUsHoweverWeEnd() throws Exception {
        String mark = "4" + ProcessHandle.current().pid();      // seconds that nobody else sleeps
        try (Child child = start("sleep " + mark + " & setsid sleep " + mark + " & echo started; sleep " + mark)) {
            assertEquals(3, sleeping(mark));
            child.process().destroyForcibly().waitFor();
            for (int i = 0; i < 500 && sleeping(mark) > 0; i++) {
                Thread.sleep(20);
            }
            assertEquals(0, sleeping(mark));
        }
    }

    @Test
    void whatACommandLeavesBehindEndsWithIt() throws Exception {
        String mark = "5" + ProcessHandle.current().pid();
        try (Child child = start("(setsid sleep " + mark + " &); echo started")) {
            assertEquals(0, child.end().status());
            assertEquals(0, sleeping(mark));
        }
    }

    private static long sleeping(String seconds) {
        return ProcessHandle.allProcesses().filter(ProcessHandle::isAlive)
                .filter(p -> p.info().arguments().map(a -> List.of(a).contains(seconds)).orElse(false)
                        && p.info().command().orElse("").endsWith("sleep")).count();
    }
}
