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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
        List<String> said = Programs.run(Inside.java(InsideOut.class, "two words", "")).output().lines().toList();
        assertEquals(List.of("inside true", "interfaces [lo]", "up true", "may capture true",
                "user " + User.current().uid() + " in " + User.current().groups().size() + " groups",
                "arguments [two words, ]", "jars open twice false"), said.subList(1, said.size() - 1));
        if (!said.contains("way SUDO")) {                   // which has a process of its own between
            assertEquals(said.get(0), said.get(said.size() - 1), "the same process");
        }
    }

    /** Goes inside and tells what it sees there. */
    static final class InsideOut {
        public static void main(String[] arguments) throws IOException {
            if (arguments.length == 0) {
                return;
            }
            if (!PrivateNamespace.inside()) {
                List<PrivateNamespace.Attempt> attempts = PrivateNamespace.search();
                PrivateNamespace.Attempt last = attempts.get(attempts.size() - 1);
                System.out.println(last.way() == PrivateNamespace.Way.SUDO ? "way SUDO" : "process " + Tasks.pid());
                PrivateNamespace.runAgainInside(last);
            }
            PrivateNamespace.prepare();
            User user = User.current();
            System.out.println("inside " + PrivateNamespace.inside());
            System.out.println("interfaces " + Interfaces.names());
            System.out.println("up " + Interfaces.isUp("lo"));
            System.out.println("may capture " + CaptureRight.granted());
            System.out.println("user " + user.uid() + " in " + user.groups().size() + " groups");
            System.out.println("arguments " + List.of(arguments));
            System.out.println("jars open twice " + isOpenTwice(".jar"));
            System.out.println("process " + Tasks.pid());
        }

        private static boolean isOpenTwice(String suffix) throws IOException {
            Set<Path> files = new HashSet<>();
            boolean twice = false;
            try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
                for (Path descriptor : descriptors) {
                    Path file = Files.readSymbolicLink(descriptor);
                    twice |= file.toString().endsWith(suffix) && !files.add(file);
                }
            }
            return twice;
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
