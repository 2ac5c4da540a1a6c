package packetlab.os;

import java.nio.ByteBuffer;
import packetlab.event.Event;

/**
 * Receives with the kernel's stamp of when the message came in. For a socket prepared by {@link KernelStamps}. Its
 * memory is used again for every message, and nothing is allocated; not for several threads at once.
 */
public final class StampedReceiver {
    private static final int SCM_TIMESTAMPNS = Sockets.SO_TIMESTAMPNS, SCM_TIMESTAMPING = Sockets.SO_TIMESTAMPING;

    /** What {@link #receive} returns where nothing waits on a socket that does not block. */
    public static final int NOTHING = ReceivedMessage.NOTHING;

    private final ReceivedMessage message = new ReceivedMessage();
    private long receivedNs = Event.NO_TIME;

    public StampedReceiver() throws MissingLibraryException {}

    /**
     * As {@link Sockets#recv}, into a direct buffer, but EAGAIN is a result.
     *
     * @return octets, 0 at the end of a stream or for an empty datagram, or {@link #NOTHING}
     */
    public int receive(int fd, ByteBuffer data, int flags) throws OsException {
        receivedNs = Event.NO_TIME;
        int n = message.receive(fd, data, flags);
        if (n == NOTHING) {
            return n;
        }
        while (message.nextControl()) {
            // Both are offered where both were asked for, with the same time.
            if (message.controlIs(Sockets.SOL_SOCKET, SCM_TIMESTAMPNS)
                    || message.controlIs(Sockets.SOL_SOCKET, SCM_TIMESTAMPING)) {
                receivedNs = message.controlTimeNs(0);
            }
        }
        return n;
    }

    /**
     * When the last message was received by this machine; {@code Event.NO_TIME} where it has no stamp. Of a stream,
     * when the last segment came whose octets the call returned.
     */
    public long receivedNs() {
        return receivedNs;
    }
}
