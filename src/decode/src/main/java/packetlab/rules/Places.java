package packetlab.rules;

import java.util.LinkedHashMap;
import java.util.Map;

/** Counts the packets of each conversation, by who sent them and of what kind they are. */
final class Places {
    /** Conversations that are counted at once; of more, the one that was silent longest begins again at 1. */
    static final int MAX = 65_536;

    private static final int KINDS = PacketFacts.Kind.values().length;

    private final Map<Long, long[]> counts = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, long[]> eldest) {
            return size() > MAX;
        }
    };
    private long lastFlow = -1;
    private long[] last;

    long next(long flow, boolean fromServer, PacketFacts.Kind kind) {
        if (flow != lastFlow) {
            last = counts.computeIfAbsent(flow, f -> new long[2 * KINDS]);
            lastFlow = flow;
        }
        return ++last[kind.ordinal() * 2 + (fromServer ? 1 : 0)];
    }
}
