package packetlab.timeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The segments of one direction that carried octets, in order of their offsets; offsets are 64 bits and do not wrap. */
final class Segments {
    /**
     * @param useless all its octets had been acknowledged before it came: nobody can have received them from it
     */
    private record Segment(long frame, long timeNs, long start, long end, boolean useless) {}

    private final List<Segment> segments = new ArrayList<>();
    private long longest;
    private long maxEnd;
    /** Segments that began below this may have been forgotten. */
    private long forgottenTo;

    void add(long frame, long timeNs, long start, long end, boolean useless) {
        int at = segments.size();
        while (at > 0 && segments.get(at - 1).start() > start) {
            at--;
        }
        segments.add(at, new Segment(frame, timeNs, start, end, useless));
        longest = Math.max(longest, end - start);
        maxEnd = Math.max(maxEnd, end);
    }

    int size() {
        return segments.size();
    }

    /** Offset behind the last octet that was seen. */
    long maxEnd() {
        return maxEnd;
    }

    /** Whether nothing is known any more of some octets in that range. */
    boolean forgotten(long start) {
        return start < forgottenTo;
    }

    /** The first one that may reach beyond {@code start}. */
    private int from(long start) {
        long least = start - longest;
        int low = 0;
        int high = segments.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (segments.get(middle).start() >= least) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** Puts in the frames of all segments with octets of that range: the first ones and the repeated ones. */
    void sent(long start, long end, Set<Long> frames) {
        for (int i = from(start); i < segments.size() && segments.get(i).start() < end; i++) {
            if (segments.get(i).end() > start) {
                frames.add(segments.get(i).frame());
            }
        }
    }

    /**
     * Puts in the frames from which whoever had the range at that time can have got it. Where a segment was repeated
     * before it was acknowledged, both copies are there: either may be the one.
     */
    void received(long start, long end, long byNs, Set<Long> frames) {
        for (int i = from(start); i < segments.size() && segments.get(i).start() < end; i++) {
            Segment s = segments.get(i);
            if (s.end() > start && s.timeNs() <= byNs && !s.useless()) {
                frames.add(s.frame());
            }
        }
    }

    /** Octets of the range that no segment carried. */
    long missing(long start, long end) {
        long missing = 0;
        long at = start;
        for (int i = from(start); i < segments.size() && segments.get(i).start() < end && at < end; i++) {
            Segment s = segments.get(i);
            if (s.end() > at) {
                missing += Math.max(0, s.start() - at);
                at = s.end();
            }
        }
        return missing + Math.max(0, end - at);
    }

    /** Forgets what ends at or below an offset; returns how many segments that were. */
    int forget(long below) {
        int before = segments.size();
        int count = 0;
        while (count < before && segments.get(count).end() <= below) {
            count++;
        }
        if (count > 0) {
            forgottenTo = Math.max(forgottenTo, segments.get(count - 1).end());
            segments.subList(0, count).clear();
        }
        return count;
    }

    /** Forgets the first ones. */
    int forgetFirst(int count) {
        int some = Math.min(count, segments.size());
        for (int i = 0; i < some; i++) {
            forgottenTo = Math.max(forgottenTo, segments.get(i).end());
        }
        segments.subList(0, some).clear();
        return some;
    }
}
