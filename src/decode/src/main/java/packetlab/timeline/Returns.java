package packetlab.timeline;

import packetlab.event.Event;

/**
 * When the calls of one kind on one socket have returned. What one thread does never overlaps, whatever the stamps say:
 * those of strace are late by as long as strace was.
 */
final class Returns {
    private long lastNs = Event.NO_TIME;
    private long lastThread = Event.UNKNOWN;
    /** The last one of any other thread than that of the last one of all. */
    private long otherNs = Event.NO_TIME;

    /** The last return of another thread; of any, where the thread is not known. NO_TIME for none. */
    long beside(long thread) {
        return thread == Event.UNKNOWN || thread != lastThread ? lastNs : otherNs;
    }

    void add(long thread, long endTimeNs) {
        if (thread == lastThread) {
            lastNs = Math.max(lastNs, endTimeNs);
        } else if (endTimeNs >= lastNs) {
            otherNs = lastNs;
            lastNs = endTimeNs;
            lastThread = thread;
        } else {
            otherNs = Math.max(otherNs, endTimeNs);
        }
    }

    /** Whether a call that returns then is the last one so far. */
    boolean isLast(long endTimeNs) {
        return endTimeNs >= lastNs;
    }
}
