package packetlab.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateNamespaceTest {
    @Test
    void onlyTheLastAttemptWorksAndTheOthersSayWhyNot() throws IOException {
        List<PrivateNamespace.Attempt> attempts = PrivateNamespace.search();
        assertFalse(attempts.isEmpty());
        for (PrivateNamespace.Attempt attempt : attempts.subList(0, attempts.size() - 1)) {
            assertFalse(attempt.works());
        }
        for (PrivateNamespace.Attempt attempt : attempts) {
            assertTrue(attempt.works() || !attempt.obstacle().isBlank());
        }
    }

    @Test
    void aProgramRunsItselfAgainInside() throws IOException {
        Inside.run(InsideOut.class, List.of());            // skips the test where there is no way
        String outside = Programs.run(Inside.java(InsideOut.class, "two words", "")).output();
        assertEquals(List.of("inside true", "interfaces [lo]", "up true", "may capture true",
                "uid " + User.current().uid(), "arguments [two words, ]", "same process true", "jars open twice false"),
                outside.lines().toList());
    }

    /** Goes inside and tells what it sees there. */
    static final class InsideOut {
        public static void main(String[] arguments) throws IOException {
            if (!PrivateNamespace.inside() && arguments.length > 0) {
                List<PrivateNamespace.Attempt> attempts = PrivateNamespace.search();
                Files.writeString(pidFile(), Long.toString(Tasks.pid()));
                PrivateNamespace.runAgainInside(attempts.get(attempts.size() - 1));
            }
            if (arguments.length == 0) {
                return;
            }
            PrivateNamespace.prepare();
            System.out.println("inside " + PrivateNamespace.inside());
            System.out.println("interfaces " + Interfaces.names());
            System.out.println("up " + Interfaces.isUp("lo"));
            System.out.println("may capture " + CaptureRight.granted());
            System.out.println("uid " + User.current().uid());
            System.out.println("arguments " + List.of(arguments));
            System.out.println("same process " + Files.deleteIfExists(pidFile()));
            List<Path> open = new ArrayList<>();
            try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
                for (Path descriptor : descriptors) {
                    open.add(Files.readSymbolicLink(descriptor));
                }
            }
            open.removeIf(p -> !p.toString().endsWith(".jar"));
            System.out.println("jars open twice " + (new HashSet<>(open).size() < open.size()));
        }

        private static Path pidFile() {
            return Path.of(System.getProperty("java.io.tmpdir"), "packetlab-inside-out-" + Tasks.pid());
        }
    }

    @Test
    void theSwitchThatForbidsNamespacesIsNamed(@TempDir Path sysctl) throws IOException {
        assertEquals("this kernel has no user namespaces (CONFIG_USER_NS)", explain(sysctl, false, "x").obstacle());
        set(sysctl, "user/max_user_namespaces", "100");
        set(sysctl, "user/max_net_namespaces", "100");
        assertEquals("unshare: something else", explain(sysctl, false, "unshare: something else\n").obstacle());
        PrivateNamespace.Attempt container = explain(sysctl, true, "unshare: unshare failed: Operation not permitted");
        assertTrue(container.obstacle().contains("seccomp"));
        assertNotNull(container.remedy());
        assertTrue(explain(sysctl, false, "unshare: No space left on device").obstacle().contains("= 100"));
        assertEquals("apt-get install util-linux",
                explain(sysctl, false, "unshare: unrecognized option '--map-current-user'").remedy());

        set(sysctl, "kernel/apparmor_restrict_unprivileged_userns", "1");
        assertEquals("sysctl -w kernel.apparmor_restrict_unprivileged_userns=0", explain(sysctl, false, "x").remedy());
        set(sysctl, "kernel/unprivileged_userns_clone", "0");
        assertEquals("user namespaces are forbidden by kernel.unprivileged_userns_clone = 0",
                explain(sysctl, false, "x").obstacle());
        set(sysctl, "user/max_user_namespaces", "0");
        assertEquals("sysctl -w user.max_user_namespaces=15000", explain(sysctl, false, "x").remedy());
    }

    @Test
    void switchesAreReadWhole() {
        String range = Sysctl.read(Sysctl.ROOT, "net/ipv4/ip_local_port_range");
        assertTrue(range.matches("[0-9]+ [0-9]+"), range);
        assertNull(Sysctl.read(Sysctl.ROOT, "no/such/switch"));
    }

    @Test
    void theKernelTellsWhoWeAre() throws IOException {
        User user = User.current();
        assertEquals(user.uid(), Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        assertEquals(CaptureRight.granted(), user.has(User.CAP_NET_RAW));
    }

    private static PrivateNamespace.Attempt explain(Path sysctl, boolean filtered, String output) {
        return NamespaceObstacle.explain(sysctl, filtered, List.of(), new Programs.Outcome(1, output));
    }

    private static void set(Path sysctl, String key, String value) throws IOException {
        Path file = sysctl.resolve(key);
        Files.createDirectories(file.getParent());
        Files.writeString(file, value + "\n");
    }
}
