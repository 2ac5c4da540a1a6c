package packetlab.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import packetlab.event.Event;
import packetlab.event.WireEvent;
import packetlab.os.WallClock;
import packetlab.os.WireBridge;
import packetlab.os.WireTap;
import packetlab.report.WireLines;
import packetlab.rules.Fate;
import packetlab.rules.Rule;
import packetlab.rules.RuleSet;

/** Tells what a wire did to its packets: as events behind them, as comments in the recording, and in the end in all. */
final class WireTeller implements WireTap.Listener, Session.Remarks {
    private final Session session;
    private final Output output;
    private Fate current;
    private long dropped;
    private long delayed;
    private long changed;

    WireTeller(Session session, Output output) {
        this.session = session;
        this.output = output;
    }

    @Override
    public void before(Fate fate) {
        current = fate;
    }

    /** The comment on the packet that is being delivered, or null. */
    @Override
    public String comment(long timeNs) {
        if (current == null || current.isPlain()) {
            return null;
        }
        StringBuilder lines = new StringBuilder();
        for (WireEvent event : current.events(timeNs, 0)) {
            lines.append(lines.isEmpty() ? "" : "\n").append(WireLines.line(event));
        }
        return lines.toString();
    }

    @Override
    public void after(Fate fate, long timeNs) {
        if (!fate.isPlain()) {
            for (WireEvent event : fate.events(timeNs, session.packets())) {
                count(event);
                put(event);
            }
        }
        current = null;
    }

    @Override
    public void told(WireEvent event) {
        count(event);
        put(event);
    }

    private void put(Event event) {
        if (output.wants(event.type())) {
            output.onEvent(event);
        }
    }

    private void count(WireEvent event) {
        if (event instanceof WireEvent.Dropped) {
            dropped++;
        } else if (event instanceof WireEvent.Delayed) {
            delayed++;
        } else if (event instanceof WireEvent.Changed) {
            changed++;
        }
    }

    /** What each rule came to. */
    void tellRules(RuleSet rules) {
        long now = WallClock.nowNs();
        for (Rule rule : rules.rules()) {
            session.tell(new WireEvent.Rule(now, rule.label(), rule.action().word(), rule.packets(), rule.bytes()));
        }
        if (!rules.isEmpty()) {
            session.tell(new WireEvent.Rule(now, rules.defaultLabel(), rules.byDefault().word(), rules.defaultPackets(),
                    rules.defaultBytes()));
        }
    }

    /** The last line for people. */
    void total(Console console, WireBridge bridge) throws IOException {
        String dot = console.utf8() ? " · " : ", ";
        String line = String.format(Locale.ROOT, "wire: %,d %s in%s%,d out%s%,d dropped%s%,d delayed%s%,d changed%n",
                bridge.came(), bridge.came() == 1 ? "packet" : "packets", dot, bridge.out(), dot, dropped, dot, delayed, dot, changed);
        console.out().write(line.getBytes(StandardCharsets.UTF_8));
        console.out().flush();
    }
}
