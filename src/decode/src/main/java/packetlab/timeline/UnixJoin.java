package packetlab.timeline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import packetlab.event.CallEvent;
import packetlab.event.Event;

/**
 * Joins the calls on Unix-domain sockets with one another, as there are no packets: a recv() with the send() calls whose
 * octets it returned. An accept() returns the connections to its name in the order in which they were made.
 */
final class UnixJoin {
    /** Datagrams and connections that wait at one name. */
    private static final int MAX_QUEUE = 1 << 14;
    private static final int MAX_NAMES = 1 << 12;

    private final Map<String, Deque<Waiting>> connects = new HashMap<>();
    private final Map<String, Deque<CallEvent>> datagrams = new HashMap<>();
    private final Set<Long> blocked = new HashSet<>();
    private Moment blockedAt;

    /** The first of the two sockets of a socketpair(), until its other one is told. */
    private Waiting firstOfPair;

    void place(Waiting w) {
        if (w.call.call().equals("socketpair")) {
            placePair(w);
            return;
        }
        String peer = w.sock.peer;
        if (peer == null || !w.succeeded()) {
            return;
        }
        if (w.kind == CallKind.CONNECT && w.sock.isStream()) {
            add(connects, peer, w);
        } else if (w.kind == CallKind.SEND && w.sock.transport == CallEvent.Transport.UNIX_DATAGRAM) {
            add(datagrams, peer, w.call);
        }
    }

    /** One call, told once for each of its sockets. */
    private void placePair(Waiting w) {
        Waiting first = firstOfPair;
        boolean second = first != null && first.sock != w.sock && first.call.timeNs() == w.call.timeNs()
                && first.call.tid() == w.call.tid();
        if (second) {
            first.sock.other = w.sock;
            w.sock.other = first.sock;
        }
        firstOfPair = second ? null : w;
    }

    private static <T> void add(Map<String, Deque<T>> queues, String name, T one) {
        if (queues.size() >= MAX_NAMES && !queues.containsKey(name)) {
            return;     // not joined
        }
        Deque<T> queue = queues.computeIfAbsent(name, n -> new ArrayDeque<>());
        queue.add(one);
        if (queue.size() > MAX_QUEUE) {
            queue.remove();
        }
    }

    CallEvent join(Waiting w, Moment moment) {
        if (w.kind == CallKind.ACCEPT && w.succeeded() && w.sock.other == null && !w.sock.pairingUnknown) {
            pair(w);
            return w.sock.other != null || w.sock.pairingUnknown || moment.tooLateFor(w.call) ? w.call : null;
        }
        if (w.kind != CallKind.RECEIVE || !w.succeeded()) {
            return w.call;
        }
        if (w.sock.transport == CallEvent.Transport.UNIX_DATAGRAM && w.sock.other == null) {
            return receiveDatagram(w, moment);
        }
        if (w.sock.other == null && !w.sock.pairingUnknown && !moment.tooLateFor(w.call)) {
            return null;
        }
        List<Long> senders = Streams.senders(w, w.sock.other, moment);
        return senders == null ? null : w.call.joined(List.of(), senders, Event.UNKNOWN);
    }

    private void pair(Waiting accept) {
        Deque<Waiting> queue = connects.get(accept.sock.local);
        Waiting first = queue == null ? null : queue.peek();
        if (first == null || first.call.timeNs() > accept.call.endTimeNs()) {
            return;
        }
        queue.remove();
        Waiting second = queue.peek();
        boolean together = first.sock.pairingUnknown || second != null && second.call.timeNs() < first.call.endTimeNs();
        if (together) {
            // Each of these accepts has one of these connections, and nothing tells which.
            first.sock.pairingUnknown = true;
            if (second != null && second.call.timeNs() < first.call.endTimeNs()) {
                second.sock.pairingUnknown = true;
            }
            accept.sock.pairingUnknown = true;
            return;
        }
        first.sock.other = accept.sock;
        accept.sock.other = first.sock;
    }

    /** The first datagram that waits at the socket's name, of that sender where it is known. */
    private CallEvent receiveDatagram(Waiting w, Moment moment) {
        if (moment != blockedAt) {
            blocked.clear();
            blockedAt = moment;
        }
        Deque<CallEvent> queue = datagrams.get(w.sock.local);
        List<CallEvent> candidates = new ArrayList<>();
        if (queue != null && !blocked.contains(w.sock.id)) {
            String from = w.call.socket().peer();
            for (CallEvent sent : queue) {
                boolean its = from == null || sent.socket().local() == null || from.equals(sent.socket().local());
                if (its && sent.timeNs() <= w.call.endTimeNs()) {
                    candidates.add(sent);
                }
            }
        }
        if (candidates.isEmpty()) {
            blocked.add(w.sock.id);      // later ones on this socket must not overtake it
            return moment.tooLateFor(w.call) ? w.call : null;
        }
        CallEvent first = candidates.get(0);
        boolean together = candidates.size() > 1 && candidates.get(1).timeNs() < first.endTimeNs();
        if (!CallKind.peeks(w.call)) {
            for (Iterator<CallEvent> each = queue.iterator(); each.hasNext();) {
                if (each.next() == first) {
                    each.remove();
                    break;
                }
            }
        }
        if (together || w.overlapped || w.call.length() > first.length()) {
            return w.call;
        }
        return w.call.joined(List.of(), List.of(first.id()), Event.UNKNOWN);
    }
}
