package packetlab.report;

import java.util.List;
import java.util.Locale;
import packetlab.event.CostEvent.Idle;
import packetlab.event.CostEvent.Octets;
import packetlab.event.CostEvent.Result;
import packetlab.event.Event;

/** What messages cost, for spreadsheets (RFC 4180): octets in all, not for each message; empty where nothing is known. */
public final class CostCsv {
    private static final String HEAD = "transport,server,clients,size,sent,delivered,lost,duplicated,packets,connections,"
            + "bytes,payload_bytes,framing_bytes,head_bytes,header_bytes,ack_bytes,resent_bytes,p50_us,p99_us,max_us,"
            + "idle_bytes_per_minute\r\n";

    private CostCsv() {}

    public static String of(List<Result> results, List<Idle> idle) {
        StringBuilder csv = new StringBuilder(HEAD);
        for (Result r : results) {
            Octets o = r.octets();
            csv.append(String.join(",", r.transport(), r.server(), number(r.clients()), number(r.size()), number(r.sent()),
                    number(r.delivered()), number(r.lost()), number(r.duplicated()), number(r.packets()),
                    number(r.connections()), number(o.total()), number(o.payload()), number(o.framing()), number(o.heads()),
                    number(o.headers()), number(o.acks()), number(o.resent()), us(r.p50Ns()), us(r.p99Ns()), us(r.maxNs()),
                    idle(r, idle))).append("\r\n");
        }
        return csv.toString();
    }

    private static String idle(Result result, List<Idle> idle) {
        return idle.stream().filter(i -> i.transport().equals(result.transport()) && i.durationNs() > 0).findFirst()
                .map(i -> String.format(Locale.ROOT, "%.1f", CostTable.perMinute(i))).orElse("");
    }

    private static String number(long value) {
        return value == Event.UNKNOWN ? "" : Long.toString(value);
    }

    private static String us(long ns) {
        return ns == Event.UNKNOWN ? "" : String.format(Locale.ROOT, "%.3f", ns / 1e3);
    }
}
