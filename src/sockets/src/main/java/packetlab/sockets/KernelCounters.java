package packetlab.sockets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the kernel has counted in this network namespace since it was made (proc_net(5)). */
final class KernelCounters {
    /** Of the calling thread: thread-self, because a thread may be in a namespace of its own. */
    private static final Path NET = Path.of("/proc/thread-self/net");

    private KernelCounters() {}

    /** One of TCP's many, such as ListenOverflows. */
    static long tcpExtended(String name) throws IOException {
        return counter("netstat", "TcpExt:", name);
    }

    /** One of UDP's, such as RcvbufErrors. */
    static long udp(String name) throws IOException {
        return counter("snmp", "Udp:", name);
    }

    /** A line of names is followed by one of numbers. */
    private static long counter(String file, String group, String name) throws IOException {
        List<String> lines = Files.readAllLines(NET.resolve(file));
        for (int i = 0; i + 1 < lines.size(); i += 2) {
            List<String> names = List.of(lines.get(i).split(" "));
            int at = names.indexOf(name);
            if (names.get(0).equals(group) && at > 0) {
                return Long.parseLong(lines.get(i + 1).split(" ")[at]);
            }
        }
        throw new IOException("this kernel has no counter " + group + " " + name);
    }
}
