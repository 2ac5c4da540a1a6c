package packetlab.latency;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import packetlab.event.LatencyEvent;
import packetlab.report.LatencyCurve;

/**
 * A row of the table with all that it was made of.
 *
 * @param rounds its rounds; none of another program
 */
public record Row(LatencyEvent.Result result, List<Round> rounds, Kind kind) {
    /** What it stands for. */
    public enum Kind {
        /** A setting, or another program. */
        OWN,
        /** The setting of the row before, with its packets captured. */
        CAPTURED,
        /** The samples of the row before, counted in another way. */
        OTHER_VIEW
    }


    private static final int POINTS = 240;
    /** Cells over time that are drawn of a round. */
    private static final int CELLS = 100;

    /** All samples of its rounds, counted as the row counts them. */
    public Histogram pooled() {
        Histogram all = Recorder.histogram();
        rounds.forEach(r -> all.add(histogram(r)));
        return all;
    }

    Histogram histogram(Round round) {
        boolean fromSend = result.mode().equals("open") && "send".equals(result.countsFrom());
        return fromSend ? round.fromSend() : round.latency();
    }

    /** As it is drawn: {@code name} beside its line, times since {@code startNs} of System.nanoTime. */
    public LatencyCurve curve(String name, long startNs) {
        Histogram all = pooled();
        double nines = Math.log10(Math.max(10, all.getTotalCount()));
        double[] percents = new double[POINTS + 1];
        long[] ns = new long[POINTS + 1];
        for (int i = 0; i <= POINTS; i++) {
            percents[i] = 100 - 100 / Math.pow(10, nines * i / POINTS);
            ns[i] = all.getValueAtPercentile(percents[i]);
        }
        List<long[]> cells = new ArrayList<>();
        for (Round round : rounds) {
            boolean first = true;
            OverTime o = round.overTime();
            int together = Math.max(1, o.cells() / CELLS);
            for (int from = 0; from < o.cells(); from += together) {
                long sum = 0;
                long most = 0;
                long count = 0;
                long at = Long.MAX_VALUE;
                for (int c = from; c < Math.min(o.cells(), from + together); c++) {
                    if (o.count(c) > 0) {
                        sum += o.meanNs(c) * o.count(c);
                        count += o.count(c);
                        most = Math.max(most, o.maxNs(c));
                        at = Math.min(at, o.atNs(c));
                    }
                }
                if (count > 0) {
                    cells.add(new long[] {Math.max(0, at - startNs), sum / count, most, first ? 1 : 0});
                    first = false;
                }
            }
        }
        long[] atNs = cells.stream().mapToLong(c -> c[0]).toArray();
        long[] mean = cells.stream().mapToLong(c -> c[1]).toArray();
        long[] max = cells.stream().mapToLong(c -> c[2]).toArray();
        boolean[] starts = new boolean[cells.size()];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = cells.get(i)[3] == 1;
        }
        return new LatencyCurve(name, percents, ns, atNs, mean, max, starts);
    }
}
