package packetlab.os;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import packetlab.wire.LinkType;
import packetlab.wire.PacketHandler;
import packetlab.wire.PacketSource;

/** Captures through the ring and through the socket's queue, in a private network namespace. */
class RingSourceTest {
    private static final int UDP = 17, TCP = 6, SYN = 2, FIN = 1;
    private static final int SO_TIMESTAMPNS = 35, SO_LOCK_FILTER = 44;
    private static final RingOptions LO = RingOptions.on("lo");
    private static final Map<String, Inside.Case> CASES = new LinkedHashMap<>();

    static {
        for (boolean low : new boolean[] {false, true}) {
            RingOptions options = LO.withLowLatency(low);
            String way = low ? ", low latency" : ", ring";
            CASES.put("a TCP conversation on lo comes once and in order" + way, () -> tcpComesOnce(options));
            CASES.put("every packet is the same as libpcap's" + way, () -> sameAsLibpcap(options));
            CASES.put("a snap length cuts, with and without a filter" + way, () -> snaplenCuts(options));
            CASES.put("a filter keeps the rest out" + way, () -> filterFilters(options));
            CASES.put("an idle poll returns in time" + way, () -> idlePollReturns(options));
            CASES.put("another thread may close" + way, () -> anotherThreadMayClose(options));
            CASES.put("the handler may close, and read on" + way, () -> handlerMayClose(options));
            CASES.put("a handler that throws has had its packet" + way, () -> handlerThrows(options));
            CASES.put("closing under load harms nobody" + way, () -> closedUnderLoad(options, 30));
            CASES.put("nothing is allocated per packet" + way, () -> nothingIsAllocated(options));
            CASES.put("what found no room is counted" + way, () -> dropsAreCounted(options));
            CASES.put("a VLAN tag is where it was" + way, () -> vlanTag(options));
            CASES.put("an interface set down while capturing ends it" + way, () -> interfaceSetDown(options));
            CASES.put("an interface that is removed ends it" + way, () -> interfaceRemoved(options));
            CASES.put("an adopted socket captures" + way, () -> adopted(options));
        }
        RingOptions recording = LO.withCollectMs(20);
        CASES.put("a TCP conversation on lo comes once and in order, large blocks", () -> tcpComesOnce(recording));
        CASES.put("what found no room is counted, large blocks", () -> dropsAreCounted(recording));
        CASES.put("a bad filter is the user's mistake", RingSourceTest::badFilter);
        CASES.put("what the ring cannot do is said to be libpcap's", RingSourceTest::notForTheRing);
        CASES.put("an absent interface is the user's mistake", RingSourceTest::absentInterface);
        CASES.put("an interface that is down is said to be so", RingSourceTest::interfaceDown);
        CASES.put("memory that is refused leads to less, or to one line", RingSourceTest::memoryRefused);
        CASES.put("a descriptor of the wrong kind is refused and closed", RingSourceTest::wrongDescriptor);
    }

    public static void main(String[] arguments) throws IOException {
        Inside.runAll(CASES);
    }

    @TestFactory
    Stream<DynamicTest> live() throws IOException {
        return Inside.tests(RingSourceTest.class, CASES);
    }

    @Test
    void withoutTheRightTheMessageNamesWhoGrantsIt() throws IOException {
        List<String> powerless = List.of(Programs.find("setpriv"), "--inh-caps=-all", "--ambient-caps=-all",
                "--bounding-set=-all", "--no-new-privs");
        assertEquals("PermissionException: may not capture on lo: CAP_NET_RAW is missing\n",
                Inside.run(Opening.class, powerless, "").output());
    }

    @Test
    void withoutLibpcapItCapturesAllTheSameButWithoutFilter() throws IOException {
        List<String> env = List.of(Programs.find("env"), "JAVA_TOOL_OPTIONS=-Dorg.pcap4j.core.pcapLibName=pcap-absent");
        assertEquals("opened\n", without(Inside.run(Opening.class, env, "").output()));
        String expected = "MissingLibraryException: libpcap, which compiles the filter 'udp', is not installed; "
                + "once, as root: apt-get install libpcap0.8; or capture without a filter\n";
        assertEquals(expected + expected, without(Inside.run(Opening.class, env, "udp").output()));
    }

    private static String without(String output) {
        return output.replaceAll("Picked up JAVA_TOOL_OPTIONS.*\n", "");
    }

