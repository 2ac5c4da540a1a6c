package packetlab.os;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import packetlab.event.CallEvent;
import packetlab.event.CallEvent.Transport;
import packetlab.event.Event;
import packetlab.timeline.CallKind;

/**
 * Reads what trace-calls.bt prints: a line for each call, which that file describes, a tick of each processor that is not
 * idle, and a word on lines that were lost. Each processor has a buffer of its own, and a thread may move between them: so
 * calls wait until the ticks show that none that returned earlier can still come, and go out in the order of their returns.
 */
final class BpftraceLines {
    private static final String PROBE = "tracepoint:syscalls:sys_exit_";
    private static final Pattern LOST = Pattern.compile("Lost (\\d+) events");
    private static final Pattern LINE = Pattern.compile(PROBE + "(\\w+)((?: -?\\d+){15}) L (.*?) R (\\S*) N (.*?) ?D (.*)");
    private static final int SUN_PATH = 2;

    private static final String TICK = "tick ", NEVER = "never ", ENDED = "ended ";
    /** ERESTARTSYS and its neighbours, which no program ever sees. */
    private static final int RESTARTS = 512;
    private static final String INTERRUPTED = "EINTR";
    private static final Comparator<SeenCall> BY_RETURN = Comparator.comparingLong(s -> s.call().endTimeNs());
    /** Between two ticks of a processor lie 50 ms; whose last one is older by so much than that of another is idle. */
    private static final long IDLE_NS = 1_000_000_000L;
    /** A buffer may be read up to its tick while another one, which was empty a moment ago, is not read at all. */
    private static final long BEHIND_TICK_NS = 100_000_000L;
    private static final long ALL_IDLE_NS = 2_000_000_000L;
    /** Calls that wait; beyond it the older half goes out. */
    private static final int MOST_WAITING = 1 << 17;
    /** Calls that threads have ended in, or may have. */
    private static final int MOST_UNRETURNED = 1 << 16;

    private final long offsetNs;
    private final Map<String, Long> ticks = new HashMap<>();
    private final List<SeenCall> waiting = new ArrayList<>();
    private final List<SeenCall> unreturned = new ArrayList<>();
    /** By thread, its last call, where that was interrupted: either the thread goes on, or it ends in it. */
    private final Map<Long, SeenCall> interrupted = new HashMap<>();
    private final BpftraceParts parts = new BpftraceParts();
    private long tick = Event.NO_TIME;
    private long completeNs = Event.NO_TIME;
    private long lost;

    /** @param offsetNs from the kernel's clock since its start to the time of day */
    BpftraceLines(long offsetNs) {
        this.offsetNs = offsetNs;
    }

    /** Lines that did not come, or that cannot be understood. */
    long lost() {
        return lost;
    }

    /** All calls that had returned by then were handed on. */
    long completeNs() {
        return completeNs;
    }

    void read(String line, CallTracer.Calls calls) {
        if (line.startsWith(TICK)) {
            tick(line.substring(TICK.length()).split(" "));
            return;
        }
        if (line.startsWith(NEVER)) {
            never(line.substring(NEVER.length()).split(" "), calls);
            return;
        }
        if (line.startsWith(ENDED)) {
            ended(line.substring(ENDED.length()));
            return;
        }
        if (line.startsWith(BpftraceParts.PART)) {
            if (!parts.read(line)) {
                lose(1, calls);
            }
            return;
        }
        Matcher gone = LOST.matcher(line);
        if (gone.find()) {
            lose(Long.parseLong(gone.group(1)), calls);
            return;
        }
        if (!line.startsWith(PROBE)) {
            return;         // what bpftrace says of itself
        }
        SeenCall seen = call(line);
        if (seen == null) {
            if (!LINE.matcher(line).matches()) {
                lose(1, calls);
            }
            return;
        }
        SeenCall before = interrupted.remove(seen.call().tid());
        if (before != null) {
            waiting.add(before);
        }
        if (INTERRUPTED.equals(seen.call().errno()) && interrupted.size() < MOST_UNRETURNED) {
            interrupted.put(seen.call().tid(), seen);
        } else if (BpftraceParts.isOfMessages(seen.call())) {
            List<SeenCall> messages = parts.of(seen);
            messages.forEach(message -> hold(message, calls));
            if (messages.size() < seen.call().result()) {
                lose(seen.call().result() - messages.size(), calls);
            }
        } else {
            hold(seen, calls);
        }
    }

    private void hold(SeenCall seen, CallTracer.Calls calls) {
        waiting.add(seen);
        if (waiting.size() > MOST_WAITING) {
            waiting.sort(BY_RETURN);
            handOn(waiting.get(MOST_WAITING / 2).call().endTimeNs(), calls);
        }
    }

