package packetlab.report;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import packetlab.event.CallEvent;
import packetlab.event.Event;
import packetlab.event.Side;
import packetlab.pcap.CaptureReader;
import packetlab.pcap.CaptureWriter;
import packetlab.timeline.CallKind;
import packetlab.timeline.JoinedRun;
import packetlab.wire.PacketHandler;
import packetlab.wire.PacketSource;

/**
 * Puts the calls of a run into its recording, as comments on their packets, where Wireshark shows them. Calls are known
 * later than packets are written, so the file is written once more beside itself and then takes its own place: at every
 * moment one of the two is whole.
 */
public final class CallComments {
    /** Columns of a comment's line. */
    private static final int LINE = 240;
    /** Calls that are named with one packet. */
    private static final int MAX_CALLS = 20;

    private CallComments() {}

    /** The same with the process and thread that sent each packet, where a call did: a traced program has its own. */
    public static LongFunction<CaptureWriter.Remark> withTasks(JoinedRun run) {
        LongFunction<String> comments = of(run);
        Map<Long, Side> senders = senders(run);
        return frame -> {
            List<CallEvent> calls = run.callsOf(frame);
            CallEvent its = null;
            for (CallEvent call : calls) {
                boolean sent = PictureRows.side(call) == senders.get(frame) && CallKind.of(call.call()) != CallKind.ACCEPT;
                its = its == null && sent ? call : its;
            }
            return new CaptureWriter.Remark(comments.apply(frame), its == null ? Event.UNKNOWN : its.pid(),
                    its == null ? Event.UNKNOWN : its.tid());
        };
    }

    /** What a run says of each of its packets; null where it says nothing. */
    public static LongFunction<String> of(JoinedRun run) {
        Map<Long, Side> senders = senders(run);
        return frame -> comment(run.callsOf(frame), senders.get(frame));
    }

    private static Map<Long, Side> senders(JoinedRun run) {
        Sides sides = new Sides();
        run.calls().forEach(sides::learn);
        Map<Long, Side> senders = new HashMap<>();
        for (Event packet : run.packets()) {
            senders.put(packet.frame(), sides.sender(packet));
        }
        return senders;
    }

    private static String comment(List<CallEvent> calls, Side sender) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < Math.min(calls.size(), MAX_CALLS); i++) {
            CallEvent call = calls.get(i);
            Side side = PictureRows.side(call);
            Cell line = new Cell(Glyphs.UNICODE).reset(LINE).add(
                    CallKind.of(call.call()) == CallKind.ACCEPT ? "accepted by the "        // it has sent nothing
                            : side == sender ? "sent by the " : "received by the ").add(side.wireName()).add(": ").text(CallWords.entry(call)).add(" ").text(CallWords.exit(call));
            lines.append(i == 0 ? "" : "\n").append(new String(line.bytes(), 0, line.size(), StandardCharsets.UTF_8));
        }
        if (calls.size() > MAX_CALLS) {
            lines.append("\nand ").append(calls.size() - MAX_CALLS).append(" calls more");
        }
        return lines.length() == 0 ? null : lines.toString();
    }

    /**
     * Writes a recording again with comments on its packets; those that it has are kept.
     *
     * @param description what its writer had said of it
     * @param comments    by packet number; null for none
     * @throws IOException where that fails; the recording is then as it was
     */
    public static void add(Path recording, CaptureWriter.Description description, LongFunction<String> comments)
            throws IOException {
        addRemarks(recording, description,
                frame -> new CaptureWriter.Remark(comments.apply(frame), Event.UNKNOWN, Event.UNKNOWN));
    }

    /** As {@link #add}, with all that can be said of a packet. */
    public static void addRemarks(Path recording, CaptureWriter.Description description,
                                  LongFunction<CaptureWriter.Remark> comments) throws IOException {
        Path file = recording.toRealPath();
        Path again = Files.createTempFile(file.getParent(), file.getFileName() + ".", ".tmp");
        try {
            Files.setPosixFilePermissions(again, Files.getPosixFilePermissions(file));
            copy(file, again, description, comments);
            Files.move(again, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(again);
        }
    }

    private static void copy(Path from, Path to, CaptureWriter.Description description, LongFunction<CaptureWriter.Remark> comments)
            throws IOException {
        try (CaptureWriter writer = CaptureWriter.create(to, description)) {
            Copy copy = new Copy(writer, comments);
            try (CaptureReader reader = CaptureReader.open(from, copy)) {
                while (reader.poll(copy) != PacketSource.END) {
                    writer.flush();
                }
            }
            writer.statistics(copy.received, copy.dropped);
        }
    }

    private static final class Copy implements CaptureReader.Listener, PacketHandler {
        private final CaptureWriter writer;
        private final LongFunction<CaptureWriter.Remark> comments;
        private long frame;
        private String own;
        private long received = Event.UNKNOWN;
        private long dropped = Event.UNKNOWN;

        Copy(CaptureWriter writer, LongFunction<CaptureWriter.Remark> comments) {
            this.writer = writer;
            this.comments = comments;
        }

        @Override
        public void comment(long ofFrame, String text) {
            if (ofFrame > 0) {
                own = own == null ? text : own + "\n" + text;
            }
        }

        @Override
        public void interfaceStatistics(int section, int number, long packetsReceived, long packetsDropped) {
            received = packetsReceived;
            dropped = packetsDropped;
        }

        @Override
        public void onPacket(ByteBuffer buffer, int offset, int capturedLength, int wireLength, long timestampNs,
                             int linkType, int flags) {
            CaptureWriter.Remark remark = comments.apply(++frame);
            String added = remark.comment();
            String all = own == null ? added : added == null ? own : own + "\n" + added;
            writer.write(buffer, offset, capturedLength, wireLength, timestampNs, linkType, flags,
                    new CaptureWriter.Remark(all, remark.processId(), remark.threadId()));
            own = null;
        }
    }
}
