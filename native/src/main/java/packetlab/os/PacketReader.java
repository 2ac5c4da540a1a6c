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

    /** What the packets wait in, in a word. */
    abstract String name();

    /** Octets that the kernel has for packets that wait. */
    abstract long bufferBytes();

    /** Gives its memory back; nothing may be called after it. */
    abstract void free();

    /**
     * Hands one packet on. A VLAN tag, which the kernel has taken out, goes back to where it was: the addresses before it
     * are moved into the room that is kept in front of each packet.
     *
     * @param at     of the link-layer header, with VLAN_TAG octets of room before it
     * @param status TP_STATUS_ bits
     */
    final void deliver(PacketHandler handler, ByteBuffer b, int at, int capturedLength, int wireLength, long timestampNs,
                       int status, int vlanTpid, int vlanTci) {
        int from = at;
        int captured = capturedLength;
        int wire = wireLength;
        if ((status & PacketSocket.STATUS_VLAN_VALID) != 0 && linkType == LinkType.EN10MB
                && captured >= MAC_ADDRESSES) {
            from -= PacketSocket.VLAN_TAG;
            captured += PacketSocket.VLAN_TAG;
            wire += PacketSocket.VLAN_TAG;
            long first = b.getLong(at);
            int last = b.getInt(at + 8);
            b.putLong(from, first).putInt(from + 8, last);
            Net.put16(b, from + MAC_ADDRESSES, (status & PacketSocket.STATUS_VLAN_TPID_VALID) != 0 ? vlanTpid
                    : PacketSocket.ETHERTYPE_VLAN);
            Net.put16(b, from + MAC_ADDRESSES + 2, vlanTci);
        }
        handler.onPacket(b, from, Math.min(captured, snaplen), wire, timestampNs, linkType,
                (status & PacketSocket.STATUS_CHECKSUM_NOT_READY) != 0 ? PacketHandler.CHECKSUM_NOT_COMPUTED : 0);
    }
}
