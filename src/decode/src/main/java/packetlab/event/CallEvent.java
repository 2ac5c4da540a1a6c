package packetlab.event;

import java.util.List;

/**
 * A socket call has returned. What lies behind {@code errno} in the list is known only once the call was joined with
 * the packets of the same run ({@code packetlab.timeline}).
 *
 * @param timeNs     when it was entered
 * @param endTimeNs  when it returned; NO_TIME where it never did while anybody looked
 * @param fd         the descriptor it was made on, or UNKNOWN
 * @param args       as a person would write them, such as {@code 127.0.0.1:8080}
 * @param result     its value; meaningless where {@code errno} is set, or where it never returned
 * @param errno      such as {@code ECONNREFUSED}; null where it succeeded
 * @param stream     the connection, or UNKNOWN
 * @param from       the side that called; null where not joined
 * @param offset     0-based offset of its first octet, or UNKNOWN: in the caller's own stream where it sends, in the
 *                   other side's where it receives
 * @param length     octets it carried, or UNKNOWN
 * @param frames     numbers of the packets that it caused or received; empty where not joined
 * @param socket     which socket it was made on; for accept() the one that it made; null where nobody looked
 * @param id         number of the call, from 1 in the order in which calls were entered, or UNKNOWN
 * @param peers      of a call that received: the calls that sent its octets, by their ids; empty where not known
 * @param uncaptured octets it carried that no captured packet shows, so that {@code frames} lacks some; or UNKNOWN
 */
public record CallEvent(long timeNs, long endTimeNs, String call, long pid, long tid, long fd, String args, long result,
                        String errno, long stream, Side from, long offset, long length, List<Long> frames,
                        Socket socket, long id, List<Long> peers, long uncaptured)
        implements Event {

    /** What crosses a socket. */
    public enum Transport {
        TCP("tcp"), UDP("udp"), UNIX_STREAM("unix-stream"), UNIX_DATAGRAM("unix-datagram"),
        /** Raw and packet sockets, ICMP, and whatever else there is. */
        OTHER("other");

        private final String wireName;

        Transport(String wireName) {
            this.wireName = wireName;
        }

        public String wireName() {
            return wireName;
        }
    }

    /**
     * The socket of a call. Two descriptors of one socket have one id, and a descriptor that is used again another.
     *
     * @param id           a number that no other socket of the run has
     * @param local        its own address, as an {@link Endpoint} is written, or a Unix socket's name; null where not
     *                     known or none
     * @param peer         the other end's, likewise; for a datagram the one that it came from or goes to
     * @param packetTimeNs stamp of the datagram that this call returned, as the socket itself tells; NO_TIME where not
     *                     asked
     */
    public record Socket(long id, Transport transport, String local, String peer, long packetTimeNs) {}

    /** A call as its recorder knows it, without its socket. */
    public CallEvent(long timeNs, long endTimeNs, String call, long pid, long tid, long fd, String args, long result,
                     String errno, long stream, Side from, long offset, long length, List<Long> frames) {
        this(timeNs, endTimeNs, call, pid, tid, fd, args, result, errno, stream, from, offset, length, frames, null,
                UNKNOWN, List.of(), UNKNOWN);
    }

    public boolean returned() {
        return endTimeNs != NO_TIME;
    }

    /** The same call, made on that socket. */
    public CallEvent on(Socket known) {
        return new CallEvent(timeNs, endTimeNs, call, pid, tid, fd, args, result, errno, stream, from, offset, length,
                frames, known, id, peers, uncaptured);
    }

    /** The same call with its place in a stream. */
    public CallEvent at(long newId, long newStream, Side newFrom, long newOffset) {
        return new CallEvent(timeNs, endTimeNs, call, pid, tid, fd, args, result, errno, newStream, newFrom, newOffset,
                length, frames, socket, newId, peers, uncaptured);
    }

    /** The same call with its packets and the calls at the other end. */
    public CallEvent joined(List<Long> itsFrames, List<Long> itsPeers, long unseen) {
        return new CallEvent(timeNs, endTimeNs, call, pid, tid, fd, args, result, errno, stream, from, offset, length,
                itsFrames, socket, id, itsPeers, unseen);
    }

    @Override
    public EventType type() {
        return EventType.CALL;
    }

    @Override
    public long frame() {
        return 0;
    }
}
