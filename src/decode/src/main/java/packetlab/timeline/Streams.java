package packetlab.timeline;

import java.util.List;
import packetlab.event.CallEvent;
import packetlab.event.Event;

/** What TCP and Unix-domain streams share: octets are counted, and whoever receives them got them from whoever sent them. */
final class Streams {
    private Streams() {}

    /** Gives a call its place among the octets of its socket. */
    static void place(Waiting w) {
        Sock sock = w.sock;
        CallEvent call = w.call;
        if (w.kind == CallKind.CONNECT || w.kind == CallKind.ACCEPT || call.call().startsWith("socket")) {
            sock.begun = true;
            return;
        }
        if (w.kind == CallKind.SHUTDOWN || w.kind == CallKind.CLOSE) {
            endSending(w);
            return;
        }
        boolean peek = w.kind == CallKind.RECEIVE && CallKind.peeks(call);
        if (!w.succeeded() || call.length() < 0 || w.kind == CallKind.OTHER) {
            return;
        }
        boolean sends = w.kind == CallKind.SEND;
        long offset = sends ? sock.sent : sock.received;
        boolean known = sock.begun && !w.overlapped;
        if (known) {
            w.call = call.at(call.id(), call.stream(), call.from(), offset);
        }
        if (sends) {
            sock.sent += call.length();
            if (known) {
                sock.sends.add(offset, call.length(), call.id());
            } else {
                sock.sends.unknownTo(sock.sent);
            }
        } else if (!peek) {
            sock.received += call.length();
        }
    }

    /** Of a shutdown() and a close(), the first is what the FIN is due to; of several close(), of copies, the last. */
    private static void endSending(Waiting w) {
        boolean ends = w.succeeded() && (w.kind == CallKind.CLOSE || w.call.args().contains("SHUT_WR")
                || w.call.args().contains("SHUT_RDWR"));
        CallEvent before = w.sock.endsSending;
        if (ends && (before == null || w.kind == CallKind.CLOSE && before.call().equals("close"))) {
            w.sock.endsSending = w.call;
        }
    }

    /**
     * The calls of the other end whose octets this call received, or that ended the stream; null where some of them
     * have not returned yet.
     */
    static List<Long> senders(Waiting w, Sock other, Moment moment) {
        CallEvent call = w.call;
        if (other == null || call.offset() == Event.UNKNOWN) {
            return List.of();
        }
        long end = call.offset() + call.length();
        if (call.length() == 0) {
            CallEvent ended = other.endsSending;
            boolean its = ended != null && ended.timeNs() <= call.endTimeNs() && other.sent == call.offset();
            return its ? List.of(ended.id()) : moment.tooLateFor(call) ? List.of() : null;
        }
        if (other.sends.knownTo() < end && !moment.last()) {
            return null;
        }
        return other.sends.within(call.offset(), end);
    }
}
