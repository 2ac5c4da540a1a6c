package packetlab.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import packetlab.event.CallEvent;
import packetlab.event.Event;
import packetlab.event.Side;
import packetlab.event.TcpEvent;
import packetlab.timeline.CallKind;
import packetlab.timeline.JoinedRun;

/**
 * The octets of each stream from left to right: above, which call sent them, in the middle, which segments carried them,
 * below, which call received them. Where these are not cut at the same places, one sees it.
 */
final class Ribbons {
    /** Pieces of one stream that are drawn. */
    private static final int MAX_PIECES = 240;
    private static final int BOX = 20, LABELS = 96, LINE_GAP = 10;

    /** A run of octets that belongs to one call or one packet. */
    private record Span(long start, long end, String key, String related, String words, String label, String kind) {}

    /** One direction of one connection. */
    private static final class Ribbon {
        final String title;
        final Side sender;
        final List<Span> sent = new ArrayList<>();
        final List<Span> carried = new ArrayList<>();
        final List<Span> received = new ArrayList<>();

        Ribbon(String title, Side sender) {
            this.title = title;
            this.sender = sender;
        }
    }

    private final JoinedRun run;
    private final PictureRows rows;
    private final long startNs;
    private final Map<String, Ribbon> ribbons = new LinkedHashMap<>();
    private final Map<Long, Long> socketOfCall = new LinkedHashMap<>();

    Ribbons(JoinedRun run, PictureRows rows, long startNs) {
        this.run = run;
        this.rows = rows;
        this.startNs = startNs;
        for (PictureRows.Bar bar : rows.bars) {
            if (bar.call.socket() != null) {
                socketOfCall.put(bar.call.id(), bar.call.socket().id());
            }
        }
        rows.bars.forEach(bar -> add(bar.call));
        rows.arrows.forEach(arrow -> add(arrow.packet));
    }

    private void add(CallEvent call) {
        CallKind kind = CallKind.of(call.call());
        boolean sends = kind == CallKind.SEND;
        if (!sends && kind != CallKind.RECEIVE || call.offset() == Event.UNKNOWN || call.length() <= 0
                || call.socket() == null) {
            return;
        }
        Ribbon ribbon = ribbon(call, sends);
        if (ribbon == null) {
            return;
        }
        String label = call.call() + " " + call.length();
        String data = CallWords.data(call);
        Span span = new Span(call.offset(), call.offset() + call.length(), "c" + call.id(),
                PictureWords.related(call, run), PictureWords.call(call, run, rows, startNs),
                data.startsWith("\"") ? label + " " + data : label, PictureRows.side(call).wireName());
        (sends ? ribbon.sent : ribbon.received).add(span);
    }

    private Ribbon ribbon(CallEvent call, boolean sends) {
        Side sender = sends ? PictureRows.side(call) : PictureRows.side(call).other();
        String to = " to " + sender.other().wireName();
        if (call.stream() != Event.UNKNOWN) {
            return ribbons.computeIfAbsent("tcp " + call.stream() + " " + sender,
                    key -> new Ribbon("stream " + call.stream() + ", " + sender.wireName() + to, sender));
        }
        Long socket = sends ? Long.valueOf(call.socket().id())
                : call.peers().isEmpty() ? null : socketOfCall.get(call.peers().get(0));
        return socket == null ? null : ribbons.computeIfAbsent("socket " + socket,
                key -> new Ribbon(sender.wireName() + to + ", no packets", sender));
    }

    private void add(Event packet) {
        if (packet instanceof TcpEvent.Segment s && s.length() > 0) {
            Ribbon ribbon = ribbons.get("tcp " + s.stream() + " " + s.from());
            if (ribbon != null) {
                long start = WireWords.offset(s);
                ribbon.carried.add(new Span(start, start + s.length(), "p" + s.frame(), PictureWords.related(s, run),
                        PictureWords.packet(s, run, startNs), "#" + s.frame() + " " + s.length(), "segment"));
            }
        }
    }

    boolean isEmpty() {
        return ribbons.isEmpty();
    }

    /** Draws all of them below {@code top}; returns where they end. */
    int draw(Markup svg, int left, int top, int width) {
        int y = top;
        for (Ribbon ribbon : ribbons.values()) {
            y = draw(svg, ribbon, left, y, width) + LINE_GAP * 2;
        }
        return y;
    }

