package packetlab.web;

/**
 * What the server takes and keeps. Every number is per client where it does not say otherwise.
 *
 * @param clients         of all transports together
 * @param messageOctets   the longest text, in UTF-8
 * @param queuedMessages  that wait for a client before it counts as too slow and is dropped
 * @param queuedOctets    the same in octets of text
 * @param writeTimeoutMs  how long one write to a client may block
 */
public record Limits(int clients, int messageOctets, int queuedMessages, long queuedOctets, int writeTimeoutMs) {
    public static final Limits DEFAULT = new Limits(1_000, 16 << 10, 256, 1 << 20, 5_000);
    /** Of a request's head; Tomcat answers 400 to more. */
    static final int HEAD_OCTETS = 8 << 10;
    /** Of one message, however the server is set up. */
    private static final int MOST_MESSAGE_OCTETS = 1 << 20;

    public Limits {
        if (clients < 1 || messageOctets < 1 || messageOctets > MOST_MESSAGE_OCTETS || queuedMessages < 1
                || queuedOctets < messageOctets || writeTimeoutMs < 1) {
            throw new IllegalArgumentException("limits that no client could keep");
        }
    }

    public Limits withMessageOctets(int octets) {
        return new Limits(clients, octets, queuedMessages, Math.max(queuedOctets, 4L * octets), writeTimeoutMs);
    }

    public Limits withQueue(int messages, long octets) {
        return new Limits(clients, messageOctets, messages, octets, writeTimeoutMs);
    }

    /** Of a request's body: escapes and base64 make a text longer. */
    int bodyOctets() {
        return 2 * messageOctets + 1_024;
    }
}
