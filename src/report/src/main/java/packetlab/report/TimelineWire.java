package packetlab.report;

import packetlab.event.CallEvent;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.event.Side;
import packetlab.event.TcpEvent;
import packetlab.event.WireEvent;

/** What stands between the two columns of calls: a packet's number and arrow, or a remark on it. */
final class TimelineWire {
    /** An arrow's columns that its label leaves: two before it and the head behind. */
    private static final int ENDS = 3;

    private final boolean ascii;
    private final Glyphs glyphs;

    TimelineWire(Glyphs glyphs) {
        this.glyphs = glyphs;
        this.ascii = glyphs == Glyphs.ASCII;
    }

    /** @param frameColumns that the packet's number takes, with the space behind it */
    void arrow(Cell cell, Event packet, Side from, int frameColumns, boolean tellStream) {
        String frame = "#" + packet.frame();
        cell.add(frame).add(" ".repeat(Math.max(1, frameColumns - frame.length())));
        long stream = WireWords.stream(packet);
        int room = TimelineColumns.WIRE - cell.width() - ENDS;
        String prefix = tellStream && stream != Event.UNKNOWN ? "s" + stream + " " : "";
        String label = prefix + WireWords.label(packet, room - prefix.length());
        if (label.length() > room) {
            label = label.substring(0, Math.max(0, room - glyphs.ellipsis.length())) + glyphs.ellipsis;
        }
        line(cell, from, label, room, WireWords.kind(packet) == WireWords.Kind.DATA);
    }

    private void line(Cell cell, Side from, String label, int room, boolean thick) {
        String dash = ascii ? thick ? "=" : "-" : thick ? "═" : "─";
        String fill = dash.repeat(Math.max(0, room - label.length()));
        if (from == Side.CLIENT) {
            cell.add(dash + dash).text(label).add(fill).add(ascii ? ">" : "▶");
        } else {
            cell.add(ascii ? "<" : "◀").add(fill).text(label).add(dash + dash);
        }
    }

    /** Octets that went from one socket to the other without a packet. */
    void handedOver(Cell cell, CallEvent call, int frameColumns) {
        String label = call.length() + CallWords.range(call);
        int room = TimelineColumns.WIRE - frameColumns - ENDS;
        String dot = ascii ? "." : "┄";
        String fill = dot.repeat(Math.max(0, room - label.length()));
        cell.add(" ".repeat(frameColumns));
        if (call.from() == Side.SERVER) {
            cell.add(dot + dot).text(label).add(fill).add(ascii ? ">" : "▷");
        } else {
            cell.add(ascii ? "<" : "◁").add(fill).text(label).add(dot + dot);
        }
    }

    /** What was noticed about the packet above, or about the capture. */
    void remark(Cell cell, Event event) {
        if (event instanceof TcpEvent.Finding f) {
            cell.add("  ~ ").add(f.kind().wireName());
        } else if (event instanceof CaptureEvent.Gap g) {
            cell.add("! ").number(g.bytes()).add(" never captured");
        } else if (event instanceof CaptureEvent.Dropped d) {
            cell.add("! kernel dropped ").number(d.count());
        } else if (event instanceof CaptureEvent.Limit l) {
            cell.add("! limit ").text(l.name());
        } else if (event instanceof WireEvent w) {
            WireLines.remark(cell.add(WireLines.isFault(w) ? "! " : "= "), w);
        }
    }
}
