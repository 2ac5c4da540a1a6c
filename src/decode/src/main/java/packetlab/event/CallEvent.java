package packetlab.event;

import java.util.List;

/**
 * A socket call has returned.
 *
 * @param timeNs    when it was entered
 * @param endTimeNs when it returned
 * @param fd        the descriptor it was made on, or UNKNOWN
 * @param args      as a person would write them, such as {@code 127.0.0.1:8080}
 * @param result    its value; meaningless where {@code errno} is set
 * @param errno     such as {@code ECONNREFUSED}; null where it succeeded
 * @param stream    the connection, or UNKNOWN
 * @param from      the side that called; null where not joined
 * @param offset    0-based offset of its first octet in that side's stream, or UNKNOWN
 * @param length    octets it carried, or UNKNOWN
 * @param frames    numbers of the packets that it caused or received; empty where not joined
 */
public record CallEvent(long timeNs, long endTimeNs, String call, long pid, long tid, long fd, String args, long result,
                        String errno, long stream, Side from, long offset, long length, List<Long> frames)
        implements Event {
    @Override
    public EventType type() {
        return EventType.CALL;
    }

    @Override
    public long frame() {
        return 0;
    }
}
