package packetlab.os;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import packetlab.event.CallEvent;
import packetlab.event.CallEvent.Transport;
import packetlab.event.Event;
import packetlab.timeline.CallKind;

/**
 * Reads one record of {@link TraceRing}, laid out as native/src/main/c/trace-ring.h has it, in this machine's byte order. Any
 * octets are a record: no length in it is believed. One thread.
 */
final class TraceRecord {
    static final int LENGTH = 256;
    private static final int BEGAN = 8, ENDED = 16, RESULT = 24, COOKIE = 32, STAMP = 40, ARGUMENTS = 48, PID = 72,
            TID = 76, FD = 80, ERROR = 84, NAME = 88, NAME_LENGTH = 14, KIND = 102, NAMED = 103, LOCAL_LENGTH = 104,
            PEER_LENGTH = 106, SHOWN_LENGTH = 108, LOST_BEFORE = 112, REST = 116;
    /** As trace-ring.h numbers them. */
    private static final Transport[] KINDS = {null, null, Transport.TCP, Transport.UDP, Transport.UNIX_STREAM,
        Transport.UNIX_DATAGRAM, Transport.OTHER, null};

    private final ByteBuffer rest = ByteBuffer.allocate(LENGTH - REST);

    static Transport transport(int kind) {
        return kind >= 0 && kind < KINDS.length ? KINDS[kind] : null;
    }

    static long processOf(ByteBuffer memory, int at) {
        return memory.getInt(at + PID);
    }

    static int lostBefore(ByteBuffer memory, int at) {
        return memory.getInt(at + LOST_BEFORE);
    }

    static String callName(ByteBuffer memory, int at) {
        return name(memory, at + NAME);
    }

    /** What stands behind the addresses: the name of a program that has begun. */
    static String shownText(ByteBuffer memory, int at) {
        int most = LENGTH - REST;
        int from = length(memory, at + LOCAL_LENGTH, most);
        from += length(memory, at + PEER_LENGTH, most - from);
        return text(memory, at + REST + from, length(memory, at + SHOWN_LENGTH, most - from));
    }

    /** What stands in place of the first address: the path of a program that is to be executed. */
    static String firstText(ByteBuffer memory, int at) {
        return text(memory, at + REST, length(memory, at + LOCAL_LENGTH, LENGTH - REST));
    }

    private static String text(ByteBuffer memory, int at, int length) {
        byte[] octets = new byte[length];
        memory.get(at, octets);
        return new String(octets, StandardCharsets.UTF_8);
    }

    /** The call that it tells of. */
    SeenCall call(ByteBuffer memory, int at) {
        String name = name(memory, at + NAME);
        int kind = memory.get(at + KIND);
        Transport transport = transport(kind);
        int localLength = length(memory, at + LOCAL_LENGTH, rest.capacity());
        int peerLength = length(memory, at + PEER_LENGTH, rest.capacity() - localLength);
        int shownLength = length(memory, at + SHOWN_LENGTH, rest.capacity() - localLength - peerLength);
        rest.clear();
        memory.get(at + REST, rest.array(), 0, localLength + peerLength + shownLength);
        String local = address(0, localLength);
        String peer = address(localLength, peerLength);
        ByteBuffer shown = rest.slice(localLength + peerLength, shownLength);

        long result = memory.getLong(at + RESULT);
        int errno = memory.getInt(at + ERROR);
        boolean failed = result < 0;
        long a = memory.getLong(at + ARGUMENTS);
        long b = memory.getLong(at + ARGUMENTS + 8);
        long c = memory.getLong(at + ARGUMENTS + 16);
        String args = TraceWords.of(new TraceWords.Seen(name, a, b, c,
                memory.get(at + NAMED) == 0 ? null : peer, shown, result, failed));
        int fd = memory.getInt(at + FD);
        CallKind what = CallKind.of(name);
        boolean carries = !failed && (what == CallKind.SEND || what == CallKind.RECEIVE);
        CallEvent call = new CallEvent(memory.getLong(at + BEGAN), memory.getLong(at + ENDED), name,
                memory.getInt(at + PID), memory.getInt(at + TID), fd < 0 ? Event.UNKNOWN : fd, args, result,
                failed ? Errno.name(errno) : null, Event.UNKNOWN, null, Event.UNKNOWN,
                !carries ? Event.UNKNOWN : what == CallKind.RECEIVE ? Math.min(result, Math.max(a, 0)) : result, List.of());
        long cookie = memory.getLong(at + COOKIE);
        if (transport == null || cookie == 0) {
            return new SeenCall(call, null);
        }
        boolean makes = fd < 0 || what == CallKind.ACCEPT;
        long stamp = memory.getLong(at + STAMP);
        return new SeenCall(call, new SeenCall.Sight("cookie " + cookie, makes ? result : fd, transport, local, peer,
                stamp == 0 ? Event.NO_TIME : stamp));
    }

    /** A name of {@value #NAME_LENGTH} octets at most, as both records and slots have them. */
    static String name(ByteBuffer memory, int at) {
        byte[] name = new byte[NAME_LENGTH];
        memory.get(at, name);
        int length = 0;
        while (length < name.length && name[length] > ' ' && name[length] < 0x7F) {
            length++;
        }
        return new String(name, 0, length, StandardCharsets.US_ASCII).intern();
    }

    private static int length(ByteBuffer memory, int at, int most) {
        return Math.min(memory.getShort(at) & 0xFFFF, Math.max(0, most));
    }

    private String address(int from, int length) {
        return length == 0 ? null : TracedAddress.text(rest.slice(from, length), length);
    }
}
