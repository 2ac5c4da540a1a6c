package packetlab.latency;

import packetlab.os.MissingLibraryException;
import packetlab.os.NativeClock;

/** When a server's calls returned and began, message by message, on the clock of packets. One thread writes. */
final class ServerTimes {
    private final NativeClock clock = new NativeClock();
    private final long[] receivedNs;
    private final long[] sentNs;

    ServerTimes(int messages) throws MissingLibraryException {
        receivedNs = new long[messages];
        sentNs = new long[messages];
    }

    long nowNs() {
        return clock.wallNs();
    }

    /** Its receiving call returned at that time, and its sending call begins now. */
    void answered(long number, long receivedAtNs) {
        if (number >= 0 && number < sentNs.length) {
            receivedNs[(int) number] = receivedAtNs;
            sentNs[(int) number] = clock.wallNs();
        }
    }

    long receivedNs(int number) {
        return receivedNs[number];
    }

    long sentNs(int number) {
        return sentNs[number];
    }
}
