package packetlab.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import packetlab.event.LatencyEvent;

/**
 * Latencies as a picture: percentiles above, latency over time below, both on a logarithmic scale. The same results give
 * the same picture, octet for octet. Rows are told apart by colour and dashes, and named at their ends.
 */
public final class LatencyPicture {
    private static final int WIDTH = 960, LEFT = 78, RIGHT = 190, PLOT = 300, TITLE = 76, GAP = 96, BOTTOM = 56;
    private static final int COLOURS = 8, LEGEND_LINE = 20;
    private static final double NS_PER_US = 1e3, NS_PER_S = 1e9;
    private static final Map<String, String> LIGHT = new TreeMap<>(Map.of("paper", "#ffffff", "ink", "#1b1b1b",
            "quiet", "#5c5c5c", "faint", "#dddddd"));
    /** Of Okabe and Ito; the yellow of theirs is too faint for a line on white. */
    private static final String[] PENS = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#7f7f7f",
        "#999933"};
    private static final String[] DASHES = {"", "7 3", "2 2", "9 3 2 3", "12 4", "4 2", "1 3", "10 2 2 2 2 2"};

    private final List<LatencyCurve> curves;
    private final Markup svg = new Markup();
    private LogScale y;
    private int height;

    private LatencyPicture(List<LatencyCurve> curves) {
        this.curves = curves;
    }

    /** A picture for itself. */
    public static String svg(String title, List<String> notes, List<LatencyCurve> curves) {
        LatencyPicture picture = new LatencyPicture(curves);
        picture.draw(title, notes);
        return new Markup().raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
                .open("svg").with("xmlns", "http://www.w3.org/2000/svg").with("width", WIDTH)
                .with("height", picture.height).with("viewBox", "0 0 " + WIDTH + " " + picture.height)
                .with("role", "img").with("aria-label", title + ": percentiles, and latency over time").body().raw("\n")
                .raw("<style>" + css(LIGHT) + "</style>\n")
                .open("rect").with("class", "paper").with("width", WIDTH).with("height", picture.height).empty()
                .raw(picture.svg.toString()).close("svg").toString();
    }

    /** A page for itself: the picture, the table, what is to be said of them, and the machine's facts. */
    public static String html(String title, List<String> notes, List<LatencyCurve> curves,
                              List<LatencyEvent.Result> rows, List<String> remarks, Map<String, String> facts) {
        LatencyPicture picture = new LatencyPicture(curves);
        picture.draw(title, notes);
        Map<String, String> variables = new TreeMap<>();
        LIGHT.keySet().forEach(name -> variables.put(name, "var(--" + name + ")"));
        Markup page = new Markup().raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .raw("<meta name=\"color-scheme\" content=\"light dark\">\n")
                .raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                        + "style-src 'unsafe-inline'\">\n")
                .raw("<title>").text(title).raw("</title>\n<style>\n").raw(css(variables))
                .raw(resource("latency-page.css")).raw("</style>\n</head>\n<body>\n<main>\n")
                .open("svg").with("viewBox", "0 0 " + WIDTH + " " + picture.height)
                .with("style", "max-width:" + WIDTH + "px").with("role", "img")
                .with("aria-label", title + ": percentiles, and latency over time").body().raw("\n")
                .raw(picture.svg.toString()).close("svg");
        table(page, rows);
        page.raw("<ul>\n");
        remarks.forEach(r -> page.raw("<li>").text(r).raw("</li>\n"));
        page.raw("</ul>\n<h2>The machine</h2>\n<dl>\n");
        facts.forEach((name, value) -> page.raw("<dt>").text(name).raw("</dt><dd>").text(value).raw("</dd>\n"));
        return page.raw("</dl>\n</main>\n</body>\n</html>\n").toString();
    }

    private static void table(Markup page, List<LatencyEvent.Result> rows) {
        page.raw("<h2>Round trips in microseconds</h2>\n<p>").text(LatencyTable.common(rows))
                .raw("</p>\n<table>\n<tr><th></th>");
        for (String head : LatencyTable.heads()) {
            page.raw("<th>").text(head).raw("</th>");
        }
        page.raw("</tr>\n");
        for (LatencyEvent.Result row : rows) {
            page.raw("<tr><th>").text(LatencyTable.label(row, rows)).raw("</th>");
            for (String cell : LatencyTable.cells(row)) {
                page.raw("<td>").text(cell).raw("</td>");
            }
            page.raw("</tr>\n");
        }
        page.raw("</table>\n");
    }

    private void draw(String title, List<String> notes) {
        text("title", 24, 36, "start", title);
        int at = 58;
        for (String note : notes) {
            text("quiet", 24, at, "start", Markup.cut(note, 120));
            at += 18;
        }
        int top = Math.max(TITLE, at + 6) + 26;
        y = LogScale.around(curves, true);
        percentiles(top);
        int second = top + PLOT + GAP;
        y = LogScale.around(curves, false);
        overTime(second);
        height = second + PLOT + BOTTOM;
    }

    private void frame(int top, String heading, String below) {
        text("h1", LEFT, top - 12, "start", heading);
        for (double tick : y.ticks()) {
            int at = y(top, tick);
            line("grid", LEFT, at, WIDTH - RIGHT, at);
            text("tick", LEFT - 8, at + 4, "end", us(tick));
        }
        text("tick", LEFT - 8, top - 12, "end", "\u00b5s");
        text("tick", (LEFT + WIDTH - RIGHT) / 2, top + PLOT + 40, "middle", below);
    }

    private void percentiles(int top) {
        frame(top, "Percentiles", "percentile: so many of a hundred round trips took no longer");
        double nines = 1;
        for (LatencyCurve c : curves) {
            nines = Math.max(nines, c.percents().length == 0 ? 1 : x(c.percents()[c.percents().length - 1]));
        }
        for (double p : new double[] {0, 50, 90, 99, 99.9, 99.99, 99.999, 99.9999}) {
            if (x(p) <= nines + 1e-9) {
                int at = across(x(p) / nines);
                line("grid", at, top, at, top + PLOT);
                text("tick", at, top + PLOT + 18, "middle", number(p));
            }
        }
        int[] labels = new int[curves.size()];
        for (int i = 0; i < curves.size(); i++) {
            LatencyCurve c = curves.get(i);
            StringBuilder points = new StringBuilder();
            for (int k = 0; k < c.percents().length; k++) {
                points.append(k == 0 ? "" : " ").append(across(x(c.percents()[k]) / nines)).append(',')
                        .append(y(top, c.ns()[k]));
            }
            polyline(i, points, c.name());
            labels[i] = c.ns().length == 0 ? top + PLOT : y(top, c.ns()[c.ns().length - 1]);
        }
        names(labels, top);
    }

    /** How far to the right: one decade for every nine. */
    private static double x(double percent) {
        return Math.log10(100 / (100 - percent));
    }

    private void overTime(int top) {
        frame(top, "Over time: mean of each cell, and its maximum as a dot",
                "seconds since the run began; the rows take turns");
        double end = 1;
        for (LatencyCurve c : curves) {
            end = Math.max(end, c.atNs().length == 0 ? 1 : c.atNs()[c.atNs().length - 1]);
        }
        for (double tick : LogScale.linear(end / NS_PER_S)) {
            int at = across(tick * NS_PER_S / end);
            line("grid", at, top, at, top + PLOT);
            text("tick", at, top + PLOT + 18, "middle", number(tick));
        }
        int[] labels = new int[curves.size()];
        for (int i = 0; i < curves.size(); i++) {
            LatencyCurve c = curves.get(i);
            StringBuilder points = new StringBuilder();
            svg.open("g").with("class", "dot p" + i % COLOURS).body().raw("\n");
            for (int k = 0; k < c.atNs().length; k++) {
                int at = across(c.atNs()[k] / end);
                svg.open("circle").with("cx", at).with("cy", y(top, c.maxNs()[k])).with("r", "1.2").empty();
            }
            svg.close("g");
            for (int k = 0; k < c.atNs().length; k++) {
                if (c.starts()[k]) {
                    polyline(i, points, c.name());
                    points.setLength(0);
                }
                points.append(points.length() == 0 ? "" : " ").append(across(c.atNs()[k] / end)).append(',')
                        .append(y(top, c.meanNs()[k]));
                labels[i] = y(top, c.meanNs()[k]);
            }
            polyline(i, points, c.name());
        }
        names(labels, top);
    }

    /** Each row's name where its line ends, as far as they leave room for one another. */
    private void names(int[] wanted, int top) {
        Integer[] order = new Integer[wanted.length];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        Arrays.sort(order, (a, b) -> wanted[a] != wanted[b] ? wanted[a] - wanted[b] : a - b);
        int next = Integer.MIN_VALUE;
        int room = wanted.length == 0 ? 0 : Math.max(12, Math.min(LEGEND_LINE, (PLOT + 40) / wanted.length));
        int lowest = top + PLOT + 20 - room * (wanted.length - 1);
        for (int i : order) {
            int at = Math.max(next, Math.min(wanted[i], lowest));
            lowest += room;
            next = at + room;
            svg.open("line").with("class", "line p" + i % COLOURS).with("x1", WIDTH - RIGHT + 8).with("y1", at)
                    .with("x2", WIDTH - RIGHT + 34).with("y2", at).empty();
            text("name", WIDTH - RIGHT + 40, at + 4, "start", Markup.cut(curves.get(i).name(), 20));
        }
    }

    private void polyline(int i, CharSequence points, String name) {
        if (points.length() > 0) {
            svg.open("polyline").with("class", "line p" + i % COLOURS).with("points", points.toString()).body()
                    .open("title").body().text(name).close("title").close("polyline");
        }
    }

    private int across(double part) {
        return LEFT + (int) Math.round(part * (WIDTH - RIGHT - LEFT));
    }

    private int y(int top, double ns) {
        return top + PLOT - (int) Math.round(y.part(ns) * PLOT);
    }

    private void line(String kind, int x1, int y1, int x2, int y2) {
        svg.open("line").with("class", kind).with("x1", x1).with("y1", y1).with("x2", x2).with("y2", y2).empty();
    }

    private void text(String kind, int x, int at, String anchor, String words) {
        svg.open("text").with("class", kind).with("x", x).with("y", at).with("text-anchor", anchor).body().text(words)
                .close("text");
    }

    private static String us(double ns) {
        return number(ns / NS_PER_US);
    }

    private static String number(double value) {
        String text = String.format(Locale.ROOT, "%,.4f", value);
        return text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }

    private static String css(Map<String, String> colours) {
        String css = resource("latency.css");
        for (Map.Entry<String, String> colour : colours.entrySet()) {
            css = css.replace("@" + colour.getKey() + "@", colour.getValue());
        }
        StringBuilder pens = new StringBuilder(css);
        for (int i = 0; i < COLOURS; i++) {
            pens.append(".line.p").append(i).append("{stroke:").append(PENS[i]).append(DASHES[i].isEmpty() ? ""
                    : ";stroke-dasharray:" + DASHES[i]).append("}\n.dot.p").append(i).append("{fill:")
                    .append(PENS[i]).append("}\n");
        }
        return pens.toString();
    }

    private static String resource(String name) {
        try (InputStream in = LatencyPicture.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
