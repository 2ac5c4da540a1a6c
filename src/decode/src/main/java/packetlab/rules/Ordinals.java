package packetlab.rules;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which of the packets that a rule is about it means: the third, the 5th to 8th, every 10th; counted per conversation. */
final class Ordinals {
    /** Conversations that one rule counts at once; of more, the one that was silent longest begins again. */
    private static final int MAX = 65_536;

    private record Range(long from, long to) {}

    private final List<Range> ranges = new ArrayList<>();
    private long every;
    private final Map<Long, long[]> counts = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, long[]> eldest) {
            return size() > MAX;
        }
    };

    void add(long from, long to) {
        ranges.add(new Range(from, to));
    }

    void every(long n) {
        every = n;
    }

    boolean isEmpty() {
        return ranges.isEmpty() && every == 0;
    }

    /** The numbers, where each was named alone; null where one was a range, or every so many. */
    long[] singles() {
        if (every != 0 || ranges.stream().anyMatch(r -> r.from != r.to)) {
            return null;
        }
        return ranges.stream().mapToLong(Range::from).toArray();
    }

    /** Counts one more packet of that conversation, and returns its number. */
    long count(long flow) {
        return ++counts.computeIfAbsent(flow, f -> new long[1])[0];
    }

    boolean contains(long number) {
        if (every != 0 && number % every == 0) {
            return true;
        }
        for (Range range : ranges) {
            if (number >= range.from && number <= range.to) {
                return true;
            }
        }
        return false;
    }
}
