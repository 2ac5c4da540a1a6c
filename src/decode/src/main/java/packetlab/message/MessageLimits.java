package packetlab.message;

import java.util.Arrays;
import java.util.List;

/**
 * What input may make the message room keep or do. Each limit that is hit is counted and told by a {@code limit} event
 * with the name given here.
 *
 * @param headerSize       {@code http-header-size}: octets of an HTTP head; what has a longer one is not decoded
 * @param heldSize         {@code held-size}: octets of one side that may wait until it is known what they are: client
 *                         frames before the 101, and what is searched for a frame boundary
 * @param waitingInAll     {@code waiting-in-all}: octets, of all connections, that wait for the rest of a head, a frame
 *                         or a message, or to be recognised; of what comes while it is reached, nothing is kept
 * @param pendingRequests  {@code pending-requests}: requests of a connection whose responses have not come
 * @param messageSize      {@code message-size}: octets of a message on the wire; a longer one is followed and checked,
 *                         but no more of it is kept
 * @param inflatedSize     {@code inflated-size}: octets to which a message may inflate
 * @param finalBlocks      {@code final-blocks}: deflate blocks with BFINAL set in a message
 * @param inflaters        {@code inflaters}: messages that may be in the middle of being inflated at one time
 * @param inflateHistory   {@code inflate-history}: octets of all connections' earlier messages, kept because later ones
 *                         may refer to them; the longest unused are given up first
 * @param shownPayload     octets of each frame and of each message that events carry; not a limit that is told, as the
 *                         events say themselves what was cut
 */
public record MessageLimits(int headerSize, int heldSize, long waitingInAll, int pendingRequests, long messageSize,
                            long inflatedSize, int finalBlocks, int inflaters, long inflateHistory, int shownPayload) {
    public static final MessageLimits DEFAULT =
            new MessageLimits(1 << 16, 1 << 16, 32L << 20, 1000, 16L << 20, 64L << 20, 1000, 256, 32L << 20, 1 << 16);

    /** What {@link #with} takes. */
    public static final List<String> NAMES = Arrays.stream(Name.values()).map(Name::wireName).toList();

    /** The limits that are told, by name. */
    public enum Name {
        HTTP_HEADER_SIZE("http-header-size"),
        HELD_SIZE("held-size"),
        WAITING_IN_ALL("waiting-in-all"),
        PENDING_REQUESTS("pending-requests"),
        MESSAGE_SIZE("message-size"),
        INFLATED_SIZE("inflated-size"),
        FINAL_BLOCKS("final-blocks"),
        INFLATERS("inflaters"),
        INFLATE_HISTORY("inflate-history");

        private final String wireName;

        Name(String wireName) {
            this.wireName = wireName;
        }

        /** As in the {@code limit} event. */
        public String wireName() {
            return wireName;
        }
    }

    /** Its value. */
    public long value(Name name) {
        switch (name) {
            case HTTP_HEADER_SIZE: return headerSize;
            case HELD_SIZE: return heldSize;
            case WAITING_IN_ALL: return waitingInAll;
            case PENDING_REQUESTS: return pendingRequests;
            case MESSAGE_SIZE: return messageSize;
            case INFLATED_SIZE: return inflatedSize;
            case FINAL_BLOCKS: return finalBlocks;
            case INFLATERS: return inflaters;
            default: return inflateHistory;
        }
    }

    public MessageLimits {
        if (headerSize < 1 || heldSize < 1 || waitingInAll < 1 || pendingRequests < 1 || messageSize < 1
                || inflatedSize < 1
                || finalBlocks < 1 || inflaters < 1 || inflateHistory < 0 || shownPayload < 0) {
            throw new IllegalArgumentException("limits must be positive: " + headerSize + ", " + heldSize + ", "
                    + waitingInAll + ", " + pendingRequests + ", " + messageSize + ", " + inflatedSize + ", "
                    + finalBlocks + ", "
                    + inflaters + ", " + inflateHistory + ", " + shownPayload);
        }
    }

    /**
     * With one limit changed.
     *
     * @param name one of {@link #NAMES}
     * @throws IllegalArgumentException where it cannot have that value
     */
    public MessageLimits with(String name, long value) {
        long[] values = new long[Name.values().length];
        for (Name each : Name.values()) {
            values[each.ordinal()] = each.wireName().equals(name) ? value : value(each);
        }
        try {
            return new MessageLimits(Math.toIntExact(values[0]), Math.toIntExact(values[1]), values[2],
                    Math.toIntExact(values[3]), values[4], values[5], Math.toIntExact(values[6]),
                    Math.toIntExact(values[7]), values[8], shownPayload);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(name + " is too large: " + value, e);
        }
    }

    /** With that many octets of each frame and of each message shown. */
    public MessageLimits withShownPayload(int octets) {
        return new MessageLimits(headerSize, heldSize, waitingInAll, pendingRequests, messageSize, inflatedSize,
                finalBlocks, inflaters, inflateHistory, octets);
    }
}
