package packetlab.event;

import java.util.Map;

/** What a latency experiment has found. Latencies are nanoseconds, UNKNOWN where the samples do not suffice. */
public sealed interface LatencyEvent extends Event {
    @Override
    default long frame() {
        return 0;
    }

    /**
     * One row of the table: one setting, all rounds pooled.
     *
     * @param row        1-based, to which rounds and splits refer
     * @param tool       {@code packetlab}, or the other program that was measured beside
     * @param mode       {@code closed} (ping-pong) or {@code open} (at a planned rate)
     * @param countsFrom {@code plan}: a message's latency counts from its planned time; {@code send}: from its send call
     * @param size       payload octets of a message
     * @param rate       messages a second as planned; UNKNOWN for as fast as answers come
     * @param waits      how the ends wait: {@code block} or {@code spin}
     * @param cpus       processors of client and server, such as {@code 0/0}; {@code any}
     * @param remark     what else sets this row apart; null for nothing
     * @param lost       messages without an answer in time
     * @param madNs      mean absolute deviation from the mean
     * @param cpuNs      processor time of both ends, for each message
     * @param spreadNs   between the largest and the smallest of the rounds' medians
     */
    record Result(long timeNs, long row, String tool, String transport, String mode, String countsFrom, long size,
                  long rate, String waits, String cpus, String remark, long rounds, long count, long lost,
                  long duplicated, long reordered, long minNs, long p50Ns, long p90Ns, long p99Ns, long p999Ns,
                  long maxNs, long madNs, long cpuNs, long spreadNs) implements LatencyEvent {
        @Override
        public EventType type() {
            return EventType.LATENCY_RESULT;
        }
    }

    /**
     * One round of a row.
     *
     * @param warmUp      messages before it, which are not recorded
     * @param steady      whether the latency stood still when the warm-up ended
     * @param compileNs   time that the JVM compiled meanwhile
     * @param collections garbage collections meanwhile
     * @param allocated   octets that both ends' threads in this process allocated meanwhile
     */
    record Round(long timeNs, long row, long round, long count, long lost, long p50Ns, long p99Ns, long maxNs,
                 long warmUp, boolean steady, long compileNs, long collections, long allocated)
            implements LatencyEvent {
        @Override
        public EventType type() {
            return EventType.LATENCY_ROUND;
        }
    }

    /**
     * One step of the way of a row's messages, by the stamps of their packets.
     *
     * @param step such as {@code request: packet sent to packet received}
     */
    record Split(long timeNs, long row, String step, long count, long p50Ns, long p90Ns, long p99Ns, long maxNs)
            implements LatencyEvent {
        @Override
        public EventType type() {
            return EventType.LATENCY_SPLIT;
        }
    }

    /**
     * What must be known of the machine to believe the figures.
     *
     * @param facts by name, such as {@code cpu}, {@code kernel}, {@code java}, {@code load}; in the order of telling
     */
    record Host(long timeNs, Map<String, String> facts) implements LatencyEvent {
        @Override
        public EventType type() {
            return EventType.LATENCY_HOST;
        }
    }
}
