package packetlab.cli;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import packetlab.event.CallEvent;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.event.EventType;
import packetlab.event.PacketEvent;
import packetlab.event.TcpEvent;
import packetlab.message.Decoder;
import packetlab.message.MessageCounters;
import packetlab.report.EventFilter;

/**
 * Lets through what has to do with the sockets of a traced program, on an interface where others talk, too. Packets come
 * before the call that shows whose they are, so each connection waits for such a call, and datagrams wait for a moment.
 * What nobody claims is left out and counted.
 */
final class TracedTraffic implements Output {
    /** Events that wait; beyond it the oldest are left out. */
    private static final int MOST_WAITING = 1 << 16;
    /** Connections and addresses that are remembered. */
    private static final int MOST_KNOWN = 1 << 16;

    private final Output output;
    /** Own addresses of traced sockets, and {@code *:port} of those bound to all. */
    private final Set<String> ours = new HashSet<>();
    private final Map<Long, String[]> endsOf = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, String[]> eldest) {
            return size() > MOST_KNOWN;
        }
    };
    /** An event with the addresses that decide whose it is. */
    private record Held(Event event, String[] ends) {}

    private final ArrayDeque<Held> waiting = new ArrayDeque<>();
    private String[] lastEnds = {};
    private long lastFrame = Event.UNKNOWN;
    private boolean learnt;
    private long leftOut;
    private long letGo;

    TracedTraffic(Output output) {
        this.output = output;
    }

    @Override
    public boolean wants(EventType type) {
        return output.wants(type) || type == EventType.TCP_SEGMENT || type == EventType.CALL;
    }

    @Override
    public Segments segments() {
        return Segments.ALL;
    }

    @Override
    public void onEvent(Event event) {
        if (event instanceof CallEvent call) {
            learn(call.socket());
            release(false);
            pass(call);
            return;
        }
        if (event instanceof TcpEvent.Segment s) {
            endsOf.putIfAbsent(s.stream(), new String[] {s.client().toString(), s.server().toString()});
        }
        if (!isPlaced(event)) {
            pass(event);
            return;
        }
        Held held = new Held(event, ends(event));
        if (isOurs(held)) {
            release(false);     // what came before it and proved to be ours meanwhile
            pass(event);
        } else {
            waiting.add(held);
            if (waiting.size() > MOST_WAITING) {
                long before = leftOut;
                leaveOut(waiting.remove().event());
                letGo += leftOut - before;
            }
        }
    }

    /** The addresses that decide whose an event is: of an ICMP error those of the datagram right before it, which it quotes. */
    private String[] ends(Event event) {
        String[] ends = {};
        if (EventFilter.streamOf(event) != Event.UNKNOWN) {
            ends = endsOf.getOrDefault(EventFilter.streamOf(event), ends);
        } else if (event instanceof PacketEvent.Datagram d) {
            ends = new String[] {d.source().toString(), d.destination().toString()};
        } else if (event instanceof PacketEvent.Icmp i) {
            ends = event.frame() == lastFrame + 1 && i.name().endsWith("unreachable") ? lastEnds
                    : new String[] {i.source(), i.destination()};
        }
        if (event.frame() > lastFrame) {
            lastFrame = event.frame();
            lastEnds = ends;
        }
        return ends;
    }

    private static boolean isPlaced(Event event) {
        return EventFilter.streamOf(event) != Event.UNKNOWN || event instanceof PacketEvent && event.timeNs() != Event.NO_TIME;
    }

    private void learn(CallEvent.Socket socket) {
        if (socket != null && socket.local() != null && ours.size() < MOST_KNOWN) {
            String end = socket.local();
            boolean any = end.startsWith("0.0.0.0:") || end.startsWith("[::]:");
            String known = any ? "*:" + port(end) : end.startsWith("[::ffff:") && end.indexOf('.') > 0
                    ? end.substring("[::ffff:".length()).replace("]", "") : end;
            learnt |= ours.add(known);
        }
        if (socket != null && socket.transport() == CallEvent.Transport.OTHER && socket.peer() != null) {
            learnt |= ours.add(socket.peer());
        }
    }

    private static String port(String end) {
        return end.substring(end.lastIndexOf(':') + 1);
    }

    private boolean isOurs(String end) {
        return ours.contains(end) || ours.contains("*:" + port(end));
    }

    private boolean isOurs(Held held) {
        for (String end : held.ends()) {
            if (isOurs(end)) {
                return true;
            }
        }
        return false;
    }

    /** What has waited goes out in its order, as far as it is ours by now. */
    private void release(boolean last) {
        if (learnt || last) {
            learnt = false;
            for (Iterator<Held> each = waiting.iterator(); each.hasNext();) {
                Held held = each.next();
                if (isOurs(held)) {
                    pass(held.event());
                    each.remove();
                } else if (last) {
                    leaveOut(held.event());
                }
            }
        }
    }

    private void leaveOut(Event event) {
        leftOut += event instanceof TcpEvent.Segment || event instanceof PacketEvent ? 1 : 0;
    }

    /** Packets of others that were left out. */
    long leftOut() {
        return leftOut;
    }

    /** Those of them that were left out before it was known whose they are: there were too many. */
    long letGo() {
        return letGo;
    }

    private void pass(Event event) {
        if (output.wants(event.type())) {
            output.onEvent(event);
        }
    }

    @Override
    public void flush() {
        release(false);
        output.flush();
    }

    @Override
    public void finish(CaptureEvent.End end, Decoder decoder, MessageCounters messages) {
        release(true);
        output.finish(end.leavingOut(leftOut), decoder, messages);
    }
}
