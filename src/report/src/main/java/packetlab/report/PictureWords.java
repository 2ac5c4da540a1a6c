package packetlab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import packetlab.event.CallEvent;
import packetlab.event.Event;
import packetlab.event.TcpEvent;
import packetlab.event.WireEvent;
import packetlab.timeline.CallKind;
import packetlab.timeline.JoinedRun;

/** Calls and packets in full sentences, for who points at them, and the links between them. */
final class PictureWords {
    private PictureWords() {}

    /** A call with its times, and what it has to do with which packets and calls. */
    static String call(CallEvent call, JoinedRun run, PictureRows rows, long startNs) {
        StringBuilder words = new StringBuilder();
        words.append(PictureRows.side(call).wireName()).append(' ').append(CallWords.entry(call));
        words.append(' ').append(CallWords.exit(call));
        words.append("; from ").append(micros(call.timeNs() - startNs));
        if (call.returned()) {
            words.append(" for ").append(micros(call.endTimeNs() - call.timeNs()));
        }
        if (call.length() > 0 && call.offset() != Event.UNKNOWN) {
            boolean receives = CallKind.of(call.call()) == CallKind.RECEIVE;
            words.append("; octets ").append(call.offset()).append(" to ").append(call.offset() + call.length() - 1)
                    .append(" of the ").append((receives ? PictureRows.side(call).other() : PictureRows.side(call)).wireName()).append("'s stream");
        }
        list(words, call.frames().size() == 1 ? "; packet " : "; packets ", "#", call.frames());
        if (call.uncaptured() > 0) {
            words.append("; ").append(call.uncaptured()).append(" of its octets are in no captured packet");
        }
        calls(words, "; sent by ", call.peers(), rows);
        calls(words, "; received by ", run.receivers(call.id()), rows);
        String library = CallWords.library(call);
        if (library != null) {
            words.append("; ").append(library);
        }
        return words.append("; ").append(call.tid() == call.pid() ? "process " : "thread ").append(call.tid()).toString();
    }

    private static void list(StringBuilder words, String what, String mark, List<Long> numbers) {
        if (numbers.isEmpty()) {
            return;
        }
        words.append(what);
        for (int i = 0; i < Math.min(numbers.size(), 20); i++) {
            words.append(i == 0 ? "" : ", ").append(mark).append(numbers.get(i));
        }
        words.append(numbers.size() > 20 ? " and " + (numbers.size() - 20) + " more" : "");
    }

    private static void calls(StringBuilder words, String what, List<Long> ids, PictureRows rows) {
        int told = 0;
        for (long id : ids) {
            PictureRows.Bar bar = rows.byId.get(id);
            if (bar != null && told < 5) {
                words.append(told == 0 ? what : ", ").append(bar.call.call()).append('(').append(bar.call.fd())
                        .append(") = ").append(bar.call.result());
                told++;
            }
        }
        words.append(told > 0 && ids.size() > told ? " and more" : "");
    }

    /** A packet with its flags, findings, and whose it is. */
    static String packet(Event packet, JoinedRun run, long startNs) {
        StringBuilder words = new StringBuilder("packet #").append(packet.frame()).append(": ")
                .append(WireWords.label(packet, 200));
        String said = MessageWords.of(run.said(packet.frame()));
        words.append(said.isEmpty() ? "" : ", ").append(said);
        String[] ends = WireWords.ends(packet);
        words.append(", ").append(ends[0]).append(" to ").append(ends[1]);
        words.append("; at ").append(micros(packet.timeNs() - startNs));
        if (packet instanceof TcpEvent.Segment s) {
            words.append("; seq ").append(s.sequence());
            if (s.acknowledged() != Event.UNKNOWN) {
                words.append(" ack ").append(s.acknowledged());
            }
            if (s.window() != Event.UNKNOWN) {
                words.append(" window ").append(s.window());
            }
        }
        for (TcpEvent.Finding finding : run.findings(packet.frame())) {
            words.append("; ").append(finding.kind().wireName());
            if (finding.detail() != null) {
                words.append(" (").append(finding.detail()).append(')');
            }
        }
        fates(packet, run).forEach(fate -> words.append("; ").append(fate));
        List<CallEvent> calls = run.callsOf(packet.frame());
        for (int i = 0; i < Math.min(5, calls.size()); i++) {
            words.append("; ").append(PictureRows.side(calls.get(i)).wireName()).append(' ')
                    .append(CallWords.entry(calls.get(i)));
        }
        if (calls.isEmpty() && !run.calls().isEmpty()) {
            words.append("; no call: the kernel's own");
        }
        return words.toString();
    }

    /** What a wire of ours did to the packet, one thing each. */
    static List<String> fates(Event packet, JoinedRun run) {
        List<String> words = new ArrayList<>();
        for (WireEvent fate : run.fates(packet.frame())) {
            words.add(WireLines.line(fate));
        }
        return words;
    }

    /** The keys of everything that lights up with a call. */
    static String related(CallEvent call, JoinedRun run) {
        StringBuilder keys = new StringBuilder();
        call.frames().forEach(frame -> keys.append(keys.length() == 0 ? "" : " ").append('p').append(frame));
        call.peers().forEach(id -> keys.append(keys.length() == 0 ? "" : " ").append('c').append(id));
        run.receivers(call.id()).forEach(id -> keys.append(keys.length() == 0 ? "" : " ").append('c').append(id));
        return keys.toString();
    }

    static String related(Event packet, JoinedRun run) {
        StringBuilder keys = new StringBuilder();
        for (CallEvent call : run.callsOf(packet.frame())) {
            keys.append(keys.length() == 0 ? "" : " ").append('c').append(call.id());
        }
        return keys.toString();
    }

    /** Microseconds with separators, below 10 µs with one decimal. */
    static String micros(long ns) {
        return Math.abs(ns) < 10_000 ? String.format(Locale.ROOT, "%.1f µs", ns / 1000.0)
                : String.format(Locale.ROOT, "%,d µs", Math.round(ns / 1000.0));
    }

    /** How long nothing happened. */
    static String duration(long ns) {
        double ms = ns / 1e6;
        return ms < 10 ? String.format(Locale.ROOT, "%.1f ms", ms) : ms < 10_000 ? String.format(Locale.ROOT, "%,.0f ms", ms)
                : String.format(Locale.ROOT, "%,.1f s", ms / 1000);
    }
}
