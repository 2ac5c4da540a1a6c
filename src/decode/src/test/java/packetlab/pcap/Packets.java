package packetlab.pcap;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import packetlab.wire.PacketHandler;
import packetlab.wire.PacketSource;

/** Keeps copies of the packets that it is handed, and what the reader told beside them. */
final class Packets implements PacketHandler, CaptureReader.Listener {
    record Packet(String octets, int wireLength, long timestampNs, int linkType) {}

    final List<Packet> all = new ArrayList<>();
    final List<CaptureReader.Interface> interfaces = new ArrayList<>();
    /** Comments, statistics and oddities, as text. */
    final List<String> told = new ArrayList<>();
    /** What ended the reading, or null. */
    IOException failure;
    long dropped;
    int linkType;

    @Override
    public void onPacket(ByteBuffer buffer, int offset, int capturedLength, int wireLength, long timestampNs,
                         int linkType, int flags) {
        byte[] octets = new byte[capturedLength];
        buffer.get(offset, octets);
        all.add(packet(octets, wireLength, timestampNs, linkType));
    }

    static Packet packet(byte[] octets, int wireLength, long timestampNs, int linkType) {
        return new Packet(HexFormat.of().formatHex(octets), wireLength, timestampNs, linkType);
    }

    @Override
    public void interfaceDescribed(CaptureReader.Interface described) {
        interfaces.add(described);
    }

    @Override
    public void comment(long frame, String text) {
        told.add("comment " + frame + " " + text);
    }

    @Override
    public void origin(long frame, int direction, long processId, long threadId) {
        told.add("origin " + frame + " " + direction + " " + processId + " " + threadId);
    }

    @Override
    public void interfaceStatistics(int section, int number, long received, long dropped) {
        told.add("statistics " + section + "." + number + " " + received + " " + dropped);
    }

    @Override
    public void oddity(long frame, String text) {
        told.add("packet " + frame + " " + text);
    }

    /** Reads until the end or the damage. */
    static Packets of(byte[] capture) {
        Packets p = new Packets();
        try (CaptureReader r = CaptureReader.open(new ByteArrayInputStream(capture), "x", p)) {
            p.drain(r);
        } catch (IOException e) {
            p.failure = e;
        }
        return p;
    }

    Packets drain(CaptureReader r) throws IOException {
        try {
            while (r.poll(this) != PacketSource.END) { // poll again
            }
        } finally {
            dropped = r.dropped();
            linkType = r.linkType();
        }
        return this;
    }

    /** What the damage is said to be; an empty string where there is none. */
    String damage() {
        return failure == null ? "" : failure.getMessage();
    }
}
