package packetlab.os;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.locks.LockSupport;
import packetlab.wire.PacketHandler;

/**
 * Packets from the socket's own queue, by recvmmsg(2): each wakes the reader at once and is copied, with its stamp and
 * its metadata beside it. A queue holds bursts of small packets better than a ring of equal slots does, which have to
 * be as large as the largest packet.
 * <pre>
 *  struct mmsghdr     name(8) namelen(4) - iov(8) iovlen(8) control(8) controllen(8) flags(4) - | length(4) -
 *  tpacket_auxdata    status(4) len(4) snaplen(4) mac(2) net(2) vlan_tci(2) vlan_tpid(2)
 * </pre>
 */
final class MessageReader extends PacketReader {
    private static final int SO_RCVTIMEO = 20, SO_RCVBUFFORCE = 33, SO_TIMESTAMPNS = 35;
    /** To wait for the first message only. */
    private static final int MSG_WAITFORONE = 0x10000;
    /** Messages in one call: the first of them waits for the copying of the others. */
    private static final int COUNT = 16;
    private static final int MAX_PACKET = 128 << 10;
    private static final int HEADER = 64, NAME_LENGTH = 8, VECTOR = 16, VECTORS = 24, CONTROL = 32, CONTROL_LENGTH = 40,
            RECEIVED = 56;
    private static final int VECTOR_LENGTH = 16, CONTROL_ROOM = 128;
    /** struct cmsghdr: length(8) level(4) type(4). */
    private static final int CMSG_HEADER = 16, CMSG_LEVEL = 8, CMSG_TYPE = 12;
    private static final int STATUS = 0, WIRE_LENGTH = 4, VLAN_TCI = 16, VLAN_TPID = 18;
    private static final int HEADROOM = 8;
    /**
     * The kernel begins to stamp what comes in some time after the first who wants it has come, by a work queue. What
     * came before that is stamped when it is read.
     */
    private static final long UNTIL_STAMPED_NS = 5_000_000;

    private final LibC.Functions c = LibC.get();
    private final int slot;
    private final ByteBuffer headers = direct(COUNT * HEADER);
    private final ByteBuffer vectors = direct(COUNT * VECTOR_LENGTH);
    private final ByteBuffer names = direct(COUNT * PacketSocket.ADDRESS_LENGTH);
    private final ByteBuffer controls = direct(COUNT * CONTROL_ROOM);
    private final ByteBuffer packets;
    private final long bufferBytes;

    private int received;
    private int next;

    MessageReader(PacketSocket socket, RingOptions options) throws OsException {
        super(socket, options.snaplen());
        slot = HEADROOM + (Math.min(options.snaplen(), MAX_PACKET) + HEADROOM - 1) / HEADROOM * HEADROOM;
        packets = direct(COUNT * slot);
        for (int i = 0; i < COUNT; i++) {
            vectors.putLong(i * VECTOR_LENGTH, NativeCode.address(packets) + i * slot + HEADROOM);
            vectors.putLong(i * VECTOR_LENGTH + 8, slot - HEADROOM);
            headers.putLong(i * HEADER, NativeCode.address(names) + i * PacketSocket.ADDRESS_LENGTH);
            headers.putLong(i * HEADER + VECTOR, NativeCode.address(vectors) + i * VECTOR_LENGTH);
            headers.putLong(i * HEADER + VECTORS, 1);
            headers.putLong(i * HEADER + CONTROL, NativeCode.address(controls) + i * CONTROL_ROOM);
        }
        Sockets.setsockopt(socket.fd(), Sockets.SOL_SOCKET, SO_TIMESTAMPNS, 1);
        LockSupport.parkNanos(UNTIL_STAMPED_NS);
        Sockets.setsockopt(socket.fd(), PacketSocket.SOL_PACKET, PacketSocket.AUXDATA, 1);
        Sockets.setsockopt(socket.fd(), Sockets.SOL_SOCKET, SO_RCVTIMEO,
                direct(16).putLong(0, 0).putLong(8, LiveSource.IDLE_MS * 1_000L));
        bufferBytes = enlargeQueue(socket.fd(), options.bufferBytes());
    }

    private static ByteBuffer direct(int length) {
        return ByteBuffer.allocateDirect(length).order(ByteOrder.nativeOrder());
    }

