package packetlab.os;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import packetlab.event.CallEvent;
import packetlab.event.CallEvent.Transport;
import packetlab.event.Event;
import packetlab.timeline.CallKind;

/**
 * Reads what {@code strace -f -yy -T} writes with absolute time stamps, line by line: calls, and calls that another thread's
 * lines have cut into two halves. A line of any other shape is counted and left out.
 */
final class StraceLines {
    /** Halves of calls that wait for their other one; a thread has one at most. */
    private static final int MOST_UNFINISHED = 1 << 16;
    private static final Pattern LINE = Pattern.compile("(\\d{1,10}) +(\\d{1,10})\\.(\\d{1,9}) (.*)");
    private static final Pattern RESUMED = Pattern.compile("<\\.\\.\\. (\\w+) resumed>(.*)");
    private static final Pattern CALL = Pattern.compile("(\\w+)\\((.*)\\) += (.*)");
    private static final Pattern TOOK = Pattern.compile("(.*?)(?: <(\\d{1,9})\\.(\\d{1,9})>)?");
    private static final String UNFINISHED = " <unfinished ...>";

    /** Which process a thread is of. */
    interface Tasks {
        long processOf(long tid);

        /** A thread has made another one, of its own process or of a new one. */
        default void born(long parent, long tid, boolean sameProcess) {}
    }

    private record Half(long timeNs, String text) {}

    private final Tasks tasks;
    private final Map<Long, Half> unfinished = new HashMap<>();
    private final StraceOrder order = new StraceOrder();
    private long arrivedNs;
    private long resumedNs;
    private long notUnderstood;

    StraceLines(Tasks tasks) {
        this.tasks = tasks;
    }

    /** Lines that had none of the shapes that were expected. */
    long notUnderstood() {
        return notUnderstood;
    }

    /**
     * @param arrivedNs when the line was read: its call had returned by then. How long a call took is known, but not when
     *                  it began: strace stamps it and then asks what its descriptor is, which takes up to a millisecond
     */
    void read(String line, long arrivedNs, CallTracer.Calls calls) {
        this.arrivedNs = arrivedNs;
        Matcher m = LINE.matcher(line);
        if (!m.matches()) {
            if (!line.isBlank()) {
                notUnderstood(calls);
            }
            return;
        }
        long tid = Long.parseLong(m.group(1));
        long timeNs = nanos(m.group(2), m.group(3));
        String text = m.group(4);
        order.next(tid, timeNs, calls);
        resumedNs = Long.MAX_VALUE;
        if (text.startsWith("+++") || text.startsWith("---")) {
            neverReturned(tid, unfinished.remove(tid), calls);
            return;
        }
        if (text.endsWith(UNFINISHED)) {
            if (unfinished.size() < MOST_UNFINISHED) {
                unfinished.put(tid, new Half(timeNs, text.substring(0, text.length() - UNFINISHED.length())));
            }
            return;
        }
        Matcher resumed = RESUMED.matcher(text);
        if (resumed.matches()) {
            Half half = unfinished.remove(tid);
            if (half == null) {
                notUnderstood(calls);
                return;
            }
            resumedNs = timeNs;
            timeNs = half.timeNs();
            text = half.text() + resumed.group(2);
        }
        Matcher call = CALL.matcher(text);
        if (call.matches()) {
            try {
                call(tid, timeNs, call.group(1), call.group(2), call.group(3), seen -> {
                    if (seen.call().returned()) {
                        order.add(tid, seen, Math.min(arrivedNs, resumedNs), arrivedNs);
                    } else {
                        calls.call(seen);
                    }
                });
            } catch (IndexOutOfBoundsException | NumberFormatException e) {
                notUnderstood(calls);        // fewer arguments than the call has
            }
        } else {
            notUnderstood(calls);
        }
    }

    private void notUnderstood(CallTracer.Calls calls) {
        notUnderstood++;
        calls.missing();
    }

    /** Hands on the calls whose thread has made no other one for a while. */
    void release(long nowNs, CallTracer.Calls calls) {
        order.release(nowNs, calls);
    }

    /** Hands on every call that still waits for the next one of its thread. */
    void finish(CallTracer.Calls calls) {
        order.finish(calls);
    }

    /** Hands on the calls that are still under way. */
    void unreturned(CallTracer.Calls calls) {
        unfinished.forEach((tid, half) -> neverReturned(tid, half, calls));
        unfinished.clear();
    }

