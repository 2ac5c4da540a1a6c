package packetlab.report;

import java.util.List;
import java.util.Locale;
import packetlab.event.CallEvent;
import packetlab.event.Event;
import packetlab.event.Side;
import packetlab.event.TcpEvent;
import packetlab.event.WireEvent;
import packetlab.timeline.CallKind;
import packetlab.timeline.JoinedRun;

/**
 * A run as a ladder diagram: time runs down, the client's calls are bars at the left, the server's at the right, packets
 * are arrows between them, and below stand the octets of each stream. The same run gives the same picture, octet for
 * octet. Colours are those of Okabe and Ito, which colour-blind people can tell apart, and nothing is said by colour
 * alone. All captured text is escaped.
 */
public final class TimelinePicture {
    private static final int MARGIN = 24, TIMES = 92, TEXT = 336, WIRE = 330, LANE = 16, BAR = 10, TOP = 150;
    /** Fixed-width text beside a bar: 12 px letters are 7.2 px wide. */
    private static final int TEXT_COLUMNS = PictureRows.TEXT_COLUMNS;
    /** Without calls that stands there what a wire did, in letters of 11 px. */
    private static final int WIDE_TEXT = 416, WIDE_COLUMNS = 60;
    private static final int LABEL_COLUMNS = 40;

    /**
     * @param title such as {@code tcp-echo}
     * @param notes what else is to be said of the run, one line each
     */
    public record Caption(String title, List<String> notes) {}

    private final JoinedRun run;
    private final Caption caption;
    private final PictureRows rows;
    private final List<PictureRows.HandOver> handOvers;
    private final Sides sides = new Sides();
    private final long startNs;
    private final boolean severalStreams;
    private final int wireLeft;
    private final int wireRight;
    private final int width;
    private final Markup svg = new Markup();
    private int height;

    private TimelinePicture(JoinedRun run, Caption caption) {
        this.run = run;
        this.caption = caption;
        this.rows = new PictureRows(run, TOP + 18 * Math.max(0, caption.notes().size() - 2));
        this.handOvers = rows.handOvers();
        this.startNs = rows.moments.isEmpty() ? 0 : rows.moments.get(0).timeNs();
        run.calls().forEach(sides::learn);
        this.severalStreams = run.packets().stream().anyMatch(p -> p instanceof TcpEvent.Segment s && s.stream() > 0);
        int text = run.calls().isEmpty() ? WIDE_TEXT : TEXT;
        this.wireLeft = MARGIN + TIMES + text + LANE * rows.clientLanes + 6;
        this.wireRight = wireLeft + WIRE;
        this.width = wireRight + 6 + LANE * rows.serverLanes + text + MARGIN;
    }

    /** A picture for itself, to be handed in and printed. */
    public static String svg(JoinedRun run, Caption caption) {
        TimelinePicture picture = new TimelinePicture(run, caption);
        picture.draw();
        return new Markup().raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
                .open("svg").with("xmlns", "http://www.w3.org/2000/svg").with("width", picture.width)
                .with("height", picture.height).with("viewBox", "0 0 " + picture.width + " " + picture.height)
                .with("role", "img").with("aria-label", caption.title() + ": calls and packets").body().raw("\n")
                .raw("<style>" + PictureStyle.css(PictureStyle.LIGHT) + "</style>\n")
                .open("rect").with("class", "paper").with("width", picture.width).with("height", picture.height).empty()
                .raw(picture.svg.toString()).close("svg").toString();
    }

    /** A page for itself, on which pointing at a call lights up its packets and its octets. */
    public static String html(JoinedRun run, Caption caption) {
        TimelinePicture picture = new TimelinePicture(run, caption);
        picture.draw();
        String drawn = new Markup().open("svg").with("id", "ladder").with("viewBox", "0 0 " + picture.width + " " + picture.height)
                .with("style", "max-width:" + picture.width + "px").with("role", "group")
                .with("aria-label", caption.title() + ": calls and packets").body().raw("\n")
                .raw(picture.svg.toString()).close("svg").toString();
        return PictureStyle.page(caption.title(), drawn);
    }

