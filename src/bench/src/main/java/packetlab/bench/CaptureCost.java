package packetlab.bench;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import packetlab.flow.FlowLimits;
import packetlab.message.Decoder;
import packetlab.message.MessageDecoder;
import packetlab.message.MessageLimits;
import packetlab.os.LiveSource;
import packetlab.os.PcapOptions;
import packetlab.os.PcapSource;
import packetlab.os.RingOptions;
import packetlab.os.RingSource;
import packetlab.os.WallClock;
import packetlab.wire.PacketHandler;

/**
 * What capturing on lo costs the thread that does it, while {@code scripts/bench capture} makes the traffic. Prints
 * {@code ready}, takes what comes first for warming up, and then prints its figures for as many packets as were
 * announced:
 * <pre>
 *  CaptureCost count|decode ring|queue|libpcap WARM COUNT    seen, dropped, CPU time in us per packet seen
 *  CaptureCost latency ring|queue|libpcap WARM COUNT         us from the kernel's stamp to the handler: median, 99 %
 * </pre>
 */
public final class CaptureCost {
    /** The sender has ended, or never began. */
    private static final int IDLE_POLLS = 30, IDLE_POLLS_BEFORE = 300;

    /** What record lets packets be collected for. */
    private static final int RECORD_MS = 20;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final LiveSource source;
    private final long warm;
    private final long count;
    private long seen;

    private CaptureCost(LiveSource source, long warm, long count) {
        this.source = source;
        this.warm = warm;
        this.count = count;
    }

    public static void main(String[] arguments) throws IOException {
        long warm = Long.parseLong(arguments[2]);
        long count = Long.parseLong(arguments[3]);
        int collectMs = arguments[0].equals("count") ? RECORD_MS : RingOptions.DEFAULT_COLLECT_MS;
        try (LiveSource source = open(arguments[1], collectMs)) {
            CaptureCost cost = new CaptureCost(source, warm, count);
            System.out.println("ready");
            switch (arguments[0]) {
                case "count" -> cost.run((b, offset, captured, wire, timeNs, link, flags) -> cost.seen++);
                case "decode" -> cost.decode();
                case "latency" -> cost.latency();
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        }
    }

    private static LiveSource open(String way, int collectMs) throws IOException {
        RingOptions lo = RingOptions.on("lo").withFilter("udp");
        return switch (way) {
            case "ring" -> RingSource.open(lo.withCollectMs(collectMs));
            case "queue" -> RingSource.open(lo.withLowLatency(true));
            case "libpcap" -> PcapSource.open(PcapOptions.on("lo").withFilter("udp")
                    .withBufferBytes(RingOptions.DEFAULT_BUFFER_BYTES));
            default -> throw new IllegalArgumentException(way);
        };
    }

    private void decode() throws IOException {
        try (MessageDecoder messages = new MessageDecoder(Nobody.LISTENS, MessageLimits.DEFAULT)) {
            Decoder decoder = new Decoder(Nobody.LISTENS, messages, FlowLimits.DEFAULT, false);
            run((b, offset, captured, wire, timeNs, link, flags) -> {
                seen++;
                decoder.onPacket(b, offset, captured, wire, timeNs, link, flags);
            });
        }
    }

    private void latency() throws IOException {
        long[] delaysNs = new long[(int) (warm + count)];
        pollUntil(warm + count, (b, offset, captured, wire, timeNs, link, flags) -> {
            if (seen < delaysNs.length) {
                delaysNs[(int) seen++] = WallClock.nowNs() - timeNs;
            }
        });
        int from = (int) Math.min(warm, seen);
        int measured = (int) seen - from;
        Arrays.sort(delaysNs, from, (int) seen);
        System.out.printf("%d %.1f %.1f%n", measured, delaysNs[from + measured / 2] / 1e3,
                delaysNs[from + measured * 99 / 100] / 1e3);
    }

    private void run(PacketHandler handler) throws IOException {
        pollUntil(warm, handler);
        long droppedBefore = source.dropped();
        long seenBefore = seen;
        long cpuBefore = threads.getCurrentThreadCpuTime();
        pollUntil(warm + count, handler);
        long cpuNs = threads.getCurrentThreadCpuTime() - cpuBefore;
        System.out.printf("%d %d %.3f%n", seen - seenBefore, source.dropped() - droppedBefore,
                cpuNs / 1e3 / Math.max(1, seen - seenBefore));
    }

    private void pollUntil(long packets, PacketHandler handler) throws IOException {
        long before = seen;
        int idle = 0;
        while (seen < packets && idle < (seen == before ? IDLE_POLLS_BEFORE : IDLE_POLLS)) {
            idle = source.poll(handler) == 0 ? idle + 1 : 0;
            if (idle > 0 && seen + source.dropped() >= packets) {
                return;
            }
        }
    }
}