    /** The thread has ended in a call, or is not followed any more. */
    private void neverReturned(long tid, Half half, CallTracer.Calls calls) {
        int open = half == null ? -1 : half.text().indexOf('(');
        if (open <= 0) {
            return;
        }
        String arguments = half.text().substring(open + 1);
        String name = half.text().substring(0, open);
        String waits = waits(name, arguments);
        SeenCall.Sight sight = waits != null ? null : StraceSocket.sight(arguments, Event.NO_TIME, null);
        if (sight == null && (waits == null || !waits.startsWith("epoll") && !StraceSocket.isAmong(arguments))) {
            return;
        }
        long fd = waits != null && !waits.startsWith("epoll") ? Event.UNKNOWN : StraceText.number(arguments, Event.UNKNOWN);
        calls.call(new SeenCall(new CallEvent(half.timeNs(), Event.NO_TIME, waits == null ? name : waits,
                tasks.processOf(tid), tid, fd, "", 0, null, Event.UNKNOWN, null, Event.UNKNOWN, Event.UNKNOWN, List.of()),
                sight));
    }

    /** All calls that had returned by then were handed on; MAX_VALUE where none waits. */
    long completeNs() {
        return order.completeNs();
    }

    private static long nanos(String seconds, String fraction) {
        String nine = (fraction + "000000000").substring(0, 9);
        return Long.parseLong(seconds) * 1_000_000_000L + Long.parseLong(nine);
    }

    private void call(long tid, long timeNs, String name, String arguments, String rest, CallTracer.Calls calls) {
        Matcher took = TOOK.matcher(rest);
        if (!took.matches()) {
            notUnderstood(calls);
            return;
        }
        long endNs = took.group(2) == null ? timeNs : timeNs + nanos(took.group(2), took.group(3));
        String answer = took.group(1).strip();
        String[] words = answer.split(" ", 3);
        boolean failed = answer.startsWith("-1 E") || answer.startsWith("? E");
        String errno = failed ? words[1] : null;
        if (answer.equals("?")) {
            neverReturned(tid, new Half(timeNs, name + "(" + arguments), calls);
            return;
        }
        long result = failed ? -1 : StraceText.number(answer, 0);
        if (name.startsWith("clone") || name.endsWith("fork")) {
            if (result > 0) {
                tasks.born(tid, result, arguments.contains("CLONE_THREAD"));
            }
            return;
        }
        long pid = tasks.processOf(tid);
        List<String> args = StraceText.split(arguments);
        String waits = waits(name, arguments);
        if (waits != null) {
            wait(new CallEvent(timeNs, endNs, waits, pid, tid, Event.UNKNOWN, "", result, errno, Event.UNKNOWN, null,
                    Event.UNKNOWN, Event.UNKNOWN, List.of()), name, args, arguments, answer, calls);
            return;
        }
        if (name.equals("socketpair")) {
            for (String end : failed ? List.<String>of() : StraceText.split(StraceText.inside(args.get(3)))) {
                made(new CallEvent(timeNs, endNs, name, pid, tid, Event.UNKNOWN, StraceCarried.ofSocket(args),
                        StraceText.number(end, 0), null, Event.UNKNOWN, null, Event.UNKNOWN, Event.UNKNOWN, List.of()),
                        end, null, calls);
            }
            return;
        }
        boolean makes = !failed && (name.equals("socket") || name.startsWith("accept"));
        String on = name.equals("socket") ? "" : args.get(0);
        SeenCall.Sight sight = StraceSocket.sight(name.equals("socket") ? answer : on, Event.NO_TIME, null);
        if (sight == null && !(name.equals("socket") && failed)) {
            return;         // no socket
        }
        if (name.endsWith("mmsg") && !failed) {
            messages(new CallEvent(timeNs, endNs, name, pid, tid, StraceText.number(on, Event.UNKNOWN), "", result, null,
                    Event.UNKNOWN, null, Event.UNKNOWN, Event.UNKNOWN, List.of()), sight, args, calls);
            return;
        }
        CallKind kind = CallKind.of(name);
        StraceCarried carried = StraceCarried.of(name, args, failed);
        String words2 = carried.words(name, args, result, failed);
        long length = failed || kind != CallKind.SEND && kind != CallKind.RECEIVE ? Event.UNKNOWN
                : kind == CallKind.RECEIVE && carried.room() > 0 ? Math.min(result, carried.room()) : result;
        CallEvent event = new CallEvent(timeNs, endNs, name, pid, tid,
                on.isEmpty() ? Event.UNKNOWN : StraceText.number(on, Event.UNKNOWN), words2, result, errno, Event.UNKNOWN,
                null, Event.UNKNOWN, length, List.of());
        if (makes) {
            made(event, answer, name.equals("socket") ? null : carried.address(), calls);
        } else if (sight == null) {
            calls.call(new SeenCall(event, null));
        } else {
            boolean names = name.equals("bind") && !failed && sight.local() == null && args.get(1).contains("AF_UNIX");
            calls.call(new SeenCall(event, new SeenCall.Sight(sight.key(), sight.descriptor(), sight.transport(),
                    names ? carried.address() : sight.local(),
                    carried.address() == null ? sight.peer() : carried.address(), Event.NO_TIME)));
        }
    }

