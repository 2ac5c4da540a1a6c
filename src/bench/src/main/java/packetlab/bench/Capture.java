package packetlab.bench;

import java.io.IOException;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import packetlab.message.Decoder;
import packetlab.pcap.CaptureReader;
import packetlab.wire.PacketHandler;
import packetlab.wire.PacketSource;

/** The file that is measured: {@code -p capture=FILE}. It is read anew for each pass, from the kernel's page cache. */
@State(Scope.Thread)
public class Capture {
    @Param("capture.pcap")
    public String capture;

    void passThrough(PacketHandler handler) throws IOException {
        try (CaptureReader reader = open()) {
            passThrough(reader, handler);
        }
    }

    void decode(Decoder decoder) throws IOException {
        try (CaptureReader reader = open()) {
            decoder.readsFrom(reader.origin());
            passThrough(reader, decoder);
            decoder.finish();
        }
    }

    private CaptureReader open() throws IOException {
        return CaptureReader.open(Path.of(capture), null);
    }

    private static void passThrough(CaptureReader reader, PacketHandler handler) throws IOException {
        while (reader.poll(handler) != PacketSource.END) {
            // The handler has what there was.
        }
    }
}
