package packetlab.os;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
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
        command.addAll(Inside.java(Capturing.class));
        command.set(command.indexOf("-cp") + 1, copyForEverybody(readable));
        Programs.Outcome outcome = Programs.run(command, LIMIT_S);
        if (outcome.status() == NOT_RUN) {
            System.err.println(outcome.firstLine());
            Assumptions.abort(outcome.firstLine());
        }
        assertEquals("grant-capture: all as expected\n", outcome.output());
        assertEquals(0, outcome.status());
    }

    /** Captures three datagrams of its own on lo, without any right of its own, in the way that the word says. */
    static final class Capturing {
        public static void main(String[] arguments) throws IOException {
            if (arguments[0].equals("libpcap")) {
                PcapSourceTest.Opening.main(new String[] {"lo"});
                return;
            }
            try {
                String marked = "udp and greater 500 and less 600 and udp[100] = " + (Tasks.pid() & 0x7F);
                int received = arguments[0].equals("socket") ? bySocket(marked) : byStream(marked);
                System.out.println("received " + received + (User.current().capabilities() == 0
                        ? ", and java has no right" : ", and java has capabilities"));
            } catch (PermissionException e) {
                System.out.println(e.getMessage());
                System.exit(3);
            }
        }

        private static void send() throws IOException {
            LiveCapture.udpDatagrams(3, Character.toString((char) (Tasks.pid() & 0x7F)).repeat(500));
        }

        private static int bySocket(String filter) throws IOException {
            try (LiveSource ring = CaptureHelper.openRing(CaptureHelper.PROGRAM, lo(filter))) {
                send();
                return count(ring);
            }
        }

        private static RingOptions lo(String filter) {
            return RingOptions.on("lo").withFilter(filter).withBufferBytes(2 << 20);
        }

        private static int count(LiveSource source) throws IOException {
            int received = 0;
            int last;
            do {
                last = source.poll((buffer, offset, captured, wire, timestampNs, link, flags) -> { });
                received += last;
            } while (last > 0 || received == 0);
            return received;
        }

        private static int byStream(String filter) throws IOException {
            try (LiveSource stream = CaptureHelper.openStream(lo(filter))) {
                ProcessHandle helper = ProcessHandle.current().children().findFirst().orElseThrow();
                requirePowerless(Path.of("/proc", Long.toString(helper.pid())));
                send();
                return count(stream);
            }
        }

        /** The helper's capabilities are gone, and we cannot reach for its socket. */
        private static void requirePowerless(Path process) throws IOException {
            String status = Files.readString(process.resolve("status"));
            if (!status.contains("CapPrm:\t0000000000000000") || !status.contains("NoNewPrivs:\t1")) {
                throw new IOException("the helper has kept rights:\n" + status);
            }
            try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
                throw new IOException("the helper can be looked into: " + descriptors.toList());
            } catch (AccessDeniedException e) {
                return;
            }
        }
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
