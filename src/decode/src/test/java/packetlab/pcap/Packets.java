package packetlab.pcap;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import packetlab.wire.PacketHandler;
import packetlab.wire.PacketSource;

/** Keeps copies of the packets that it is handed. */
final class Packets implements PacketHandler {
    record Packet(List<Byte> octets, int wireLength, long timestampNs, int linkType) {}

    final List<Packet> all = new ArrayList<>();

    @Override
    public void onPacket(ByteBuffer buffer, int offset, int capturedLength, int wireLength, long timestampNs,
                         int linkType, int flags) {
        List<Byte> octets = new ArrayList<>();
        for (int i = 0; i < capturedLength; i++) {
            octets.add(buffer.get(offset + i));
        }
        all.add(new Packet(octets, wireLength, timestampNs, linkType));
    }

    /** Reads until the end; an exception leaves what came before in {@link #all}. */
    Packets drain(PacketSource source) throws IOException {
        while (source.poll(this) != PacketSource.END) { // poll again
        }
        return this;
    }

    static Packet packet(byte[] octets, int wireLength, long timestampNs, int linkType) {
        List<Byte> list = new ArrayList<>();
        for (byte b : octets) {
            list.add(b);
        }
        return new Packet(list, wireLength, timestampNs, linkType);
    }
}