    private int draw(Markup svg, Ribbon ribbon, int left, int top, int width) {
        TreeSet<Long> cuts = new TreeSet<>();
        for (List<Span> spans : List.of(ribbon.sent, ribbon.carried, ribbon.received)) {
            spans.forEach(span -> {
                cuts.add(span.start());
                cuts.add(span.end());
            });
        }
        List<Long> places = new ArrayList<>(cuts);
        int pieces = Math.min(MAX_PIECES, places.size() - 1);
        int y = top + 16;
        svg.open("text").with("class", "h2").with("x", left).with("y", y).body().text(ribbon.title).close("text");
        y += 12;
        int natural = 0;
        for (int i = 0; i < pieces; i++) {
            natural += pieceWidth(places.get(i + 1) - places.get(i));
        }
        // A short stream takes the room that there is.
        double stretch = natural == 0 ? 1 : Math.max(1, Math.min(2.5, (width - LABELS) / (double) natural));
        int from = 0;
        while (from < pieces) {
            int to = from;
            int used = 0;
            List<Integer> xs = new ArrayList<>(List.of(0));
            while (to < pieces) {
                int w = (int) (stretch * pieceWidth(places.get(to + 1) - places.get(to)));
                if (to > from && used + w > width - LABELS) {
                    break;
                }
                used += Math.min(w, width - LABELS);
                xs.add(used);
                to++;
            }
            y = line(svg, ribbon, places.subList(from, to + 1), xs, left, y) + LINE_GAP;
            from = to;
        }
        if (places.size() - 1 > pieces) {
            svg.open("text").with("class", "quiet").with("x", left + LABELS).with("y", y + 6).body()
                    .text("the first " + pieces + " of " + (places.size() - 1) + " pieces; the rest is not drawn")
                    .close("text");
            y += 14;
        }
        return y;
    }

    /** One octet is wide enough for its number, and more grow slowly. */
    private static int pieceWidth(long octets) {
        return 44 + (int) Math.round(16 * Math.log10(octets) + Math.min(octets, 40) * 3);
    }

    private int line(Markup svg, Ribbon ribbon, List<Long> places, List<Integer> xs, int left, int top) {
        int x0 = left + LABELS;
        int y = top + 12;
        for (int i = 0; i < places.size(); i++) {
            svg.open("text").with("class", "tick").with("x", x0 + xs.get(i)).with("y", y).body()
                    .text(Long.toString(places.get(i))).close("text");
        }
        y += 5;
        y = band(svg, ribbon.sent, "sent by", places, xs, left, y);
        y = band(svg, ribbon.carried, "segments", places, xs, left, y);
        return band(svg, ribbon.received, "received by", places, xs, left, y);
    }

    /** One kind of spans; those that overlap, as repeated segments do, stand below one another. */
    private int band(Markup svg, List<Span> spans, String name, List<Long> places, List<Integer> xs, int left, int top) {
        long first = places.get(0);
        long last = places.get(places.size() - 1);
        List<Long> ends = new ArrayList<>();
        int rowsUsed = 0;
        for (Span span : spans) {
            if (span.end() <= first || span.start() >= last) {
                continue;
            }
            int row = 0;
            while (row < ends.size() && ends.get(row) > span.start()) {
                row++;
            }
            if (row == ends.size()) {
                ends.add(span.end());
            } else {
                ends.set(row, span.end());
            }
            rowsUsed = Math.max(rowsUsed, row + 1);
            int x = left + LABELS + xs.get(places.indexOf(Math.max(first, span.start())));
            int end = left + LABELS + xs.get(places.indexOf(Math.min(last, span.end())));
            box(svg, span, x, top + row * (BOX + 2), end - x);
        }
        if (rowsUsed == 0) {
            return top;
        }
        svg.open("text").with("class", "quiet").with("x", left + LABELS - 8).with("y", top + 14)
                .with("text-anchor", "end").body().text(name).close("text");
        return top + rowsUsed * (BOX + 2);
    }

    private static void box(Markup svg, Span span, int x, int y, int width) {
        svg.open("g").with("class", "box " + span.kind()).with("data-k", span.key()).with("data-rel", span.related())
                .body();
        svg.open("title").body().text(span.words()).close("title");
        svg.open("rect").with("x", x + 1).with("y", y).with("width", width - 2).with("height", BOX).with("rx", 3).empty();
        svg.open("text").with("x", x + 6).with("y", y + 14).body()
                .text(Markup.cut(span.label(), Math.max(1, (width - 10) * 10 / 66))).close("text");
        svg.close("g");
    }
}