    private void draw() {
        head();
        legend();
        lifelines();
        rows.breaks.forEach(this::gap);
        rows.moments.forEach(this::moment);
        rows.bars.forEach(this::bar);
        rows.arrows.forEach(this::arrow);
        handOvers.forEach(this::handOver);
        int y = rows.height + 12;
        if (rows.callsLeftOut + rows.packetsLeftOut > 0) {
            y += 16;
            text("quiet", MARGIN, y, "start", rows.callsLeftOut + " calls and " + rows.packetsLeftOut
                    + " packets more are not drawn");
        }
        Ribbons ribbons = new Ribbons(run, rows, startNs);
        if (!ribbons.isEmpty()) {
            y += 26;
            text("h1", MARGIN, y, "start", "The octets of each stream: who sent them, what carried them, who received them");
            y = ribbons.draw(svg, MARGIN, y + 4, width - 2 * MARGIN);
        }
        height = y + MARGIN;
    }

    private void head() {
        text("title", MARGIN, 38, "start", caption.title());
        int y = 60;
        for (String note : caption.notes()) {
            text("quiet", MARGIN, y, "start", Markup.cut(note, 170));
            y += 18;
        }
    }

    private void legend() {
        int y = rows.moments.isEmpty() ? TOP - 30 : rows.moments.get(0).y() - 52;
        int x = MARGIN;
        if (!run.calls().isEmpty()) {
            x = sample(x, y, "call client", "client's call");
            x = sample(x, y, "call server", "server's call");
            x = sample(x, y, "call client failed", "failed call");
        }
        x = line(x, y, "data client", "data");
        x = line(x, y, "control client", "SYN, FIN");
        x = line(x, y, "ack client", "ACK only");
        x = line(x, y, "reset client", "reset");
        x = line(x, y, "data again client", "sent again");
        if (!handOvers.isEmpty()) {
            x = line(x, y, "handed client", "no packet");
        }
        if (run.packets().stream().anyMatch(this::isDropped)) {
            cross(x + 4, y);
            text("quiet", x + 14, y + 4, "start", "dropped by the wire");
        }
        int names = y + 30;
        text("who client", wireLeft - 6, names, "end", "client");
        text("quiet", (wireLeft + wireRight) / 2, names, "middle", "wire");
        text("who server", wireRight + 6, names, "start", "server");
        text("quiet", MARGIN + TIMES - 14, names, "end", "time µs");
        text("gap", width - MARGIN, names, "end", "Each row is one moment, so time is not to scale.");
    }

    private int sample(int x, int y, String kind, String words) {
        svg.open("g").with("class", kind).body();
        svg.open("rect").with("class", "bar").with("x", x).with("y", y - 6).with("width", BAR).with("height", 12).with("rx", 3)
                .empty();
        svg.close("g");
        text("quiet", x + BAR + 6, y + 4, "start", words);
        return x + BAR + 6 + words.length() * 6 + 16;
    }

    private int line(int x, int y, String kind, String words) {
        svg.open("g").with("class", "packet " + kind).body();
        svg.open("path").with("class", "line").with("d", "M" + x + " " + y + "h26").empty();
        svg.open("path").with("class", "tip").with("d", head(x + 32, y, true)).empty();
        svg.close("g");
        text("quiet", x + 38, y + 4, "start", words);
        return x + 38 + words.length() * 6 + 16;
    }

    private void lifelines() {
        int top = rows.moments.isEmpty() ? TOP : rows.moments.get(0).y() - 14;
        for (int x : new int[] {wireLeft, wireRight}) {
            svg.open("path").with("class", "life").with("d", "M" + x + " " + top + "V" + (rows.height - 4)).empty();
        }
    }

    private void gap(PictureRows.Break gap) {
        int y = gap.y() + 6;
        for (int x : new int[] {wireLeft, wireRight}) {
            svg.open("path").with("class", "break").with("d",
                    "M" + (x - 6) + " " + (y + 2) + "l4 -5l4 6l4 -5M" + (x - 6) + " " + (y + 6) + "l4 -5l4 6l4 -5").empty();
        }
        text("gap", MARGIN + TIMES - 14, y + 4, "end", "+" + PictureWords.duration(gap.durationNs()));
        if (rows.arrows.stream().noneMatch(arrow -> arrow.y < y && arrow.endY > y)) {
            text("gap", (wireLeft + wireRight) / 2, y + 4, "middle", "nothing for " + PictureWords.duration(gap.durationNs()));
        }
    }

