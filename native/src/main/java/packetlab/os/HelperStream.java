package packetlab.os;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import packetlab.wire.PacketHandler;

/**
 * Packets that the capture helper sends: one message is one TPACKET_V3 block of its ring, with the kernel's count of
 * drops before it. Nothing is allocated per packet, and each is copied twice (into the connection and out of it), whole
 * blocks at a time.
 * <pre>
 * message  magic 0 | block's octets 4 | dropped so far 8 (64 bits) | block 16 ...
 * block    packets 12 | first packet 16
 * packet   next 0 | seconds 4 | ns 8 | captured 12 | on the wire 16 | status 20 | link layer 24 (16 bits) | VLAN 32, 36
 * </pre>
 */
public final class HelperStream extends LiveSource {
    private static final int LONGEST_MESSAGE = (128 << 10) + 16;
    private static final int BLOCK_LENGTH = 4, DROPPED = 8, HEAD = 16;
    private static final int PACKET_COUNT = HEAD + 12, FIRST_PACKET = HEAD + 16, BLOCK_HEAD = 48;
    private static final int NEXT = 0, SECONDS = 4, NANOSECONDS = 8, CAPTURED = 12, ON_WIRE = 16, STATUS = 20, MAC = 24,
            VLAN_TCI = 32, VLAN_TPID = 36, PACKET_HEAD = 48;
    private static final int CSUM_NOT_READY = 8, VLAN_VALID = 16, VLAN_TPID_VALID = 64;
    private static final int ETHERTYPE_VLAN = 0x8100, VLAN_TAG = 4, MAC_ADDRESSES = 12;

    private final HelperCall call;
    private final RingOptions options;
    private final int linkType;
    private final ByteBuffer message = ByteBuffer.allocateDirect(LONGEST_MESSAGE).order(ByteOrder.nativeOrder());
    private final ReceivedMessage receiver = new ReceivedMessage();
    private final PollSet readable = new PollSet();
    private long dropped;

    /** Takes the helper's first message, which says that it has begun. */
    HelperStream(HelperCall call, RingOptions options, int linkType) throws IOException {
        super(CapturedInterface.of(options.device()));
        this.call = call;
        this.options = options;
        this.linkType = linkType;
        readable.add(call.connection(), PollSet.POLLIN);
        int octets = call.receive(receiver, message.clear(), 0);
        if (octets == 0) {
            throw call.failure();
        }
        take(octets, (buffer, offset, capturedLength, wireLength, timestampNs, link, flags) -> { });
    }

    @Override
    public String device() {
        return options.device();
    }

    @Override
    public String filter() {
        return options.filter();
    }

    @Override
    public int snaplen() {
        return options.snaplen();
    }

    @Override
    public int linkType() {
        return linkType;
    }

    @Override
    public String backend() {
        return CaptureHelper.NAME;
    }

    @Override
    boolean await() throws OsException {
        return await(readable);
    }

    /** Delivers the block that has come, and returns how many packets it had; 0 where none has come. */
    @Override
    int drain(PacketHandler handler) throws IOException {
        int octets;
        try {
            octets = receiver.receive(call.connection(), message.clear(), Sockets.MSG_DONTWAIT);
        } catch (OsException e) {
            if (!e.is(Errno.ECONNRESET)) {
                throw e;
            }
            octets = 0;
        }
        if (octets == ReceivedMessage.NOTHING) {
            return 0;
        }
        if (octets == 0) {
            captured.check();
            throw call.failure();
        }
        return take(octets, handler);
    }

    private int take(int octets, PacketHandler handler) throws IOException {
        if (octets < HEAD || message.getInt(0) != HelperCall.MAGIC || message.getInt(BLOCK_LENGTH) != octets - HEAD) {
            throw call.nonsense("a message of " + octets + " octets");
        }
        dropped = message.getLong(DROPPED);
        if (octets == HEAD) {
            return 0;
        }
        if (octets < HEAD + BLOCK_HEAD) {
            throw call.nonsense("a block of " + (octets - HEAD) + " octets");
        }
        int count = message.getInt(PACKET_COUNT);
        long at = HEAD + Integer.toUnsignedLong(message.getInt(FIRST_PACKET));
        int delivered = 0;
        while (delivered < count && !isClosed()) {
            if (at + PACKET_HEAD > octets) {
                throw call.nonsense("packet " + delivered + " of " + count + " lies outside its block");
            }
            deliver((int) at, octets, handler);
            at += Integer.toUnsignedLong(message.getInt((int) at + NEXT));
            delivered++;
        }
        return delivered;
    }

    private void deliver(int at, int end, PacketHandler handler) throws IOException {
        int offset = at + (message.getShort(at + MAC) & 0xFFFF);
        int capturedLength = message.getInt(at + CAPTURED);
        int wireLength = message.getInt(at + ON_WIRE);
        int status = message.getInt(at + STATUS);
        if (offset < at + PACKET_HEAD || capturedLength < 0 || capturedLength > end - offset
                || wireLength < capturedLength) {
            throw call.nonsense("a packet of " + capturedLength + " octets of " + wireLength);
        }
        if ((status & VLAN_VALID) != 0 && capturedLength >= MAC_ADDRESSES) {
            offset = insertTag(offset, message.getShort(at + VLAN_TCI),
                    (status & VLAN_TPID_VALID) != 0 ? message.getShort(at + VLAN_TPID) : (short) ETHERTYPE_VLAN);
            capturedLength += VLAN_TAG;
            wireLength += VLAN_TAG;
        }
        long timestampNs = Integer.toUnsignedLong(message.getInt(at + SECONDS)) * 1_000_000_000L
                + message.getInt(at + NANOSECONDS);
        handler.onPacket(message, offset, capturedLength, wireLength, timestampNs, linkType,
                (status & CSUM_NOT_READY) != 0 ? PacketHandler.CHECKSUM_NOT_COMPUTED : 0);
    }

    /** The kernel takes the tag out of the packet; there is room for it in front, behind the link-layer address. */
    private int insertTag(int offset, short tci, short tpid) {
        int moved = offset - VLAN_TAG;
        for (int i = 0; i < MAC_ADDRESSES; i++) {
            message.put(moved + i, message.get(offset + i));
        }
        message.order(ByteOrder.BIG_ENDIAN).putShort(moved + MAC_ADDRESSES, tpid)
                .putShort(moved + MAC_ADDRESSES + 2, tci).order(ByteOrder.nativeOrder());
        return moved;
    }

    /** As of the last message; the helper sends one when the count has changed. */
    @Override
    long readDropped() {
        return dropped;
    }

    @Override
    void free() {
        call.close();
    }
}
