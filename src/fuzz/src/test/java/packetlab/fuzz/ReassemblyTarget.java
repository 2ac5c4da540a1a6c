package packetlab.fuzz;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import packetlab.event.TcpEvent;
import packetlab.flow.FlowLimits;
import packetlab.message.Decoder;
import packetlab.wire.Tcp;

/**
 * The input is segments of one connection. Odd first octet: data of one side behind a handshake, in any order and
 * overlapping, with other octets where they come again; what is delivered is compared with a plain map of octets, which
 * says exactly what. Even: any flags, numbers and lengths from both sides; every octet is then the one that was sent
 * for its sequence number, and what is delivered and lost adds up.
 */
public final class ReassemblyTarget {
    private static final int SPACE = 2_048;
    private static final int MAX_SEGMENTS = 400;
    private static final int NONE = 1_000;

    private ReassemblyTarget() {}

    public static void fuzzerTestOneInput(byte[] input) {
        Effort effort = new Effort();
        Input in = new Input(input);
        int how = in.u8();
        int isn = in.i32();
        long octets = (how & 1) != 0 ? ordered(in, how, isn) : anything(in, how, isn);
        effort.wasWorth(input.length + octets);
    }

    private static FlowLimits limits(boolean few) {
        return few ? new FlowLimits(16, 2, 2_000, 3_000, 512, 1_024, 2, 8_192) : FlowLimits.DEFAULT;
    }

    private static long ordered(Input in, int how, int isn) {
        boolean lastWins = (how & 2) != 0;
        Deliveries got = new Deliveries();
        Told told = new Told();
        Decoder decoder = new Decoder(told, stream -> got, FlowLimits.DEFAULT, lastWins);
        Segments segments = new Segments(decoder);
        segments.send(0, true, Tcp.SYN, isn, 0, 0xFFFF, new byte[0], 0);
        segments.send(0, false, Tcp.SYN | Tcp.ACK, 77, isn + 1, 0xFFFF, new byte[0], 0);
        segments.send(0, true, Tcp.ACK, isn + 1, 78, 0xFFFF, new byte[0], 0);
        int[] map = new int[SPACE + 600];
        Arrays.fill(map, NONE);
        int next = 0;
        int highest = 0;
        int version = 0;
        for (int n = 0; in.more() && n < MAX_SEGMENTS; n++) {
            int offset = in.u16() % SPACE;
            int length = 2 + in.u8();
            byte[] payload = new byte[length];
            version++;
            for (int i = 0; i < length; i++) {
                payload[i] = (byte) (offset + i + version * 31);
                int at = offset + i;
                if (at >= next && (map[at] == NONE || lastWins)) {
                    map[at] = payload[i];
                }
            }
            // The receiver's ACK may also stay behind, and repeat itself.
            segments.send(0, true, Tcp.ACK, isn + 1 + offset, 78, 0xFFFF, payload, 0);
            next = advance(map, next);
            highest = Math.max(highest, offset + length);
            if ((offset & 3) == 0) {
                segments.send(0, false, Tcp.ACK, 78, isn + 1 + next, 0xFFFF, new byte[0], 0);
            }
            Check.equal(next, got.position(0), "octets delivered after segment " + version);
        }
        // What is missing comes at last, then the FIN.
        for (int at = next; at < highest; at++) {
            if (map[at] == NONE) {
                map[at] = 7;
                segments.send(0, true, Tcp.ACK, isn + 1 + at, 78, 0xFFFF, new byte[] {7}, 0);
            }
        }
        segments.send(0, true, Tcp.ACK | Tcp.FIN, isn + 1 + highest, 78, 0xFFFF, new byte[0], 0);
        byte[] expected = new byte[highest];
        for (int i = 0; i < highest; i++) {
            expected[i] = (byte) map[i];
        }
        Check.equal(0, got.lost(0), "octets lost");
        Check.that(Arrays.equals(expected, got.octets(0)), "the stream is that of the map");
        Check.that(highest == 0 || got.ended(0), "the FIN is delivered");
        decoder.finish();
        Check.that(highest == 0 || got.closed(), "closed");
        return highest;
    }

