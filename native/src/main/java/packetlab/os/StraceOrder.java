package packetlab.os;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import packetlab.event.CallEvent;

/**
 * Calls between the line of strace that tells them and the one that shows when they had ended at the latest: the next one of
 * their thread. They go out in the order of their lines, whichever of them ends its wait first: the one that made a
 * descriptor stands before those that use it.
 */
final class StraceOrder {
    /** So long a call waits for the next one of its thread. */
    private static final long NEXT_NS = 200_000_000L;

    /** A call that had returned by then, and when its line came. */
    private static final class Returned {
        final SeenCall seen;
        final long byNs;
        final long arrivedNs;
        boolean ready;
        long nextNs = Long.MAX_VALUE;

        Returned(SeenCall seen, long byNs, long arrivedNs) {
            this.seen = seen;
            this.byNs = byNs;
            this.arrivedNs = arrivedNs;
        }

        SeenCall ended() {
            CallEvent c = seen.call();
            long endNs = Math.max(c.endTimeNs(), Math.min(nextNs, byNs));
            return new SeenCall(new CallEvent(c.timeNs(), endNs, c.call(), c.pid(), c.tid(), c.fd(), c.args(), c.result(),
                    c.errno(), c.stream(), c.from(), c.offset(), c.length(), c.frames()), seen.seen());
        }
    }

    private final Deque<Returned> order = new ArrayDeque<>();
    private final Map<Long, List<Returned>> byThread = new HashMap<>();

    void add(long tid, SeenCall seen, long byNs, long arrivedNs) {
        Returned returned = new Returned(seen, byNs, arrivedNs);
        order.add(returned);
        byThread.computeIfAbsent(tid, t -> new ArrayList<>(1)).add(returned);
    }

    /** The thread has gone on at that time. */
    void next(long tid, long timeNs, CallTracer.Calls calls) {
        List<Returned> its = byThread.remove(tid);
        if (its != null) {
            for (Returned returned : its) {
                returned.ready = true;
                returned.nextNs = timeNs;
            }
            drain(Long.MIN_VALUE, calls);
        }
    }

    /** Hands on the calls whose thread has made no other one for a while. */
    void release(long nowNs, CallTracer.Calls calls) {
        drain(nowNs - NEXT_NS, calls);
    }

    void finish(CallTracer.Calls calls) {
        drain(Long.MAX_VALUE, calls);
    }

    private void drain(long arrivedByNs, CallTracer.Calls calls) {
        for (Returned first = order.peek(); first != null && (first.ready || first.arrivedNs <= arrivedByNs); first = order.peek()) {
            order.remove();
            if (!first.ready) {
                List<Returned> its = byThread.get(first.seen.call().tid());
                its.remove(first);
                if (its.isEmpty()) {
                    byThread.remove(first.seen.call().tid());
                }
            }
            calls.call(first.ended());
        }
    }

    /** All calls that had returned by then were handed on; MAX_VALUE where none waits. */
    long completeNs() {
        long first = Long.MAX_VALUE;
        for (Returned returned : order) {
            first = Math.min(first, returned.seen.call().endTimeNs());
        }
        return first;
    }
}
