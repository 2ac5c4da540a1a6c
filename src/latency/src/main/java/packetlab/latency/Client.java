package packetlab.latency;

import java.io.Closeable;
import java.io.IOException;
import packetlab.os.SocketAddress;

/**
 * The client's end of a conversation: numbered messages go out, and each comes back with its number. Nothing is
 * allocated by sending and receiving. One thread may send while another one receives.
 */
interface Client extends Closeable {
    /** What {@link #receive} returns where no answer came within the time limit. */
    long NOTHING = -1;

    void send(long number) throws IOException;

    /** Waits for the next answer and returns its number, or {@link #NOTHING}. */
    long receive() throws IOException;

    /** Its own address; null where it has none. */
    SocketAddress local();

    /** From now on the kernel stamps what this end sends and receives; false where it cannot. Before the first message. */
    default boolean stamp() throws IOException {
        return false;
    }

    /** When the packet left that completed that message, the last one that was sent; 0 where nobody knows. */
    default long sentStampNs(long number) throws IOException {
        return 0;
    }

    /** When the packet came whose answer was received last; 0 where nobody knows. */
    default long receivedStampNs() {
        return 0;
    }

    /** Octets of the stream before the first message: what was said to open it; as sent and as received. */
    default long opening(boolean sent) {
        return 0;
    }

    /** Octets that a message takes in the stream, or in a packet behind its transport header. */
    long octets(boolean sent);

    /** Datagrams that its socket had no room for so far. */
    default long dropped() {
        return 0;
    }

    /** Wakes whoever waits here: the conversation is over. */
    void abort();

    @Override
    void close();
}
