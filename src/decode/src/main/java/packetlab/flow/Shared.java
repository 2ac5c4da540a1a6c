package packetlab.flow;

/** What all connections of one tracker share: limits, what is used of them, and the arrays to reuse. */
final class Shared {
    final FlowLimits limits;
    final BytePool pool = new BytePool();
    final Conflict conflict = new Conflict();
    long historyBytes;
    long outOfOrderBytes;

    Shared(FlowLimits limits) {
        this.limits = limits;
    }
}
