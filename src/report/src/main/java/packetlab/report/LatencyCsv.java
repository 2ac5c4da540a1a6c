package packetlab.report;

import java.util.List;
import java.util.Locale;
import packetlab.event.Event;
import packetlab.event.LatencyEvent.Result;

/** Results as a table for spreadsheets (RFC 4180): microseconds; empty where nothing is known. */
public final class LatencyCsv {
    private static final String HEAD = "tool,transport,mode,counts_from,size,rate,waits,cpus,remark,rounds,count,lost,"
            + "duplicated,reordered,min_us,p50_us,p90_us,p99_us,p999_us,max_us,mad_us,cpu_us,spread_us\r\n";

    private LatencyCsv() {}

    public static String of(List<Result> rows) {
        StringBuilder csv = new StringBuilder(HEAD);
        for (Result r : rows) {
            csv.append(String.join(",", text(r.tool()), text(r.transport()), text(r.mode()), text(r.countsFrom()),
                    number(r.size()), number(r.rate()), text(r.waits()), text(r.cpus()), text(r.remark()),
                    number(r.rounds()), number(r.count()), number(r.lost()), number(r.duplicated()),
                    number(r.reordered()), us(r.minNs()), us(r.p50Ns()), us(r.p90Ns()), us(r.p99Ns()), us(r.p999Ns()),
                    us(r.maxNs()), us(r.madNs()), us(r.cpuNs()), us(r.spreadNs()))).append("\r\n");
        }
        return csv.toString();
    }

    private static String text(String value) {
        if (value == null) {
            return "";
        }
        return value.matches("[^\",\r\n]*") ? value : '"' + value.replace("\"", "\"\"") + '"';
    }

    private static String number(long value) {
        return value == Event.UNKNOWN ? "" : Long.toString(value);
    }

    private static String us(long ns) {
        return ns == Event.UNKNOWN ? "" : String.format(Locale.ROOT, "%.3f", ns / 1e3);
    }
}