    /** Opens a ring on lo, twice where it fails, and prints how. */
    static final class Opening {
        public static void main(String[] arguments) throws IOException {
            for (int i = 0; i < 2; i++) {
                try {
                    if (CaptureRight.granted()) {
                        PrivateNamespace.prepare();
                    }
                    RingSource.open(LO.withFilter(arguments.length == 0 ? "" : arguments[0])).close();
                    System.out.println("opened");
                    return;
                } catch (PermissionException e) {
                    System.out.println("PermissionException: " + e.what());
                    return;
                } catch (IOException e) {
                    System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
                }
            }
        }
    }

    @Test
    void optionsHaveLimits() {
        assertThrows(IllegalArgumentException.class, () -> LO.withSnaplen(0));
        assertThrows(IllegalArgumentException.class, () -> LO.withSnaplen(262_145));
        assertThrows(IllegalArgumentException.class, () -> LO.withBufferBytes(1000));
        assertThrows(IllegalArgumentException.class, () -> LO.withBufferBytes(Integer.MAX_VALUE));
        assertThrows(IllegalArgumentException.class, () -> LO.withCollectMs(0));
    }

    private static void tcpComesOnce(RingOptions options) throws IOException {
        long last = WallClock.nowNs();
        try (LiveCapture capture = new LiveCapture(options)) {
            assertEquals(LinkType.EN10MB, capture.source.linkType());
            int port = LiveCapture.tcpExchange(1_000_000);
            // What belongs to an earlier conversation may be sent again, and so may ours on a busy machine.
            Predicate<LiveCapture.Packet> ours = p -> p.isIpv4(TCP) && (p.u16(34) == port || p.u16(36) == port);
            List<LiveCapture.Packet> tcp = capture.await(12, ours);
            assertEquals(2, senders(tcp, SYN), "SYN and SYN-ACK");
            assertEquals(2, senders(tcp, FIN), "a FIN each way");
            assertTrue(tcp.stream().anyMatch(p -> p.wireLength() > 60_000), "super-packets come whole");
            for (LiveCapture.Packet p : tcp) {
                assertTrue(p.timestampNs() >= last, "stamps go on");
                assertEquals(PacketHandler.CHECKSUM_NOT_COMPUTED, p.flags());
                assertEquals(p.octets().length, p.wireLength());
                last = p.timestampNs();
            }
            assertTrue(last <= WallClock.nowNs());
            assertTrue(tcp.stream().anyMatch(p -> p.timestampNs() % 1000 != 0), "nanoseconds");
            assertEquals(0, capture.source.dropped());
        }
    }

    private static long senders(List<LiveCapture.Packet> packets, int flag) {
        return packets.stream().filter(p -> (p.tcpFlags() & flag) != 0).map(p -> p.u16(34)).distinct().count();
    }

    /**
     * With a socket that has the kernel stamp each packet when it comes in, all captures tell that stamp. Not of TCP on
     * lo: there a packet carries its departure time where the stamp would be, and each capture reads the clock itself.
     */
    private static void sameAsLibpcap(RingOptions options) throws IOException {
        int stamping = Sockets.socket(Sockets.AF_INET, Sockets.SOCK_DGRAM, 0);
        Sockets.setsockopt(stamping, Sockets.SOL_SOCKET, SO_TIMESTAMPNS, 1);
        awaitStamps(options);
        for (String filter : new String[] {"", "udp or (tcp and greater 100)"}) {
            for (int snaplen : new int[] {262_144, 96}) {
                try (LiveCapture ring = new LiveCapture(options.withFilter(filter).withSnaplen(snaplen));
                     LiveCapture pcap = new LiveCapture(PcapOptions.on("lo").withFilter(filter).withSnaplen(snaplen))) {
                    LiveCapture.tcpExchange(300_000);
                    LiveCapture.udpDatagrams(700, "the same");
                    LiveCapture.tcpExchange(1);
                    ring.await(700, p -> p.isIpv4(UDP));
                    pcap.await(700, p -> p.isIpv4(UDP));
                    assertEquals(0, ring.source.dropped() + pcap.source.dropped());
                    assertEquals(pcap.packets.size(), ring.packets.size());
                    for (int i = 0; i < ring.packets.size(); i++) {
                        LiveCapture.Packet ours = ring.packets.get(i);
                        LiveCapture.Packet theirs = pcap.packets.get(i);
                        assertArrayEquals(theirs.octets(), ours.octets(), "packet " + i);
                        assertEquals(theirs.wireLength(), ours.wireLength());
                        if (ours.isIpv4(UDP)) {
                            assertEquals(theirs.timestampNs(), ours.timestampNs(), "packet " + i);
                        } else {
                            assertTrue(Math.abs(theirs.timestampNs() - ours.timestampNs()) < 1_000_000_000L);
                        }
                        assertEquals(theirs.linkType(), ours.linkType());
                        assertEquals(theirs.flags(), ours.flags());
                    }
                }
            }
        }
        Sockets.close(stamping);
    }

