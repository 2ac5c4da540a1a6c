package packetlab.flow;

/**
 * Limits for everything that the packets of a capture can make grow. Hitting one is counted and said in a
 * {@code limit} event; nothing is lost silently.
 *
 * @param connections       live connections; beyond it the longest idle are given up
 * @param closedConnections connections that ended and are remembered, so that late packets are not taken for new ones
 * @param outOfOrderPerSide octets (with bookkeeping) that wait for a hole to be filled, of one side of one connection
 * @param outOfOrderInAll   the same over all connections
 * @param historyPerSide    octets of delivered payload kept to compare retransmissions with, of one side
 * @param historyInAll      the same over all connections
 * @param fragmentedDatagrams IP datagrams that wait for fragments; beyond it the oldest are given up
 * @param fragmentOctets      octets of them in all
 */
public record FlowLimits(int connections, int closedConnections, int outOfOrderPerSide, long outOfOrderInAll,
                         int historyPerSide, long historyInAll, int fragmentedDatagrams, int fragmentOctets) {
    public static final FlowLimits DEFAULT = new FlowLimits(65_536, 4_096, 4 << 20, 32 << 20, 64 << 10, 16 << 20,
            1024, 8 << 20);

    public FlowLimits {
        if (connections < 16 || closedConnections < 0 || outOfOrderPerSide < 0 || outOfOrderInAll < 0
                || historyPerSide < 0 || historyInAll < 0 || fragmentedDatagrams < 1 || fragmentOctets < 1) {
            throw new IllegalArgumentException("a flow limit is too small");
        }
    }
}
