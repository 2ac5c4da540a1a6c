package packetlab.sockets;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import packetlab.event.CallEvent;
import packetlab.event.Side;

/** What a demo did when it was played on a stage without a capture. */
record Played(List<CallEvent> calls, List<String> filters) {
    static Played of(Demo demo) throws Exception {
        Queue<CallEvent> calls = new ConcurrentLinkedQueue<>();
        Queue<String> filters = new ConcurrentLinkedQueue<>();
        try (Stage stage = new Stage(calls::add, filters::add)) {
            demo.run(stage);
        }
        return new Played(List.copyOf(calls), List.copyOf(filters));
    }

    /** The names of one side's calls in the order in which they returned. */
    List<String> names(Side side) {
        return calls.stream().filter(c -> c.from() == side).map(CallEvent::call).toList();
    }

    /** Octets that one side's calls of that name carried. */
    long octets(Side side, String call) {
        return calls.stream().filter(c -> c.from() == side && c.call().equals(call) && c.errno() == null)
                .mapToLong(CallEvent::length).sum();
    }
}
