package packetlab.os;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** scripts/grant-capture, with real users and a real capture, on a system that is thrown away. Needs root. */
@Tag("slow")
class GrantCaptureTest {
    private static final int NOT_RUN = 77, LIMIT_S = 120;

    @Test
    void aMemberMayCaptureAndNothingIsLeftBehind(@TempDir Path readable) throws IOException {
        Path script = Path.of(System.getProperty("packetlab.root"), "scripts/lib/grant-capture-test");
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(Inside.java(PcapSourceTest.Opening.class, "lo"));
        command.set(command.indexOf("-cp") + 1, copyForEverybody(readable));
        Programs.Outcome outcome = Programs.run(command, LIMIT_S);
        if (outcome.status() == NOT_RUN) {
            System.err.println(outcome.firstLine());
            Assumptions.abort(outcome.firstLine());
        }
        assertEquals("grant-capture: all as expected\n", outcome.output());
        assertEquals(0, outcome.status());
    }

    /** The class path, where the users of the test can read it. */
    private static String copyForEverybody(Path directory) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(":")) {
            Path target = directory.resolve(Integer.toString(entries.size()) + Path.of(entry).getFileName());
            copy(Path.of(entry), target);
            entries.add(target.toString());
        }
        return String.join(":", entries);
    }

    private static void copy(Path from, Path to) throws IOException {
        if (!Files.exists(from)) {
            return;
        }
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
