package packetlab.report;

import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import packetlab.event.CallEvent;
import packetlab.event.Event;
import packetlab.timeline.CallKind;
import packetlab.timeline.JoinedRun;

/**
 * What each socket of a run was used for, as a table: calls, octets, how long they waited, calls per message, and what is
 * wasteful about them. A message is what went one way until something went the other way. All of it is counted from the
 * calls and packets of the run; nothing is estimated.
 */
public final class CallSummary {
    private static final int COLUMNS = 100;
    /** A write below this is small: two of them fit into the smallest segment that every host takes (536 octets). */
    private static final int SMALL = 256;
    /** Small writes in a row that are worth a word. */
    private static final int MANY_SMALL = 3;
    /** A segment that leaves this long after its call has returned was held back. */
    private static final long HELD_BACK_NS = 10_000_000;
    /** Waits that ended without anything ready, in a row, that are worth a word. */
    private static final int MANY_AGAIN = 10;
    private static final int MOST_SOCKETS = 1_000;

    /** What is known of one socket, or of one thread's waits. */
    private static final class Use {
        final CallEvent first;
        CallEvent.Socket socket;
        long fd = Event.UNKNOWN;
        long calls;
        long sent;
        long received;
        long moves;
        long messages;
        CallKind direction = CallKind.OTHER;
        long waited;
        long waits;
        long longestNs;
        long again;
        long smallInRow;
        long mostSmall;
        boolean noDelay;
        long heldBack;
        long heldBackNs;
        long neverReturned;

        Use(CallEvent first) {
            this.first = first;
        }

        void add(CallEvent call) {
            calls++;
            long ns = call.returned() ? call.endTimeNs() - call.timeNs() : 0;
            neverReturned += call.returned() ? 0 : 1;
            CallKind kind = CallKind.of(call.call());
            boolean opens = call.call().startsWith("accept") || call.call().equals("socket");
            fd = fd != Event.UNKNOWN ? fd : opens && call.errno() == null ? call.result() : call.fd();
            socket = call.socket() == null ? socket : call.socket();
            if (call.returned() && kind != CallKind.CLOSE && kind != CallKind.OTHER && !opens
                    || call.returned() && call.socket() == null) {
                waits++;
                waited += ns;
                longestNs = Math.max(longestNs, ns);
            }
            again += "EAGAIN".equals(call.errno()) ? 1 : 0;
            noDelay |= call.call().equals("setsockopt") && call.args().contains("TCP_NODELAY, 1");
            if (kind == CallKind.SEND || kind == CallKind.RECEIVE) {
                moves++;
                move(call, kind);
            }
        }

        private void move(CallEvent call, CallKind kind) {
            if (call.errno() != null || call.length() <= 0) {
                return;
            }
            if (kind == CallKind.SEND) {
                sent += call.length();
            } else {
                received += call.length();
            }
            boolean turns = direction != kind || socket != null && isDatagram(socket);
            messages += turns ? 1 : 0;
            smallInRow = kind != CallKind.SEND || call.length() >= SMALL ? 0 : turns ? 1 : smallInRow + 1;
            mostSmall = Math.max(mostSmall, smallInRow);
            direction = kind;
        }

        private static boolean isDatagram(CallEvent.Socket socket) {
            return socket.transport() == CallEvent.Transport.UDP || socket.transport() == CallEvent.Transport.UNIX_DATAGRAM;
        }
    }

    private final JoinedRun run;
    private final Map<String, Use> uses = new LinkedHashMap<>();
    private long leftOut;

    private CallSummary(JoinedRun run) {
        this.run = run;
        Map<Long, Long> times = new HashMap<>();
        run.packets().forEach(p -> times.put(p.frame(), p.timeNs()));
        for (CallEvent call : run.calls()) {
            String key = call.socket() != null ? "socket " + call.socket().id()
                    : call.call().equals("socket") ? null : "waits of " + call.tid();
            if (key == null) {
                continue;
            }
            if (uses.size() >= MOST_SOCKETS && !uses.containsKey(key)) {
                leftOut++;
                continue;
            }
            Use use = uses.computeIfAbsent(key, k -> new Use(call));
            use.add(call);
            if (CallKind.of(call.call()) == CallKind.SEND && call.returned() && call.errno() == null && !call.frames().isEmpty()) {
                long lateNs = times.getOrDefault(call.frames().get(0), call.endTimeNs()) - call.endTimeNs();
                if (lateNs > HELD_BACK_NS) {
                    use.heldBack++;
                    use.heldBackNs = Math.max(use.heldBackNs, lateNs);
                }
            }
        }
    }

