package packetlab.latency;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import packetlab.event.Event;
import packetlab.event.LatencyEvent;
import packetlab.os.WallClock;

/** Makes events of rounds. */
public final class Results {
    public static final String TOOL = "packetlab";
    /** A percentile is told where at least that many samples lie beyond it. */
    private static final int SAMPLES_BEYOND = 10;

    private Results() {}

    /** A row: all its rounds pooled. */
    public static LatencyEvent.Result row(int row, Setting setting, List<Round> rounds) {
        Histogram all = Recorder.histogram();
        rounds.forEach(r -> all.add(r.latency()));
        return result(row, setting, rounds, all, setting.mode() == Setting.Mode.OPEN ? "plan" : "send", setting.remark());
    }

    /** The same samples of an open loop, counted from the send call: what is not seen that way. */
    public static LatencyEvent.Result fromSend(int row, Setting setting, List<Round> rounds) {
        Histogram all = Recorder.histogram();
        rounds.forEach(r -> all.add(r.fromSend()));
        return result(row, setting, rounds, all, "send", setting.remark());
    }

    private static LatencyEvent.Result result(int row, Setting s, List<Round> rounds, Histogram all, String from,
                                              String remark) {
        long sent = 0;
        long lost = 0;
        long duplicated = 0;
        long reordered = 0;
        long cpu = 0;
        boolean cpuKnown = true;
        List<Long> medians = new ArrayList<>();
        for (Round round : rounds) {
            sent += round.sent();
            lost += round.lost();
            duplicated += round.duplicated();
            reordered += round.reordered();
            cpu += round.clientCpuNs() + Math.max(0, round.serverCpuNs());
            cpuKnown &= round.serverCpuNs() != Event.UNKNOWN;
            medians.add(round.medianNs());
        }
        boolean datagrams = !s.transport().isStream();
        return new LatencyEvent.Result(WallClock.nowNs(), row, TOOL, s.transport().word(), s.mode().word(), from, s.size(),
                s.rate() == 0 ? Event.UNKNOWN : s.rate(), s.waiting().word(), s.placement().text(),
                remark.isEmpty() ? null : remark, rounds.size(), all.getTotalCount(), lost,
                datagrams ? duplicated : Event.UNKNOWN, datagrams ? reordered : Event.UNKNOWN,
                all.getTotalCount() == 0 ? Event.UNKNOWN : all.getMinValue(), percentile(all, 50), percentile(all, 90),
                percentile(all, 99), percentile(all, 99.9), all.getTotalCount() == 0 ? Event.UNKNOWN : all.getMaxValue(),
                meanAbsoluteDeviation(all), cpuKnown && sent > 0 ? cpu / sent : Event.UNKNOWN, spread(medians));
    }

    /** The percentile, or UNKNOWN where the samples do not suffice for it. */
    public static long percentile(Histogram h, double percent) {
        double beyond = h.getTotalCount() * (100 - percent) / 100;
        return beyond + 1e-9 < SAMPLES_BEYOND ? Event.UNKNOWN : h.getValueAtPercentile(percent);
    }

    /** How far the samples lie from their mean, on average; UNKNOWN of none. */
    public static long meanAbsoluteDeviation(Histogram h) {
        if (h.getTotalCount() == 0) {
            return Event.UNKNOWN;
        }
        double mean = h.getMean();
        double sum = 0;
        for (HistogramIterationValue v : h.recordedValues()) {
            sum += v.getCountAtValueIteratedTo() * Math.abs(h.medianEquivalentValue(v.getValueIteratedTo()) - mean);
        }
        return Math.round(sum / h.getTotalCount());
    }

    private static long spread(List<Long> medians) {
        if (medians.size() < 2) {
            return Event.UNKNOWN;
        }
        return medians.stream().mapToLong(m -> m).max().orElse(0) - medians.stream().mapToLong(m -> m).min().orElse(0);
    }

    public static LatencyEvent.Round round(int row, Round r) {
        return new LatencyEvent.Round(WallClock.nowNs(), row, r.number(), r.latency().getTotalCount(), r.lost(),
                percentile(r.latency(), 50), percentile(r.latency(), 99), r.latency().getMaxValue(), r.warmedUp(),
                r.steady(), r.compileMs() * 1_000_000, r.collections(), r.allocated());
    }

    /** The steps of a row's messages, all rounds pooled; none where nothing was captured. */
    public static List<LatencyEvent.Split> splits(int row, List<Round> rounds) {
        List<String> names = new ArrayList<>();
        List<Histogram> pooled = new ArrayList<>();
        for (Round round : rounds) {
            if (round.wire() == null) {
                continue;
            }
            for (WireSplit.Step step : round.wire().steps()) {
                int at = names.indexOf(step.name());
                if (at < 0) {
                    names.add(step.name());
                    pooled.add(step.ns().copy());
                } else {
                    pooled.get(at).add(step.ns());
                }
            }
        }
        List<LatencyEvent.Split> splits = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            Histogram h = pooled.get(i);
            splits.add(new LatencyEvent.Split(WallClock.nowNs(), row, names.get(i), h.getTotalCount(), percentile(h, 50),
                    percentile(h, 90), percentile(h, 99), h.getMaxValue()));
        }
        return splits;
    }
}
