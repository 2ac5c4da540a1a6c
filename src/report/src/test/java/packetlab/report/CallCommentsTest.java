package packetlab.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import packetlab.pcap.CaptureReader;
import packetlab.pcap.CaptureWriter;
import packetlab.wire.LinkType;
import packetlab.wire.PacketSource;

class CallCommentsTest {
    private static final CaptureWriter.Description LO =
            new CaptureWriter.Description("lo", LinkType.EN10MB, 262_144, "tcp", "Linux", "amd64");

    @TempDir
    private Path folder;

    private Path recording(String firstComment) throws IOException {
        Path file = folder.resolve("a.pcapng");
        try (CaptureWriter writer = CaptureWriter.create(file, LO)) {
            for (int i = 0; i < 4; i++) {
                byte[] packet = {(byte) i, 2, 3};
                writer.write(ByteBuffer.wrap(packet), 0, 3, 70, 1_700_000_000_000_000_001L + i, LinkType.EN10MB,
                        0, CaptureWriter.Remark.of(i == 0 ? firstComment : null));
            }
            writer.statistics(4, 9);
        }
        return file;
    }

    /** All that a recording tells: packets with their octets, lengths, times; comments; counters; interfaces. */
    private static List<String> told(Path file, Map<Long, String> comments) throws IOException {
        List<String> told = new ArrayList<>();
        CaptureReader.Listener listener = new CaptureReader.Listener() {
            @Override
            public void interfaceDescribed(CaptureReader.Interface i) {
                told.add(i.toString());
            }

            @Override
            public void comment(long frame, String text) {
                comments.put(frame, text);
            }

            @Override
            public void interfaceStatistics(int section, int number, long received, long dropped) {
                told.add(received + " received, " + dropped + " dropped");
            }
        };
        try (CaptureReader reader = CaptureReader.open(file, listener)) {
            while (reader.poll((b, offset, captured, wire, time, link, flags) ->
                    told.add(b.get(offset) + " " + captured + " " + wire + " " + time + " " + link)) != PacketSource.END) {
                continue;
            }
        }
        return told;
    }

    @Test
    void commentsAreAddedAndNothingElseChanges() throws Exception {
        Path file = recording("my own");
        List<String> before = told(file, new TreeMap<>());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        CallComments.add(file, LO, frame -> frame == 1 || frame == 3 ? "call of " + frame : null);
        Map<Long, String> comments = new TreeMap<>();
        assertEquals(before, told(file, comments));
        assertEquals(Map.of(1L, "my own\ncall of 1", 3L, "call of 3"), comments);
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(1, files(), "nothing is left beside it");
    }

    @Test
    void aRecordingThatCannotBeReadStaysAsItIs() throws Exception {
        Path file = recording(null);
        byte[] whole = Files.readAllBytes(file);
        byte[] damaged = java.util.Arrays.copyOf(whole, whole.length - 50);
        Files.write(file, damaged);
        assertThrows(IOException.class, () -> CallComments.add(file, LO, frame -> "x"));
        assertArrayEquals(damaged, Files.readAllBytes(file));
        assertEquals(1, files());
    }

    private long files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }

    @Test
    void aPacketNamesItsCallsAndWhatTheyHaveToDoWithIt() {
        LongFunction<String> comments = CallComments.of(Runs.example().joined());
        assertEquals("accepted by the server: accept(5) = 6 127.0.0.1:50000\n"
                + "sent by the client: connect(7, 127.0.0.1:80) = 0", comments.apply(1));
        assertEquals("sent by the client: send(7, \"안녕하세요\") = 15 [0..14]\n"
                + "received by the server: recv(6, 4096) = 15 [0..14] \"안녕하세요\"", comments.apply(4));
        assertNull(comments.apply(5));
        String hostile = CallComments.of(Runs.hostile().joined()).apply(1);
        assertTrue(hostile.codePoints().noneMatch(c -> c != '\n' && Hazard.is(c)), hostile);
    }
}
