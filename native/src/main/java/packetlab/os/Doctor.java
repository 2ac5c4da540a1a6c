package packetlab.os;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Finds out what this machine and user may do, by doing it. */
public final class Doctor {
    /**
     * One thing that was tried.
     *
     * @param what   in a few words, such as {@code capture on lo}
     * @param works  whether it does
     * @param detail what was found, or why it does not work
     * @param remedy the one command, for root, that makes it work; null where there is none or none is needed
     */
    public record Check(String what, boolean works, String detail, String remedy) {}

    private static final String SOCKET_OF_HELPER = "capture on lo, helper's socket",
            PACKETS_OF_HELPER = "capture on lo, helper's packets", RING_MEMORY = "memory for a ring";
    private static final int POLLS = 10;
    private static final RingOptions UDP = RingOptions.on("lo").withFilter("udp").withSnaplen(256);

    private Doctor() {}

    /** Tries everything, which takes a second or so; what does not work is a result, not an exception. */
    public static List<Check> examine() {
        List<Check> checks = new ArrayList<>();
        checks.add(java());
        checks.add(guarded("native code", Doctor::nativeCode));
        checks.add(guarded("libpcap", Doctor::libpcap));
        checks.add(guarded("capture on lo", Doctor::captureOnLoopback));
        checks.add(guarded(SOCKET_OF_HELPER, Doctor::socketOfHelper));
        checks.add(guarded(PACKETS_OF_HELPER, Doctor::packetsOfHelper));
        checks.add(guarded(RING_MEMORY, Doctor::ringMemory));
        for (PrivateNamespace.Way way : PrivateNamespace.Way.values()) {
            checks.add(guarded(namespaceName(way), () -> namespace(way)));
        }
        checks.removeIf(c -> c == null);
        checks.add(guarded("ICMP echo without root", Doctor::ping));
        return checks;
    }

    private interface Examination {
        Check run() throws IOException;
    }

    private static Check guarded(String what, Examination examination) {
        try {
            return examination.run();
        } catch (PermissionException e) {
            return new Check(what, false, e.what(), e.grant());
        } catch (IOException e) {
            return new Check(what, false, e.getMessage(), null);
        }
    }

    private static Check java() {
        int feature = Runtime.version().feature();
        return new Check("Java", feature >= 17, System.getProperty("java.version") + " in "
                + System.getProperty("java.home"), feature >= 17 ? null : "apt-get install default-jdk-headless");
    }

    private static Check nativeCode() throws IOException {
        Interfaces.index("lo");
        return new Check("native code", true, "jnr-ffi calls the C library", null);
    }

    private static Check libpcap() throws IOException {
        try {
            return new Check("libpcap", true, PcapLibrary.version(), null);
        } catch (MissingLibraryException e) {
            return new Check("libpcap", false, e.getMessage(), PcapLibrary.INSTALL_COMMAND);
        }
    }

    private static Check captureOnLoopback() throws IOException {
        String what = "capture on lo";
        CaptureRight.require("lo");
        try (PcapSource source = PcapSource.open(PcapOptions.on("lo").withBufferBytes(2 << 20))) {
            return new Check(what, source.linkType() >= 0, "a live capture was opened", null);
        }
    }

    private static Check socketOfHelper() throws IOException {
        try (RingSource ring = CaptureHelper.openRing(CaptureHelper.PROGRAM, UDP)) {
            boolean seen = sees(ring);
            return new Check(SOCKET_OF_HELPER, seen, seen ? "a socket was passed, and a packet came through its ring"
                    : "a socket was passed, but no packet came through its ring", null);
        }
    }

    private static Check packetsOfHelper() throws IOException {
        try (LiveSource stream = CaptureHelper.openStream(UDP)) {
            boolean seen = sees(stream);
            return new Check(PACKETS_OF_HELPER, seen, seen ? "a packet was passed" : "no packet came", null);
        }
    }

    private static boolean sees(LiveSource source) throws IOException {
        sendToOurselves();
        boolean seen = false;
        for (int i = 0; i < POLLS && !seen; i++) {
            seen = source.poll((buffer, offset, captured, wire, timestampNs, link, flags) -> { }) > 0;
        }
        return seen;
    }

    /** A datagram over lo to a port of our own. */
    private static void sendToOurselves() throws OsException {
        int fd = Sockets.socket(Sockets.AF_INET, Sockets.SOCK_DGRAM | Sockets.SOCK_CLOEXEC, 0);
        try {
            Sockets.bind(fd, SocketAddress.loopback(0));
            Sockets.sendto(fd, ByteBuffer.allocateDirect(1), 0, Sockets.getsockname(fd));
        } finally {
            Sockets.close(fd);
        }
    }

    private static Check ringMemory() throws IOException {
        int wanted = RingOptions.DEFAULT_BUFFER_BYTES;
        try (RingSource ring = CaptureRight.granted() ? RingSource.open(RingOptions.on("lo"))
                : CaptureHelper.openRing(CaptureHelper.PROGRAM, RingOptions.on("lo"))) {
            boolean all = ring.bufferBytes() >= wanted;
            return new Check(RING_MEMORY, all, "the kernel gives " + (ring.bufferBytes() >> 20) + " MB"
                    + (all ? "" : " only, of " + (wanted >> 20) + ": memory is short"), null);
        } catch (PermissionException e) {
            return new Check(RING_MEMORY, false, "not tried: " + e.what(), null);
        }
    }

    /** Null where this way is not one for this user. */
    private static Check namespace(PrivateNamespace.Way way) throws IOException {
        boolean root = User.current().uid() == 0;
        if (way == PrivateNamespace.Way.ROOT && !root || way == PrivateNamespace.Way.SUDO && root) {
            return null;
        }
        PrivateNamespace.Attempt attempt = PrivateNamespace.attempt(way);
        return new Check(namespaceName(way), attempt.works(),
                attempt.works() ? "one was made, and has ended" : attempt.obstacle(), attempt.remedy());
    }

    private static String namespaceName(PrivateNamespace.Way way) {
        return "private namespace, " + way.words();
    }

    private static Check ping() throws IOException {
        String what = "ICMP echo without root";
        String range = Sysctl.read(Sysctl.ROOT, "net/ipv4/ping_group_range");
        try {
            Sockets.close(Sockets.socket(Sockets.AF_INET, Sockets.SOCK_DGRAM, Sockets.IPPROTO_ICMP));
            return new Check(what, true, "net.ipv4.ping_group_range = " + range, null);
        } catch (OsException e) {
            return new Check(what, false, "net.ipv4.ping_group_range = " + range + " leaves out this user's groups",
                    "sysctl -w net.ipv4.ping_group_range='0 2147483647'");
        }
    }
}
