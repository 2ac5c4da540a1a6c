package packetlab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import packetlab.event.CostEvent.Idle;
import packetlab.event.CostEvent.Octets;
import packetlab.event.CostEvent.Result;
import packetlab.event.Event;

/** What messages cost, as tables for people, at most 100 columns wide: on the wire, and in time. */
public final class CostTable {
    private static final String[] WIRE = {"packets", "bytes", "payload", "framing", "HTTP heads", "TCP/IP", "ACKs", "conns",
        "idle B/min"};
    private static final String[] DELIVERY = {"sent", "delivered", "lost", "twice", "p50 ms", "p99 ms", "max ms"};
    private static final double NS_PER_MS = 1e6, NS_PER_MINUTE = 60e9;

    private CostTable() {}

    /** Per delivered message; connections are those of the whole load, idle octets those of one client. */
    public static List<String> wire(List<Result> results, List<Idle> idle) {
        List<String[]> rows = new ArrayList<>();
        for (Result r : results) {
            Octets o = r.octets();
            rows.add(new String[] {each(r.packets(), r), each(o.total(), r), each(o.payload(), r),
                each(o.framing() + o.resent(), r), each(o.heads(), r), each(o.headers(), r), each(o.acks(), r),
                count(r.connections()), idle(r, idle)});
        }
        return lines(results, WIRE, rows);
    }

    /** From when a message was to be sent to the packet that completed its delivery. */
    public static List<String> delivery(List<Result> results) {
        List<String[]> rows = new ArrayList<>();
        for (Result r : results) {
            rows.add(new String[] {count(r.sent()), count(r.delivered()), count(r.lost()), count(r.duplicated()),
                ms(r.p50Ns()), ms(r.p99Ns()), ms(r.maxNs())});
        }
        return lines(results, DELIVERY, rows);
    }

    /** Octets a minute of one silent client of that transport; a dash where none was watched. */
    static String idle(Result result, List<Idle> idle) {
        return idle.stream().filter(i -> i.transport().equals(result.transport()) && i.durationNs() > 0).findFirst()
                .map(i -> count(Math.round(perMinute(i)))).orElse("-");
    }

    /** Octets a minute of one client. */
    static double perMinute(Idle i) {
        return i.bytes() * NS_PER_MINUTE / i.durationNs() / Math.max(1, i.clients());
    }

    /** For each message that was delivered. */
    static double perMessage(long total, Result r) {
        return r.delivered() == 0 ? Double.NaN : (double) total / r.delivered();
    }

    private static String each(long total, Result r) {
        double each = perMessage(total, r);
        return Double.isNaN(each) ? "-" : String.format(Locale.ROOT, "%,.1f", each);
    }

    private static String count(long value) {
        return value == Event.UNKNOWN ? "-" : String.format(Locale.ROOT, "%,d", value);
    }

    static String ms(long ns) {
        return ns == Event.UNKNOWN ? "-" : String.format(Locale.ROOT, ns < 10 * NS_PER_MS ? "%,.2f" : "%,.1f", ns / NS_PER_MS);
    }

    private static List<String> lines(List<Result> results, String[] heads, List<String[]> rows) {
        int[] widths = new int[heads.length];
        int label = 0;
        for (int i = 0; i < heads.length; i++) {
            widths[i] = heads[i].length();
            for (String[] row : rows) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        for (Result r : results) {
            label = Math.max(label, r.transport().length());
        }
        List<String> lines = new ArrayList<>();
        lines.add(line("", label, heads, widths));
        for (int i = 0; i < rows.size(); i++) {
            lines.add(line(results.get(i).transport(), label, rows.get(i), widths));
        }
        return lines;
    }

    private static String line(String name, int label, String[] cells, int[] widths) {
        StringBuilder line = new StringBuilder(name).append(" ".repeat(label - name.length()));
        for (int i = 0; i < cells.length; i++) {
            line.append("  ").append(" ".repeat(widths[i] - cells[i].length())).append(cells[i]);
        }
        return line.toString();
    }
}
