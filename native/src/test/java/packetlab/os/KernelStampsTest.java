package packetlab.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import packetlab.event.Event;

/** Stamps of the kernel beside those of a capture, in a private network namespace, and what needs no capture. */
class KernelStampsTest {
    private static final int TCP = 6, MESSAGES = 50, OCTETS = 64, WAIT_MS = 3000;
    private static final int ETHERNET = 14;
    private static final Map<String, Inside.Case> CASES = new LinkedHashMap<>();

    static {
        CASES.put("UDP: the stamp is the packet's, to the nanosecond", () -> udpIsStampedLikeItsPacket(false));
        CASES.put("UDP over IPv6: likewise", () -> udpIsStampedLikeItsPacket(true));
        CASES.put("TCP on lo: the stamp follows the packet's at once", KernelStampsTest::tcpIsStampedAfterItsPacket);
    }

    public static void main(String[] arguments) throws IOException {
        Inside.runAll(CASES);
    }

    @TestFactory
    Stream<DynamicTest> besideACapture() throws IOException {
        return Inside.tests(KernelStampsTest.class, CASES);
    }

    /** Two sockets that are connected to each other. */
    private record Pair(int sender, int receiver) implements AutoCloseable {
        static Pair udp(boolean v6) throws OsException {
            int receiver = Sockets.socket(v6 ? Sockets.AF_INET6 : Sockets.AF_INET, Sockets.SOCK_DGRAM, 0);
            Sockets.bind(receiver, v6 ? SocketAddress.loopback6(0) : SocketAddress.loopback(0));
            int sender = Sockets.socket(v6 ? Sockets.AF_INET6 : Sockets.AF_INET, Sockets.SOCK_DGRAM, 0);
            Sockets.connect(sender, Sockets.getsockname(receiver));
            return new Pair(sender, receiver);
        }

        static Pair tcp() throws OsException {
            int listener = Sockets.socket(Sockets.AF_INET, Sockets.SOCK_STREAM, 0);
            Sockets.bind(listener, SocketAddress.loopback(0));
            Sockets.listen(listener, 1);
            int sender = Sockets.socket(Sockets.AF_INET, Sockets.SOCK_STREAM, 0);
            Sockets.connect(sender, Sockets.getsockname(listener));
            Sockets.setsockopt(sender, Sockets.IPPROTO_TCP, Sockets.TCP_NODELAY, 1);
            Pair pair = new Pair(sender, Sockets.accept(listener, null));
            Sockets.close(listener);
            return pair;
        }

        int send(int octets) throws OsException {
            return Sockets.send(sender, ByteBuffer.allocateDirect(octets), 0);
        }

        @Override
        public void close() throws OsException {
            Sockets.close(sender);
            Sockets.close(receiver);
        }
    }

    private static void udpIsStampedLikeItsPacket(boolean v6) throws IOException {
        try (LiveCapture capture = new LiveCapture(PcapOptions.on("lo").withFilter("udp"));
             Pair udp = Pair.udp(v6)) {
            KernelStamps.ofReceived(udp.receiver);
            List<Long> stamps = exchange(udp, new StampedReceiver());
            capture.await(MESSAGES, p -> true);
            assertEquals(stamps, capture.packets.stream().map(LiveCapture.Packet::timestampNs).toList());
        }
    }

    /**
     * A local sender's segment carries the time at which it may be sent, so it gets no stamp when it comes in (Linux
     * 5.18 and newer): the capture takes one, and a moment later the IP layer another.
     */
    private static void tcpIsStampedAfterItsPacket() throws IOException {
        try (LiveCapture capture = new LiveCapture(PcapOptions.on("lo").withFilter("tcp")); Pair tcp = Pair.tcp()) {
            KernelStamps.ofReceived(tcp.receiver);
            List<Long> stamps = exchange(tcp, new StampedReceiver());
            List<LiveCapture.Packet> data = capture.await(MESSAGES, KernelStampsTest::isTcpData);
            assertEquals(MESSAGES, data.size());
            for (int i = 0; i < MESSAGES; i++) {
                assertTrue(data.get(i).timestampNs() <= stamps.get(i), i + ": " + stamps);
                assertTrue(i == 0 || stamps.get(i - 1) < data.get(i).timestampNs(), i + ": " + stamps);
            }
        }
    }