    /** A call that has carried several messages is told once for each. */
    private void messages(CallEvent e, SeenCall.Sight sight, List<String> args, CallTracer.Calls calls) {
        List<String> messages = StraceText.split(StraceText.inside(args.get(1)));
        if (messages.size() < e.result()) {
            notUnderstood(calls);       // strace does not print them all
        }
        for (int i = 0; i < Math.min(e.result(), messages.size()); i++) {
            String header = StraceText.field(messages.get(i), "msg_hdr");
            String octets = StraceText.field(messages.get(i), "msg_len");
            long length = octets == null ? 0 : StraceText.number(octets, 0);
            StraceCarried carried = StraceCarried.ofMessage(header == null ? "" : header, args.get(3));
            String words = carried.words(e.call(), args, length, false) + ", message " + (i + 1) + " of " + e.result();
            calls.call(new SeenCall(new CallEvent(e.timeNs(), e.endTimeNs(), e.call(), e.pid(), e.tid(), e.fd(), words, length,
                    null, Event.UNKNOWN, null, Event.UNKNOWN, length, List.of()), new SeenCall.Sight(sight.key(),
                            sight.descriptor(), sight.transport(), sight.local(),
                            carried.address() == null ? sight.peer() : carried.address(), Event.NO_TIME)));
        }
    }

    private static void made(CallEvent event, String descriptor, String peer, CallTracer.Calls calls) {
        SeenCall.Sight sight = StraceSocket.sight(descriptor, Event.NO_TIME, peer);
        if (sight != null) {
            Transport made = sight.transport() != null ? sight.transport()
                    : event.args().contains("SOCK_DGRAM") ? Transport.UNIX_DATAGRAM
                    : event.args().contains("SOCK_STREAM") ? Transport.UNIX_STREAM : Transport.OTHER;
            calls.call(new SeenCall(event, new SeenCall.Sight(sight.key(), sight.descriptor(), made, sight.local(), sight.peer(),
                    sight.stampNs())));
        }
    }

    /** The name of a call that waits, as the C library has it; null for one that does not. */
    private static String waits(String name, String arguments) {
        return switch (name) {
            case "poll", "ppoll", "select", "epoll_wait", "epoll_pwait", "epoll_pwait2" -> name;
            case "pselect6" -> arguments.endsWith(", NULL") ? "select" : "pselect";
            default -> null;
        };
    }

    private void wait(CallEvent e, String name, List<String> args, String arguments, String answer,
                      CallTracer.Calls calls) {
        boolean epoll = name.startsWith("epoll");
        if (!epoll && !StraceSocket.isAmong(arguments)) {
            return;         // it waits for no socket
        }
        String timeout = args.get(epoll ? 3 : name.endsWith("poll") ? 2 : 4);
        String limit = timeout.startsWith("{") ? milliseconds(timeout) : timeout.equals("NULL") || timeout.startsWith("-")
                ? "no timeout" : timeout + " ms";
        String what = epoll ? args.get(2) + ", " + limit : name.endsWith("poll") ? StraceWaits.polled(args, answer, e.result(), limit)
                : StraceWaits.chosen(args, answer, e.result(), limit);
        calls.call(new SeenCall(new CallEvent(e.timeNs(), e.endTimeNs(), e.call(), e.pid(), e.tid(),
                epoll ? StraceText.number(args.get(0), Event.UNKNOWN) : Event.UNKNOWN, what, e.result(),
                e.errno(), Event.UNKNOWN, null, Event.UNKNOWN, Event.UNKNOWN, List.of()), null));
    }

    private static String milliseconds(String time) {
        String seconds = StraceText.field(time, "tv_sec");
        String nanos = StraceText.field(time, "tv_nsec");
        String micros = StraceText.field(time, "tv_usec");
        long ns = nanos != null ? StraceText.number(nanos, 0) : micros == null ? 0 : StraceText.number(micros, 0) * 1_000;
        return (seconds == null ? 0 : StraceText.number(seconds, 0)) * 1_000 + (ns + 999_999) / 1_000_000 + " ms";
    }
}
