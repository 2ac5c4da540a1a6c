package packetlab.timeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import packetlab.event.CallEvent;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.event.PacketEvent;
import packetlab.event.TcpEvent;

/**
 * Joins the calls of a run with its packets while it goes on. Calls are told as they return, from whatever thread's
 * queue, packets in capture order; {@link #settle} then says how far both are complete. A call goes out twice: at once
 * with its place (which stream, which octets), and when its packets are known.
 *
 * <p>Calls are intervals: on loopback a packet's stamp lies inside the send() that caused it, and the recv() that
 * returned it may end first. So nothing is concluded from the order of beginnings or ends alone: octets decide, then
 * stamps inside an interval, and what neither decides stays unknown. One thread.
 */
public final class Timeline {
    /** Where calls go when more is known of them. */
    public interface Listener {
        /** With id, stream, side and offset, as far as they are known; in order of entry within one settling. */
        default void placed(CallEvent call) {}

        /** With its frames, and the calls at the other end: all that will be known. */
        void joined(CallEvent call);

        default void limit(CaptureEvent.Limit limit) {}
    }

    private static final int LAST_ORDER = 2;

    private final TimelineLimits limits;
    private final Listener listener;
    private final Map<Long, Sock> sockets = new LinkedHashMap<>();
    private final TcpJoin tcp;
    private final UnixJoin unix = new UnixJoin();
    private final Roles roles;
    private final DatagramJoin datagrams = new DatagramJoin();
    /** Told, not yet placed. */
    private final List<CallEvent> returned = new ArrayList<>();
    /** Placed, not yet joined. */
    private List<Waiting> waiting = new ArrayList<>();
    private long ids;
    private long callLimitHits;
    private long packetLimitHits;

    public Timeline(TimelineLimits limits, Listener listener) {
        this.limits = limits;
        this.listener = listener;
        this.roles = new Roles(limits.calls());
        this.tcp = new TcpJoin(limits.connections(), hits -> tell(TimelineLimits.CONNECTIONS, limits.connections(), hits));
    }

    /** A call has returned, or never will; its socket's facts should be with it. */
    public void call(CallEvent call) {
        if (call.socket() != null && call.socket().transport() == CallEvent.Transport.OTHER) {
            datagrams.wantSegments();
        }
        roles.learn(call);
        if (!call.returned()) {
            CallEvent known = call.at(++ids, call.stream(), roles.of(call), Event.UNKNOWN);
            listener.placed(known);
            listener.joined(known);
            return;
        }
        returned.add(call);
        if (returned.size() + waiting.size() > limits.calls()) {
            giveUpOldest();
        }
    }

    /** Takes a packet: segments, datagrams, ICMP and others; any other event is of no interest here. */
    public void packet(Event event) {
        if (event instanceof TcpEvent.Segment s) {
            tcp.add(s);
            datagrams.add(s);
        } else if (event instanceof PacketEvent e) {
            if (e instanceof PacketEvent.Icmp icmp) {
                tcp.add(icmp);
            }
            datagrams.add(e);
        } else {
            return;
        }
        int kept = tcp.kept() + datagrams.kept();
        if (kept > limits.packets()) {
            int some = limits.packets() / 16;
            if (tcp.forgetDone() < some) {
                packetLimitHits++;
                tcp.forgetOldest(some);
                datagrams.forgetOldest(some);
                tell(TimelineLimits.PACKETS, limits.packets(), packetLimitHits);
            }
        }
    }

    /** All packets stamped up to then were taken, and all calls that had returned by then were told. */
    public void settle(long untilNs) {
        settle(new Moment(untilNs, false));
    }

    /** Nothing more will come: every call goes out, with what is known of it. */
    public void finish() {
        settle(new Moment(Long.MAX_VALUE, true));
    }

    private void settle(Moment moment) {
        place(moment);
        // A call that receives is joined with what an accept() or connect() finds, and with the calls that sent.
        for (int order = 0; order <= LAST_ORDER; order++) {
            join(moment, order);
        }
    }

    private void place(Moment moment) {
        List<CallEvent> batch = new ArrayList<>();
        for (CallEvent call : returned) {
            if (call.endTimeNs() <= moment.untilNs()) {
                batch.add(call);
            }
        }
        returned.removeIf(call -> call.endTimeNs() <= moment.untilNs());
        batch.sort(Comparator.comparingLong(CallEvent::timeNs).thenComparingLong(CallEvent::endTimeNs));
        boolean[] overlapped = overlaps(batch);
        for (int i = 0; i < batch.size(); i++) {
            place(batch.get(i), overlapped[i]);
        }
    }

