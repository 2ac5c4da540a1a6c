package packetlab.report;

import java.util.ArrayList;
import java.util.List;
import packetlab.event.CallEvent;
import packetlab.event.Endpoint;
import packetlab.event.Event;
import packetlab.event.PacketEvent;
import packetlab.event.Side;
import packetlab.event.TcpEvent;
import packetlab.timeline.JoinedRun;

/** Runs that are written down by hand, already joined. Times are microseconds since the first call. */
final class Runs {
    static final long START_NS = 1_700_000_000_000_000_000L;
    static final Endpoint CLIENT = new Endpoint("127.0.0.1", 50_000);
    static final Endpoint SERVER = new Endpoint("127.0.0.1", 80);

    final List<Event> events = new ArrayList<>();
    private long id;

    static long at(long micros) {
        return START_NS + 1_000 * micros;
    }

    CallEvent call(Side side, long fromUs, long toUs, String name, long fd, String args, long result, String errno,
                   long offset, long length, List<Long> frames, List<Long> peers) {
        CallEvent call = new CallEvent(at(fromUs), at(toUs), name, 1, side.ordinal() + 1, fd, args, result, errno,
                frames.isEmpty() ? Event.UNKNOWN : 0, side, offset, length, frames,
                new CallEvent.Socket(side.ordinal() + 1, CallEvent.Transport.TCP,
                        (side == Side.CLIENT ? CLIENT : SERVER).toString(),
                        (side == Side.CLIENT ? SERVER : CLIENT).toString(), Event.NO_TIME), ++id, peers, 0);
        events.add(call);
        return call;
    }

    CallEvent call(Side side, long fromUs, long toUs, String name, long fd, String args, long result) {
        return call(side, fromUs, toUs, name, fd, args, result, null, Event.UNKNOWN, Event.UNKNOWN, List.of(), List.of());
    }

    void segment(long us, long frame, Side from, int flags, long sequence, long acknowledged, long length) {
        events.add(new TcpEvent.Segment(at(us), frame, 0, CLIENT, SERVER, from, flags, sequence, acknowledged, sequence,
                acknowledged, length, 65_536, null, Event.UNKNOWN, null));
    }

    void datagram(long us, long frame, Endpoint source, Endpoint destination, long length) {
        events.add(new PacketEvent.Datagram(at(us), frame, source, destination, length, null));
    }

    /** The first part of the example in the written design: a handshake, and one message. */
    static Runs example() {
        Runs runs = new Runs();
        runs.call(Side.SERVER, 0, 20, "socket", Event.UNKNOWN, "AF_INET, SOCK_STREAM, 0", 5);
        runs.call(Side.SERVER, 31, 40, "bind", 5, "127.0.0.1:80", 0);
        runs.call(Side.SERVER, 44, 50, "listen", 5, "128", 0);
        List<Long> handshake = List.of(1L, 2L, 3L);
        runs.call(Side.SERVER, 60, 262, "accept", 5, "127.0.0.1:50000", 6, null, -1, -1, handshake, List.of());
        runs.call(Side.CLIENT, 210, 250, "connect", 7, "127.0.0.1:80", 0, null, -1, -1, handshake, List.of());
        runs.segment(224, 1, Side.CLIENT, 2, 0, -1, 0);
        runs.segment(233, 2, Side.SERVER, 18, 0, 1, 0);
        runs.segment(241, 3, Side.CLIENT, 16, 1, 1, 0);
        runs.call(Side.CLIENT, 300, 335, "send", 7, "\"안녕하세요\", 15", 15, null, 0, 15, List.of(4L), List.of());
        runs.call(Side.SERVER, 302, 331, "recv", 6, "\"안녕하세요\", 4096", 15, null, 0, 15, List.of(4L), List.of(6L));
        runs.segment(318, 4, Side.CLIENT, 24, 1, 1, 15);
        runs.call(Side.CLIENT, 400, 420, "connect", 8, "127.0.0.1:81", -1, "ECONNREFUSED", -1, -1, List.of(), List.of());
        return runs;
    }

    JoinedRun joined() {
        JoinedRun run = new JoinedRun(100_000, 100_000);
        for (Event event : events) {
            if (event instanceof CallEvent call) {
                run.call(call);
            } else {
                run.packet(event);
            }
        }
        return run;
    }

    /** Names and data that would drive a terminal, end an element, or begin a script. */
    static Runs hostile() {
        Runs runs = new Runs();
        String hostile = "\"\u001b[2J</title><script>alert(1)</script>&amp;\u202e\u0007'`]]>--><!--\", 40";
        runs.call(Side.CLIENT, 0, 10, "send", 7, hostile, 40, null, 0, 40, List.of(1L), List.of());
        runs.call(Side.SERVER, 1, 11, "recv\u001b]0;x\u0007", 7, hostile, 40, "E\u001b[31m<b>", 0, 40, List.of(1L),
                List.of());
        runs.segment(5, 1, Side.CLIENT, 24, 1, 1, 40);
        runs.events.add(new TcpEvent.Finding(at(5), 1, 0, Side.CLIENT, TcpEvent.FindingKind.RETRANSMISSION,
                "<img src=x onerror=alert(1)>\u001b"));
        runs.events.add(new PacketEvent.Other(at(7), 2, "<svg onload=x>", "\u001b1", "2", 3, null));
        return runs;
    }
}
