package packetlab.report;

/**
 * One row as it is drawn.
 *
 * @param name     what it is called beside the others
 * @param percents ascending, from 0 to below 100
 * @param ns       the latency at each of those percentiles
 * @param atNs     when each cell over time begins, since the run began; a gap of a round lies where {@code starts} is true
 * @param meanNs   of a cell
 * @param maxNs    of a cell
 * @param starts   whether a cell is the first one of its round
 */
public record LatencyCurve(String name, double[] percents, long[] ns, long[] atNs, long[] meanNs, long[] maxNs,
                           boolean[] starts) {}