    /** Which calls on one socket and in one direction were under way at the same time as another. */
    private boolean[] overlaps(List<CallEvent> batch) {
        boolean[] overlapped = new boolean[batch.size()];
        Map<String, Integer> last = new LinkedHashMap<>();
        for (int i = 0; i < batch.size(); i++) {
            CallEvent call = batch.get(i);
            CallKind kind = CallKind.of(call.call());
            if (call.socket() == null || call.errno() != null || call.length() < 0 || CallKind.peeks(call)
                    || kind != CallKind.SEND && kind != CallKind.RECEIVE) {
                continue;
            }
            Sock sock = socket(call.socket());
            Returns returns = kind == CallKind.SEND ? sock.sendReturns : sock.receiveReturns;
            long earlier = returns.beside(call.tid());
            if (earlier != Event.NO_TIME && call.timeNs() < earlier) {
                overlapped[i] = true;
                Integer before = last.get(sock.id + " " + kind);
                if (before != null) {
                    overlapped[before] = true;
                }
            }
            if (returns.isLast(call.endTimeNs())) {
                last.put(sock.id + " " + kind, i);
            }
            returns.add(call.tid(), call.endTimeNs());
        }
        return overlapped;
    }

    private Sock socket(CallEvent.Socket known) {
        Sock sock = sockets.computeIfAbsent(known.id(), Sock::new);
        sock.learn(known);
        if (sockets.size() > limits.calls()) {
            Iterator<Long> eldest = sockets.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
        return sock;
    }

    private void place(CallEvent told, boolean overlapped) {
        Sock sock = told.socket() == null ? null : socket(told.socket());
        long id = ++ids;
        Waiting w = new Waiting(told.at(id, told.stream(), roles.of(told), told.offset()), sock, overlapped);
        if (sock != null && sock.isStream()) {
            Streams.place(w);
        }
        if (sock != null) {
            switch (sock.transport) {
                case TCP -> tcp.place(w);
                case UNIX_STREAM, UNIX_DATAGRAM -> unix.place(w);
                default -> datagrams.place(w);
            }
        }
        listener.placed(w.call);
        waiting.add(w);
    }

    private static int order(CallKind kind) {
        return switch (kind) {
            case CONNECT, ACCEPT -> 0;
            case SEND -> 1;
            default -> LAST_ORDER;
        };
    }

    private void join(Moment moment, int order) {
        List<Waiting> still = new ArrayList<>();
        for (Waiting w : waiting) {
            CallEvent joined = order(w.kind) == order ? join(w, moment) : null;
            if (joined != null) {
                listener.joined(joined);
            } else {
                still.add(w);
            }
        }
        waiting = still;
    }

    /** The call with all that will be known of it; null where that is still to come. */
    private CallEvent join(Waiting w, Moment moment) {
        if (w.sock == null) {
            return w.call;
        }
        return switch (w.sock.transport) {
            case TCP -> tcp.join(w, moment);
            case UNIX_STREAM, UNIX_DATAGRAM -> unix.join(w, moment);
            default -> datagrams.join(w, moment);
        };
    }

    /** The sixteenth part of what waits goes out as it is. */
    private void giveUpOldest() {
        callLimitHits++;
        int some = Math.max(1, limits.calls() / 16);
        List<Waiting> first = waiting.subList(0, Math.min(some, waiting.size()));
        List.copyOf(first).forEach(this::giveUp);
        some -= first.size();
        first.clear();
        if (some > 0 && !returned.isEmpty()) {
            returned.sort(Comparator.comparingLong(CallEvent::timeNs));
            List<CallEvent> oldest = returned.subList(0, Math.min(some, returned.size()));
            for (CallEvent call : List.copyOf(oldest)) {
                place(call, true);
                giveUp(waiting.remove(waiting.size() - 1));
            }
            oldest.clear();
        }
        tell(TimelineLimits.CALLS, limits.calls(), callLimitHits);
    }

    private void giveUp(Waiting w) {
        datagrams.giveUp(w);
        listener.joined(w.call);
    }

    private void tell(String name, long value, long hits) {
        listener.limit(new CaptureEvent.Limit(Event.NO_TIME, 0, Event.UNKNOWN, null, name, value, hits));
    }
}
