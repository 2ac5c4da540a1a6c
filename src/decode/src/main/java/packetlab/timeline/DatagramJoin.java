package packetlab.timeline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import packetlab.event.CallEvent;
import packetlab.event.Event;
import packetlab.event.PacketEvent;
import packetlab.event.Side;
import packetlab.event.TcpEvent;

/**
 * Joins the calls on datagram and raw sockets: a call that sends with the packet of its addresses and length that was
 * stamped while it ran, a call that receives with the packet whose stamp the socket names.
 */
final class DatagramJoin {
    private final Packets packets = new Packets();
    private static final int MAX_LAST_SEGMENTS = 1_024;
    /** Of calls on one socket that have not got their packets, only so many are asked whether a packet is theirs. */
    private static final int MAX_LOOKED_AT = 64;
    /** Two datagrams may be queued in another order than they are stamped in, by no more than this. */
    private static final long DISORDER_NS = 1_000_000L;
    private static final Pattern OF_SEVERAL = Pattern.compile(", message (\\d{1,5}) of (\\d{1,5})");

    /** When a call was entered; several may be at once. */
    private record Entry(long timeNs, long id) implements Comparable<Entry> {
        static Entry of(Waiting w) {
            return new Entry(w.call.timeNs(), w.call.id());
        }

        @Override
        public int compareTo(Entry other) {
            return timeNs != other.timeNs ? Long.compare(timeNs, other.timeNs) : Long.compare(id, other.id);
        }
    }

    /** A datagram that was in the socket's queue for longer is not looked for without its stamp. */
    private static final long LONGEST_QUEUED_NS = 60_000_000_000L;

    /** Calls whose packets are not known yet. */
    private final Map<Long, NavigableMap<Entry, Waiting>> sending = new HashMap<>();
    private final Deque<Packets.Packet> lastSegments = new ArrayDeque<>();
    private boolean segmentsWanted;

    /** There are raw sockets: segments may be theirs, also the last ones that came before this was known. */
    void wantSegments() {
        if (!segmentsWanted) {
            segmentsWanted = true;
            packets.addAll(lastSegments);
            lastSegments.clear();
        }
    }

    void add(PacketEvent event) {
        if (event instanceof PacketEvent.Datagram d) {
            packets.add(new Packets.Packet(d.frame(), d.timeNs(), d.source().toString(), d.destination().toString(), d.length(),
                    null));
        } else if (event instanceof PacketEvent.Icmp i) {
            packets.add(new Packets.Packet(i.frame(), i.timeNs(), i.source(), i.destination(), Event.UNKNOWN, i.name()));
        } else if (event instanceof PacketEvent.Other o && o.destination() != null) {
            packets.add(new Packets.Packet(o.frame(), o.timeNs(), o.source(), o.destination(), Event.UNKNOWN, null));
        }
    }

    void add(TcpEvent.Segment s) {
        boolean client = s.from() == Side.CLIENT;
        String source = (client ? s.client() : s.server()).address();
        String destination = (client ? s.server() : s.client()).address();
        Packets.Packet packet = new Packets.Packet(s.frame(), s.timeNs(), source, destination, Event.UNKNOWN, null);
        if (segmentsWanted) {
            packets.add(packet);
        } else {
            lastSegments.add(packet);
            if (lastSegments.size() > MAX_LAST_SEGMENTS) {
                lastSegments.remove();
            }
        }
    }

    int kept() {
        return packets.size();
    }

    void forgetOldest(int count) {
        packets.forgetFirst(count);
    }

    CallEvent join(Waiting w, Moment moment) {
        boolean late = moment.tooLateFor(w.call);
        boolean udp = w.sock.transport == CallEvent.Transport.UDP;
        if ((w.kind == CallKind.SEND || w.kind == CallKind.RECEIVE) && !w.succeeded()) {
            return udp && "ECONNREFUSED".equals(w.call.errno()) ? refused(w) : w.call;
        }
        return switch (w.kind) {
            case SEND -> send(w, udp, late);
            case RECEIVE -> receive(w, udp, late);
            default -> w.call;
        };
    }

