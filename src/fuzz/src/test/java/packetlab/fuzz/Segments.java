package packetlab.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import packetlab.message.Decoder;
import packetlab.wire.LinkType;
import packetlab.wire.Origin;
import packetlab.wire.PacketHandler;
import packetlab.wire.Tcp;

/** Hands TCP segments between 10.0.0.1 and 10.0.0.2 over as packets of IPv4 without a link header. */
final class Segments {
    static final int LINK = LinkType.RAW;
    private static final int IP_HEADER = 20;
    private static final long BEGAN_NS = 1_700_000_000_000_000_000L;

    /** All packets so far, as a file would have them; each is lost from {@link Segments#packet} when the next comes. */
    private final class File implements Origin {
        private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
        private long last;

        void add(int length) {
            last = octets.size();
            octets.write(packet.array(), 0, length);
        }

        @Override
        public long positionOf(byte[] array) {
            return array == packet.array() ? last : -1;
        }

        @Override
        public int readAgain(long position, ByteBuffer into) {
            Check.that(this == file, "only the present file is read");
            int n = Math.min(into.remaining(), octets.size() - (int) position);
            Check.that(n > 0, "what is read again is in the file");
            into.put(octets.toByteArray(), (int) position, n);
            return n;
        }
    }

    private final PacketHandler handler;
    private File file;
    private final ByteBuffer packet = ByteBuffer.allocate(1 << 17);
    private long timeNs = BEGAN_NS;

    Segments(PacketHandler handler) {
        this.handler = handler;
    }

    /** The next packets come from a file that the decoder can read again. */
    void fromFile(Decoder decoder) {
        File next = new File();
        decoder.readsFrom(next);
        file = next;
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
        if (file != null) {
            file.add(length);
        }
        handler.onPacket(packet, 0, length - Math.min(cut, payload.length), length, timeNs, LINK, 0);
    }
}
