package packetlab.labs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import packetlab.event.Event;
import packetlab.event.EventListener;
import packetlab.event.EventType;
import packetlab.event.HttpEvent;
import packetlab.event.WireEvent;
import packetlab.event.WsEvent;
import packetlab.flow.FlowLimits;
import packetlab.message.Decoder;
import packetlab.message.MessageDecoder;
import packetlab.message.MessageLimits;
import packetlab.os.Wire;
import packetlab.os.WireBridge;
import packetlab.os.WireTap;
import packetlab.pcap.CaptureWriter;
import packetlab.rules.Fate;
import packetlab.timeline.JoinedRun;
import packetlab.wire.LinkType;
import packetlab.wire.PacketHandler;
import packetlab.wire.PacketSource;

/** Plays a lab once, in the private namespace of the calling thread, and records it. Loads native code. */
public final class LabRun implements PacketHandler, WireTap.Listener, EventListener {
    private static final long QUIET_NS = 250_000_000, LAST_PACKETS_NS = 5_000_000_000L;
    private static final int MAX_DRAWN = 400;

    private final CaptureWriter writer;
    private final JoinedRun drawn;
    private final MessageDecoder messages;
    private final Decoder decoder;
    private Fate current;

    private LabRun(CaptureWriter writer, JoinedRun drawn) {
        this.writer = writer;
        this.drawn = drawn;
        messages = new MessageDecoder(this, MessageLimits.DEFAULT);     // they ask what is wanted, which depends on drawn
        decoder = new Decoder(this, messages, FlowLimits.DEFAULT, false);
    }

    /**
     * Plays it.
     *
     * @param capture where it is recorded; null for nowhere
     * @param picture whether what is needed to draw it is kept
     * @return what is drawn of it; empty without {@code picture}
     * @throws IOException where the wire or a step failed; then the capture is of no use
     */
    public static JoinedRun play(Lab lab, long seed, Path capture, boolean picture) throws IOException, LabSyntaxException {
        Script script = lab.script(seed);
        JoinedRun drawn = new JoinedRun(0, MAX_DRAWN);
        CaptureWriter.Description description = new CaptureWriter.Description("wire", LinkType.EN10MB, 0, null,
                System.getProperty("os.name"), System.getProperty("os.arch"));
        Wire wire = Wire.build(script.mtu());
        try (CaptureWriter writer = capture == null ? null : CaptureWriter.create(capture, description)) {
            LabRun run = new LabRun(writer, picture ? drawn : null);
            WireBridge.View view = script.showsReceived() && !picture ? WireBridge.View.RECEIVED : WireBridge.View.SENT;
            try (WireBridge bridge = new WireBridge(wire, script.rules(), script.faults(), seed, view, run);
                 Player player = new Player(lab.scriptName())) {
                bridge.start();
                run.record(bridge, player, script);
            }
            run.decoder.finish();
            run.messages.close();
        }
        return drawn;
    }

    private void record(WireBridge bridge, Player player, Script script) throws IOException {
        CompletableFuture<Void> played = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                player.play(script.steps());
                player.close();
                played.complete(null);
            } catch (IOException | RuntimeException e) {
                played.completeExceptionally(e);
            }
        }, "lab");
        thread.setDaemon(true);
        thread.start();
        long endedNs = 0;
        boolean stopped = false;
        while (bridge.tap().poll(this) != PacketSource.END) {
            if (played.isDone() && !stopped) {
                endedNs = endedNs == 0 ? System.nanoTime() : endedNs;
                if (bridge.isIdleFor(QUIET_NS) || System.nanoTime() - endedNs > LAST_PACKETS_NS) {
                    bridge.stop();
                    stopped = true;
                }
            }
        }
        if (bridge.failure() != null) {
            throw bridge.failure();
        }
        try {
            played.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        }
        if (bridge.tap().dropped() > 0) {
            throw new IOException("the capture missed " + bridge.tap().dropped() + " packets: start the lab once more");
        }
    }

    @Override
    public void onPacket(ByteBuffer buffer, int offset, int captured, int wire, long timeNs, int link, int flags) {
        if (writer != null) {
            writer.onPacket(buffer, offset, captured, wire, timeNs, link, flags);
        }
        if (drawn != null) {
            decoder.onPacket(buffer, offset, captured, wire, timeNs, link, flags);
        }
    }

    @Override
    public void onEvent(Event event) {
        if (event instanceof HttpEvent || event instanceof WsEvent) {
            drawn.say(event);
        } else {
            drawn.packet(event);
        }
    }

    @Override
    public boolean wants(EventType type) {
        return drawn != null && switch (type) {
            case TCP_SEGMENT, TCP_FINDING, UDP_DATAGRAM, ICMP_MESSAGE, OTHER, HTTP_REQUEST, HTTP_RESPONSE, WS_FRAME -> true;
            default -> false;
        };
    }

    @Override
    public Segments segments() {
        return drawn == null ? Segments.NONE : Segments.ALL;
    }

    @Override
    public void before(Fate fate) {
        current = fate;
    }

    /** What the wire did is drawn, and never written into the capture: it is what the student is to find. */
    @Override
    public void after(Fate fate, long timeNs) {
        if (drawn != null && !current.isPlain()) {
            fate.events(timeNs, decoder.packets()).forEach(drawn::packet);
        }
    }

    @Override
    public void told(WireEvent event) {
        if (drawn != null) {
            drawn.packet(event);
        }
    }
}
