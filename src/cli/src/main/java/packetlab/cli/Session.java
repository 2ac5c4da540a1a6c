package packetlab.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.event.WsEvent;
import packetlab.message.Decoder;
import packetlab.message.MessageCounters;
import packetlab.message.MessageDecoder;
import packetlab.message.MessageLimits;
import packetlab.wire.PacketHandler;
import packetlab.wire.PacketSource;

/**
 * The way of the packets, the same for a file, a pipe and a live interface: source, recording, decoder, output. One
 * thread, except {@link #tell}.
 */
final class Session implements PacketHandler {
    /** What somebody else knows of the packets that are being delivered. */
    interface Remarks {
        /** A comment for the recording of the packet that is delivered now, or null. */
        String comment(long timeNs);
    }

    private final Output output;
    private final Progress progress;
    private final MessageDecoder messages;
    private final Decoder decoder;
    private final Loop loop;
    private final Queue<Event> told = new ConcurrentLinkedQueue<>();
    private Recording recording;
    private Remarks remarks;
    private PacketHandler watcher;
    private int snaplen = Integer.MAX_VALUE;
    private long dropped = Event.UNKNOWN;

    Session(Output output, Lifetime lifetime, Progress progress, ShowOptions show, DecodeOptions decode) {
        this(output, lifetime, progress, decode.messageLimits(show.limits()), decode);
    }

    Session(Output output, Lifetime lifetime, Progress progress, MessageLimits limits, DecodeOptions decode) {
        this.output = output;
        this.progress = progress;
        this.messages = new MessageDecoder(output, limits);
        this.decoder = new Decoder(output, messages, decode.flowLimits(), decode.lastWins());
        this.loop = new Loop(lifetime, this, this::afterPoll);
    }

    /** When to stop. */
    Loop loop() {
        return loop;
    }

    /** Packets so far, of all sources. */
    long packets() {
        return decoder.packets();
    }

    /** Each packet is written there, too, before it is decoded; null for nowhere. */
    void recordTo(Recording file) {
        recording = file;
    }

    /** Who is asked for comments on packets. */
    void remarks(Remarks whose) {
        remarks = whose;
    }

    /** Who sees each packet before it is decoded. */
    void watchedBy(PacketHandler whose) {
        watcher = whose;
    }

    /** Packets are cut to that many octets before they are decoded. */
    void cutAt(int octets) {
        snaplen = octets;
    }

    /** An event from elsewhere, such as a call of a demo, to be put out between two polls. Any thread. */
    void tell(Event event) {
        told.add(event);
    }

    /** The first line. */
    void begin(CaptureEvent.Start start) {
        output.onEvent(start);
        output.flush();
    }

    /**
     * Reads a source until it ends or there is a reason to stop.
     *
     * @throws IOException where the source fails; what it delivered before was decoded
     */
    void run(PacketSource source, Loop.Kind kind) throws IOException {
        decoder.readsFrom(source.origin());
        loop.run(source, kind);
    }

    /** Another source follows: what of this one may still be needed is read before it is closed. */
    void leaveSource() {
        decoder.readsFrom(null);
    }

    private void afterPoll(Loop counts) {
        long droppedNow = counts.dropped();
        long before = Math.max(dropped, 0);
        if (droppedNow > before) {
            output.onEvent(new CaptureEvent.Dropped(decoder.lastTimeNs(), decoder.packets(), droppedNow - before));
        }
        dropped = droppedNow;
        drain();
        if (recording != null) {
            recording.flush(dropped);
        }
        output.flush();
        progress.tick(decoder.packets(), decoder.bytes(), dropped);
    }

    /** Packets that the source says that it lost, or UNKNOWN. */
    long dropped() {
        return dropped;
    }

    /** Puts out what was told from elsewhere. */
    void drain() {
        for (Event event = told.poll(); event != null; event = told.poll()) {
            if (output.wants(event.type())) {
                output.onEvent(event);
            }
        }
    }

    @Override
    public void onPacket(ByteBuffer buffer, int offset, int capturedLength, int wireLength, long timestampNs,
                         int linkType, int flags) {
        int kept = Math.min(capturedLength, snaplen);
        if (recording != null) {
            recording.write(buffer, offset, kept, wireLength, timestampNs, linkType, flags,
                    remarks == null ? null : remarks.comment(timestampNs));
        }
        if (watcher != null) {
            watcher.onPacket(buffer, offset, kept, wireLength, timestampNs, linkType, flags);
        }
        decoder.onPacket(buffer, offset, kept, wireLength, timestampNs, linkType, flags);
    }

    /** The last lines: what is still open, and the summary. Call once, after the last source. */
    void finish() {
        progress.clear();
        decoder.finish();
        drain();
        MessageCounters counted = messages.counters();
        long findings = decoder.tcp().findings() + counted.broken(WsEvent.Level.VIOLATION)
                + counted.broken(WsEvent.Level.NOTE);
        output.finish(new CaptureEvent.End(decoder.lastTimeNs(), decoder.packets(), decoder.bytes(), dropped,
                decoder.tcp().streams(), findings), decoder, counted);
        messages.close();
    }
}