    private void tick(String[] words) {
        try {
            ticks.put(words[0], Long.parseLong(words[1]) + offsetNs);
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            return;         // cut
        }
        long newest = ticks.values().stream().mapToLong(t -> t).max().orElseThrow();
        tick = ticks.values().stream().mapToLong(t -> t).filter(t -> newest - t < IDLE_NS).min().orElseThrow() - BEHIND_TICK_NS;
    }

    /** A thread has ended in a call: which one, process, thread, when it began, descriptor, and what names its socket. */
    private void never(String[] words, CallTracer.Calls calls) {
        try {
            long[] n = Stream.of(words).mapToLong(Long::parseLong).toArray();
            String name = BpftraceScript.nameOf(n[0]);
            if (name == null) {
                lose(1, calls);
                return;
            }
            long fd = name.startsWith("epoll") ? n[4] - 1 : waitsForSeveral(name) ? -1 : n[4];
            if (unreturned.size() < MOST_UNRETURNED) {
                CallEvent call = new CallEvent(n[3] + offsetNs, Event.NO_TIME, inLibc(name, n[4]), n[1], n[2],
                        fd < 0 ? Event.UNKNOWN : fd, "", 0, null, Event.UNKNOWN, null, Event.UNKNOWN, Event.UNKNOWN, List.of());
                unreturned.add(new SeenCall(call, n[5] == 0 ? null
                        : new SeenCall.Sight("inode " + n[5], fd, null, null, null, Event.NO_TIME)));
            } else {
                lose(1, calls);
            }
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            lose(1, calls);         // cut
        }
    }

    /** A thread has ended: what interrupted its last call was its end. */
    private void ended(String tid) {
        SeenCall last = tid.matches("\\d{1,10}") ? interrupted.remove(Long.parseLong(tid)) : null;
        if (last != null) {
            CallEvent c = last.call();
            unreturned.add(new SeenCall(new CallEvent(c.timeNs(), Event.NO_TIME, c.call(), c.pid(), c.tid(), c.fd(), "", 0, null,
                    Event.UNKNOWN, null, Event.UNKNOWN, Event.UNKNOWN, List.of()), last.seen()));
        }
    }

    /** Hands on the calls that threads have ended in. */
    void unreturned(CallTracer.Calls calls) {
        unreturned.forEach(calls::call);
        unreturned.clear();
    }

    /** What was lost came after the last tick, and so behind whatever is not held back. */
    private void lose(long count, CallTracer.Calls calls) {
        lost += count;
        release(calls);
        calls.missing();
    }

    /** Hands on what nothing can come before any more, and what is so old that all processors must be idle since. */
    void release(long nowNs, CallTracer.Calls calls) {
        tick = Math.max(tick, nowNs - ALL_IDLE_NS);
        release(calls);
    }

    private void release(CallTracer.Calls calls) {
        if (tick > completeNs) {
            handOn(tick, calls);
        }
    }

    /** Hands on all that there is. */
    void finish(CallTracer.Calls calls) {
        waiting.addAll(interrupted.values());
        interrupted.clear();
        handOn(Long.MAX_VALUE, calls);
    }

    private void handOn(long untilNs, CallTracer.Calls calls) {
        waiting.sort(BY_RETURN);
        int count = 0;
        while (count < waiting.size() && waiting.get(count).call().endTimeNs() <= untilNs) {
            calls.call(waiting.get(count++));
        }
        waiting.subList(0, count).clear();
        completeNs = Math.max(completeNs, untilNs);
    }