    /** To be told of each call before any of them is joined. */
    void place(Waiting w) {
        if (w.kind == CallKind.SEND && w.succeeded()) {
            sending.computeIfAbsent(w.sock.id, id -> new TreeMap<>()).put(Entry.of(w), w);
        }
    }

    /** Its packet is not looked for any more. */
    void giveUp(Waiting w) {
        NavigableMap<Entry, Waiting> its = sending.get(w.sock.id);
        if (its != null && its.remove(Entry.of(w)) != null && its.isEmpty()) {
            sending.remove(w.sock.id);
        }
    }

    private CallEvent send(Waiting w, boolean udp, boolean late) {
        CallEvent joined = w.overlapped ? w.call : sent(w, udp, late);
        if (joined != null) {
            giveUp(w);
        }
        return joined;
    }

    private CallEvent sent(Waiting w, boolean udp, boolean late) {
        List<Packets.Packet> inside = new ArrayList<>();
        for (Packets.Packet p : packets.between(w.call.timeNs(), w.call.endTimeNs())) {
            if (canBe(w, p, udp)) {
                inside.add(p);
            }
        }
        boolean oneOfSeveral = w.call.call().equals("sendmmsg") && inside.size() > 1;
        if (oneOfSeveral) {
            inside.subList(1, inside.size()).clear();       // they leave in the order of the messages
        }
        if (!udp && inside.size() > 1) {
            inside.removeIf(p -> p.icmp != null && p.icmp.endsWith("-reply"));     // what the kernel answered at once
        }
        if (inside.isEmpty() && !late) {
            return null;
        }
        // Stamped behind the call: an interrupt has come in between. One alone can only be this call's.
        List<Packets.Packet> its = inside.isEmpty() && udp ? behind(w) : inside;
        if (!udp && its.size() > 1) {
            return w.call;
        }
        List<Long> frames = new ArrayList<>();
        for (Packets.Packet p : its) {      // more than one where a multicast datagram comes back
            p.sender = w.call.id();
            frames.add(p.frame);
        }
        return w.call.joined(List.copyOf(frames), List.of(), Event.UNKNOWN);
    }

    private static boolean canBe(Waiting w, Packets.Packet p, boolean udp) {
        return p.sender == 0 && (udp ? isFlow(w, p) && p.length == w.call.length() : leads(w, p));
    }

    /** The one packet of a UDP socket's that was stamped behind the call and inside no other one; none where there are more. */
    private List<Packets.Packet> behind(Waiting w) {
        List<Packets.Packet> found = new ArrayList<>();
        for (Packets.Packet p : packets.between(w.call.endTimeNs() + 1, w.call.endTimeNs() + Moment.PATIENCE_NS)) {
            if (!canBe(w, p, true) || insideAnother(w, p)) {
                continue;
            }
            found.add(p);
            if (found.size() > 1) {
                break;
            }
        }
        return found.size() == 1 ? found : List.of();
    }

    private boolean insideAnother(Waiting w, Packets.Packet p) {
        NavigableMap<Entry, Waiting> others = sending.get(w.sock.id);
        if (others == null) {
            return false;
        }
        int looked = 0;
        // From the last one that began before the packet: of calls of several threads an earlier one may last longer.
        for (Waiting other : others.headMap(new Entry(p.timeNs, Long.MAX_VALUE), true).descendingMap().values()) {
            if (other != w && p.timeNs <= other.call.endTimeNs()) {
                return true;
            }
            if (++looked == MAX_LOOKED_AT) {
                break;
            }
        }
        return false;
    }

    private static boolean isFlow(Waiting w, Packets.Packet p) {
        String to = Ends.normal(w.call.socket().peer());
        return p.isDatagram() && p.destination.equals(to == null ? w.sock.peer : to)
                && (w.sock.local == null || Ends.matches(w.sock.local, p.source));
    }

