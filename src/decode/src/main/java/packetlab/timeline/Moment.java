package packetlab.timeline;

import packetlab.event.CallEvent;

/**
 * How far the run is known: all packets stamped up to {@code untilNs} were taken, and all calls that had returned by
 * then. In the last one nothing more will come.
 */
record Moment(long untilNs, boolean last) {
    /** For a packet that is stamped or delivered late, and for one that a closed window holds back. */
    static final long PATIENCE_NS = 2_000_000_000L;

    /** Whether what a call still lacks is not waited for any more. */
    boolean tooLateFor(CallEvent call) {
        return last || untilNs - call.endTimeNs() > PATIENCE_NS;
    }
}
