package packetlab.latency;

/** When a client's calls began and returned, message by message, on the clock of packets. One thread writes. */
final class WireTimes {
    private final long[] sentNs;
    private final long[] receivedNs;
    private final long[] sentStampNs;
    private final long[] receivedStampNs;

    /** @param stamped whether the client has stamps of its own socket */
    WireTimes(int messages, boolean stamped) {
        sentNs = new long[messages];
        receivedNs = new long[messages];
        sentStampNs = stamped ? new long[messages] : null;
        receivedStampNs = stamped ? new long[messages] : null;
    }

    /** The sending call began, and the receiving one returned. */
    void exchanged(long number, long sentAtNs, long receivedAtNs) {
        sentNs[(int) number] = sentAtNs;
        receivedNs[(int) number] = receivedAtNs;
    }

    /** What the kernel says of that message and of its answer. */
    void stamped(long number, long sentAtNs, long receivedAtNs) {
        sentStampNs[(int) number] = sentAtNs;
        receivedStampNs[(int) number] = receivedAtNs;
    }

    boolean isStamped() {
        return sentStampNs != null;
    }

    long sentStampNs(int number) {
        return sentStampNs[number];
    }

    long receivedStampNs(int number) {
        return receivedStampNs[number];
    }

    /** 0 where the message was not answered. */
    long receivedNs(int number) {
        return receivedNs[number];
    }

    long sentNs(int number) {
        return sentNs[number];
    }
}
