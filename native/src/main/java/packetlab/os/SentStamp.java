package packetlab.os;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * Reads from a socket's error queue what became of the messages sent: one step of one message at a time. For a socket
 * prepared by {@link KernelStamps#ofEverything}. Its memory is used again, and nothing is allocated; not for several
 * threads at once.
 */
public final class SentStamp {
    /** The steps of a message, in the order in which it takes them. */
    public enum Step {
        /** It entered the queue of the interface. */
        SCHEDULED,
        /** It was handed to the interface. */
        SENT,
        /** The peer has acknowledged all of it: TCP only. */
        ACKNOWLEDGED
    }

    private static final int SOL_IP = 0, IP_RECVERR = 11, SOL_IPV6 = 41, IPV6_RECVERR = 25;
    /** struct sock_extended_err: errno, origin, type, code, padding, info, data. */
    private static final int ORIGIN = 4, INFO = 8, DATA = 12, ERROR_LENGTH = 16;
    private static final int ORIGIN_TIMESTAMPING = 4;
    private static final int INFO_SENT = 0, INFO_SCHEDULED = 1, INFO_ACKNOWLEDGED = 2;

    private final ReceivedMessage message = new ReceivedMessage();
    /** The kernel is asked for stamps without the packet. */
    private final ByteBuffer nothing = ByteBuffer.allocateDirect(1);
    private final PollSet errors = new PollSet();
    private Step step;
    private long id;
    private long timeNs;
    private long others;

    public SentStamp() throws MissingLibraryException {
        errors.add(-1, 0);      // POLLERR is always waited for
    }

    /** Takes the next one; false where none is there yet. Never waits. */
    public boolean next(int fd) throws OsException {
        while (message.receive(fd, nothing.clear(), Sockets.MSG_ERRQUEUE | Sockets.MSG_DONTWAIT)
                != ReceivedMessage.NOTHING) {
            if (parse()) {
                return true;
            }
            others++;
        }
        return false;
    }

    /** Takes the next one and waits for it; false where none came in time, or none can, because the socket failed. */
    public boolean await(int fd, int timeoutMs) throws OsException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        errors.setFd(0, fd);
        boolean ready = false;
        long othersBefore = others;
        while (!next(fd)) {
            long left = deadline - System.nanoTime();
            if (left <= 0 || ready && others == othersBefore) {     // a broken connection is ready for ever
                return false;
            }
            othersBefore = others;
            ready = Sockets.poll(errors, (int) TimeUnit.NANOSECONDS.toMillis(left) + 1) > 0;
        }
        return true;
    }

    private boolean parse() {
        boolean stamped = false;
        boolean explained = false;
        while (message.nextControl()) {
            if (message.controlIs(Sockets.SOL_SOCKET, Sockets.SO_TIMESTAMPING)) {
                timeNs = message.controlTimeNs(0);
                stamped = timeNs != 0;
            } else if (message.controlLength() >= ERROR_LENGTH && (message.controlIs(SOL_IP, IP_RECVERR)
                    || message.controlIs(SOL_IPV6, IPV6_RECVERR))) {
                step = step(message.controlInt(INFO));
                id = Integer.toUnsignedLong(message.controlInt(DATA));
                explained = step != null && message.controlByte(ORIGIN) == ORIGIN_TIMESTAMPING;
            }
        }
        return stamped && explained;
    }

    private static Step step(int info) {
        return switch (info) {
            case INFO_SENT -> Step.SENT;
            case INFO_SCHEDULED -> Step.SCHEDULED;
            case INFO_ACKNOWLEDGED -> Step.ACKNOWLEDGED;
            default -> null;
        };
    }

    public Step step() {
        return step;
    }

    /**
     * Which message it is of. UDP: the number of its send since stamps were asked for, from 0. TCP: how many octets had
     * been sent since then, up to and without the message's last one. Wraps around at 2^32.
     */
    public long id() {
        return id;
    }

    /** When that was, in nanoseconds since the epoch. */
    public long timeNs() {
        return timeNs;
    }

    /** Entries of the queue that were no stamps, such as ICMP errors, and were thrown away. */
    public long others() {
        return others;
    }
}
