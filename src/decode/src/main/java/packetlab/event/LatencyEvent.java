package packetlab.event;

/**
 * The result of one latency experiment, all rounds pooled. Latencies are nanoseconds, UNKNOWN where the samples do not
 * suffice for the percentile.
 *
 * @param mode {@code closed} (ping-pong) or {@code open} (at a planned rate)
 * @param size payload octets of a message
 */
public record LatencyEvent(long timeNs, String transport, String mode, long size, long count, long lost, long minNs,
                           long p50Ns, long p90Ns, long p99Ns, long p999Ns, long maxNs) implements Event {
    @Override
    public EventType type() {
        return EventType.LATENCY_RESULT;
    }

    @Override
    public long frame() {
        return 0;
    }
}