    /** The kernel begins to stamp a moment after it was asked to. */
    private static void awaitStamps(RingOptions options) throws IOException {
        long ours = 0;
        long theirs = 1;
        for (int i = 0; i < 100 && ours != theirs; i++) {
            try (LiveCapture ring = new LiveCapture(options.withFilter("udp"));
                 LiveCapture pcap = new LiveCapture(PcapOptions.on("lo").withFilter("udp"))) {
                LiveCapture.udpDatagrams(1, "stamped?");
                ours = ring.await(1, p -> true).get(0).timestampNs();
                theirs = pcap.await(1, p -> true).get(0).timestampNs();
            }
        }
    }

    private static void snaplenCuts(RingOptions options) throws IOException {
        for (String filter : new String[] {"", "udp"}) {
            try (LiveCapture capture = new LiveCapture(options.withSnaplen(60).withFilter(filter))) {
                LiveCapture.udpDatagrams(3, "x".repeat(100));
                List<LiveCapture.Packet> udp = capture.await(3, p -> p.isIpv4(UDP));
                assertEquals(3, udp.size());
                for (LiveCapture.Packet p : udp) {
                    assertEquals(60, p.octets().length);
                    assertEquals(142, p.wireLength());
                }
            }
        }
    }

    private static void filterFilters(RingOptions options) throws IOException {
        try (LiveCapture capture = new LiveCapture(options.withFilter("udp and greater 100"))) {
            LiveCapture.tcpExchange(10);
            LiveCapture.udpDatagrams(2, "short");
            LiveCapture.udpDatagrams(2, "l" + "o".repeat(100) + "ng");
            assertEquals(2, capture.await(2, p -> true).size());
        }
    }

    private static void idlePollReturns(RingOptions options) throws IOException {
        try (LiveCapture capture = new LiveCapture(options)) {
            long start = System.nanoTime();
            assertEquals(0, capture.poll());
            long tookMs = (System.nanoTime() - start) / 1_000_000;
            assertTrue(tookMs >= 50 && tookMs <= 1000, tookMs + " ms");
        }
    }

    private static void anotherThreadMayClose(RingOptions options) throws Exception {
        LiveCapture capture = new LiveCapture(options);
        Thread closer = new Thread(capture::close);
        LiveCapture.udpDatagrams(5, "counted");
        assertEquals(5, capture.await(5, p -> true).size());
        closer.start();
        int result = 0;
        for (int i = 0; i < 50 && result != PacketSource.END; i++) {
            result = capture.poll();
        }
        closer.join();
        assertEquals(PacketSource.END, result);
        assertEquals(0, capture.source.dropped());
        capture.close();
    }

    private static void handlerMayClose(RingOptions options) throws IOException {
        RingSource source = RingSource.open(options);
        LiveCapture.udpDatagrams(5, "only one is taken");
        int[] taken = new int[1];
        int[] last = new int[1];
        int delivered = 0;
        for (int i = 0; i < 20 && delivered == 0; i++) {
            delivered = source.poll((buffer, offset, captured, wire, timestampNs, link, flags) -> {
                taken[0]++;
                source.close();
                last[0] = buffer.get(offset + captured - 1);
            });
        }
        assertEquals(1, delivered);
        assertEquals(1, taken[0]);
        assertEquals('n', last[0]);
        assertEquals(PacketSource.END, source.poll((buffer, offset, captured, wire, timestampNs, link, flags) -> { }));
        assertEquals(0, source.dropped());
    }

    private static void handlerThrows(RingOptions options) throws IOException {
        try (RingSource source = RingSource.open(options.withFilter("udp"))) {
            LiveCapture.udpDatagrams(50, "each once");
            int[] seen = new int[1];
            for (int i = 0; i < 1000 && seen[0] < 50; i++) {
                try {
                    source.poll((buffer, offset, captured, wire, timestampNs, link, flags) -> {
                        seen[0]++;
                        throw new IllegalStateException("of the handler");
                    });
                } catch (IllegalStateException e) {
                    assertEquals("of the handler", e.getMessage());
                }
            }
            assertEquals(50, seen[0]);
            assertEquals(0, source.poll((buffer, offset, captured, wire, timestampNs, link, flags) -> seen[0]++));
            assertEquals(50, seen[0]);
        }
    }

