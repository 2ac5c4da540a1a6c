package packetlab.os;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What makes no system call of its own works without jnr, JNA and pcap4j. */
class LazyLoadingTest {
    @Test
    void nothingNativeIsLoadedBeforeItIsNeeded() throws IOException {
        List<String> command = Inside.java(WithoutLibraries.class);
        int classPath = command.indexOf("-cp") + 1;
        command.set(classPath, Arrays.stream(command.get(classPath).split(":"))
                .filter(entry -> !entry.matches(".*/(jnr|jffi|jna|pcap4j)-[^/]*\\.jar"))
                .collect(Collectors.joining(":")));
        Programs.Outcome outcome = Programs.run(command, 60);
        assertEquals("lo, a thread, a user, a way\n", outcome.output());
    }

    /** Uses what every command may use. */
    static final class WithoutLibraries {
        public static void main(String[] arguments) throws IOException {
            String lo = Interfaces.names().contains(PcapOptions.on("lo").device()) ? "lo" : "no lo";
            String thread = Tasks.tid() == Tasks.pid() || Tasks.tid() > 0 && WallClock.nowNs() > 0 ? "a thread" : "";
            String user = User.current().uid() >= 0 ? "a user" : "";
            String way = PrivateNamespace.search().isEmpty() || CaptureGrant.state().isEmpty() ? "" : "a way";
            System.out.println(String.join(", ", lo, thread, user, way));
        }
    }
}
