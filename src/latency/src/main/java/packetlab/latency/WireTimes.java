package packetlab.latency;

/** When a client's calls began and returned, message by message, on the clock of packets. One thread writes. */
final class WireTimes {
    private final long[] sentNs;
    private final long[] receivedNs;

    WireTimes(int messages) {
        sentNs = new long[messages];
        receivedNs = new long[messages];
    }

    /** The sending call began, and the receiving one returned. */
    void exchanged(long number, long sentAtNs, long receivedAtNs) {
        sentNs[(int) number] = sentAtNs;
        receivedNs[(int) number] = receivedAtNs;
    }

    int messages() {
        return sentNs.length;
    }

    /** 0 where the message was not answered. */
    long receivedNs(int number) {
        return receivedNs[number];
    }

    long sentNs(int number) {
        return sentNs[number];
    }
}