    /** As far as this process may; the kernel doubles what it is asked for, for what it keeps beside the packets. */
    private static long enlargeQueue(int fd, int bytes) throws OsException {
        try {
            Sockets.setsockopt(fd, Sockets.SOL_SOCKET, SO_RCVBUFFORCE, bytes / 2);
        } catch (OsException e) {
            Sockets.setsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_RCVBUF, bytes / 2);   // at most net.core.rmem_max
        }
        return Sockets.getsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_RCVBUF);
    }

    @Override
    int read(PacketHandler handler, LiveSource source) throws IOException {
        int delivered = 0;
        while (delivered < LiveSource.BATCH && !source.isClosed()) {
            if (next == received && !receive(Sockets.MSG_DONTWAIT)) {
                break;
            }
            int i = next++;     // first: a handler that throws has had its packet
            if (!socket.skipsOutgoing() || names.get(i * PacketSocket.ADDRESS_LENGTH + PacketSocket.ADDRESS_PACKET_TYPE)
                    != PacketSocket.OUTGOING) {
                delivered++;
                deliver(handler, i);
            }
        }
        return delivered;
    }

    /** Whether there is a packet, received already or now, without waiting. */
    boolean hasNext() throws OsException {
        return next < received || receive(Sockets.MSG_DONTWAIT);
    }

    /** Whether there is one that was received before. */
    boolean isHolding() {
        return next < received;
    }

    /** The kernel's stamp of the next one; only while there is one. */
    long nextStampNs() {
        int stamp = control(next, Sockets.SOL_SOCKET, SO_TIMESTAMPNS);
        return stamp < 0 ? 0 : stampNs(stamp);
    }

    /** Delivers the next one; only while there is one, and for a socket that asked not to be shown what it sends. */
    void deliverNext(PacketHandler handler) {
        deliver(handler, next++);
    }

    /** Waits in the call that receives: a poll(2) before it would cost each lonely packet a system call more. */
    @Override
    boolean await() throws OsException {
        return next < received || receive(MSG_WAITFORONE);
    }

    /** Whether there was any. */
    private boolean receive(int flags) throws OsException {
        next = 0;
        received = 0;
        for (int i = 0; i < COUNT; i++) {
            headers.putInt(i * HEADER + NAME_LENGTH, PacketSocket.ADDRESS_LENGTH);
            headers.putLong(i * HEADER + CONTROL_LENGTH, CONTROL_ROOM);
        }
        int n = c.recvmmsg(socket.fd(), headers, COUNT, flags, null);
        if (n < 0) {
            int errno = LibC.errno();
            if (errno == Errno.EAGAIN.number() || errno == Errno.EINTR.number() || errno == Errno.ENETDOWN.number()) {
                return false;       // whether the interface has gone is asked when nothing comes
            }
            throw Failure.of("recvmmsg", socket.fd() + ", " + COUNT, errno);
        }
        received = n;
        return n > 0;
    }

    /** Where the data of that control message of message i begins, or -1. */
    private int control(int i, int level, int type) {
        int at = i * CONTROL_ROOM;
        int end = at + (int) headers.getLong(i * HEADER + CONTROL_LENGTH);
        while (end - at >= CMSG_HEADER) {
            if (controls.getInt(at + CMSG_LEVEL) == level && controls.getInt(at + CMSG_TYPE) == type) {
                return at + CMSG_HEADER;
            }
            at += Math.max(CMSG_HEADER, (int) controls.getLong(at) + 7 & ~7);
        }
        return -1;
    }

    private long stampNs(int data) {
        return controls.getLong(data) * 1_000_000_000L + controls.getLong(data + 8);
    }

    private void deliver(PacketHandler handler, int i) {
        int captured = headers.getInt(i * HEADER + RECEIVED);
        int wire = captured;
        int status = 0;
        int tpid = 0;
        int tci = 0;
        int stamp = control(i, Sockets.SOL_SOCKET, SO_TIMESTAMPNS);
        long timestampNs = stamp < 0 ? 0 : stampNs(stamp);
        int data = control(i, PacketSocket.SOL_PACKET, PacketSocket.AUXDATA);
        if (data >= 0) {
            status = controls.getInt(data + STATUS);
            wire = controls.getInt(data + WIRE_LENGTH);
            tci = controls.getShort(data + VLAN_TCI) & 0xFFFF;
            tpid = controls.getShort(data + VLAN_TPID) & 0xFFFF;
        }
        int from = i * slot + HEADROOM;
        if ((status & PacketSocket.STATUS_VLAN_VALID) == 0) {
            deliver(handler, packets, from, captured, wire, timestampNs, status);
        } else {
            deliverTagged(handler, packets, from, captured, wire, timestampNs, status, tpid, tci);
        }
    }

    @Override
    String name() {
        return "queue";
    }

    @Override
    long bufferBytes() {
        return bufferBytes;
    }

    @Override
    void free() {
        // The buffers are Java's.
    }
}