    /** Whether a packet goes to where a raw socket sent. */
    private static boolean leads(Waiting w, Packets.Packet p) {
        String to = w.call.socket().peer();
        return to == null || Ends.host(Ends.normal(to)).equals(p.isDatagram() ? Ends.host(p.destination) : p.destination);
    }

    private CallEvent receive(Waiting w, boolean udp, boolean late) {
        long stamp = w.call.socket().packetTimeNs();
        String from = Ends.normal(w.call.socket().peer());
        List<Packets.Packet> candidates = new ArrayList<>();
        List<Packets.Packet> queued = new ArrayList<>();
        // What waits at a socket comes in its order: none that came before one that was returned is still there.
        long firstNs = stamp == Event.NO_TIME ? Math.max(w.call.endTimeNs() - LONGEST_QUEUED_NS, w.sock.takenNs) : stamp;
        for (Packets.Packet p : packets.between(firstNs, stamp == Event.NO_TIME ? w.call.endTimeNs() : stamp)) {
            boolean here = !udp || p.isDatagram() && (w.sock.local == null || isTo(w.sock.local, p.destination));
            boolean its = here && (!udp || p.length >= w.call.length() && (from == null || from.equals(p.source)));
            // Without a stamp: each is returned once, unless a call only looked at it.
            boolean gone = stamp == Event.NO_TIME && p.isTakenFrom(w);
            if (here && !gone && stamp == Event.NO_TIME) {
                queued.add(p);
            }
            if (its && !gone && (udp || stamp != Event.NO_TIME)) {
                candidates.add(p);
            }
        }
        if (candidates.size() > 1 && queued.size() == remaining(w.call) && queued.get(0) == candidates.get(0)) {
            candidates.subList(1, candidates.size()).clear();
        }
        if (w.overlapped && stamp != Event.NO_TIME || candidates.size() > 1) {
            return w.call;      // the socket may have told the stamp of the other call's datagram
        }
        if (candidates.size() == 1 && udp && !CallKind.peeks(w.call)) {
            candidates.get(0).take(w);
            w.sock.takenNs = Math.max(w.sock.takenNs, candidates.get(0).timeNs - DISORDER_NS);
        }
        if (candidates.isEmpty() || candidates.get(0).sender == 0 && !late) {
            return late ? w.call : null;
        }
        Packets.Packet p = candidates.get(0);
        return w.call.joined(List.of(p.frame), p.sender == 0 ? List.of() : List.of(p.sender), Event.UNKNOWN);
    }

    /** Of a call that returned several datagrams: how many from this one on, which are then all that can have waited; or 0. */
    private static int remaining(CallEvent call) {
        Matcher m = call.call().equals("recvmmsg") && call.args() != null
                ? OF_SEVERAL.matcher(call.args().substring(call.args().lastIndexOf('"') + 1)) : null;
        return m != null && m.find() ? Integer.parseInt(m.group(2)) - Integer.parseInt(m.group(1)) + 1 : 0;
    }

    /** A socket that is bound to all addresses, or to a group, receives what is sent to its port. */
    private static boolean isTo(String local, String destination) {
        return Ends.matches(local, destination);
    }

    /** ICMP said that nobody is there: each such message since the last one that a call has told. */
    private CallEvent refused(Waiting w) {
        if (w.sock.local == null || w.sock.peer == null) {
            return w.call;
        }
        List<Long> frames = new ArrayList<>();
        Packets.Packet before = null;
        for (Packets.Packet p : packets.between(Long.MIN_VALUE, w.call.endTimeNs())) {
            boolean error = p.icmp != null && p.icmp.endsWith("unreachable") && !p.told
                    && p.destination.equals(Ends.host(w.sock.local))
                    && p.source.equals(Ends.host(w.sock.peer));
            // The message quotes a datagram; the one captured right before it is that, where it is this socket's.
            if (error && before != null && before.isDatagram() && before.source.equals(w.sock.local)
                    && before.destination.equals(w.sock.peer)) {
                p.told = true;
                frames.add(p.frame);
            }
            before = p;
        }
        return w.call.joined(List.copyOf(frames), List.of(), Event.UNKNOWN);
    }
}
