package packetlab.fuzz;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import packetlab.pcap.CaptureFormatException;
import packetlab.pcap.CaptureReader;
import packetlab.wire.PacketHandler;
import packetlab.wire.PacketSource;

/** The input is a capture file, which goes all the way: read, decoded with everything wanted, and printed. */
public final class PipelineTarget {
    /** Of gzip data, which may hold a thousand times its size. */
    private static final long MAX_OCTETS = 4 << 20;

    private PipelineTarget() {}

    public static void fuzzerTestOneInput(byte[] input) {
        Effort effort = new Effort();
        // What a byte in the middle says is as good as chance, and the same each time.
        int how = input.length == 0 ? 0 : input[input.length / 2];
        long[] captured = {0};
        long worth;
        try (Room room = new Room((how & 1) != 0, (how & 2) != 0);
             CaptureReader reader = CaptureReader.open(new ByteArrayInputStream(input), "capture", null)) {
            PacketHandler packets = room.packets();
            try {
                int n;
                do {
                    n = reader.poll((b, offset, length, wire, timeNs, link, flags) -> {
                        captured[0] += length;
                        packets.onPacket(b, offset, length, wire, timeNs, link, flags);
                    });
                } while (n != PacketSource.END && captured[0] < MAX_OCTETS);
            } catch (CaptureFormatException e) {
                Check.equal(room.decoder().packets() + 1, e.packet(), "number of the damaged packet");
            }
            worth = room.end(captured[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        effort.wasWorth(input.length + worth);
    }
}
