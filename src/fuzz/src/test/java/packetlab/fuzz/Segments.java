package packetlab.fuzz;

import java.nio.ByteBuffer;
import packetlab.wire.LinkType;
import packetlab.wire.PacketHandler;
import packetlab.wire.Tcp;

/** Hands TCP segments between 10.0.0.1 and 10.0.0.2 over as packets of IPv4 without a link header. */
final class Segments {
    static final int LINK = LinkType.RAW;
    private static final int IP_HEADER = 20;
    private static final long BEGAN_NS = 1_700_000_000_000_000_000L;

    private final PacketHandler handler;
    private final ByteBuffer packet = ByteBuffer.allocate(1 << 17);
    private long timeNs = BEGAN_NS;

    Segments(PacketHandler handler) {
        this.handler = handler;
    }

    void pass(long ns) {
        timeNs += ns;
    }

    /**
     * @param fromClient whether 10.0.0.1 sends it; its port is 40000 + {@code connection}, the other's 80
     * @param cut        octets at the end that the capture lacks, as far as there are so many
     */
    void send(int connection, boolean fromClient, int flags, int sequence, int acknowledgment, int window,
              byte[] payload, int cut) {
        int length = IP_HEADER + Tcp.HEADER_LENGTH + payload.length;
        packet.clear();
        packet.put((byte) 0x45).put((byte) 0).putShort((short) length).putInt(0).put((byte) 64).put((byte) 6)
                .putShort((short) 0);
        packet.putInt(fromClient ? 0x0A000001 : 0x0A000002).putInt(fromClient ? 0x0A000002 : 0x0A000001);
        packet.putShort((short) (fromClient ? 40_000 + connection : 80))
                .putShort((short) (fromClient ? 80 : 40_000 + connection));
        packet.putInt(sequence).putInt(acknowledgment).putShort((short) (5 << 12 | flags)).putShort((short) window)
                .putInt(0);
        packet.put(payload);
        timeNs += 1_000;
        handler.onPacket(packet, 0, length - Math.min(cut, payload.length), length, timeNs, LINK, 0);
    }
}
