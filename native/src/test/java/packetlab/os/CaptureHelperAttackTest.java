package packetlab.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The capture helper's caller as its enemy: requests that are none, directories and peers that are not its own. */
class CaptureHelperAttackTest {
    private static final int HEAD = 12, RETURN = 6, LIMIT_S = 20, NOBODY = 65_534;
    private static final Map<String, Inside.Case> CASES = new LinkedHashMap<>();
    private static Path helper, place;

    static {
        CASES.put("requests that are none", CaptureHelperAttackTest::requests);
        CASES.put("programs that the kernel does not run", CaptureHelperAttackTest::programs);
        CASES.put("closed descriptors 0 to 2 are not used for packets", CaptureHelperAttackTest::closedDescriptors);
        CASES.put("a socket of another kind", CaptureHelperAttackTest::otherSocket);
        CASES.put("a caller who goes away", CaptureHelperAttackTest::callerGone);
        CASES.put("another user's socket", CaptureHelperAttackTest::otherUser);
    }

    public static void main(String[] arguments) throws IOException {
        helper = Path.of(arguments[0]);
        place = Path.of(arguments[1]);
        Inside.runAll(CASES);
    }

    @TestFactory
    Stream<DynamicTest> live(@TempDir Path programs) throws IOException {
        Path compiled = Compiled.into(programs, "helper", Compiled.HELPER);
        for (Path p : List.of(programs, compiled)) {        // for the user that another case becomes
            Files.setPosixFilePermissions(p, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return Inside.tests(CaptureHelperAttackTest.class, CASES, compiled.toString(), programs.toString());
    }

    /** What the helper said when it got that request, behind its status. */
    private static String answerTo(ByteBuffer request, String... command) throws Exception {
        return conversation(Sockets.SOCK_SEQPACKET, request, null, command);
    }

    /** @param answer takes the helper's message; null where none is awaited */
    private static String conversation(int type, ByteBuffer request, ReceivedMessage answer, String... command)
            throws Exception {
        Path directory = Files.createTempDirectory(place, "d",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path socket = directory.resolve("capture");
        int listener = Sockets.socket(Sockets.AF_UNIX, type, 0);
        Sockets.bind(listener, new SocketAddress.Unix(socket.toString()));
        Sockets.listen(listener, 1);
        List<String> words = new ArrayList<>(command.length > 0 ? List.of(command) : List.of(helper.toString(), "lo"));
        words.add(directory.toString());
        Process process = new ProcessBuilder(words).start();
        if (request != null) {
            int caller = Sockets.accept(listener, null);
            Sockets.send(caller, request, 0);
            if (answer != null) {
                assertEquals(16, answer.receive(caller, ByteBuffer.allocateDirect(16), Sockets.MSG_CMSG_CLOEXEC));
            }
            process.waitFor(LIMIT_S, TimeUnit.SECONDS);
            Sockets.close(caller);
        }
        assertTrue(process.waitFor(LIMIT_S, TimeUnit.SECONDS));
        Sockets.close(listener);
        Files.delete(socket);
        Files.delete(directory);
        String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.exitValue() + " " + said.strip();
    }

    /** With as many instructions as there are octets for, all of them {@code ret #100}. */
    private static ByteBuffer request(int magic, int count, int octets) {
        ByteBuffer request = ByteBuffer.allocateDirect(HEAD + octets).order(ByteOrder.nativeOrder());
        request.putInt(0, magic).putInt(8, count);
        for (int at = HEAD; at + 8 <= request.capacity(); at += 8) {
            request.putShort(at, (short) RETURN).putInt(at + 4, 100);
        }
        return request;
    }

    private static void requests() throws Exception {
        int magic = HelperCall.MAGIC;
        String none = "2 capture-helper: this is no request";
        String cut = "2 capture-helper: the filter is cut";
        assertEquals(none, answerTo(ByteBuffer.allocateDirect(1)));
        assertEquals(none, answerTo(request(magic, 1, 8).limit(HEAD - 1)));
        assertEquals(none, answerTo(request(magic + 1, 1, 8)));
        assertEquals(cut, answerTo(request(magic, 1, 0)));
        assertEquals(cut, answerTo(request(magic, 2, 8)));
        assertEquals(cut, answerTo(request(magic, 1, 16)));
        assertEquals(cut, answerTo(request(magic, 4092, 100_000)));
        for (int count : new int[] {0, 4093, 1 << 29, -1}) {
            assertEquals("2 capture-helper: the filter has " + Integer.toUnsignedString(count)
                    + " instructions; there may be 1 to 4092", answerTo(request(magic, count, 8)));
        }
        assertEquals("0 ", answerTo(request(magic, 4092, 4092 * 8)), "the longest");
    }

    private static void programs() throws Exception {
        String refused = "2 capture-helper: the kernel does not take the filter: Invalid argument";
        ByteBuffer unknown = request(HelperCall.MAGIC, 1, 8);
        unknown.putShort(HEAD, (short) 0xFFFF);
        assertEquals(refused, answerTo(unknown));
        ByteBuffer jumpsOut = request(HelperCall.MAGIC, 2, 16);
        jumpsOut.putShort(HEAD, (short) 0x05).putInt(HEAD + 4, 7);
        assertEquals(refused, answerTo(jumpsOut));
        ByteBuffer jumpsBack = request(HelperCall.MAGIC, 2, 16);
        jumpsBack.putShort(HEAD, (short) 0x05).putInt(HEAD + 4, -4);
        assertEquals(refused, answerTo(jumpsBack));
        ByteBuffer noReturn = request(HelperCall.MAGIC, 1, 8);
        noReturn.putShort(HEAD, (short) 0);
        assertEquals(refused, answerTo(noReturn));
    }

    private static void closedDescriptors() throws Exception {
        ReceivedMessage answer = new ReceivedMessage();
        String said = conversation(Sockets.SOCK_SEQPACKET, request(HelperCall.MAGIC, 1, 8), answer, "/bin/sh", "-c",
                "exec \"$0\" lo \"$1\" <&- >&- 2>&-", helper.toString());
        assertEquals("0 ", said);
        assertTrue(answer.nextControl());
        int fd = answer.controlInt(0);
        assertEquals(Sockets.AF_PACKET, Sockets.getsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_DOMAIN));
        Sockets.close(fd);
    }

    private static void otherSocket() throws Exception {
        assertEquals("1 capture-helper: nobody waits for the answer: Protocol wrong type for socket",
                conversation(Sockets.SOCK_STREAM, null, null));
    }

    private static void callerGone() throws Exception {
        String said = conversation(Sockets.SOCK_SEQPACKET, null, null, "/bin/sh", "-c",
                "rm \"$1/capture\" && : >\"$1/capture\" && exec \"$0\" lo \"$1\"", helper.toString());
        assertEquals("1 capture-helper: nobody waits for the answer: Connection refused", said);
    }

    /** The directory is the helper's user's, but who listens there is not. */
    private static void otherUser() throws Exception {
        String setpriv = Programs.find("setpriv");
        List<String> other = List.of(setpriv, "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups",
                "--inh-caps=+net_raw", "--ambient-caps=+net_raw");
        List<String> trial = new ArrayList<>(other);
        trial.add(Programs.find("true"));
        if (Programs.run(trial).status() != 0) {
            System.out.println("NOT RUN: only root can become another user, for a test of the capture helper");
            return;
        }
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c",
                "chown " + NOBODY + " \"$1\" \"$1\"/* && exec " + String.join(" ", other) + " \"$0\" lo \"$1\"",
                helper.toString()));
        assertEquals("3 capture-helper: another user waits for the answer",
                conversation(Sockets.SOCK_SEQPACKET, null, null, command.toArray(String[]::new)));
    }
}
