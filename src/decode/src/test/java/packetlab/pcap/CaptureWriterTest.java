package packetlab.pcap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import packetlab.event.Event;
import packetlab.wire.LinkType;

class CaptureWriterTest {
    @TempDir
    Path folder;

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        Path file = folder.resolve("a.pcapng");
        Random random = new Random(1);
        long[] times = {0, 1, 1_700_000_000_123_456_789L, Long.MAX_VALUE, -1, -9_000_000_000_000_000_000L,
            Event.NO_TIME};
        int[] links = {LinkType.EN10MB, LinkType.RAW, LinkType.LINUX_SLL2};
        List<Packets.Packet> written = new ArrayList<>();
        try (CaptureWriter w = CaptureWriter.create(file, CaptureWriter.Description.NONE)) {
            for (int i = 0; i < 200; i++) {
                byte[] octets = new byte[i == 100 ? 3_000_000 : i % 50];
                random.nextBytes(octets);
                long time = times[i % times.length];
                int link = time == Event.NO_TIME ? LinkType.EN10MB : links[i % links.length];
                int wire = octets.length + (time == Event.NO_TIME ? 0 : i % 3);
                ByteBuffer b = i % 2 == 0 ? ByteBuffer.allocate(octets.length + 5)
                        : ByteBuffer.allocateDirect(octets.length + 5);
                b.put(5, octets);
                w.onPacket(b, 5, octets.length, wire, time, link, 0);
                written.add(Packets.packet(octets, wire, time, link));
            }
            w.statistics(207, 7);
        }
        try (CaptureReader r = CaptureReader.open(file, null)) {
            assertEquals(written, new Packets().drain(r).all);
            assertEquals(7, r.dropped());
        }
    }
}
