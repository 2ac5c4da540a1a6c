package packetlab.os;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import packetlab.wire.PacketHandler;

/**
 * A ring of blocks (TPACKET_V3, Documentation/networking/packet_mmap.rst) that the kernel fills with packets one after
 * the other and hands over whole, when a block is full or its time is over. Packets are read where they lie.
 * <pre>
 *  block    version(4) offset_to_priv(4) status(4) num_pkts(4) offset_to_first_pkt(4) ...
 *  packet   next_offset(4) sec(4) nsec(4) snaplen(4) len(4) status(4) mac(2) net(2) rxhash(4) vlan_tci(4) vlan_tpid(2)
 *           ... sockaddr_ll at 48 ... room for a VLAN tag, link-layer header at mac
 * </pre>
 */
final class BlockRing extends PacketReader {
    private static final int TPACKET_V3 = 2;
    private static final int BLOCK_STATUS = 8, BLOCK_PACKETS = 12, BLOCK_FIRST = 16;
    private static final int NEXT = 0, SECONDS = 4, NANOSECONDS = 8, CAPTURED_LENGTH = 12, WIRE_LENGTH = 16,
            STATUS = 20, MAC = 24, VLAN_TCI = 32, VLAN_TPID = 36, ADDRESS = 48;
    private static final int STATUS_KERNEL = 0, STATUS_USER = 1;
    /** The block's header, a packet's, its address and what they are aligned to. */
    private static final int OVERHEAD = 256;
    /**
     * A block holds the largest packet of lo. Short collecting wants many blocks, since each time takes one, however empty
     * it is; long collecting wants large ones, since each full one wakes the reader, which is most of what it costs.
     */
    private static final int SMALLEST_BLOCK = 64 << 10, LARGEST_BLOCK = 128 << 10, LONG_BLOCK = 1 << 20;
    private static final int LONG_COLLECT_MS = 10, LEAST_LONG_BLOCKS = 16;
    /** No size of anything here, but the kernel wants one. */
    private static final int FRAME = 2048;
    private static final int REQUEST_LENGTH = 28;

    private final RingMemory memory;
    /** All of the memory; null once it is unmapped, so that a mistake here is an exception. */
    private ByteBuffer b;
    private final int blockLength;
    private final int blocks;
    private final boolean skipsOutgoing;

    private final PollSet readable = new PollSet();

    private int block;
    /** Whether the block is ours: some of its packets may be left, none may. */
    private boolean inside;
    private int left;
    private int packet;

    private BlockRing(PacketSocket socket, int snaplen, RingMemory memory, int blockLength, int blocks) {
        super(socket, snaplen);
        this.memory = memory;
        this.b = memory.buffer();
        this.blockLength = blockLength;
        this.blocks = blocks;
        this.skipsOutgoing = socket.skipsOutgoing();
        readable.add(socket.fd(), PollSet.POLLIN);
    }

    /**
     * Makes a ring, of half the size where the kernel refuses, down to the least.
     *
     * @throws NoRingException where the kernel has no such rings
     */
    static BlockRing of(PacketSocket socket, RingOptions options) throws IOException {
        int fd = socket.fd();
        setVersion(fd);
        Sockets.setsockopt(fd, PacketSocket.SOL_PACKET, PacketSocket.RESERVE, PacketSocket.VLAN_TAG);
        for (int bytes = options.bufferBytes(); ; bytes /= 2) {
            int blockLength = blockLength(options, bytes);
            int blocks = Math.max(2, bytes / blockLength);
            try {
                return of(socket, options, blockLength, blocks);
            } catch (OsException e) {
                if (!e.is(Errno.ENOMEM) && !e.is(Errno.EAGAIN)) {
                    throw e;
                }
                if (bytes / 2 < options.leastBytes()) {
                    throw new OsException(e.call(), "a ring of " + (bytes >> 20) + " MB", e.errno(),
                            "less memory may do: --buffer " + Math.max(1, bytes >> 22) + "M");
                }
            }
        }
    }

    private static int blockLength(RingOptions options, int bytes) {
        int holdsOne = Integer.highestOneBit(options.snaplen() + OVERHEAD - 1) * 2;
        int length = Math.min(LARGEST_BLOCK, Math.max(SMALLEST_BLOCK, holdsOne));
        return options.collectMs() < LONG_COLLECT_MS ? length
                : Math.max(length, Math.min(LONG_BLOCK, Integer.highestOneBit(bytes / LEAST_LONG_BLOCKS)));
    }

