package packetlab.report;

import packetlab.event.WireEvent;

/** What a wire of ours did to a packet, in words: the same in text, on the timeline and in a recording's comments. */
public final class WireLines {
    private static final int LINE = 400;

    private WireLines() {}

    /** Whether the packet did not come out as it went in, and when it could have. */
    static boolean isFault(WireEvent event) {
        return event instanceof WireEvent.Dropped || event instanceof WireEvent.Changed;
    }

    static void remark(Cell words, WireEvent event) {
        if (event instanceof WireEvent.Dropped e) {
            words.add("dropped by the wire").part().text(e.rule());
            if (e.detail() != null) {
                words.part().text(e.detail());
            }
        } else if (event instanceof WireEvent.Delayed e) {
            words.add("delayed by ").duration(e.delayNs()).part().text(e.rule());
        } else if (event instanceof WireEvent.Changed e) {
            words.add(e.kind().wireName()).add(" by the wire").part().text(e.rule());
            if (e.detail() != null) {
                words.part().text(e.detail());
            }
        } else if (event instanceof WireEvent.Passed e) {
            words.add("passed").part().text(e.rule());
        } else if (event instanceof WireEvent.Rule e) {
            words.text(e.rule()).part().add(e.action()).add(" ").count(e.packets(), "packet").add(", ")
                    .count(e.bytes(), "byte");
        }
    }

    /** The event as one line of UTF-8 text. */
    public static String line(WireEvent event) {
        Cell cell = new Cell(Glyphs.UNICODE).reset(LINE);
        remark(cell, event);
        return new String(cell.bytes(), 0, cell.size(), java.nio.charset.StandardCharsets.UTF_8);
    }
}
