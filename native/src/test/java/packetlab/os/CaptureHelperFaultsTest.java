package packetlab.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What comes of a capture helper that does what it should not, or is not there. Needs no right. */
class CaptureHelperFaultsTest {
    private static final String NONSENSE =
            " answers nonsense \\(%s\\); as root: scripts/grant-capture installs it anew";

    @TempDir
    private static Path directory;

    private static Path helper;

    @BeforeAll
    static void compile() throws IOException {
        helper = Compiled.into(directory, "false-helper", Compiled.FALSE_HELPER);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "silent | capture on silent failed: capture-helper ended with status 0 and said nothing",
        "chatty | capture on chatty failed: the first line\\?\\[31m",
        "killed | capture-helper was killed \\(signal 9\\)",
        "gone | capture on gone failed: capture-helper ended with status 0 and said nothing",
        "stranger | capture on stranger failed: capture-helper ended with status 0 and said nothing",
        "killed-later | capture-helper was killed \\(signal 9\\)",
        "nonsense | NONSENSE:no descriptor came with its answer",
        "no-descriptor | NONSENSE:no descriptor came with its answer",
        "two | NONSENSE:no descriptor came with its answer",
        "other-magic | NONSENSE:no descriptor came with its answer",
        "file | NONSENSE:its descriptor is of the wrong kind: no socket",
        "udp | NONSENSE:its descriptor is of the wrong kind: socket\\(AF_INET, SOCK_DGRAM\\)"})
    void itIsOneLineAndNothingIsLeft(String how, String expected) throws IOException {
        IOException e = assertThrows(IOException.class,
                () -> CaptureHelper.openDescriptor(helper, how, ByteBuffer.allocateDirect(8)));
        assertMatches(expected, e);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "block-cut | NONSENSE:a message of 20 octets",
        "block-outside | NONSENSE:packet 0 of 1 lies outside its block",
        "block-long | NONSENSE:a packet of 1000 octets of 1000",
        "block-far | NONSENSE:a packet of 10 octets of 10",
        "nonsense | NONSENSE:a message of 8 octets",
        "killed-later | capture-helper was killed \\(signal 9\\)"})
    void aStreamOfNonsenseEnds(String how, String expected) throws IOException {
        IOException e = assertThrows(IOException.class, () -> {
            HelperCall call = HelperCall.start(helper, true, how, ByteBuffer.allocateDirect(8), 1 << 20);
            try (call; HelperStream stream = new HelperStream(call, RingOptions.on("lo"), 1)) {
                while (stream.poll((buffer, offset, captured, wire, timestampNs, link, flags) -> { }) == 0) {
                    continue;
                }
            }
        });
        assertMatches(expected, e);
    }

    private static void assertMatches(String expected, IOException e) {
        String pattern = expected.startsWith("NONSENSE:")
                ? "\\S+false-helper" + String.format(NONSENSE, expected.substring("NONSENSE:".length())) : expected;
        assertTrue(e.getMessage().matches(pattern), e.getMessage());
    }

    @Test
    void aHelperThatIsAbsentOrForbiddenIsAMissingRight() throws IOException {
        PermissionException absent = assertThrows(PermissionException.class,
                () -> CaptureHelper.openDescriptor(directory.resolve("absent"), "lo", ByteBuffer.allocateDirect(8)));
        assertEquals("capture-helper is not installed; once, as root: scripts/grant-capture; or without it: "
                + "packetlab demo", absent.getMessage());
        Path forbidden = Files.createFile(directory.resolve("forbidden"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        PermissionException e = assertThrows(PermissionException.class,
                () -> CaptureHelper.openDescriptor(forbidden, "lo", ByteBuffer.allocateDirect(8)));
        assertTrue(e.getMessage().contains("a new member has to log in again; once, as root: scripts/grant-capture "
                + "--user "), e.getMessage());
    }

    @Test
    void withoutAPlaceForTheAnswerItSaysWhichIsMissing() {
        String usual = System.getProperty("java.io.tmpdir");
        System.setProperty("java.io.tmpdir", "/proc/self/nowhere");
        try {
            IOException e = assertThrows(IOException.class,
                    () -> CaptureHelper.openDescriptor(helper, "lo", ByteBuffer.allocateDirect(8)));
            assertEquals("no directory can be made in /proc/self/nowhere, in which capture-helper would answer "
                    + "(-Djava.io.tmpdir=DIR names another)", e.getMessage());
        } finally {
            System.setProperty("java.io.tmpdir", usual);
        }
    }

    @Test
    void filtersHaveALength() {
        for (int octets : new int[] {0, 4093 * 8}) {
            assertThrows(UsageException.class,
                    () -> CaptureHelper.openDescriptor(helper, "lo", ByteBuffer.allocateDirect(octets)));
        }
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertEquals(0, ProcessHandle.current().children().filter(ProcessHandle::isAlive).count());
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            assertEquals(0, descriptors.filter(CaptureHelperFaultsTest::isOurs).count(), "sockets and /dev/null");
        }
    }

    /** A socket of a kind that nothing else here has, or what the false helper passes. */
    private static boolean isOurs(Path descriptor) {
        try {
            int fd = Integer.parseInt(descriptor.getFileName().toString());
            String target = Files.readSymbolicLink(descriptor).toString();
            return fd > 2 && (target.equals("/dev/null") || target.startsWith("socket:")
                    && Sockets.getsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_TYPE) != Sockets.SOCK_STREAM);
        } catch (IOException e) {
            return false;
        }
    }
}