    /** Closing unmaps what the other thread reads: it must never do so while that happens. */
    static void closedUnderLoad(RingOptions options, int times) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        Thread load = new Thread(() -> blastUntil(over));
        load.start();
        long[] sum = new long[2];
        for (int i = 0; i < times; i++) {
            RingSource source = RingSource.open(options.withBufferBytes(2 << 20));
            int pollsBefore = i % 3;
            Thread closer = new Thread(source::close);
            int result = 0;
            while (result != PacketSource.END) {
                if (pollsBefore-- == 0) {
                    closer.start();
                }
                result = source.poll((buffer, offset, captured, wire, timestampNs, link, flags) -> {
                    sum[0]++;
                    sum[1] += buffer.get(offset) + buffer.get(offset + captured - 1);
                });
            }
            closer.join();
        }
        over.set(true);
        load.join();
        assertTrue(sum[0] > times, sum[0] + " packets were read meanwhile");
    }

    private static void blastUntil(AtomicBoolean over) {
        try {
            while (!over.get()) {
                LiveCapture.udpDatagrams(1000, "load");
            }
        } catch (OsException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void nothingIsAllocated(RingOptions options) throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] sum = new long[2];
        PacketHandler handler = (buffer, offset, captured, wire, timestampNs, link, flags) -> {
            sum[0]++;
            sum[1] += captured + timestampNs + flags;
        };
        try (RingSource source = RingSource.open(options.withFilter("udp"))) {
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 12 && least > 0; round++) {
                LiveCapture.udpDatagrams(3000, "nothing");
                long seen = sum[0];
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 2000 && sum[0] < seen + 3000; i++) {
                    source.poll(handler);
                    source.dropped();
                }
                // A compilation that ends in between may allocate; what a packet costs would be there each time.
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
                assertEquals(3000, sum[0] - seen);
            }
            assertEquals(0, least, "octets allocated for 3,000 packets");
        }
    }

    private static void dropsAreCounted(RingOptions options) throws IOException {
        try (RingSource source = RingSource.open(options.withBufferBytes(1 << 20).withFilter("udp"))) {
            LiveCapture.udpDatagrams(20_000, "too many for a small buffer");
            long[] seen = new long[1];
            int idle = 0;
            while (idle < 2) {
                int packets = source.poll((b, offset, captured, wire, timestampNs, link, flags) -> seen[0]++);
                idle = packets == 0 ? idle + 1 : 0;
            }
            assertTrue(source.dropped() > 0 && seen[0] > 100, seen[0] + " seen, " + source.dropped() + " dropped");
            assertEquals(20_000, seen[0] + source.dropped());
            assertEquals(20_000, seen[0] + source.dropped(), "reading the counter does not change what it says");
        }
    }

    private static boolean vethPair() throws IOException {
        String ip = Programs.find("ip");
        if (ip == null) {
            System.out.println("NOT RUN: captures on virtual Ethernet need ip(8), of the package iproute2");
            return false;
        }
        assertEquals(0, Programs.run(List.of(ip, "link", "add", "vethA", "type", "veth", "peer", "vethB")).status());
        Interfaces.raise("vethA");
        Interfaces.raise("vethB");
        return true;
    }

    private static void removeVethPair() throws IOException {
        assertEquals(0, Programs.run(List.of(Programs.find("ip"), "link", "delete", "vethA")).status());
    }

    /** The kernel takes the tag of a frame that comes in out of it; libpcap and we put it back. */
    private static void vlanTag(RingOptions options) throws IOException {
        if (!vethPair()) {
            return;
        }
        ByteBuffer frame = ByteBuffer.allocateDirect(60);
        long address = Interfaces.hardwareAddress("vethA");
        frame.putShort(0, (short) (address >>> 32)).putInt(2, (int) address);
        frame.putInt(12, 0x8100_6005).putShort(16, (short) 0x88B5).putLong(18, 0x0123_4567_89AB_CDEFL);
        RingOptions on = new RingOptions("vethA", "", options.snaplen(), options.bufferBytes(), options.leastBytes(),
                options.collectMs(), options.lowLatency(), false, false);
        Predicate<LiveCapture.Packet> tagged = p -> p.octets().length >= 18 && p.u16(16) == 0x88B5;
        try (LiveCapture ring = new LiveCapture(on); LiveCapture cut = new LiveCapture(on.withSnaplen(20));
             LiveCapture pcap = new LiveCapture(PcapOptions.on("vethA"))) {
            inject("vethB", frame);
            LiveCapture.Packet seen = ring.await(1, tagged).get(0);
            byte[] sent = new byte[60];
            frame.get(0, sent);
            assertArrayEquals(sent, seen.octets());
            assertEquals(60, seen.wireLength());
            assertArrayEquals(sent, pcap.await(1, tagged).get(0).octets());
            LiveCapture.Packet shortened = cut.await(1, tagged).get(0);
            assertEquals(20, shortened.octets().length);
            assertEquals(60, shortened.wireLength());
        } finally {
            removeVethPair();
        }
    }

    /** Sends a frame as it is. */
    private static void inject(String device, ByteBuffer frame) throws IOException {
        int fd = Sockets.socket(Sockets.AF_PACKET, Sockets.SOCK_RAW, 0);
        ByteBuffer sll = new AddressBuffer().clear().struct();
        sll.putShort(0, (short) Sockets.AF_PACKET).putInt(4, Interfaces.index(device));
        assertEquals(0, LibC.get().bind(fd, sll, PacketSocket.ADDRESS_LENGTH));
        Sockets.send(fd, frame.duplicate().clear(), 0);
        Sockets.close(fd);
    }

    private static void interfaceSetDown(RingOptions options) throws IOException {
        try (LiveCapture capture = new LiveCapture(options)) {
            Interfaces.lower("lo");
            OsException e = assertThrows(OsException.class, () -> pollOften(capture));
            assertTrue(e.is(Errno.ENETDOWN), e.getMessage());
            Interfaces.raise("lo");
            LiveCapture.udpDatagrams(3, "again");
            assertEquals(3, capture.await(3, p -> p.isIpv4(UDP)).size(), "it goes on for who does not mind");
        } finally {
            Interfaces.raise("lo");
        }
    }

    private static void interfaceRemoved(RingOptions options) throws IOException {
        if (!vethPair()) {
            return;
        }
        RingOptions on = new RingOptions("vethA", "", 2000, options.bufferBytes(), options.leastBytes(),
                options.collectMs(), options.lowLatency(), true, false);
        try (LiveCapture capture = new LiveCapture(on)) {
            capture.poll();
            removeVethPair();
            IOException e = assertThrows(IOException.class, () -> pollOften(capture));
            assertTrue(e.getMessage().contains("the interface was removed while capturing"), e.getMessage());
        }
    }

    private static void pollOften(LiveCapture capture) throws IOException {
        for (int i = 0; i < 40; i++) {
            capture.poll();
        }
    }

    private static void adopted(RingOptions options) throws IOException {
        int open = openDescriptors();
        for (boolean bound : new boolean[] {false, true}) {
            int fd = Sockets.socket(Sockets.AF_PACKET, Sockets.SOCK_RAW, 0);
            CaptureFilter.compile("udp", LinkType.EN10MB, 50).attach(fd);
            Sockets.setsockopt(fd, Sockets.SOL_SOCKET, SO_LOCK_FILTER, 1);
            if (bound) {
                bind(fd, "lo");
            }
            try (LiveCapture capture = new LiveCapture(RingSource.adopt(fd, options.withFilter("of another")))) {
                LiveCapture.tcpExchange(1);
                LiveCapture.udpDatagrams(4, "taken over");
                List<LiveCapture.Packet> seen = capture.await(4, p -> true);
                assertEquals(4, seen.size(), "the locked filter has stayed");
                assertEquals(50, seen.get(0).octets().length);
            }
        }
        int fd = Sockets.socket(Sockets.AF_PACKET, Sockets.SOCK_RAW, 0);
        bind(fd, "lo");
        LiveCapture.udpDatagrams(2000, "more than a queue holds, before there was a filter");
        try (LiveCapture capture = new LiveCapture(RingSource.adopt(fd, options.withFilter("udp")))) {
            assertEquals(0, capture.source.dropped(), "nothing of what was before");
            LiveCapture.tcpExchange(1);
            LiveCapture.udpDatagrams(4, "filtered");
            assertEquals(4, capture.await(4, p -> true).size());
        }
        assertEquals(open, openDescriptors());
    }

    private static void bind(int fd, String device) throws OsException {
        ByteBuffer sll = new AddressBuffer().clear().struct();
        sll.putShort(0, (short) Sockets.AF_PACKET).put(3, (byte) 3).putInt(4, Interfaces.index(device));
        assertEquals(0, LibC.get().bind(fd, sll, PacketSocket.ADDRESS_LENGTH));
    }

    private static int openDescriptors() {
        return new File("/proc/self/fd").list().length;
    }

    private static void badFilter() {
        UsageException e = assertThrows(UsageException.class, () -> RingSource.open(LO.withFilter("tcp prot 80")));
        assertTrue(e.getMessage().startsWith("the capture filter 'tcp prot 80' does not compile: "), e.getMessage());
        assertEquals(1, e.getMessage().lines().count());
    }

    private static void notForTheRing() {
        NoRingException any = assertThrows(NoRingException.class, () -> RingSource.open(RingOptions.on("any")));
        assertEquals("the ring captures one interface, not any; --backend libpcap can", any.getMessage());
        assertThrows(NoRingException.class, () -> RingSource.open(LO.withFilter("vlan 5 and tcp")));
    }

    private static void absentInterface() {
        UsageException e = assertThrows(UsageException.class, () -> RingSource.open(RingOptions.on("eth77")));
        assertEquals("there is no interface eth77; there are: lo", e.getMessage());
        assertThrows(UsageException.class, () -> RingSource.open(RingOptions.on("")));
        assertThrows(UsageException.class, () -> RingSource.open(RingOptions.on("a-name-that-is-far-too-long")));
    }

    private static void interfaceDown() throws IOException {
        int open = openDescriptors();
        Interfaces.lower("lo");
        try {
            OsException e = assertThrows(OsException.class, () -> RingSource.open(LO));
            assertTrue(e.is(Errno.ENETDOWN), e.getMessage());
        } finally {
            Interfaces.raise("lo");
        }
        assertEquals(open, openDescriptors());
    }

    /** This process's address space is limited to little more than it has. */
    private static void memoryRefused() throws IOException {
        String prlimit = Programs.find("prlimit");
        int open = openDescriptors();
        RingSource.open(LO).close();        // all that this loads is there
        long pages = Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[0]);
        limit(prlimit, Long.toString(pages * 4096 + (24L << 20)));
        try {
            try (RingSource source = RingSource.open(LO)) {
                assertEquals(16 << 20, source.bufferBytes(), "half of what was refused");
            }
            OsException e = assertThrows(OsException.class, () -> RingSource.open(LO.withBufferBytes(64 << 20)));
            assertEquals("mmap(a ring of 64 MB): ENOMEM, Cannot allocate memory (less memory may do: --buffer 16M)",
                    e.getMessage());
        } finally {
            limit(prlimit, "unlimited");
        }
        assertEquals(open, openDescriptors());
    }

    private static void limit(String prlimit, String soft) throws IOException {
        Programs.Outcome outcome = Programs.run(List.of(prlimit, "--pid", "" + ProcessHandle.current().pid(),
                "--as=" + soft + ":unlimited"));
        assertEquals(0, outcome.status(), outcome.output());
    }

    private static void wrongDescriptor() throws IOException {
        int open = openDescriptors();
        int tcp = Sockets.socket(Sockets.AF_INET, Sockets.SOCK_STREAM, 0);
        IOException e = assertThrows(IOException.class, () -> RingSource.adopt(tcp, LO));
        assertEquals("descriptor " + tcp + " cannot capture: it is a socket of AF_INET, SOCK_STREAM, not of AF_PACKET, "
                + "SOCK_RAW", e.getMessage());
        int cooked = Sockets.socket(Sockets.AF_PACKET, Sockets.SOCK_DGRAM, 0);
        assertThrows(IOException.class, () -> RingSource.adopt(cooked, LO));
        int everywhere = Sockets.socket(Sockets.AF_PACKET, Sockets.SOCK_RAW, 0x0300);
        IOException all = assertThrows(IOException.class, () -> RingSource.adopt(everywhere, LO));
        assertEquals("descriptor " + everywhere + " receives from every interface, not from lo", all.getMessage());
        int elsewhere = Sockets.socket(Sockets.AF_PACKET, Sockets.SOCK_RAW, 0);
        assertThrows(UsageException.class, () -> RingSource.adopt(elsewhere, RingOptions.on("eth77")));
        int unlocked = Sockets.socket(Sockets.AF_PACKET, Sockets.SOCK_RAW, 0);
        assertThrows(UsageException.class, () -> RingSource.adopt(unlocked, LO.withFilter("no filter at all")));
        assertEquals(open, openDescriptors(), "each was closed");
        assertThrows(OsException.class, () -> RingSource.adopt(999, LO));
    }
}
