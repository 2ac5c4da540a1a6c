package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import packetlab.event.Event;
import packetlab.event.EventListener;
import packetlab.event.EventType;
import packetlab.event.TcpEvent;
import packetlab.event.TcpEvent.FindingKind;
import packetlab.flow.FlowLimits;
import packetlab.message.Decoder;
import packetlab.message.MessageDecoder;
import packetlab.message.MessageLimits;
import packetlab.pcap.CaptureReader;
import packetlab.wire.PacketSource;

/**
 * Every TCP segment of every capture, as tshark and as we see it: the connection, relative sequence and acknowledgment
 * numbers, length, and what is noteworthy about it. A disagreement that is not settled in {@code tcp-settled.tsv} fails.
 */
@Tag("peers")
class TcpPeersTest {
    private static final int AT_ONCE = 2;
    private static final String ANALYSIS = "tcp.analysis.";
    /** What tshark calls each kind that it knows, too. */
    private static final Map<FindingKind, String> NAMES = new EnumMap<>(Map.ofEntries(
            Map.entry(FindingKind.RETRANSMISSION, "retransmission"),
            Map.entry(FindingKind.FAST_RETRANSMISSION, "fast_retransmission"),
            Map.entry(FindingKind.SPURIOUS_RETRANSMISSION, "spurious_retransmission"),
            Map.entry(FindingKind.OUT_OF_ORDER, "out_of_order"),
            Map.entry(FindingKind.DUPLICATE_ACK, "duplicate_ack"),
            Map.entry(FindingKind.LOST_SEGMENT, "lost_segment"),
            Map.entry(FindingKind.ACKED_UNSEEN, "ack_lost_segment"),
            Map.entry(FindingKind.ZERO_WINDOW, "zero_window"),
            Map.entry(FindingKind.ZERO_WINDOW_PROBE, "zero_window_probe"),
            Map.entry(FindingKind.ZERO_WINDOW_PROBE_ACK, "zero_window_probe_ack"),
            Map.entry(FindingKind.WINDOW_FULL, "window_full"),
            Map.entry(FindingKind.WINDOW_UPDATE, "window_update"),
            Map.entry(FindingKind.KEEP_ALIVE, "keep_alive"),
            Map.entry(FindingKind.KEEP_ALIVE_ACK, "keep_alive_ack"),
            Map.entry(FindingKind.PORT_REUSED, "reused_ports")));

    /** The control bits that have a meaning to both, NS to FIN. */
    private static final int FLAGS = 0x1FF;
    private static final int ACK = 0x10;

    /** One segment; {@code acknowledged} is empty without ACK. */
    private record Row(long packet, String stream, String flags, String sequence, String acknowledged, String raw,
                       String length, Set<FindingKind> kinds) {}

    private record Pair(Samples.Capture capture, Map<Long, Row> theirs, Map<Long, Row> ours) {}

