package packetlab.sockets;

import packetlab.os.SocketAddress;

/**
 * Which part of a demo is played, and where.
 *
 * @param address where the serving half binds, or whom the other half connects to; null leaves it to the demo
 * @param clients how many the serving half serves before it ends; 0 where the demo knows
 * @param step    asked before each call; null lets all of them go at once
 */
public record Staging(Half half, SocketAddress address, int clients, Step step) {
    /** Both halves at once, on loopback. */
    public static final Staging BOTH = new Staging(Half.BOTH, null, 0, null);

    /** Which part. */
    public enum Half {
        BOTH, SERVE, CONNECT
    }

    /** Holds a call back until somebody lets it go. */
    @FunctionalInterface
    public interface Step {
        /** @param call as a person would write it, with the side that makes it, such as {@code server listen(1)} */
        void before(String call);
    }

    /** Whether a person sets the pace, so that no call may be given up because it takes long. */
    boolean unhurried() {
        return step != null || half == Half.SERVE;
    }
}