    private static BlockRing of(PacketSocket socket, RingOptions options, int blockLength, int blocks)
            throws OsException {
        setRing(socket.fd(), blockLength, blocks, options.collectMs());
        RingMemory memory;
        try {
            memory = RingMemory.map(socket.fd(), blockLength * blocks);
        } catch (OsException e) {
            setRing(socket.fd(), 0, 0, 0);
            throw e;
        }
        return new BlockRing(socket, options.snaplen(), memory, blockLength, blocks);
    }

    @Override
    boolean await() throws OsException {
        boolean ready = LiveSource.await(readable);
        if (ready && (readable.ready(0) & PollSet.POLLERR) != 0) {
            socket.takeError();     // the interface went down; whether it still is, is asked when nothing comes
        }
        return ready;
    }

    private static void setVersion(int fd) throws IOException {
        try {
            Sockets.setsockopt(fd, PacketSocket.SOL_PACKET, PacketSocket.VERSION, TPACKET_V3);
        } catch (OsException e) {
            if (e.is(Errno.EBUSY)) {
                throw new IOException("descriptor " + fd + " has a ring already", e);
            }
            throw e.is(Errno.EINVAL) || e.is(Errno.ENOPROTOOPT) ? new NoRingException("this kernel has no TPACKET_V3")
                    : e;
        }
    }

    /** struct tpacket_req3; of 0 blocks to give the ring back. */
    private static void setRing(int fd, int blockLength, int blocks, int collectMs) throws OsException {
        ByteBuffer request = ByteBuffer.allocateDirect(REQUEST_LENGTH).order(ByteOrder.nativeOrder());
        request.putInt(0, blockLength).putInt(4, blocks);
        request.putInt(8, blocks == 0 ? 0 : FRAME).putInt(12, blockLength / FRAME * blocks).putInt(16, collectMs);
        Sockets.setsockopt(fd, PacketSocket.SOL_PACKET, PacketSocket.RX_RING, request);
    }

    @Override
    int read(PacketHandler handler, LiveSource source) {
        int delivered = 0;
        while (delivered < LiveSource.BATCH && !source.isClosed()) {
            if (left == 0) {
                leave();
                if (!enter()) {
                    break;
                }
                continue;
            }
            int at = packet;
            packet += b.getInt(at + NEXT);
            left--;         // first: a handler that throws has had its packet
            if (!skipsOutgoing || b.get(at + ADDRESS + PacketSocket.ADDRESS_PACKET_TYPE) != PacketSocket.OUTGOING) {
                delivered++;
                deliver(handler, at);
            }
        }
        if (left == 0) {
            leave();        // at once: the kernel can use it again while the caller prints
        }
        return delivered;
    }

    private void deliver(PacketHandler handler, int at) {
        int from = at + (b.getShort(at + MAC) & 0xFFFF);
        int captured = b.getInt(at + CAPTURED_LENGTH);
        int wire = b.getInt(at + WIRE_LENGTH);
        long timeNs = (b.getInt(at + SECONDS) & 0xFFFF_FFFFL) * 1_000_000_000L + b.getInt(at + NANOSECONDS);
        int status = b.getInt(at + STATUS);
        if ((status & PacketSocket.STATUS_VLAN_VALID) == 0) {
            deliver(handler, b, from, captured, wire, timeNs, status);
        } else {
            deliverTagged(handler, b, from, captured, wire, timeNs, status, b.getShort(at + VLAN_TPID) & 0xFFFF,
                    b.getInt(at + VLAN_TCI));
        }
    }

    private boolean enter() {
        int at = block * blockLength;
        if ((memory.acquire(at + BLOCK_STATUS) & STATUS_USER) == 0) {
            return false;
        }
        inside = true;
        left = b.getInt(at + BLOCK_PACKETS);
        packet = at + b.getInt(at + BLOCK_FIRST);
        return true;
    }

    private void leave() {
        if (inside) {
            inside = false;
            memory.release(block * blockLength + BLOCK_STATUS, STATUS_KERNEL);
            block = block + 1 == blocks ? 0 : block + 1;
        }
    }

    @Override
    String name() {
        return "ring";
    }

    @Override
    long bufferBytes() {
        return (long) blockLength * blocks;
    }

    @Override
    void free() {
        b = null;
        memory.unmap();
    }
}
