package packetlab.os;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import packetlab.event.Event;

/**
 * Asks the kernel to stamp the messages of a socket. All stamps are of CLOCK_REALTIME, in nanoseconds since the epoch,
 * made in software: the clock of packets, so they sort with them. The stamp of a received datagram is that of its
 * packet in a capture, to the nanosecond. So is that of a segment from elsewhere; one from this machine is stamped some
 * hundred nanoseconds after its packet (Linux 5.18 and newer: it still carries the time at which it was to be sent). No
 * right is needed. See socket(7) and the kernel's Documentation/networking/timestamping.rst.
 *
 * <p>The kernel begins to stamp packets some milliseconds after it is first asked, and until then gives no stamp, or
 * passes off the time of the receiving call as one. While anybody captures on this machine it stamps; else call
 * {@link #await} after asking.
 *
 * <p>When a message was received is read with it, by {@link StampedReceiver}; what became of a message that was sent
 * comes later, through the socket's error queue, and is read by {@link SentStamp}.
 */
public final class KernelStamps {
    private static final int TX_SOFTWARE = 1 << 1, RX_SOFTWARE = 1 << 3, SOFTWARE = 1 << 4, OPT_ID = 1 << 7,
            TX_SCHED = 1 << 8, TX_ACK = 1 << 9, OPT_TSONLY = 1 << 11;

    private static final int TRIES = 1000;

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

    /**
     * Comes back when the kernel does stamp, as it goes on to do while a socket that has asked is open; false where it
     * did not within a second, or where lo is down. Sends datagrams of one octet over lo, at least one, to a port of its
     * own: captures that run meanwhile see them.
     */
    public static boolean await() throws OsException {
        int fd = Sockets.socket(Sockets.AF_INET, Sockets.SOCK_DGRAM | Sockets.SOCK_CLOEXEC | Sockets.SOCK_NONBLOCK, 0);
        try {
            // Of this option's stamps none is passed off.
            Sockets.setsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_TIMESTAMPING, RX_SOFTWARE | SOFTWARE);
            Sockets.bind(fd, SocketAddress.loopback(0));
            Sockets.connect(fd, Sockets.getsockname(fd));
            StampedReceiver receiver = new StampedReceiver();
            ByteBuffer octet = ByteBuffer.allocateDirect(1);
            for (int i = 0; i < TRIES; i++) {
                Sockets.send(fd, octet.clear(), 0);
                receiver.receive(fd, octet.clear(), 0);
                if (receiver.receivedNs() != Event.NO_TIME) {
                    return true;
                }
                TimeUnit.MILLISECONDS.sleep(1);
            }
            return false;
        } catch (MissingLibraryException e) {
            throw e;
        } catch (OsException e) {
            return false;       // lo is down
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            Sockets.close(fd);
        }
    }
}
