package packetlab.os;

import java.io.IOException;
import java.nio.ByteBuffer;
import packetlab.wire.LinkType;
import packetlab.wire.Net;
import packetlab.wire.PacketHandler;

/** How packets get out of a packet socket, and what is the same of it in each way. Use by one thread. */
abstract class PacketReader {
    private static final int MAC_ADDRESSES = 12;

    final PacketSocket socket;
    private final int linkType;
    private final int snaplen;

    PacketReader(PacketSocket socket, int snaplen) {
        this.socket = socket;
        this.linkType = socket.linkType();
        this.snaplen = snaplen;
    }

    /** Delivers what is there, at most LiveSource.BATCH packets and none once the source is closed. */
    abstract int read(PacketHandler handler, LiveSource source) throws IOException;

    /** Waits at most LiveSource.IDLE_MS; whether there may be packets, or something else to find out. */
    abstract boolean await() throws OsException;

    /** What the packets wait in, in a word. */
    abstract String name();

    /** Octets that the kernel has for packets that wait. */
    abstract long bufferBytes();

    /** Gives its memory back; nothing may be called after it. */
    abstract void free();

    /**
     * Hands one packet on.
     *
     * @param at     of the link-layer header
     * @param status TP_STATUS_ bits
     */
    final void deliver(PacketHandler handler, ByteBuffer b, int at, int capturedLength, int wireLength,
                       long timestampNs, int status) {
        handler.onPacket(b, at, Math.min(capturedLength, snaplen), wireLength, timestampNs, linkType,
                (status & PacketSocket.STATUS_CHECKSUM_NOT_READY) != 0 ? PacketHandler.CHECKSUM_NOT_COMPUTED : 0);
    }

    /**
     * Hands on one that had a VLAN tag, which the kernel has taken out and which goes back to where it was: the addresses
     * before it are moved into the VLAN_TAG octets of room that are kept in front of each packet.
     */
    final void deliverTagged(PacketHandler handler, ByteBuffer b, int at, int capturedLength, int wireLength,
                             long timestampNs, int status, int tpid, int tci) {
        if (linkType != LinkType.EN10MB || capturedLength < MAC_ADDRESSES) {
            deliver(handler, b, at, capturedLength, wireLength, timestampNs, status);
            return;
        }
        int from = at - PacketSocket.VLAN_TAG;
        long first = b.getLong(at);
        int last = b.getInt(at + 8);
        b.putLong(from, first).putInt(from + 8, last);
        boolean known = (status & PacketSocket.STATUS_VLAN_TPID_VALID) != 0;
        Net.put16(b, from + MAC_ADDRESSES, known ? tpid : PacketSocket.ETHERTYPE_VLAN);
        Net.put16(b, from + MAC_ADDRESSES + 2, tci);
        deliver(handler, b, from, capturedLength + PacketSocket.VLAN_TAG, wireLength + PacketSocket.VLAN_TAG,
                timestampNs, status);
    }
}
