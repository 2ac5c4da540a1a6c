package packetlab.flow;

/**
 * What is known of one side's half of a connection: its sequence space, and how far it was sent, acknowledged and
 * delivered. Stream offsets are 64-bit and relative to the side's first sequence number: its SYN is 0, its first octet
 * of data 1, so that a wrap of the 32-bit numbers (RFC 9293 section 3.4) is nothing special. It is its own history,
 * rather than has one: every object of a connection costs each of its packets a miss in the processor's cache.
 */
final class HalfStream extends History {
    /** What the side's last segment was, for judging the answer to it. */
    static final int PLAIN = 0, KEEP_ALIVE = 1, ZERO_WINDOW_PROBE = 2, EMPTY_WINDOW_PROBE = 3;

    private int base;
    private boolean baseKnown;
    /** The highest offset that was sent or acknowledged, near which every sequence number is read. */
    long reference;
    /** Whether this side's own segments were seen, not only ACKs of them. */
    boolean seen;

    boolean synSeen;
    /** Its SYN carried ACK, too. */
    boolean synAckSeen;
    long synFrame;
    long synTimeNs;
    boolean synAcked;
    int mss = -1;
    /** Shift count that it offered, or -1. */
    int offeredScale = -1;
    /** The snap length cut its SYN's options before any scale. */
    boolean scaleCut;
    boolean sackPermitted;
    boolean timestamps;
    boolean fastOpen;
    boolean multipath;

    /** Offset of the next octet to deliver. */
    long next;
    /** Behind the highest octet (or SYN, FIN) that was seen. */
    long maxEnd;
    long maxEndTimeNs;
    /** Its last acknowledgment, in the other side's offsets; -1 before the first. */
    long acknowledged = -1;
    /** The largest one. */
    long maxAcknowledged = -1;
    long acknowledgedTimeNs;
    long acknowledgedFrame;
    int window = -1;
    int duplicateAcks;
    int lastSegment;
    /** Offset of its FIN, or -1. */
    long fin = -1;
    boolean finDelivered;
    boolean halfCloseTold;
    /** Octets of data in its SYN that wait for the other side to accept them (RFC 7413), or 0. */
    int synData;

    long frames;
    long bytes;
    long lostBytes;
    /** Its packets since octets that are missing at {@code ackedHoleAt} were acknowledged; 0: none are. */
    int ackedHolePackets;
    long ackedHoleAt;
    long ackedHoleSinceNs;

    /** Null until a segment comes out of order. */
    OutOfOrder outOfOrder;
    /** Null unless somebody asked for every segment. */
    SentTimes sentTimes;

    /** Makes {@code sequence} offset {@code offset}. */
    void setBase(int sequence, long offset) {
        base = sequence - (int) offset;
        baseKnown = true;
        next = offset;
        maxEnd = offset;
        reference = offset;
    }

    boolean baseKnown() {
        return baseKnown;
    }

    /** The offset nearest to what was seen last that has this sequence number. */
    long offset(int sequence) {
        return reference + (sequence - (base + (int) reference));
    }

    boolean waiting() {
        return outOfOrder != null && !outOfOrder.isEmpty();
    }

    /** It has sent as far as that, now for the first time. */
    void reach(long end, long timeNs) {
        maxEnd = end;
        reference = Math.max(reference, end);
        maxEndTimeNs = timeNs;
    }

    /** It acknowledges octets of {@code to}, and tells its window. */
    void acknowledge(HalfStream to, long offset, int toldWindow, long timeNs) {
        acknowledged = offset;
        acknowledgedTimeNs = timeNs;
        window = toldWindow;
        if (offset > maxAcknowledged) {
            maxAcknowledged = offset;
            to.reference = Math.max(to.reference, offset);
        }
    }

    /** Its acknowledgment is no duplicate: the next ones are counted from that packet on. */
    void acknowledgedNews(long frame) {
        duplicateAcks = 0;
        acknowledgedFrame = frame;
    }

    /** The file that its octets lie in will not be read from any more. */
    void leaveOrigin(Shared shared) {
        copyPlaces(shared);
        if (outOfOrder != null) {
            outOfOrder.forgetPositions();
        }
    }

    void release(Shared shared) {
        releaseHistory(shared);
        if (outOfOrder != null) {
            outOfOrder.release(shared);
            outOfOrder = null;
        }
        sentTimes = null;
    }
}
