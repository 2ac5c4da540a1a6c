package packetlab.labs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
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
import packetlab.report.TextReport;
import packetlab.report.WireLines;
import packetlab.rules.Fate;
import packetlab.rules.RuleSet;
import packetlab.rules.RuleSyntaxException;
import packetlab.timeline.JoinedRun;
import packetlab.wire.LinkType;
import packetlab.wire.PacketHandler;
import packetlab.wire.PacketSource;

/** Plays a lab once, in the private namespace of the calling thread, and records it. Loads native code. */
public final class LabRun implements PacketHandler, WireTap.Listener, EventListener {
    private static final long QUIET_NS = 250_000_000, LAST_PACKETS_NS = 5_000_000_000L;
    private static final int MAX_DRAWN = 400;
    /** Of a capture: whoever acts can send more than any lab needs, and {@link RunFolder} reads no more than that. */
    private static final long MAX_OCTETS = 32L << 20;

    private final CaptureWriter writer;
    private final JoinedRun drawn;
    /** Whether the student's rules are tried: what they stop is told, and not recorded; elsewhere it is what is to be found. */
    private final boolean tries;
    private final Acts acts;
    /** Shows packets as they come to whoever acts; null where nobody does. */
    private final TextReport shown;
    private final MessageDecoder messages;
    private final Decoder decoder;
    private Fate current;
    private long octets;

    private LabRun(CaptureWriter writer, JoinedRun drawn, Acts acts, boolean tries) {
        this.writer = writer;
        this.drawn = drawn;
        this.tries = tries;
        this.acts = acts;
        this.shown = acts == null || !acts.isInteractive() ? null : Selection.report(acts.acting().screen(), acts.acting().unicode());
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
        return once(lab, lab.script(seed), capture, picture, List.of(), null);
    }

    /**
     * Plays it with a student who acts.
     *
     * @param capture where it is recorded; of a lab with rules, what was tried last
     */
    public static void play(Lab lab, long seed, Path capture, Acts acts) throws IOException, LabSyntaxException {
        Script script = lab.script(seed);
        acts.open();
        if (script.firewall() == null) {
            once(lab, script, capture, false, List.of(), acts);
        } else {
            List<String> rules = acts.rules(script.firewall());
            once(lab, script, capture, false, rules == null ? List.of() : rules, acts);
            while (rules != null) {
                rules = acts.rules(script.firewall());
                if (rules != null) {
                    Apart.run(lab, script, capture, rules, acts);
                }
            }
        }
        for (Step.Act act : script.selections()) {
            acts.filter(act, capture);
        }
    }

    static JoinedRun once(Lab lab, Script script, Path capture, boolean picture, List<String> rules, Acts acts)
            throws IOException {
        RuleSet all;
        try {
            all = script.rules(rules);
        } catch (RuleSyntaxException e) {
            throw new IOException(e.getMessage(), e);
        }
        JoinedRun drawn = new JoinedRun(0, MAX_DRAWN);
        CaptureWriter.Description description = new CaptureWriter.Description("wire", LinkType.EN10MB, 0, null,
                System.getProperty("os.name"), System.getProperty("os.arch"));
        Wire wire = Wire.build(script.mtu());
        try (CaptureWriter writer = capture == null ? null : CaptureWriter.create(capture, description)) {
            LabRun run = new LabRun(writer, picture ? drawn : null, acts, acts != null && script.firewall() != null);
            WireBridge.View view = script.showsReceived() && !picture ? WireBridge.View.RECEIVED : WireBridge.View.SENT;
            try (WireBridge bridge = new WireBridge(wire, all, script.faults(), script.seed(), view, run);
                 Player player = new Player(lab.scriptName(), act -> {
                     if (acts != null) {
                         acts.send(act, bridge);
                     }
                 })) {
                bridge.start();
                run.record(bridge, player, script);
            }
            run.decoder.finish();
            run.messages.close();
            run.flush();
        }
        if (acts != null && script.firewall() != null) {
            acts.tell(all);
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
        for (int came = 0; came != PacketSource.END; came = bridge.tap().poll(this)) {
            if (came == 0) {
                flush();
            }
            if (octets > MAX_OCTETS) {
                throw new IOException("more than " + (MAX_OCTETS >> 20) + " MB went over the wire, which no lab needs: start it once more");
            }
            if (acts != null && acts.acting().ending()) {
                throw new IOException("ended by a signal");
            }
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
        if (tries && current.isDropped()) {
            stopped(buffer, offset, captured, wire, timeNs, link);
            return;
        }
        octets += captured;
        if (writer != null && octets <= MAX_OCTETS) {
            writer.onPacket(buffer, offset, captured, wire, timeNs, link, flags);
        }
        if (shown != null && decoder.packets() == 0) {
            shown.firstPacketAt(timeNs);
        }
        if (drawn != null || shown != null) {
            decoder.onPacket(buffer, offset, captured, wire, timeNs, link, flags);
        }
    }

    /** Shows a packet that did not pass; it gets no number, because it is not in the capture. */
    private void stopped(ByteBuffer buffer, int offset, int captured, int wire, long timeNs, int link) {
        flush();
        try {
            for (WireEvent event : current.events(timeNs, 0)) {
                String why = WireLines.line(event);
                acts.acting().say("  " + Selection.line(buffer, offset, captured, wire, link, acts.acting().unicode()) + "   "
                        + (acts.acting().unicode() ? why : why.replace('·', '-')));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void onEvent(Event event) {
        if (drawn != null && draws(event.type())) {
            if (event instanceof HttpEvent || event instanceof WsEvent) {
                drawn.say(event);
            } else {
                drawn.packet(event);
            }
        }
        if (shown != null && shown.wants(event.type())) {
            shown.onEvent(event);
        }
    }

    private void flush() {
        if (shown != null) {
            shown.flush();
        }
    }

    @Override
    public boolean wants(EventType type) {
        return drawn != null && draws(type) || shown != null && shown.wants(type);
    }

    private static boolean draws(EventType type) {
        return switch (type) {
            case TCP_SEGMENT, TCP_FINDING, UDP_DATAGRAM, ICMP_MESSAGE, OTHER, HTTP_REQUEST, HTTP_RESPONSE, WS_FRAME -> true;
            default -> false;
        };
    }

    @Override
    public Segments segments() {
        return drawn == null && shown == null ? Segments.NONE : Segments.ALL;
    }

    @Override
    public void before(Fate fate) {
        current = fate;
    }

    /** What the wire did is drawn, and never written into the capture: it is what the student is to find. */
    @Override
    public void after(Fate fate, long timeNs) {
        if ((drawn != null || shown != null) && !current.isPlain() && !(tries && current.isDropped())) {
            fate.events(timeNs, decoder.packets()).forEach(this::told);
        }
    }

    @Override
    public void told(WireEvent event) {
        if (drawn != null) {
            drawn.packet(event);
        }
        if (shown != null && tries) {
            shown.onEvent(event);
        }
    }
}
