package packetlab.os;

/**
 * Asks the kernel to stamp the messages of a socket. All stamps are of CLOCK_REALTIME, in nanoseconds since the epoch,
 * made in software: the clock of packets, so they sort with them. The stamp of a received datagram is that of its
 * packet in a capture, to the nanosecond. So is that of a segment from elsewhere; one from this machine is stamped some
 * hundred nanoseconds after its packet (Linux 5.18 and newer: it still carries the time at which it was to be sent). No
 * right is needed. See socket(7) and the kernel's Documentation/networking/timestamping.rst.
 *
 * <p>When a message was received is read with it, by {@link StampedReceiver}; what became of a message that was sent
 * comes later, through the socket's error queue, and is read by {@link SentStamp}.
 */
public final class KernelStamps {
    private static final int TX_SOFTWARE = 1 << 1, RX_SOFTWARE = 1 << 3, SOFTWARE = 1 << 4, OPT_ID = 1 << 7,
            TX_SCHED = 1 << 8, TX_ACK = 1 << 9, OPT_TSONLY = 1 << 11;

    private KernelStamps() {}

    /** Of received messages only: UDP, TCP and Unix datagrams (SO_TIMESTAMPNS). */
    public static void ofReceived(int fd) throws OsException {
        Sockets.setsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_TIMESTAMPNS, 1);
    }

    /**
     * Of received messages, and of those sent from now on: UDP and TCP (SO_TIMESTAMPING). A TCP socket must be
     * connected (EINVAL otherwise). Stamps of what is sent lie in the receive buffer's memory until they are read: who
     * sends and never reads them loses the later ones, and at last received messages.
     */
    public static void ofEverything(int fd) throws OsException {
        Sockets.setsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_TIMESTAMPING,
                TX_SOFTWARE | RX_SOFTWARE | SOFTWARE | OPT_ID | TX_SCHED | TX_ACK | OPT_TSONLY);
    }
}
