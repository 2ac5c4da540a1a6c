package packetlab.wire;

import java.nio.ByteBuffer;

/** Where a packet source delivers. */
@FunctionalInterface
public interface PacketHandler {
    /** The checksum was left to the hardware and never computed: not an error (TP_STATUS_CSUMNOTREADY, lo). */
    int CHECKSUM_NOT_COMPUTED = 1;

    /**
     * Takes one packet. The bytes are valid, and must not be changed, until this returns.
     *
     * @param buffer         heap or direct; its position, limit and order mean nothing
     * @param offset         of the link-layer header in it
     * @param capturedLength octets present; at most {@code wireLength}
     * @param wireLength     octets that the packet had
     * @param timestampNs    since the epoch, or {@code Event.NO_TIME}
     * @param linkType       one of {@link LinkType}, or a value that we do not decode
     * @param flags          such as {@link #CHECKSUM_NOT_COMPUTED}
     */
    void onPacket(ByteBuffer buffer, int offset, int capturedLength, int wireLength, long timestampNs, int linkType,
                  int flags);
}
