package packetlab.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import packetlab.wire.PacketHandler;

/** What the libpcap source holds: delay from kernel time stamp to handler, and loss under load. Prints its figures. */
@Tag("slow")
class PcapSourceLoadTest {
    private static final int SLOW_PACKETS = 300, SLOW_INTERVAL_US = 5_000;
    private static final int LOAD_PER_SECOND = 100_000, LOAD_SECONDS = 3, BURST = 100;
    private static final Map<String, Inside.Case> CASES = new LinkedHashMap<>();

    static {
        CASES.put("delay of a slow stream, collected", () -> delay(false, 100));
        CASES.put("delay of a slow stream, immediate", () -> delay(true, 50));
        CASES.put("loss at 100,000 packets/s, collected", () -> assertEquals(0, dropped(PcapOptions.on("lo"))));
        CASES.put("loss at 100,000 packets/s, immediate, 2 KB each", () -> assertEquals(0,
                dropped(PcapOptions.on("lo").withImmediate(true).withSnaplen(2000))));
        CASES.put("loss at 100,000 packets/s, immediate, 256 KB each", () ->
                dropped(PcapOptions.on("lo").withImmediate(true)));
    }

    public static void main(String[] arguments) throws IOException {
        Inside.runAll(CASES);
    }

    @TestFactory
    Stream<DynamicTest> underLoad() throws IOException {
        return Inside.tests(PcapSourceLoadTest.class, CASES);
    }

    private static void delay(boolean immediate, int mostMs) throws Exception {
        long[] delaysNs = new long[SLOW_PACKETS];
        int[] count = new int[1];
        try (PcapSource source = PcapSource.open(PcapOptions.on("lo").withFilter("udp").withImmediate(immediate))) {
            Thread sender = new Thread(() -> send(SLOW_PACKETS, 1, SLOW_INTERVAL_US * 1000L));
            sender.start();
            PacketHandler handler = (buffer, offset, captured, wire, timestampNs, link, flags) ->
                    delaysNs[count[0]++] = WallClock.nowNs() - timestampNs;
            long deadline = System.nanoTime() + 10_000_000_000L;
            while (count[0] < SLOW_PACKETS && System.nanoTime() < deadline) {
                source.poll(handler);
            }
            sender.join();
            assertEquals(SLOW_PACKETS, count[0]);
            assertEquals(0, source.dropped());
        }
        Arrays.sort(delaysNs);
        System.out.printf("delay from stamp to handler, %s: median %d us, p99 %d us, longest %d us%n",
                immediate ? "immediate" : "collected", delaysNs[SLOW_PACKETS / 2] / 1000,
                delaysNs[SLOW_PACKETS * 99 / 100] / 1000, delaysNs[SLOW_PACKETS - 1] / 1000);
        assertTrue(delaysNs[SLOW_PACKETS / 2] < mostMs * 1_000_000L);
    }

    private static long dropped(PcapOptions options) throws Exception {
        int packets = LOAD_PER_SECOND * LOAD_SECONDS;
        long[] seen = new long[1];
        try (PcapSource source = PcapSource.open(options.withFilter("udp"))) {
            long[] rate = new long[1];
            Thread sender = new Thread(() -> rate[0] = send(packets, BURST, BURST * 1_000_000_000L / LOAD_PER_SECOND));
            sender.start();
            PacketHandler handler = (buffer, offset, captured, wire, timestampNs, link, flags) -> seen[0]++;
            long idle = 0;
            while (sender.isAlive() || idle < 2) {
                idle = source.poll(handler) == 0 ? idle + 1 : 0;
            }
            System.out.printf("load %,d packets/s, %s, snap length %d: %,d sent, %,d seen, %,d dropped%n", rate[0],
                    options.immediate() ? "immediate" : "collected", options.snaplen(), packets, seen[0],
                    source.dropped());
            assertEquals(packets, seen[0] + source.dropped());
            return source.dropped();
        }
    }

    /** Sends 64-octet packets in bursts and returns how many a second it managed. */
    private static long send(int packets, int burst, long intervalNs) {
        try {
            int receiver = Sockets.socket(Sockets.AF_INET, Sockets.SOCK_DGRAM, 0);
            Sockets.bind(receiver, SocketAddress.loopback(0));
            AddressBuffer to = new AddressBuffer(Sockets.getsockname(receiver));
            int sender = Sockets.socket(Sockets.AF_INET, Sockets.SOCK_DGRAM, 0);
            ByteBuffer data = ByteBuffer.allocateDirect(64 - 42);
            long start = System.nanoTime();
            for (int i = 0; i < packets; i++) {
                if (i % burst == 0) {
                    long due = start + i / burst * intervalNs;
                    while (System.nanoTime() < due) {
                        LockSupport.parkNanos(due - System.nanoTime());
                    }
                }
                Sockets.sendto(sender, data.rewind(), 0, to);
            }
            long tookNs = System.nanoTime() - start;
            Sockets.close(sender);
            Sockets.close(receiver);
            return packets * 1_000_000_000L / tookNs;
        } catch (OsException e) {
            throw new IllegalStateException(e);
        }
    }
}
