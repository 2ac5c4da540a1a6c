package packetlab.latency;

import org.HdrHistogram.Histogram;

/**
 * What one round of one setting gave.
 *
 * @param number        from 1
 * @param sent          messages
 * @param warmedUp      messages of the warm-up before, which are not recorded
 * @param steady        whether the latency stood still when the warm-up ended
 * @param clientCpuNs   processor time of the client's threads for all messages; UNKNOWN where nobody knows
 * @param allocated     octets that the threads of both ends have allocated meanwhile, those of this process; UNKNOWN
 * @param dropped       datagrams that either end's socket refused or had no room for, by the kernel's count; UNKNOWN
 * @param lateness      of the open loop's sender; null for the closed loop
 * @param cutShort      whether it was ended before all messages
 * @param trouble       what else is to be said, in one line; null for nothing
 */
public record Round(int number, long sent, Histogram latency, Histogram fromSend, OverTime overTime, long lost, long late,
                    long duplicated, long reordered, long warmedUp, boolean steady, long clientCpuNs, long serverCpuNs,
                    long compileMs, long collections, long collectMs, long allocated, long dropped,
                    Histogram lateness, WireSplit wire, boolean cutShort, String trouble) {

    public long medianNs() {
        return latency.getTotalCount() == 0 ? -1 : latency.getValueAtPercentile(50);
    }
}
