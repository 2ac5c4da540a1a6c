package packetlab.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import packetlab.event.CallEvent.Transport;

/** The ring from the side of a program that writes into it: as it should, faster than it is read, and nonsense. */
class TraceRingTest {
    private static final int CAPACITY = 8;

    @TempDir
    Path folder;

    private static ByteBuffer map(TraceRing ring) throws IOException {
        try (FileChannel channel = FileChannel.open(ring.path(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size()).order(ByteOrder.nativeOrder());
        }
    }

    /** Writes a record as trace-ring.h lays it out. */
    private static int put(ByteBuffer memory, long number, String name, int kind, String data) {
        int at = TraceRing.HEADER + (int) (number % CAPACITY) * TraceRing.RECORD;
        memory.putLong(at + 8, 1_000 + number).putLong(at + 16, 2_000 + number).putLong(at + 24, data.length());
        memory.putLong(at + 32, 77).putLong(at + 48, 100);
        memory.putInt(at + 72, 5).putInt(at + 76, 6).putInt(at + 80, 3);
        memory.put(at + 88, name.getBytes(StandardCharsets.US_ASCII)).put(at + 88 + name.length(), (byte) 0);
        memory.put(at + 102, (byte) kind);
        memory.putShort(at + 104, (short) 0).putShort(at + 106, (short) 0).putShort(at + 108, (short) data.length());
        memory.putInt(at + 112, 0);
        memory.put(at + 116, data.getBytes(StandardCharsets.US_ASCII));
        memory.putLong(at, number + 1);
        memory.putLong(64, number + 1);
        return at;
    }

    @Test
    void recordsComeInTheirOrderAndAgainWhenTheRingHasGoneRound() throws IOException {
        List<SeenCall> seen = new ArrayList<>();
        try (TraceRing ring = TraceRing.create(CAPACITY)) {
            ByteBuffer memory = map(ring);
            put(memory, 0, "begin", 1, "curl");
            assertEquals(0, ring.poll(seen::add));
            assertEquals("curl", ring.nameOf(5));
            for (int n = 1; n < 3 * CAPACITY; n++) {
                put(memory, n, "send", 2, "hello");
                assertEquals(1, ring.poll(seen::add));
            }
            assertEquals(0, ring.lost());
        }
        assertEquals(3 * CAPACITY - 1, seen.size());
        SeenCall last = seen.get(seen.size() - 1);
        assertEquals("send 3 \"hello\"..., 100 5", last.call().call() + " " + last.call().fd() + " " + last.call().args() + " "
                + last.call().length());
        assertEquals(1_000 + 3 * CAPACITY - 1, last.call().timeNs());
        assertEquals(new SeenCall.Sight("cookie 77", 3, Transport.TCP, null, null, packetlab.event.Event.NO_TIME), last.seen());
    }

    @Test
    void aRecordThatIsNeverCompletedIsGivenUpAndCounted() throws Exception {
        List<SeenCall> seen = new ArrayList<>();
        try (TraceRing ring = TraceRing.create(CAPACITY)) {
            ByteBuffer memory = map(ring);
            memory.putLong(64, 1);          // claimed by somebody who is dead now
            put(memory, 1, "close", 2, "");
            assertEquals(0, ring.poll(seen::add));
            while (ring.poll(seen::add) == 0) {
                Thread.sleep(20);
            }
            assertEquals(1, ring.lost());
            assertEquals("close", seen.get(0).call().call());
        }
    }

    @Test
    void whateverStandsThereNothingIsReadBeyondItsRecord() throws IOException {
        Random random = new Random(20261127);
        List<SeenCall> seen = new ArrayList<>();
        try (TraceRing ring = TraceRing.create(CAPACITY)) {
            ByteBuffer memory = map(ring);
            for (int n = 0; n < 5_000; n++) {
                int at = put(memory, n, n % 2 == 0 ? "recvfrom" : "poll", 3, "");
                byte[] noise = new byte[TraceRing.RECORD - 8];
                random.nextBytes(noise);
                memory.put(at + 8, noise, 0, n % 3 == 0 ? noise.length : 80);
                memory.putShort(at + 104, (short) random.nextInt()).putShort(at + 106, (short) random.nextInt())
                        .putShort(at + 108, (short) random.nextInt());
                ring.poll(seen::add);
            }
            assertTrue(seen.size() > 4_900, "each is a call, however odd");
        }
    }

    @Test
    void nothingIsLeftBehind() throws IOException {
        TraceRing ring = TraceRing.create(CAPACITY);
        Path file = ring.path();
        assertTrue(Files.exists(file));
        ring.close();
        assertFalse(Files.exists(file) || Files.exists(file.getParent()));
    }

    @Test
    void aCopyOfTheLibraryCanBeReadByAllAndIsNotLeftWhereItCannotBeLoaded() throws Exception {
        Path library = Compiled.library(folder);
        Path place = Files.createDirectory(folder.resolve("place"));
        Path copy = TraceLibrary.copyTo(place, library);
        assertEquals("r-xr-xr-x", java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)));
        assertEquals(-1, Files.mismatch(library, copy));
        Path text = Files.writeString(folder.resolve("text"), "no library");
        Files.delete(copy);
        assertEquals(null, TraceLibrary.copyTo(place, text));
        assertFalse(Files.exists(copy));
    }

    /** Others than this user may open the ring where a traced program may become theirs, and then by its name alone. */
    @Test
    void theRingIsOpenToThoseWhoAreToldItsName() throws Exception {
        boolean root = User.current().uid() == 0;
        try (TraceRing ring = TraceRing.create(CAPACITY)) {
            Path parent = ring.path().getParent();
            assertEquals(root ? "rwx--x--x" : "rwx------",
                    java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(parent)));
            assertEquals(root ? "rw-rw-rw-" : "rw-------",
                    java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(ring.path())));
            assertTrue(!root || ring.path().getFileName().toString().matches("[0-9a-f]{32}"));
        }
    }

    /** The library itself against a ring that nobody reads: what does not fit is counted, and the program goes on. */
    @Test
    void aRingThatOverrunsSaysHowManyCallsItLacks() throws Exception {
        Path library = Compiled.library(folder);
        Path source = Files.writeString(folder.resolve("talk.c"), """
                #include <sys/socket.h>
                #include <unistd.h>
                int main(void)
                {
                    int fds[2], i;
                    char octet = 'x';

                    if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) < 0)
                        return 1;
                    for (i = 0; i < 100; i++)
                        if (write(fds[0], &octet, 1) != 1 || read(fds[1], &octet, 1) != 1)
                            return 2;
                    for (i = 3; i < 1000; i++)
                        close(i);
                    return 7;
                }
                """);
        Path program = folder.resolve("talk");
        assertEquals(0, Programs.run(List.of(Programs.find("gcc"), "-o", program.toString(), source.toString())).status());
        try (TraceRing ring = TraceRing.create(64)) {
            ProcessBuilder builder = new ProcessBuilder(program.toString());
            builder.environment().put("LD_PRELOAD", library.toString());
            builder.environment().put(TraceRing.VARIABLE, ring.path().toString());
            assertEquals(7, builder.start().waitFor());
            List<SeenCall> seen = new ArrayList<>();
            ring.poll(seen::add);
            // begin, two of socketpair, 200 that carry, and a close of each
            assertEquals(63, seen.size());
            assertEquals(1 + 2 + 200 + 2 - 64, ring.lost());
            assertEquals("socketpair", seen.get(0).call().call());
        }
    }
}
