package packetlab.flow;

import java.util.List;

/**
 * Limits for everything that the packets of a capture can make grow. Hitting one is counted and said in a
 * {@code limit} event; nothing is lost silently.
 *
 * @param connections       live connections; beyond it the longest idle are given up
 * @param closedConnections connections that ended and are remembered, so that late packets are not taken for new ones
 * @param outOfOrderPerSide octets (with bookkeeping) that wait for a hole to be filled, of one side of one connection
 * @param outOfOrderInAll   the same over all connections
 * @param historyPerSide    octets of delivered payload kept to compare retransmissions with, of one side;
 *                          where it can be read again, a quarter of that for noting where it is
 * @param historyInAll      the same over all connections
 * @param fragmentedDatagrams IP datagrams that wait for fragments; beyond it the oldest are given up
 * @param fragmentOctets      octets of them in all
 */
public record FlowLimits(int connections, int closedConnections, int outOfOrderPerSide, long outOfOrderInAll,
                         int historyPerSide, long historyInAll, int fragmentedDatagrams, int fragmentOctets) {
    public static final FlowLimits DEFAULT = new FlowLimits(65_536, 4_096, 4 << 20, 32 << 20, 64 << 10, 16 << 20,
            1024, 8 << 20);

    /** What {@link #with} takes: the names in limit events and of components, in the components' order. */
    public static final List<String> NAMES = List.of("connections", "closed-connections", "out-of-order-per-side",
            "out-of-order-in-all", "history-per-side", "history-in-all", "fragmented-datagrams", "fragment-octets");

    public FlowLimits {
        if (connections < 16 || closedConnections < 0 || outOfOrderPerSide < 0 || outOfOrderInAll < 0
                || historyPerSide < 0 || historyInAll < 0 || fragmentedDatagrams < 1 || fragmentOctets < 1) {
            throw new IllegalArgumentException("a flow limit is too small");
        }
    }

    /**
     * With one limit changed.
     *
     * @param name one of {@link #NAMES}
     * @throws IllegalArgumentException where it cannot have that value
     */
    public FlowLimits with(String name, long value) {
        long[] values = {connections, closedConnections, outOfOrderPerSide, outOfOrderInAll, historyPerSide,
            historyInAll, fragmentedDatagrams, fragmentOctets};
        values[NAMES.indexOf(name)] = value;
        try {
            return new FlowLimits(Math.toIntExact(values[0]), Math.toIntExact(values[1]),
                    Math.toIntExact(values[2]), values[3], Math.toIntExact(values[4]), values[5],
                    Math.toIntExact(values[6]), Math.toIntExact(values[7]));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(name + " is too large: " + value, e);
        }
    }
}