    /** Prints the table. */
    public static void print(JoinedRun run, OutputStream target, boolean unicode) {
        CallSummary summary = new CallSummary(run);
        ByteSink out = new ByteSink(target);
        Lines lines = new Lines(out, COLUMNS, unicode ? Glyphs.UNICODE : Glyphs.ASCII);
        for (String line : summary.lines(unicode)) {
            lines.begin(0);
            lines.part().text(line);
            lines.end();
        }
        out.flush();
    }

    private List<String> lines(boolean unicode) {
        String micro = unicode ? "µs" : "us";
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(row("fd", "calls", "sent", "received", "mean " + micro, "longest " + micro, "calls/message", "EAGAIN"));
        for (Use use : uses.values()) {
            boolean waits = use.socket == null;
            lines.add(run.mark(use.first) + heading(use, unicode));
            lines.add(row(use.fd == Event.UNKNOWN ? "" : Long.toString(use.fd), number(use.calls), waits ? "" : number(use.sent),
                    waits ? "" : number(use.received), use.waits == 0 ? "" : micros(use.waited / use.waits),
                    use.waits == 0 ? "" : micros(use.longestNs),
                    use.messages == 0 ? "" : String.format(Locale.ROOT, "%.1f", (double) use.moves / use.messages),
                    use.again == 0 ? "" : number(use.again)));
            warnings(use).forEach(w -> lines.add("  ! " + w));
        }
        if (leftOut + run.callsLeftOut() > 0) {
            lines.add("! " + number(leftOut + run.callsLeftOut()) + " calls more are not counted here");
        }
        return lines;
    }

    private static String heading(Use use, boolean unicode) {
        if (use.socket == null) {
            return use.first.call() + ": waits for several descriptors";
        }
        String arrow = use.socket.peer() == null ? "" : (unicode ? " → " : " to ") + use.socket.peer();
        String side = use.first.from() == null ? "" : use.first.from().wireName() + " ";
        return side + use.socket.transport().wireName() + (use.socket.local() == null ? "" : " " + use.socket.local()) + arrow;
    }

    private static List<String> warnings(Use use) {
        List<String> warnings = new ArrayList<>();
        boolean tcp = use.socket != null && use.socket.transport() == CallEvent.Transport.TCP;
        if (tcp && use.heldBack > 0) {
            warnings.add(number(use.heldBack) + (use.heldBack == 1 ? " write" : " writes") + " left up to "
                    + number(use.heldBackNs / 1_000_000) + " ms after the call" + (use.noDelay ? ""
                    : ": Nagle waits for the ACK that the other side delays; TCP_NODELAY, or one write for a message"));
        }
        if (tcp && use.mostSmall >= MANY_SMALL) {
            warnings.add(number(use.mostSmall) + " small writes for one message: one writev() or a buffer needs one call"
                    + (use.noDelay ? " and one packet" : ""));
        }
        if (use.moves > 0 && use.again >= MANY_AGAIN && use.again * 2 > use.moves) {
            warnings.add(number(use.again) + " of " + number(use.moves) + " calls found nothing to do (EAGAIN)");
        }
        if (use.neverReturned > 0) {
            warnings.add(number(use.neverReturned) + (use.neverReturned == 1 ? " call" : " calls") + " never returned");
        }
        return warnings;
    }

    private static String row(String... cells) {
        return String.format(Locale.ROOT, "%6s %8s %12s %12s %10s %12s %14s %8s", (Object[]) cells).stripTrailing();
    }

    private static String number(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    private static String micros(long ns) {
        return ns < 10_000 ? String.format(Locale.ROOT, "%.1f", ns / 1000.0) : number(ns / 1000);
    }
}
