package packetlab.report;

import java.util.List;
import java.util.Locale;
import packetlab.event.CostEvent.Idle;
import packetlab.event.CostEvent.Octets;
import packetlab.event.CostEvent.Result;
import packetlab.event.Event;

/**
 * What a delivered message costs on each transport, as stacked bars: the octets on the wire by what they are there for.
 * The same results give the same picture, octet for octet. Colours are those of Okabe and Ito, and parts stand in the
 * order of the legend, with their numbers where there is room.
 */
public final class CostPicture {
    private static final int WIDTH = 1060, LEFT = 190, BARS = 540, MARGIN = 24, ROW = 34, BAR = 22, LETTER = 7;
    private static final String[] NAMES = {"payload", "framing, mask", "HTTP heads", "TCP/IP headers", "ACKs", "sent again"};
    private static final String[] FILLS = {"#0072b2", "#e69f00", "#d55e00", "#009e73", "#56b4e9", "#999999"};
    private static final String STYLE = """
            text{font:12px system-ui,"DejaVu Sans",sans-serif;fill:#1b1b1b}
            .title{font:700 24px system-ui,"DejaVu Sans",sans-serif}
            .quiet{fill:#5c5c5c}
            .name{font-weight:600}
            .light{fill:#ffffff}
            .in{font-size:11px}
            .grid{stroke:#dddddd;stroke-width:1;shape-rendering:crispEdges}
            .part{stroke:#ffffff;stroke-width:1}
            """;

    private CostPicture() {}

    /** @param notes what else is to be said, one line each */
    public static String svg(String title, List<String> notes, List<Result> results, List<Idle> idle) {
        Markup svg = new Markup();
        text(svg, "title", MARGIN, 40, "start", title);
        int y = 64;
        for (String note : notes) {
            text(svg, "quiet", MARGIN, y, "start", Markup.cut(note, 150));
            y += 18;
        }
        boolean resent = results.stream().anyMatch(r -> r.octets().resent() != 0);
        legend(svg, y + 14, resent ? NAMES.length : NAMES.length - 1);
        y += 48;
        text(svg, "quiet", LEFT, y, "start", "bytes on the wire for each delivered message");
        text(svg, "quiet", WIDTH - MARGIN, y, "end", "delivery: median (p99) · idle");
        double most = results.stream().mapToDouble(r -> CostTable.perMessage(r.octets().total(), r)).filter(v -> v > 0)
                .max().orElse(1);
        int top = y + 14;
        int bottom = top + ROW * results.size();
        double step = step(most);
        for (int i = 0; i * step <= most; i++) {
            int x = LEFT + (int) Math.round(BARS * i * step / most);
            svg.open("path").with("class", "grid").with("d", "M" + x + " " + top + "V" + bottom).empty();
            text(svg, "quiet", x, bottom + 18, "middle", String.format(Locale.ROOT, "%,.0f", i * step));
        }
        for (int i = 0; i < results.size(); i++) {
            bar(svg, results.get(i), idle, top + i * ROW + (ROW - BAR) / 2, most);
        }
        int height = bottom + 18 + MARGIN;
        return new Markup().raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
                .open("svg").with("xmlns", "http://www.w3.org/2000/svg").with("width", WIDTH).with("height", height)
                .with("viewBox", "0 0 " + WIDTH + " " + height).with("role", "img")
                .with("aria-label", title + ": bytes on the wire for each delivered message").body().raw("\n")
                .raw("<style>\n" + STYLE + "</style>\n")
                .open("rect").with("fill", "#ffffff").with("width", WIDTH).with("height", height).empty()
                .raw(svg.toString()).close("svg").toString();
    }

    private static double step(double most) {
        double step = Math.pow(10, Math.floor(Math.log10(Math.max(1, most))));
        return most / step < 2 ? step / 5 : most / step < 5 ? step / 2 : step;
    }

    private static void legend(Markup svg, int y, int count) {
        int x = MARGIN;
        for (int i = 0; i < count; i++) {
            svg.open("rect").with("fill", FILLS[i]).with("x", x).with("y", y - 10).with("width", 14).with("height", 12).empty();
            text(svg, "quiet", x + 20, y, "start", NAMES[i]);
            x += 20 + NAMES[i].length() * LETTER + 22;
        }
    }

    private static void bar(Markup svg, Result r, List<Idle> idle, int y, double most) {
        int middle = y + BAR / 2 + 4;
        text(svg, "name", LEFT - 10, middle, "end", Markup.cut(r.transport(), 24));
        Octets o = r.octets();
        long[] parts = {o.payload(), o.framing(), o.heads(), o.headers(), o.acks(), o.resent()};
        double done = 0;
        for (int i = 0; i < parts.length; i++) {
            double each = CostTable.perMessage(parts[i], r);
            if (!(each > 0)) {
                continue;
            }
            int from = LEFT + (int) Math.round(BARS * done / most);
            done += each;
            int to = LEFT + (int) Math.round(BARS * done / most);
            String number = String.format(Locale.ROOT, "%,.0f", each);
            svg.open("g").body();
            svg.open("title").body().text(r.transport() + ": " + NAMES[i] + " " + number + " bytes").close("title");
            svg.open("rect").with("class", "part").with("fill", FILLS[i]).with("x", from).with("y", y)
                    .with("width", Math.max(1, to - from)).with("height", BAR).empty();
            if (to - from > number.length() * LETTER + 4) {
                text(svg, i == 1 || i == 4 ? "in" : "in light", (from + to) / 2, middle, "middle", number);
            }
            svg.close("g");
        }
        int end = LEFT + (int) Math.round(BARS * done / most);
        text(svg, "name", end + 6, middle, "start", r.delivered() == 0 ? "nothing delivered"
                : String.format(Locale.ROOT, "%,.0f", done));
        String time = r.p50Ns() == Event.UNKNOWN ? "" : CostTable.ms(r.p50Ns()) + " ms"
                + (r.p99Ns() == Event.UNKNOWN ? "" : " (" + CostTable.ms(r.p99Ns()) + ")");
        String silent = CostTable.idle(r, idle);
        text(svg, "quiet", WIDTH - MARGIN, middle, "end", time + (silent.equals("-") ? "" : " · " + silent + " B/min"));
    }

    private static void text(Markup svg, String kind, int x, int y, String anchor, String words) {
        svg.open("text").with("class", kind).with("x", x).with("y", y);
        if (!anchor.equals("start")) {
            svg.with("text-anchor", anchor);
        }
        svg.body().text(words).close("text");
    }
}
