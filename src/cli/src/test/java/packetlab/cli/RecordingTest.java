package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import packetlab.event.Event;
import packetlab.os.WallClock;
import packetlab.pcap.CaptureReader;
import packetlab.pcap.CaptureWriter;
import packetlab.wire.LinkType;
import packetlab.wire.PacketSource;

/** One recording in many files: where each ends, what is kept, and what each says of itself. */
class RecordingTest {
    private static final CaptureWriter.Description LO =
            new CaptureWriter.Description("lo", LinkType.EN10MB, 0, null, null, null);
    private static final int OCTETS = 1000;

    @TempDir
    Path folder;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Messages messages = new Messages(new PrintStream(err, true), false);

    private static void packet(Recording recording, int number, long timestampNs) {
        ByteBuffer b = ByteBuffer.allocate(OCTETS).putInt(0, number);
        recording.onPacket(b, 0, OCTETS, OCTETS, timestampNs, LinkType.EN10MB, 0);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    /** The numbers of a file's packets, in order, and then what it says was dropped. */
    private static List<Integer> numbers(Path file) throws IOException {
        List<Integer> numbers = new ArrayList<>();
        try (CaptureReader reader = CaptureReader.open(file, new CaptureReader.Listener() { })) {
            while (reader.poll((b, offset, captured, wire, time, link, flags) -> numbers.add(b.getInt(offset)))
                    != PacketSource.END) {
                continue;
            }
            numbers.add((int) reader.dropped());
        }
        return numbers;
    }

    @Test
    void noFileIsLargerThanItMayAndTogetherTheyHaveEveryPacketOnce() throws IOException {
        Rotation rotation = new Rotation(folder.resolve("talk.pcapng"), 64 << 10, Long.MAX_VALUE, Integer.MAX_VALUE);
        Recording recording = Recording.create(rotation, LO, messages);
        for (int i = 0; i < 200; i++) {
            packet(recording, i, WallClock.nowNs());
            recording.flush(i / 10);
        }
        assertEquals(ExitStatus.DONE, recording.finish());
        List<Integer> all = new ArrayList<>();
        int dropped = 0;
        assertEquals(4, files().size());
        for (Path file : files()) {
            assertTrue(file.getFileName().toString().matches("talk_0000[1-4]_\\d{14}\\.pcapng"), file.toString());
            assertTrue(Files.size(file) <= 64 << 10, Files.size(file) + " octets");
            List<Integer> numbers = numbers(file);
            dropped += numbers.remove(numbers.size() - 1);
            all.addAll(numbers);
        }
        assertEquals(Stream.iterate(0, i -> i + 1).limit(200).toList(), all);
        assertEquals(19, dropped, "each file tells its own part");
        assertTrue(rotation.words().startsWith("4 files, the last " + folder), rotation.words());
        assertEquals("", err.toString());
    }

    @Test
    void theNewestAreKept() throws IOException {
        Rotation rotation = new Rotation(folder.resolve("talk"), 64 << 10, Long.MAX_VALUE, 2);
        Recording recording = Recording.create(rotation, LO, messages);
        for (int i = 0; i < 1000; i++) {
            packet(recording, i, WallClock.nowNs());
        }
        recording.finish();
        assertEquals(2, files().size());
        assertTrue(files().get(1).getFileName().toString().matches("talk_00016_\\d{14}"), files().toString());
        List<Integer> last = numbers(files().get(1));
        assertEquals(999, last.get(last.size() - 2));
        assertTrue(rotation.words().endsWith("(14 deleted)"), rotation.words());
    }

    @Test
    void timePassesWithThePackets() throws IOException {
        Rotation rotation = new Rotation(folder.resolve("talk.pcapng"), Long.MAX_VALUE, 60_000_000_000L, 100);
        Recording recording = Recording.create(rotation, LO, messages);
        long now = WallClock.nowNs();
        packet(recording, 1, now + 59_000_000_000L);
        packet(recording, 2, now + 61_000_000_000L);
        packet(recording, 3, now + 62_000_000_000L);        // the clock has not gone on: a new file each
        recording.finish();
        assertEquals(3, files().size());
        assertEquals(List.of(1, (int) Event.UNKNOWN), numbers(files().get(0)));
        assertEquals(List.of(2, (int) Event.UNKNOWN), numbers(files().get(1)));
    }

    @Test
    void aFileThatCannotBeMadeIsSaidOnce() throws IOException {
        Path gone = Files.createDirectory(folder.resolve("gone"));
        Rotation rotation = new Rotation(gone.resolve("talk.pcapng"), 64 << 10, Long.MAX_VALUE, 1);
        Recording recording = Recording.create(rotation, LO, messages);
        try (Stream<Path> files = Files.list(gone)) {
            Files.delete(files.findFirst().orElseThrow());
        }
        Files.delete(gone);
        for (int i = 0; i < 200; i++) {
            packet(recording, i, WallClock.nowNs());
        }
        assertEquals(ExitStatus.FAILED, recording.finish());
        assertEquals(1, err.toString().lines().count(), err.toString());
        assertTrue(err.toString().startsWith("packetlab: " + gone), err.toString());
    }
}