    private void moment(PictureRows.Moment moment) {
        long micros = Math.floorDiv(moment.timeNs() - startNs, 1000L);
        text("time", MARGIN + TIMES - 14, moment.y() + 4, "end", String.format(Locale.ROOT, "%,d", micros));
    }

    private int barX(PictureRows.Bar bar) {
        return PictureRows.side(bar.call) == Side.CLIENT ? wireLeft - 6 - LANE * bar.lane - BAR
                : wireRight + 6 + LANE * bar.lane;
    }

    private void bar(PictureRows.Bar bar) {
        CallEvent call = bar.call;
        boolean client = PictureRows.side(call) == Side.CLIENT;
        boolean failed = CallWords.failed(call);
        String words = PictureWords.call(call, run, rows, startNs);
        svg.open("g").with("class", "call " + (client ? "client" : "server") + (failed ? " failed" : ""))
                .with("data-k", "c" + call.id()).with("data-rel", PictureWords.related(call, run))
                .with("tabindex", "0").with("role", "img").with("aria-label", words).body();
        svg.open("title").body().text(words).close("title");
        int x = barX(bar);
        svg.open("rect").with("class", "bar").with("x", x).with("y", bar.top - 6).with("width", BAR)
                .with("height", bar.bottom - bar.top + 12).with("rx", 3).empty();
        int textX = client ? wireLeft - 6 - LANE * rows.clientLanes - 4 : wireRight + 6 + LANE * rows.serverLanes + 4;
        String anchor = client ? "end" : "start";
        if (bar.lane < (client ? rows.clientLanes : rows.serverLanes) - 1) {
            lead(bar, client, x, textX);
        }
        if (bar.point) {
            label(textX, bar.top, anchor, Markup.cut(run.mark(call) + CallWords.whole(call), TEXT_COLUMNS), failed);
        } else {
            label(textX, bar.top, anchor, Markup.cut(run.mark(call) + CallWords.entry(call), TEXT_COLUMNS), false);
            label(textX, bar.bottom, anchor, Markup.cut(CallWords.exit(call), TEXT_COLUMNS), failed);
        }
        String library = CallWords.library(call);
        if (library != null) {
            text("quiet", textX, bar.top + 4 + PictureRows.SECOND_LINE, anchor, Markup.cut(library, TEXT_COLUMNS + 5));
        }
        svg.close("g");
    }

    /** From the text to a bar that stands nearer to the wire than others. */
    private void lead(PictureRows.Bar bar, boolean client, int x, int textX) {
        for (int y : bar.point ? new int[] {bar.top} : new int[] {bar.top, bar.bottom}) {
            svg.open("path").with("class", "lead").with("d", client ? "M" + (textX + 3) + " " + y + "H" + x
                    : "M" + (textX - 3) + " " + y + "H" + (x + BAR)).empty();
        }
    }

    private void label(int x, int y, String anchor, String words, boolean failed) {
        text(failed ? "say bad" : "say", x, y + 4, anchor, failed ? "✗ " + words : words);
    }

