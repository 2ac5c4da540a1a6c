package packetlab.bench;

import java.io.IOException;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import packetlab.message.MessageThread;
import packetlab.pcap.CaptureReader;
import packetlab.wire.PacketHandler;
import packetlab.wire.PacketSource;

/** The file that is measured: {@code -p capture=FILE}. It is read anew for each pass, from the kernel's page cache. */
@State(Scope.Thread)
public class Capture {
    @Param("capture.pcap")
    public String capture;

    /** Passes the packets on, with a thread beside that reads messages. */
    void passThrough(PacketHandler handler, MessageThread thread) throws IOException {
        try (CaptureReader reader = CaptureReader.open(Path.of(capture), null)) {
            reader.lasting(MessageThread.POLLS);
            PacketHandler both = (buffer, offset, captured, wire, timeNs, linkType, flags) -> {
                thread.packetIn(buffer);
                handler.onPacket(buffer, offset, captured, wire, timeNs, linkType, flags);
            };
            while (reader.poll(both) != PacketSource.END) {
                thread.handOver();
            }
        }
    }

    void passThrough(PacketHandler handler) throws IOException {
        try (CaptureReader reader = CaptureReader.open(Path.of(capture), null)) {
            while (reader.poll(handler) != PacketSource.END) {
                // The handler has what there was.
            }
        }
    }
}
