package packetlab.latency;

import java.util.function.BooleanSupplier;
import packetlab.os.SocketAddress;

/**
 * How much is measured, of every setting alike.
 *
 * @param rounds       of each setting, in turn with the others
 * @param messages     of a round, at most
 * @param longestNs    of a round, warm-up apart
 * @param warmUp       messages of a warm-up at most
 * @param limitNs      how long a datagram's answer is waited for
 * @param wire         whether packets are captured, and samples split by them
 * @param processes    1 where a thread of this process serves, 2 where another process does
 * @param server       where a server runs already; null for one of our own
 * @param ending       whether somebody wants the run to end
 */
public record Plan(int rounds, long messages, long longestNs, long warmUp, long limitNs, boolean wire, int processes,
                   SocketAddress server, BooleanSupplier ending) {
    public static final int MAX_ROUNDS = 500;
    /** Of all rows together; each is kept. */
    public static final int MAX_ROUNDS_OF_ALL = 2_000;
    public static final long MAX_MESSAGES = 20_000_000;
    /** Their times are all kept until they are joined with their packets. */
    public static final long MAX_WIRE_MESSAGES = 1_000_000;
    public static final long STEADY_WITHIN = 20_000;

    public static Plan of(int rounds, long messages) {
        return new Plan(rounds, messages, 60_000_000_000L, STEADY_WITHIN, 1_000_000_000L, false, 1, null, () -> false);
    }

    public Plan withWire(boolean on) {
        return new Plan(rounds, messages, longestNs, warmUp, limitNs, on, processes, server, ending);
    }

    public Plan endingWhen(BooleanSupplier newEnding) {
        return new Plan(rounds, messages, longestNs, warmUp, limitNs, wire, processes, server, newEnding);
    }

    public Plan lasting(long newLongestNs) {
        return new Plan(rounds, messages, newLongestNs, warmUp, limitNs, wire, processes, server, ending);
    }

    public Plan waiting(long newLimitNs) {
        return new Plan(rounds, messages, longestNs, warmUp, newLimitNs, wire, processes, server, ending);
    }

    public Plan warmingUp(long newWarmUp) {
        return new Plan(rounds, messages, longestNs, newWarmUp, limitNs, wire, processes, server, ending);
    }

    public Plan servedBy(int newProcesses, SocketAddress newServer) {
        return new Plan(rounds, messages, longestNs, warmUp, limitNs, wire, newProcesses, newServer, ending);
    }
}
