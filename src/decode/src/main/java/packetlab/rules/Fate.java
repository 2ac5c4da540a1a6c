package packetlab.rules;

import java.util.ArrayList;
import java.util.List;
import packetlab.event.Event;
import packetlab.event.Side;
import packetlab.event.WireEvent;
import packetlab.event.WireEvent.Change;

/** What becomes of one packet. Filled in by a {@link Judge} again and again; {@link #set} takes a copy. */
public final class Fate {
    /** No bit is turned over; no packet is waited for. */
    public static final int NONE = -1;

    Action action = Action.ALLOW;
    String rule;
    String detail;
    boolean logs;
    long delayNs;
    String delayRule;
    boolean overtakes;
    int copies;
    String copyRule;
    int corruptAt = NONE;
    int corruptMask;
    boolean mends;
    String corruptRule;
    long holds = NONE;
    String holdRule;
    long releases = NONE;
    long stream = Event.UNKNOWN;
    Side from;

    /** Makes it the fate of a packet that passes as it is. */
    void clear(PacketFacts p) {
        action = Action.ALLOW;
        rule = null;
        detail = null;
        logs = false;
        delayNs = 0;
        delayRule = null;
        overtakes = false;
        copies = 0;
        copyRule = null;
        corruptAt = NONE;
        corruptMask = 0;
        mends = false;
        corruptRule = null;
        holds = NONE;
        holdRule = null;
        releases = NONE;
        stream = p.stream();
        from = p.from();
    }

    /** Makes this one the same. */
    public void set(Fate other) {
        action = other.action;
        rule = other.rule;
        detail = other.detail;
        logs = other.logs;
        delayNs = other.delayNs;
        delayRule = other.delayRule;
        overtakes = other.overtakes;
        copies = other.copies;
        copyRule = other.copyRule;
        corruptAt = other.corruptAt;
        corruptMask = other.corruptMask;
        mends = other.mends;
        corruptRule = other.corruptRule;
        holds = other.holds;
        holdRule = other.holdRule;
        releases = other.releases;
        stream = other.stream;
        from = other.from;
    }

    void drop(Action how, String because, String more) {
        action = how;
        rule = because;
        detail = more;
    }

    /** The wire itself has no room for it. */
    public void loseTo(String because) {
        drop(Action.DROP, because, null);
        holds = NONE;
    }

    /** It waits longer than it was to, for the sake of that. */
    public void delayTo(long totalNs, String because) {
        delayNs = totalNs;
        delayRule = because;
    }

    /** Whether it never comes out. */
    public boolean isDropped() {
        return action == Action.DROP || action == Action.REJECT;
    }

    /** Whether its sender is told that it was dropped. */
    public boolean isRejected() {
        return action == Action.REJECT;
    }

    public long delayNs() {
        return delayNs;
    }

    public String delayRule() {
        return delayRule;
    }

    /** Whether its delay is its own: packets of its side that come later may pass it. */
    public boolean overtakes() {
        return overtakes;
    }

    /** How often it comes out beside the first time. */
    public int copies() {
        return copies;
    }

    /** Offset of the octet, from the beginning of the frame, of which bits are turned over; or NONE. */
    public int corruptAt() {
        return corruptAt;
    }

    public int corruptMask() {
        return corruptMask;
    }

    /** Whether the checksum is made right after that. */
    public boolean mends() {
        return mends;
    }

    /** It waits for a packet that {@link #releases} the same number; or NONE. */
    public long holds() {
        return holds;
    }

    /** When this packet is out, those that wait for this number follow it. */
    public long releases() {
        return releases;
    }

    /** The connection, or UNKNOWN. */
    public long stream() {
        return stream;
    }

    public Side from() {
        return from;
    }

    /** Whether there is nothing to tell of it. */
    public boolean isPlain() {
        return action == Action.ALLOW && !logs && delayNs == 0 && copies == 0 && corruptAt == NONE && holds == NONE;
    }

    /** What there is to tell of it, as events of a packet with that number and time. */
    public List<WireEvent> events(long timeNs, long frame) {
        List<WireEvent> events = new ArrayList<>(2);
        if (isDropped()) {
            events.add(new WireEvent.Dropped(timeNs, frame, stream, from, rule, detail));
            return events;
        }
        if (logs) {
            events.add(new WireEvent.Passed(timeNs, frame, stream, from, rule));
        }
        if (corruptAt != NONE) {
            events.add(new WireEvent.Changed(timeNs, frame, stream, from, Change.CORRUPTED, corruptRule,
                    "octet " + corruptAt + " xor 0x" + Integer.toHexString(corruptMask)
                            + (mends ? ", checksum mended" : "")));
        }
        if (copies > 0) {
            events.add(new WireEvent.Changed(timeNs, frame, stream, from, Change.DUPLICATED, copyRule,
                    "comes out " + (copies + 1) + " times"));
        }
        if (holds != NONE) {
            events.add(new WireEvent.Changed(timeNs, frame, stream, from, Change.REORDERED, holdRule, detail));
        }
        if (delayNs > 0) {
            events.add(new WireEvent.Delayed(timeNs, frame, stream, from, delayNs, delayRule));
        }
        return events;
    }

}