    private static int advance(int[] map, int from) {
        int next = from;
        while (map[next] != NONE) {
            next++;
        }
        return next;
    }

    private static long anything(Input in, int how, int isn) {
        Map<Long, Deliveries> got = new HashMap<>();
        Told told = new Told();
        Decoder decoder = new Decoder(told, stream -> {
            Deliveries handler = new Deliveries();
            Check.that(got.put(stream.stream(), handler) == null, "one handler for stream " + stream.stream());
            return handler;
        }, limits((how & 4) != 0), (how & 2) != 0);
        Segments segments = new Segments(decoder);
        int perFile = how >> 3 & 3; // 0: none of the packets can be read again
        int[] next = {isn, isn ^ 0x5A5A5A5A};
        // Where a side's data may begin: at every number that it sent or that was acknowledged to it.
        Set<Integer> beginnings = new HashSet<>();
        long sent = 0;
        for (int n = 0; in.more() && n < MAX_SEGMENTS; n++) {
            if (perFile > 0 && n % (perFile * 32) == 0) {
                segments.fromFile(decoder);
            }
            int op = in.u8();
            int side = op & 1;
            int flags = (op & 2) != 0 ? in.u8() & 0x37 : Tcp.ACK;
            int sequence = next[side] + ((op & 4) != 0 ? (byte) in.u8() : 0) + ((op & 8) != 0 ? in.u16() : 0);
            int acknowledgment = next[1 - side] + ((op & 16) != 0 ? (byte) in.u8() : 0);
            byte[] payload = new byte[(op & 32) != 0 ? in.u8() : 0];
            if ((op & 64) != 0) {
                segments.pass(in.u8() * 10_000_000L);
            }
            int syn = flags >> 1 & 1;
            for (int i = 0; i < payload.length; i++) {
                payload[i] = octet(sequence + syn + i);
            }
            segments.send(0, side == 0, flags, sequence, acknowledgment, 1_000, payload,
                    (op & 128) != 0 ? in.u8() % 8 : 0);
            beginnings.add(sequence + syn);
            beginnings.add(acknowledgment);
            sent += payload.length;
            next[side] = sequence + syn + payload.length + (flags & Tcp.FIN);
        }
        decoder.finish();
        long delivered = 0;
        for (Deliveries handler : got.values()) {
            Check.that(handler.closed(), "every handler is told the end");
            for (int side = 0; side < 2; side++) {
                delivered += handler.octets(side).length;
                Deliveries one = handler;
                int which = side;
                Check.that(one.octets(which).length == 0
                        || beginnings.stream().anyMatch(at -> one.follows(which, i -> octet(at + (int) i))),
                        "every octet delivered is the one of its sequence number");
            }
        }
        Check.equal(0, decoder.tcp().findings(TcpEvent.FindingKind.OVERLAP_CONFLICT), "octets that came twice and differ");
        Check.that(delivered <= sent, delivered + " octets delivered of " + sent);
        sums(told, got);
        return sent;
    }

    /** Octets say what their sequence number is, so that each can be told from those beside it. */
    private static byte octet(int sequence) {
        return (byte) (sequence * 0x9E3779B1 >>> 24);
    }

    /** Every connection is closed once, and its numbers are those that the handler saw. */
    private static void sums(Told told, Map<Long, Deliveries> got) {
        Set<Long> closed = new HashSet<>();
        for (TcpEvent.Close close : told.of(TcpEvent.Close.class)) {
            Check.that(closed.add(close.stream()), "stream " + close.stream() + " is closed once");
            Deliveries handler = got.getOrDefault(close.stream(), new Deliveries());
            Check.equal(handler.octets(0).length, close.bytes().client(), "octets delivered of the client");
            Check.equal(handler.octets(1).length, close.bytes().server(), "octets delivered of the server");
            Check.equal(handler.lost(0), close.lostBytes().client(), "octets lost of the client");
            Check.equal(handler.lost(1), close.lostBytes().server(), "octets lost of the server");
        }
        for (TcpEvent.Segment segment : told.of(TcpEvent.Segment.class)) {
            Check.that(closed.contains(segment.stream()), "stream " + segment.stream() + " is closed");
        }
    }
}