    private void arrow(PictureRows.Arrow arrow) {
        Event packet = arrow.packet;
        Side from = sides.sender(packet);
        boolean client = from == Side.CLIENT;
        boolean again = run.findings(packet.frame()).stream().anyMatch(f -> f.kind().wireName().contains("retransmission"));
        String words = PictureWords.packet(packet, run, startNs);
        svg.open("g").with("class", "packet " + kind(packet) + (again ? " again" : "") + (client ? " client" : " server"))
                .with("data-k", "p" + packet.frame()).with("data-rel", PictureWords.related(packet, run))
                .with("tabindex", "0").with("role", "img").with("aria-label", words).body();
        svg.open("title").body().text(words).close("title");
        int y = arrow.y;
        int start = client ? wireLeft : wireRight;
        for (CallEvent call : run.callsOf(packet.frame())) {
            PictureRows.Bar bar = rows.byId.get(call.id());
            boolean sends = CallKind.of(call.call()) != CallKind.ACCEPT;
            if (bar != null && sends && PictureRows.side(call) == from && bar.top <= y && y <= bar.bottom) {
                start = client ? Math.min(start, barX(bar) + BAR) : Math.max(start, barX(bar));
                svg.open("circle").with("class", "root").with("cx", client ? barX(bar) + BAR : barX(bar)).with("cy", y)
                        .with("r", 3).empty();
            }
        }
        boolean dropped = isDropped(packet);
        int end = dropped ? (wireLeft + 3 * wireRight) / 4 : wireRight;
        end = client ? end : wireLeft + wireRight - end;
        int lineEnd = client ? end - 8 : end + 8;
        svg.open("path").with("class", "line").with("d", "M" + start + " " + y
                + (arrow.endY == y ? "H" + lineEnd : "L" + lineEnd + " " + arrow.endY)).empty();
        if (dropped) {
            cross(end, y);
        } else {
            svg.open("path").with("class", "tip").with("d", head(end, arrow.endY, client)).empty();
        }
        List<String> fates = PictureWords.fates(packet, run);
        for (int i = 0; i < fates.size(); i++) {        // where its receiver would tell of it
            text(dropped ? "say bad" : "say", client ? wireRight + 8 : wireLeft - 8, arrow.endY + 4 + PictureRows.SECOND_LINE * i,
                    client ? "start" : "end", Markup.cut(fates.get(i), WIDE_COLUMNS));
        }
        StringBuilder label = new StringBuilder("#" + packet.frame() + " ");
        if (packet instanceof TcpEvent.Segment s && severalStreams) {
            label.append("stream ").append(s.stream()).append(' ');
        }
        String said = MessageWords.of(run.said(packet.frame()));
        label.append(said.isEmpty() ? WireWords.label(packet, LABEL_COLUMNS - label.length()) : said);
        for (TcpEvent.Finding finding : run.findings(packet.frame())) {
            label.append(" · ").append(finding.kind().wireName());
        }
        text("say", (wireLeft + wireRight) / 2, y - 3, "middle", Markup.cut(label.toString(), LABEL_COLUMNS + 8));
        svg.close("g");
    }

    /** From the call that sent to the return of the one that received; it lights up with either. */
    private void handOver(PictureRows.HandOver octets) {
        boolean client = PictureRows.side(octets.from().call) == Side.CLIENT;
        int end = client ? wireRight : wireLeft;
        int y = octets.to().bottom;
        int fromY = Math.min(octets.from().top, y);
        svg.open("g").with("class", "packet handed " + (client ? "client" : "server"))
                .with("data-k", "c" + octets.from().call.id()).with("data-rel", "c" + octets.to().call.id()).body();
        svg.open("title").body().text(PictureWords.call(octets.from().call, run, rows, startNs)).close("title");
        svg.open("path").with("class", "line").with("d", "M" + (client ? wireLeft : wireRight) + " " + fromY + "L"
                + (client ? end - 8 : end + 8) + " " + y).empty();
        svg.open("path").with("class", "tip").with("d", head(end, y, client)).empty();
        svg.close("g");
    }

    private static String kind(Event packet) {
        return switch (WireWords.kind(packet)) {
            case CONTROL -> "control";
            case DATA -> "data";
            case ACK -> "ack";
            case RESET -> "reset";
            case OTHER -> "other";
        };
    }

    private boolean isDropped(Event packet) {
        return run.fates(packet.frame()).stream().anyMatch(WireEvent.Dropped.class::isInstance);
    }

    private void cross(int x, int y) {
        svg.open("path").with("class", "lost").with("d", "M" + (x - 5) + " " + (y - 5) + "l10 10m0 -10l-10 10").empty();
    }

    private static String head(int x, int y, boolean right) {
        int back = right ? -9 : 9;
        return "M" + x + " " + y + "l" + back + " -4v8z";
    }

    private void text(String kind, int x, int y, String anchor, String words) {
        svg.open("text").with("class", kind).with("x", x).with("y", y);
        if (!anchor.equals("start")) {
            svg.with("text-anchor", anchor);
        }
        svg.body().text(words).close("text");
    }
}
