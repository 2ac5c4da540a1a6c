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
 * @param webSessions      {@code web-sessions}: sessions of SockJS and Engine.IO that are remembered; the one that was not
 *                         heard of for the longest is given up first
 * @param webMessageSize   {@code web-message-size}: octets of one message of what is framed inside HTTP and WebSocket;
 *                         of a longer one less is told, or nothing
 * @param jsonDepth        {@code json-depth}: how deep the JSON of such a message may nest
 * @param attachments      {@code attachments}: binary attachments that a Socket.IO packet may announce
 * @param pendingAcks      {@code pending-acks}: Socket.IO events of all sessions that wait for their acknowledgement; the
 *                         oldest is given up first
 * @param shownPayload     octets of each frame and of each message that events carry; not a limit that is told, as the
 *                         events say themselves what was cut
 */
public record MessageLimits(int headerSize, int heldSize, long waitingInAll, int pendingRequests, long messageSize,
                            long inflatedSize, int finalBlocks, int inflaters, long inflateHistory, int webSessions,
                            int webMessageSize, int jsonDepth, int attachments, int pendingAcks, int shownPayload) {
    public static final MessageLimits DEFAULT =
            new MessageLimits(1 << 16, 1 << 16, 32L << 20, 1000, 16L << 20, 64L << 20, 1000, 256, 32L << 20, 1 << 16);

    /** With the usual limits for what is framed inside HTTP and WebSocket. */
    public MessageLimits(int headerSize, int heldSize, long waitingInAll, int pendingRequests, long messageSize,
                         long inflatedSize, int finalBlocks, int inflaters, long inflateHistory, int shownPayload) {
        this(headerSize, heldSize, waitingInAll, pendingRequests, messageSize, inflatedSize, finalBlocks, inflaters,
                inflateHistory, 10_000, 4 << 20, 200, 100, 10_000, shownPayload);
    }

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
        INFLATE_HISTORY("inflate-history"),
        WEB_SESSIONS("web-sessions"),
        WEB_MESSAGE_SIZE("web-message-size"),
        JSON_DEPTH("json-depth"),
        ATTACHMENTS("attachments"),
        PENDING_ACKS("pending-acks");

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
            case INFLATE_HISTORY: return inflateHistory;
            case WEB_SESSIONS: return webSessions;
            case WEB_MESSAGE_SIZE: return webMessageSize;
            case JSON_DEPTH: return jsonDepth;
            case ATTACHMENTS: return attachments;
            default: return pendingAcks;
        }
    }

    public MessageLimits {
        if (headerSize < 1 || heldSize < 1 || waitingInAll < 1 || pendingRequests < 1 || messageSize < 1
                || inflatedSize < 1 || finalBlocks < 1 || inflaters < 1 || inflateHistory < 0 || webSessions < 1
                || webMessageSize < 1 || jsonDepth < 1 || attachments < 1 || pendingAcks < 1 || shownPayload < 0) {
            throw new IllegalArgumentException("limits must be positive: " + headerSize + ", " + heldSize + ", "
                    + waitingInAll + ", " + pendingRequests + ", " + messageSize + ", " + inflatedSize + ", "
                    + finalBlocks + ", " + inflaters + ", " + inflateHistory + ", " + webSessions + ", " + webMessageSize
                    + ", " + jsonDepth + ", " + attachments + ", " + pendingAcks + ", " + shownPayload);
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
                    Math.toIntExact(values[7]), values[8], Math.toIntExact(values[9]),
                    Math.toIntExact(values[10]), Math.toIntExact(values[11]), Math.toIntExact(values[12]),
                    Math.toIntExact(values[13]), shownPayload);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(name + " is too large: " + value, e);
        }
    }

    /** With that many octets of each frame and of each message shown. */
    public MessageLimits withShownPayload(int octets) {
        return new MessageLimits(headerSize, heldSize, waitingInAll, pendingRequests, messageSize, inflatedSize,
                finalBlocks, inflaters, inflateHistory, webSessions, webMessageSize, jsonDepth, attachments, pendingAcks,
                octets);
    }
}
