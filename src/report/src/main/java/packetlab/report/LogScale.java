package packetlab.report;

import java.util.ArrayList;
import java.util.List;

/** A logarithmic axis, and where its ticks stand. */
record LogScale(double least, double most) {
    private static final double[] STEPS = {1, 2, 5};
    private static final int MOST_TICKS = 12;

    /** Around all percentiles, or around all cells over time. */
    static LogScale around(List<LatencyCurve> curves, boolean percentiles) {
        double least = Double.MAX_VALUE;
        double most = 0;
        for (LatencyCurve c : curves) {
            for (long ns : percentiles ? c.ns() : c.meanNs()) {
                least = Math.min(least, ns);
                most = Math.max(most, ns);
            }
            for (long ns : percentiles ? c.ns() : c.maxNs()) {
                most = Math.max(most, ns);
            }
        }
        if (most <= 0) {
            return new LogScale(1_000, 100_000);
        }
        double low = Math.max(1, least) * 0.8;
        return new LogScale(low, Math.max(most * 1.1, low * 4));
    }

    /** 0 at the bottom, 1 at the top. */
    double part(double value) {
        double part = Math.log(Math.max(value, least) / least) / Math.log(most / least);
        return Math.max(0, Math.min(1, part));
    }

    /** Powers of ten, and twice and five times as much where there is room. */
    List<Double> ticks() {
        List<Double> all = ticks(STEPS);
        return all.size() <= MOST_TICKS ? all : ticks(new double[] {1});
    }

    private List<Double> ticks(double[] steps) {
        List<Double> ticks = new ArrayList<>();
        for (int power = (int) Math.floor(Math.log10(least)); power <= Math.ceil(Math.log10(most)); power++) {
            for (double step : steps) {
                double tick = step * Math.pow(10, power);
                if (tick >= least && tick <= most) {
                    ticks.add(tick);
                }
            }
        }
        return ticks;
    }

    /** Ticks of a plain axis from 0 to that: at most ten. */
    static List<Double> linear(double end) {
        double step = Math.pow(10, Math.floor(Math.log10(end)));
        if (end / step < 2) {
            step /= 5;
        } else if (end / step < 5) {
            step /= 2;
        }
        List<Double> ticks = new ArrayList<>();
        for (int i = 0; i * step <= end * 1.0001; i++) {
            ticks.add(i * step);
        }
        return ticks;
    }
}