    /** Null where it is no line of a call, or one on no socket. */
    private SeenCall call(String line) {
        Matcher m = LINE.matcher(line);
        if (!m.matches()) {
            return null;
        }
        long[] n = new long[15];
        String[] words = m.group(2).strip().split(" ");
        for (int i = 0; i < n.length; i++) {
            n[i] = Long.parseLong(words[i]);
        }
        String name = inLibc(m.group(1), n[7]);
        boolean made = name.startsWith("socket") || name.startsWith("accept");
        long result = n[8];
        boolean failed = result < 0;
        int family = (int) n[10];
        Transport transport = transport(family, (int) n[11], (int) n[12]);
        boolean inet = family == Sockets.AF_INET || family == Sockets.AF_INET6;
        String local = inet ? end(m.group(3), (int) n[13]) : family == Sockets.AF_UNIX ? address(octets(m.group(3))) : null;
        String peer = inet ? end(m.group(4), Short.reverseBytes((short) n[14]) & 0xFFFF) : null;
        String named = address(octets(m.group(5)));
        boolean names = named != null && (inet || family == Sockets.AF_UNIX);
        ByteBuffer shown = octets(m.group(6));
        CallKind kind = CallKind.of(name);
        boolean moves = kind == CallKind.SEND || kind == CallKind.RECEIVE;
        boolean many = name.endsWith("mmsg");
        long carried = failed || !moves || many ? Event.UNKNOWN : result;
        shown.limit(shown.limit() < 4 ? shown.limit() : (int) Math.max(0, Math.min(shown.limit(), moves ? result : n[7])));
        long room = n[5] == 0 && moves ? Math.max(result, 0) : n[5];
        String args;
        if (many) {
            args = failed ? SocketText.flags((int) n[6]).replaceFirst("^, ", "") : Long.toString(n[6]);
        } else if (waitsForSeveral(name)) {
            args = waited(name, n, m.group(5), m.group(6));
        } else {
            args = TraceWords.of(new TraceWords.Seen(name, room, name.startsWith("epoll") ? (int) n[6] : n[6], n[7],
                    kind == CallKind.ACCEPT ? peer : names ? named : null, moves || name.endsWith("sockopt") ? shown : empty(),
                    result, failed));
        }
        boolean restarts = result <= -RESTARTS;      // the kernel's own word for it: the thread was ended, or begins again
        CallEvent call = new CallEvent(n[2] + offsetNs, n[3] + offsetNs, name, n[0], n[1],
                name.equals("socket") || n[4] < 0 || n[4] == 0 && transport == null ? Event.UNKNOWN : n[4], args,
                failed ? -1 : result, restarts ? INTERRUPTED : failed ? Errno.name((int) -result) : null, Event.UNKNOWN, null,
                Event.UNKNOWN, carried, List.of());
        if (n[9] == 0) {
            return new SeenCall(call, null);
        }
        return transport == null && family != 0 ? null
                : new SeenCall(call, new SeenCall.Sight("inode " + n[9], made && !failed ? result : n[4], transport,
                        local, names && !name.equals("bind") ? named : peer, Event.NO_TIME));
    }

    /** What the C library calls a system call; {@code mask} is the signal mask of a pselect6, 0 for none. */
    private static String inLibc(String name, long mask) {
        return name.equals("pselect6") ? mask == 0 ? "select" : "pselect" : name.replace("64", "");
    }

    /** Whether it is some poll() or select(), which names its descriptors in memory. */
    private static boolean waitsForSeveral(String name) {
        return name.endsWith("poll") || name.contains("select");
    }

    /** Of a poll() or select(): what for, how long, and what was found. */
    private static String waited(String name, long[] n, String second, String first) {
        boolean polls = name.endsWith("poll");
        ByteBuffer array = polls ? BpftraceParts.polled(octets(first), octets(second)) : BpftraceParts.sets(first);
        long more = polls ? Math.max(0, n[5] - BpftraceParts.POLLED) : 0;
        return TraceWords.of(new TraceWords.Seen(name, n[5], polls && name.length() == 4 ? (int) n[6] : n[6], more, null, array,
                n[8], n[8] < 0)) + (polls || n[5] <= BpftraceParts.CHOSEN ? "" : " (of the first " + BpftraceParts.CHOSEN + ")");
    }

    private static Transport transport(int family, int type, int protocol) {
        boolean stream = type == Sockets.SOCK_STREAM;
        boolean datagram = type == Sockets.SOCK_DGRAM;
        return switch (family) {
            case 0 -> null;
            case Sockets.AF_INET, Sockets.AF_INET6 -> stream && protocol == Sockets.IPPROTO_TCP ? Transport.TCP
                    : datagram && protocol == Sockets.IPPROTO_UDP ? Transport.UDP : Transport.OTHER;
            case Sockets.AF_UNIX -> stream ? Transport.UNIX_STREAM : datagram ? Transport.UNIX_DATAGRAM : Transport.OTHER;
            case Sockets.AF_PACKET -> Transport.OTHER;
            default -> null;
        };
    }

    private static String end(String host, int port) {
        if (port == 0) {
            return null;
        }
        try {
            return SocketAddress.of(host, port).toString();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    static String address(ByteBuffer struct) {
        int family = struct.limit() < SUN_PATH ? 0 : struct.order(ByteOrder.nativeOrder()).getShort(0);
        return family == Sockets.AF_INET || family == Sockets.AF_INET6 || family == Sockets.AF_UNIX
                ? TracedAddress.text(struct, struct.limit()) : null;
    }

    private static ByteBuffer empty() {
        return ByteBuffer.allocate(0);
    }

    /** Octets as bpftrace prints them: printable ones as they are, others as {@code \x0a}. */
    static ByteBuffer octets(String text) {
        ByteBuffer octets = ByteBuffer.allocate(text.length());
        for (int i = 0; i < text.length(); i++) {
            boolean escaped = text.charAt(i) == '\\' && i + 3 < text.length() && text.charAt(i + 1) == 'x';
            if (escaped) {
                octets.put((byte) (Character.digit(text.charAt(i + 2), 16) << 4 | Character.digit(text.charAt(i + 3), 16)));
                i += 3;
            } else {
                octets.put((byte) text.charAt(i));
            }
        }
        return octets.flip().slice();
    }
}
