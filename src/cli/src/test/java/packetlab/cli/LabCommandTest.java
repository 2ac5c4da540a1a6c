package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command lab, as far as it needs no wire. */
class LabCommandTest {
    @TempDir
    private Path dir;

    @ParameterizedTest
    @ValueSource(strings = {"list", "show", "start", "check", "hand-in", "grade", "secret", "tokens", "format"})
    void everyPartHasHelpWithAnExampleWithin100Columns(String part) {
        Run run = Run.of("lab", part, "--help");
        assertEquals(ExitStatus.DONE, run.status(), run.err());
        assertTrue(run.out().contains("packetlab lab " + part), run.out());
        assertTrue(run.outLines().stream().allMatch(line -> line.length() <= 100), run.out());
    }

    @Test
    void labsAreListedAndShownInBothLanguages() {
        assertTrue(Run.of("lab", "list", "--lang", "en").out().contains("The three-way handshake and its options"));
        assertTrue(Run.of("lab", "list", "--lang", "ko").out().contains("3방향 핸드셰이크와 옵션"));
        assertTrue(Run.of("lab", "show", "handshake", "--lang", "en").out().contains("RFC 9293"));
    }

    @Test
    void whatIsNotThereIsOneLine() {
        Run run = Run.of("lab", "show", "nothing");
        assertEquals(ExitStatus.USAGE, run.status());
        assertEquals("packetlab: there is no lab and no folder nothing", run.errLines().get(0));
        assertEquals(ExitStatus.USAGE, Run.of("lab").status());
        assertEquals(ExitStatus.USAGE, Run.of("lab", "start", "handshake").status());
        assertEquals(ExitStatus.USAGE, Run.of("lab", "start", "handshake", "--student", "../x").status());
        assertEquals(ExitStatus.FAILED, Run.of("lab", "check", "handshake", dir.resolve("answers.txt").toString()).status());
        assertEquals(ExitStatus.FAILED, Run.of("lab", "grade", dir.toString(), "--roster", dir.resolve("no.csv").toString()).status());
    }

    @Test
    void aSecretIsMadeOnceForItsOwnerAloneAndTokensComeFromIt() throws Exception {
        Path secret = dir.resolve("course.key");
        Path roster = dir.resolve("roster.csv");
        Files.writeString(roster, "id,name\ns1,Kim\ns2,Lee\ns1,Park\n");
        assertEquals(ExitStatus.DONE, Run.of("lab", "secret", secret.toString()).status());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)));
        assertEquals(ExitStatus.FAILED, Run.of("lab", "secret", secret.toString()).status());
        Run run = Run.of("lab", "tokens", secret.toString(), "--roster", roster.toString(), "-d", dir.resolve("t").toString());
        assertEquals(List.of("packetlab: " + roster + ":4: the id s1 is there before; its first line counts"), run.errLines());
        assertTrue(Files.exists(dir.resolve("t/s1.token")) && Files.exists(dir.resolve("t/s2.token")));
        assertFalse(Files.readString(dir.resolve("t/s1.token")).equals(Files.readString(dir.resolve("t/s2.token"))));
    }
}