    @Test
    @Timeout(value = 8, unit = TimeUnit.MINUTES)
    void everySegmentIsWhatTsharkSaysOrTheReasonIsSettled() throws Exception {
        String version = Tshark.version();
        assumeTrue(version != null, "tshark is not installed");
        List<Samples.Capture> captures = new ArrayList<>(Samples.ours());
        captures.addAll(Samples.foreignWithTcp());
        Comparison comparison = new Comparison("tcp-settled.tsv", "tshark " + version);
        ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE);
        try {
            List<Callable<Pair>> work = new ArrayList<>();
            captures.forEach(c -> work.add(() -> new Pair(c, theirs(c), ours(c))));
            for (Future<Pair> done : workers.invokeAll(work)) {
                compare(comparison, done.get());
            }
        } finally {
            workers.shutdownNow();
        }
        System.out.println("TCP, segment by segment, in " + captures.size() + " captures"
                + (Samples.foreignPresent() ? "" : " (only ours: there are none in " + Samples.FOREIGN + ")"));
        System.out.print(comparison.table());
        comparison.check();
        if (Samples.foreignPresent()) {
            comparison.checkAllMet();
        }
    }

    private static void compare(Comparison comparison, Pair pair) {
        Set<Long> packets = new TreeSet<>(pair.theirs.keySet());
        packets.addAll(pair.ours.keySet());
        String name = pair.capture.name();
        for (long packet : packets) {
            Row theirs = pair.theirs.get(packet);
            Row ours = pair.ours.get(packet);
            comparison.compare(name, packet, "tcp", theirs == null ? "no" : "yes", ours == null ? "no" : "yes");
            if (theirs != null && ours != null) {
                comparison.compare(name, packet, "stream", theirs.stream, ours.stream);
                comparison.compare(name, packet, "flags", theirs.flags, ours.flags);
                comparison.compare(name, packet, "sequence", theirs.sequence, ours.sequence);
                if (!ours.acknowledged.isEmpty()) { // they print the field even where ACK is not set
                    comparison.compare(name, packet, "acknowledged", theirs.acknowledged, ours.acknowledged);
                }
                comparison.compare(name, packet, "raw", theirs.raw, ours.raw);
                comparison.compare(name, packet, "length", theirs.length, ours.length);
                comparison.compare(name, packet, "noteworthy", theirs.kinds.toString(), ours.kinds.toString());
            }
        }
    }

    private static Map<Long, Row> theirs(Samples.Capture capture) {
        List<String> fields = new ArrayList<>(List.of("frame.number", "tcp.stream", "tcp.seq", "tcp.ack", "tcp.len",
                "tcp.flags", "tcp.seq_raw", "tcp.ack_raw"));
        NAMES.values().forEach(name -> fields.add(ANALYSIS + name));
        Map<Long, Row> rows = new HashMap<>();
        // What an ICMP error quotes is no segment of its own.
        for (String[] f : Tshark.rows(capture.file(), "tcp && !icmp && !icmpv6", fields)) {
            Set<FindingKind> kinds = EnumSet.noneOf(FindingKind.class);
            int at = 8;
            for (FindingKind kind : NAMES.keySet()) {
                if (!f[at++].isEmpty()) {
                    kinds.add(kind);
                }
            }
            if (kinds.contains(FindingKind.FAST_RETRANSMISSION) || kinds.contains(FindingKind.SPURIOUS_RETRANSMISSION)) {
                kinds.remove(FindingKind.RETRANSMISSION); // they give the general name, too
            }
            long packet = Long.parseLong(f[0]);
            int flags = Integer.decode(first(f[5]));
            String raw = first(f[6]) + ((flags & ACK) == 0 ? "" : "/" + first(f[7]));
            rows.put(packet, new Row(packet, first(f[1]), flags(flags), first(f[2]), first(f[3]), raw, first(f[4]), kinds));
        }
        return rows;
    }

    /** Of the segment itself, where the packet holds others inside. */
    private static String first(String values) {
        int comma = values.indexOf(',');
        return comma < 0 ? values : values.substring(0, comma);
    }

    private static String flags(int bits) {
        return Integer.toHexString(bits & FLAGS);
    }

    private static Map<Long, Row> ours(Samples.Capture capture) throws IOException {
        Segments segments = new Segments();
        MessageDecoder messages = new MessageDecoder(segments, MessageLimits.DEFAULT);
        Decoder decoder = new Decoder(segments, messages, FlowLimits.DEFAULT, false);
        try (messages; CaptureReader reader = CaptureReader.open(capture.file(), null)) {
            while (reader.poll(decoder) != PacketSource.END) { // again
            }
        } catch (IOException e) {
            // A damaged capture is compared up to the damage, which other tests look at.
            assertTrue(e.getMessage() != null, capture.name());
        }
        decoder.finish();
        return segments.rows;
    }

    /** Gathers what each segment is, and what was found about it. */
    private static final class Segments implements EventListener {
        private final Map<Long, Row> rows = new HashMap<>();
        private final Map<Long, Set<FindingKind>> early = new HashMap<>();

        @Override
        public void onEvent(Event event) {
            if (event instanceof TcpEvent.Segment s) {
                rows.put(s.frame(), new Row(s.frame(), String.valueOf(s.stream()), flags(s.flags()), unsigned(s.sequence()),
                        s.acknowledged() == Event.UNKNOWN ? "" : unsigned(s.acknowledged()),
                        s.rawSequence() + (s.rawAcknowledged() == Event.UNKNOWN ? "" : "/" + s.rawAcknowledged()), String.valueOf(s.length()), kinds(s.frame())));
            } else if (event instanceof TcpEvent.Finding f && NAMES.containsKey(f.kind())) {
                kinds(f.frame()).add(f.kind());
            }
        }

        /** What was sent before a side's first captured octet has a negative number; they print it modulo 2^32. */
        private static String unsigned(long relative) {
            return String.valueOf(relative & 0xFFFF_FFFFL);
        }

        private Set<FindingKind> kinds(long frame) {
            return early.computeIfAbsent(frame, f -> EnumSet.noneOf(FindingKind.class));
        }

        @Override
        public boolean wants(EventType type) {
            return type == EventType.TCP_SEGMENT || type == EventType.TCP_FINDING;
        }

        @Override
        public EventListener.Segments segments() {
            return EventListener.Segments.ALL;
        }
    }
}
