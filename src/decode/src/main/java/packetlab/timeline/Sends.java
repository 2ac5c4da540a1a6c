package packetlab.timeline;

import java.util.ArrayList;
import java.util.List;

/** Which call sent which octets of a stream: runs in order of their offsets. */
final class Sends {
    /** Runs that are kept; the calls at the other end read far behind only where they are slow. */
    static final int MAX_RUNS = 1 << 14;

    private record Run(long start, long end, long id) {}

    private final List<Run> runs = new ArrayList<>();
    private int first;
    /** Every call that sent octets below this is known here, or was forgotten. */
    private long knownTo;

    void add(long start, long length, long id) {
        if (length > 0) {
            runs.add(new Run(start, start + length, id));
            if (runs.size() - first > MAX_RUNS) {
                first += MAX_RUNS / 4;
            }
            if (first > MAX_RUNS) {
                runs.subList(0, first).clear();
                first = 0;
            }
        }
        knownTo = Math.max(knownTo, start + length);
    }

    /** Octets up to here were sent by calls whose place is not known. */
    void unknownTo(long end) {
        knownTo = Math.max(knownTo, end);
    }

    long knownTo() {
        return knownTo;
    }

    List<Long> within(long start, long end) {
        List<Long> ids = new ArrayList<>();
        int low = first;
        int high = runs.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (runs.get(middle).end() > start) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        for (int i = low; i < runs.size() && runs.get(i).start() < end; i++) {
            ids.add(runs.get(i).id());
        }
        return ids;
    }
}