    private static boolean isTcpData(LiveCapture.Packet p) {
        return p.isIpv4(TCP) && p.octets().length == ETHERNET + 20 + 32 + OCTETS;
    }

    /** Sends message after message and returns when each was received. */
    private static List<Long> exchange(Pair pair, StampedReceiver receiver) throws OsException {
        ByteBuffer room = ByteBuffer.allocateDirect(2 * OCTETS);
        List<Long> stamps = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            pair.send(OCTETS);
            assertEquals(OCTETS, receiver.receive(pair.receiver, room.clear(), 0));
            assertEquals(OCTETS, room.position());
            stamps.add(receiver.receivedNs());
        }
        return stamps;
    }

    @Test
    void aDatagramIsScheduledThenSentThenReceived() throws IOException {
        try (Pair udp = Pair.udp(false)) {
            stepsAreInOrder(udp, 0, 1);
        }
        try (Pair udp = Pair.udp(true)) {
            stepsAreInOrder(udp, 0, 1);
        }
    }

    @Test
    void aSegmentIsAcknowledgedToo() throws IOException {
        try (Pair tcp = Pair.tcp()) {
            stepsAreInOrder(tcp, OCTETS - 1, OCTETS);
        }
    }

    /** @param firstId of the first message; each next one's is {@code idStep} more */
    private static void stepsAreInOrder(Pair pair, long firstId, long idStep) throws OsException {
        KernelStamps.ofEverything(pair.sender);
        KernelStamps.ofEverything(pair.receiver);
        assertTrue(KernelStamps.await());
        boolean acknowledged = idStep != 1;
        StampedReceiver receiver = new StampedReceiver();
        SentStamp stamp = new SentStamp();
        ByteBuffer room = ByteBuffer.allocateDirect(OCTETS);
        for (int i = 0; i < MESSAGES; i++) {
            long before = WallClock.nowNs();
            pair.send(OCTETS);
            receiver.receive(pair.receiver, room.clear(), 0);
            long after = WallClock.nowNs();
            Map<SentStamp.Step, Long> times = new LinkedHashMap<>();
            for (int n = 0; n < (acknowledged ? 3 : 2); n++) {
                assertTrue(stamp.await(pair.sender, WAIT_MS), "after " + times);
                assertEquals(firstId + i * idStep, stamp.id(), stamp.step().toString());
                times.put(stamp.step(), stamp.timeNs());
            }
            long scheduled = times.get(SentStamp.Step.SCHEDULED);
            long sent = times.get(SentStamp.Step.SENT);
            assertTrue(before <= scheduled && scheduled <= sent && sent <= receiver.receivedNs()
                    && receiver.receivedNs() <= after, before + " " + times + " " + receiver.receivedNs());
            assertTrue(!acknowledged || times.get(SentStamp.Step.ACKNOWLEDGED) >= receiver.receivedNs(),
                    times.toString());
            assertFalse(stamp.next(pair.sender));
        }
        assertEquals(0, stamp.others());
    }

    @Test
    void unixDatagramsAreStampedWhenTheyAreReceived(@TempDir Path directory) throws IOException {
        Path path = directory.resolve("to");
        int receiver = Sockets.socket(Sockets.AF_UNIX, Sockets.SOCK_DGRAM | Sockets.SOCK_NONBLOCK, 0);
        int sender = Sockets.socket(Sockets.AF_UNIX, Sockets.SOCK_DGRAM, 0);
        Sockets.bind(receiver, new SocketAddress.Unix(path.toString()));
        Sockets.connect(sender, new SocketAddress.Unix(path.toString()));
        try (Pair pair = new Pair(sender, receiver)) {
            KernelStamps.ofReceived(receiver);
            StampedReceiver stamped = new StampedReceiver();
            assertEquals(StampedReceiver.NOTHING, stamped.receive(receiver, ByteBuffer.allocateDirect(1), 0));
            assertEquals(Event.NO_TIME, stamped.receivedNs());
            long before = WallClock.nowNs();
            List<Long> stamps = exchange(pair, stamped);
            long after = WallClock.nowNs();
            assertTrue(stamps.get(0) >= before && stamps.get(MESSAGES - 1) <= after, before + " " + stamps);
            assertEquals(stamps.stream().sorted().toList(), stamps);
        }
        Files.delete(path);
    }

    @Test
    void withoutAskingThereIsNoStamp() throws IOException {
        try (Pair udp = Pair.udp(false)) {
            assertEquals(List.of(Event.NO_TIME), exchange(udp, new StampedReceiver()).stream().distinct().toList());
            SentStamp stamp = new SentStamp();
            assertFalse(stamp.next(udp.sender));
            assertFalse(stamp.await(udp.sender, 1));
        }
    }

    @Test
    void aConnectionThatIsResetGivesNoStampsAndNoWait() throws IOException {
        Pair tcp = Pair.tcp();
        KernelStamps.ofEverything(tcp.sender);
        Sockets.setsockopt(tcp.receiver, Sockets.SOL_SOCKET, Sockets.SO_LINGER, Sockets.linger(true, 0));
        Sockets.close(tcp.receiver);
        long start = System.nanoTime();
        assertFalse(new SentStamp().await(tcp.sender, 60_000));
        assertTrue(System.nanoTime() - start < 50_000_000_000L);
        Sockets.close(tcp.sender);
    }

    @Test
    void aSocketThatCannotStampSaysSo() throws IOException {
        int tcp = Sockets.socket(Sockets.AF_INET, Sockets.SOCK_STREAM, 0);
        OsException e = assertThrows(OsException.class, () -> KernelStamps.ofEverything(tcp));
        assertTrue(e.getMessage().matches("setsockopt\\(\\d+, SOL_SOCKET, SO_TIMESTAMPING, \\d+\\): EINVAL.*"),
                e.getMessage());
        Sockets.close(tcp);
        OsException gone = assertThrows(OsException.class,
                () -> new StampedReceiver().receive(tcp, ByteBuffer.allocateDirect(1), 0));
        assertTrue(gone.is(Errno.EBADF), gone.getMessage());
        assertThrows(IllegalArgumentException.class,
                () -> new StampedReceiver().receive(tcp, ByteBuffer.allocate(1), 0));
    }

    @Test
    void nothingIsAllocatedPerMessage() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        try (Pair udp = Pair.udp(false)) {
            KernelStamps.ofEverything(udp.sender);
            KernelStamps.ofReceived(udp.receiver);
            StampedReceiver receiver = new StampedReceiver();
            SentStamp stamp = new SentStamp();
            ByteBuffer data = ByteBuffer.allocateDirect(OCTETS);
            ByteBuffer room = ByteBuffer.allocateDirect(OCTETS);
            roundTrips(2_000, udp, receiver, stamp, data, room);
            long before = threads.getThreadAllocatedBytes(thread);
            roundTrips(10_000, udp, receiver, stamp, data, room);
            long octets = threads.getThreadAllocatedBytes(thread) - before;
            assertTrue(octets < 10_000, octets + " octets for 10,000 messages");
        }
    }

    private static void roundTrips(int count, Pair udp, StampedReceiver receiver, SentStamp stamp, ByteBuffer data,
                                   ByteBuffer room) throws OsException {
        for (int i = 0; i < count; i++) {
            Sockets.send(udp.sender, data.clear(), 0);
            receiver.receive(udp.receiver, room.clear(), 0);
            int steps = 0;
            while (stamp.await(udp.sender, 0) || steps < 2) {
                steps++;
            }
        }
    }
}
