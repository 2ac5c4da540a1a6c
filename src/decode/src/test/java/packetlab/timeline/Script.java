package packetlab.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import packetlab.event.CallEvent;
import packetlab.event.CallEvent.Transport;
import packetlab.event.CaptureEvent;
import packetlab.event.Endpoint;
import packetlab.event.Event;
import packetlab.event.PacketEvent;
import packetlab.event.Side;
import packetlab.event.TcpEvent;

/**
 * A run written down by hand: calls with the times at which they were entered and returned, packets with theirs, both in
 * nanoseconds. Calls are told in the order of their returns, as recorders do.
 */
final class Script {
    static final Endpoint CLIENT = new Endpoint("127.0.0.1", 50_000);
    static final Endpoint SERVER = new Endpoint("127.0.0.1", 80);
    static final long CLIENT_SOCKET = 1, LISTENER = 2, SERVER_SOCKET = 3;
    static final int FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16;

    final Timeline timeline;
    final List<CallEvent> placed = new ArrayList<>();
    final List<CallEvent> joined = new ArrayList<>();
    final List<CaptureEvent.Limit> limits = new ArrayList<>();
    private final Map<String, Long> entered = new HashMap<>();
    /** By thread, when its last call returned: one that was entered before that is another thread's. */
    private final Map<Long, Long> returned = new HashMap<>();
    private long frame;
    private long stream;
    private Endpoint client = CLIENT;

    Script() {
        this(TimelineLimits.DEFAULT);
    }

    Script(TimelineLimits limits) {
        timeline = new Timeline(limits, new Timeline.Listener() {
            @Override
            public void placed(CallEvent call) {
                placed.add(call);
            }

            @Override
            public void joined(CallEvent call) {
                joined.add(call);
            }

            @Override
            public void limit(CaptureEvent.Limit limit) {
                Script.this.limits.add(limit);
            }
        });
    }

    /** Segments from now on are of another connection, from another port. */
    Script connection(long number, int clientPort) {
        stream = number;
        client = new Endpoint("127.0.0.1", clientPort);
        return this;
    }

    /** Leaves out packet numbers, as a capture that lost packets does not: it only lacks them. */
    long segment(Side from, long timeNs, int flags, long sequence, long acknowledged, long length) {
        timeline.packet(new TcpEvent.Segment(timeNs, ++frame, stream, client, SERVER, from, flags, sequence,
                (flags & ACK) == 0 ? Event.UNKNOWN : acknowledged, sequence, acknowledged, length, 65_536, null, Event.UNKNOWN, null));
        return frame;
    }

    long datagram(Endpoint source, Endpoint destination, long timeNs, long length) {
        timeline.packet(new PacketEvent.Datagram(timeNs, ++frame, source, destination, length, null));
        return frame;
    }

    long icmp(String source, String destination, long timeNs, String name) {
        timeline.packet(new PacketEvent.Icmp(timeNs, ++frame, source, destination, 4, 3, 3, name, 36, Event.UNKNOWN));
        return frame;
    }

    /** A call on any socket. */
    Script call(String label, Side side, String name, long timeNs, long endTimeNs, CallEvent.Socket socket, String args,
                long result, String errno, long length) {
        entered.put(label, timeNs);
        long thread = side.ordinal() + 1L;
        while (returned.getOrDefault(thread, 0L) > timeNs) {
            thread += Side.values().length;
        }
        returned.put(thread, endTimeNs);
        timeline.call(new CallEvent(timeNs, endTimeNs, name, 1, thread, 5, args, result, errno,
                Event.UNKNOWN, side, Event.UNKNOWN, length, List.of()).on(socket));
        return this;
    }

    CallEvent.Socket clientSocket() {
        return new CallEvent.Socket(CLIENT_SOCKET, Transport.TCP, CLIENT.toString(), SERVER.toString(), Event.NO_TIME);
    }

    static CallEvent.Socket serverSocket() {
        return new CallEvent.Socket(SERVER_SOCKET, Transport.TCP, SERVER.toString(), CLIENT.toString(), Event.NO_TIME);
    }

    Script client(String name, long timeNs, long endTimeNs, long length) {
        return call("client " + name + " " + timeNs, Side.CLIENT, name, timeNs, endTimeNs, clientSocket(), "",
                Math.max(0, length), null, length);
    }

    Script server(String name, long timeNs, long endTimeNs, long length) {
        return call("server " + name + " " + timeNs, Side.SERVER, name, timeNs, endTimeNs, serverSocket(), "",
                Math.max(0, length), null, length);
    }

    Script failed(Side side, String name, long timeNs, long endTimeNs, String errno) {
        return call(side.wireName() + " " + name + " " + timeNs, side, name, timeNs, endTimeNs,
                side == Side.CLIENT ? clientSocket() : serverSocket(), "", -1, errno, Event.UNKNOWN);
    }

    /** connect() from 100 to 140, accept() from 50 to 150, their packets 1, 2 and 3. */
    Script handshake() {
        segment(Side.CLIENT, 110, SYN, 0, 0, 0);
        segment(Side.SERVER, 120, SYN | ACK, 0, 1, 0);
        segment(Side.CLIENT, 130, ACK, 1, 1, 0);
        client("connect", 100, 140, Event.UNKNOWN);
        return server("accept", 50, 150, Event.UNKNOWN);
    }

    /** The joined call of that side and name that was entered then; fails where it did not go out just once. */
    CallEvent of(Side side, String name, long timeNs) {
        CallEvent found = null;
        for (CallEvent call : joined) {
            if (call.from() == side && call.call().equals(name) && call.timeNs() == timeNs) {
                assertNull(found, () -> "joined twice: " + call);
                found = call;
            }
        }
        assertNotNull(found, () -> side + " " + name + " " + timeNs + " in " + joined);
        return found;
    }

    void assertJoined(Side side, String name, long timeNs, long offset, Long... frames) {
        CallEvent call = of(side, name, timeNs);
        assertEquals(List.of(frames), call.frames(), call::toString);
        assertEquals(offset, call.offset(), call::toString);
        assertEquals(0, call.stream(), call::toString);
    }
}
