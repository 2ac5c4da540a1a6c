package packetlab.report;

import java.io.Closeable;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import packetlab.event.Event;
import packetlab.event.EventListener;
import packetlab.event.EventType;
import packetlab.event.TcpEvent;
import packetlab.event.WsEvent;
import packetlab.message.WsRule;

/**
 * Which rules of RFC 6455 and RFC 7692 each WebSocket connection gave occasion to check, which it kept and which it
 * broke, in which packets. A connection is judged when it is over.
 */
public final class VerdictReport implements EventListener, Closeable {
    private final ByteSink out;
    private final Lines lines;
    private final TextReport.Options options;
    private final Glyphs glyphs;
    private final Palette palette;
    private final Map<Long, TcpEvent.Open> opened = new HashMap<>();
    private final Map<Long, String> targets = new HashMap<>();
    private long judged;
    private long clean;

    /**
     * @param target  taken over: closed with this
     * @param options verbose: the rules that were kept are listed, too
     */
    public VerdictReport(OutputStream target, TextReport.Options options) {
        this.out = new ByteSink(target);
        this.options = options;
        this.glyphs = options.unicode() ? Glyphs.UNICODE : Glyphs.ASCII;
        this.lines = new Lines(out, options.columns(), glyphs);
        this.palette = Palette.of(options.colour());
    }

    @Override
    public boolean wants(EventType type) {
        return type == EventType.TCP_OPEN || type == EventType.TCP_CLOSE || type == EventType.WS_OPEN
                || type == EventType.WS_VERDICT;
    }

    @Override
    public void onEvent(Event event) {
        if (!options.filter().acceptsStreamOf(event)) {
            return;
        }
        if (event instanceof TcpEvent.Open e) {
            opened.put(e.stream(), e);
        } else if (event instanceof WsEvent.Open e && e.target() != null) {
            targets.put(e.stream(), e.target());
        } else if (event instanceof WsEvent.Verdict e) {
            verdict(e);
        } else if (event instanceof TcpEvent.Close e) {
            opened.remove(e.stream());
            targets.remove(e.stream());
        }
    }

    private void verdict(WsEvent.Verdict e) {
        long violated = e.broken().stream().filter(b -> isViolation(b.rule())).count();
        long checked = e.checked().stream().filter(VerdictReport::isViolation).count();
        judged++;
        clean += violated == 0 ? 1 : 0;
        lines.begin(2);
        lines.part().add("stream ").plain(e.stream());
        TcpEvent.Open open = opened.get(e.stream());
        if (open != null) {
            lines.part().text(open.client().toString()).add(" ").add(glyphs.toServer).add(" ")
                    .text(open.server().toString());
        }
        String target = targets.get(e.stream());
        if (target != null) {
            lines.part().text(target);
        }
        lines.part().count(checked, "rule").add(" checked");
        if (violated == 0) {
            lines.part().add("all kept");
        } else {
            lines.part().number(checked - violated).add(" kept");
            lines.part().number(violated).add(" broken");
        }
        lines.end();
        for (WsEvent.Broken broken : e.broken()) {
            boolean violation = isViolation(broken.rule());
            out.put(violation ? palette.warning() : palette.note());
            rule(violation ? "!" : "?", broken.rule(), broken);
            out.put(palette.plain());
        }
        if (options.verbose()) {
            List<String> kept = new ArrayList<>(e.checked());
            e.broken().forEach(b -> kept.remove(b.rule()));
            for (String rule : kept) {
                out.put(palette.quiet());
                rule(glyphs.kept, rule, null);
                out.put(palette.plain());
            }
        }
    }

    /** {@code   ! control-frame-too-long · RFC 6455 §5.5 · packet 374}, and what the rule asks below. */
    private void rule(String mark, String id, WsEvent.Broken broken) {
        WsRule rule = RuleWords.rule(id);
        lines.begin(6);
        lines.part().add("  ").add(mark).add(" ").text(id);
        if (rule != null) {
            lines.part().text(RuleWords.section(rule.section(), glyphs));
        }
        if (broken != null) {
            packets(broken);
        }
        if (rule != null) {
            lines.newLine().add(rule.text());
        }
        lines.end();
    }

    private void packets(WsEvent.Broken broken) {
        List<Long> packets = broken.frames();
        Lines list = lines.part();
        if (broken.count() > packets.size()) {
            list.count(broken.count(), "time").add(", first in ");
        }
        list.add(packets.size() == 1 ? "packet " : "packets ");
        for (int i = 0; i < packets.size(); i++) {
            list.add(i == 0 ? "" : ", ").plain(packets.get(i));
        }
    }

    private static boolean isViolation(String id) {
        WsRule rule = RuleWords.rule(id);
        return rule == null || rule.level() == WsEvent.Level.VIOLATION;
    }

    /** The last line: how many connections were judged. */
    public void summary() {
        if (judged > 0) {
            out.put('\n');
        }
        lines.begin(2);
        if (judged == 0) {
            lines.part().add("no WebSocket connection to judge");
        } else {
            lines.part().count(judged, "WebSocket").add(" judged");
            lines.part().number(clean).add(" without a broken rule");
        }
        lines.end();
    }

    /** All rules that there are, one a line: level, id, section, text. */
    public static void printRules(OutputStream target, boolean unicode) {
        ByteSink out = new ByteSink(target);
        Glyphs glyphs = unicode ? Glyphs.UNICODE : Glyphs.ASCII;
        Cell cell = new Cell(glyphs);
        for (WsRule rule : WsRule.values()) {
            cell.reset(200).add(rule.level() == WsEvent.Level.VIOLATION ? "! " : "? ").add(rule.id());
            pad(cell, 33);
            cell.add(RuleWords.section(rule.section(), glyphs));
            pad(cell, 33 + 2 + "RFC 7692 7.2.2".length() + glyphs.section.length());
            cell.add(rule.text());
            out.put(cell.bytes(), 0, cell.size());
            out.put('\n');
        }
        out.flush();
    }

    private static void pad(Cell cell, int width) {
        while (cell.width() < width) {
            cell.add(" ");
        }
    }

    /** Hands on every line so far. */
    public void flush() {
        out.flush();
    }

    @Override
    public void close() {
        out.close();
    }
}
