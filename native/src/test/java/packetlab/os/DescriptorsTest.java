package packetlab.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class DescriptorsTest {
    private static final int SMALL_BUFFERS = 20_000, COLLECTIONS = 20;

    private final List<Integer> open = new ArrayList<>();
    private int sender;
    private int receiver;

    @TempDir
    Path directory;

    @BeforeEach
    void connect() throws OsException {
        SocketAddress path = new SocketAddress.Unix(directory.resolve("s").toString());
        int listener = keep(Sockets.socket(Sockets.AF_UNIX, Sockets.SOCK_STREAM, 0));
        Sockets.bind(listener, path);
        Sockets.listen(listener, 1);
        receiver = keep(Sockets.socket(Sockets.AF_UNIX, Sockets.SOCK_STREAM, 0));
        Sockets.connect(receiver, path);
        sender = keep(Sockets.accept(listener, null));
    }

    @AfterEach
    void closeAll() throws OsException {
        for (int fd : open) {
            Sockets.close(fd);
        }
    }

    @Test
    void aDescriptorIsPassedAndIsOfTheSameOpenFile() throws Exception {
        assertEquals(1, Descriptors.send(sender, file("first and second")));
        int passed = keep(Descriptors.receive(receiver));
        assertEquals("first and second", content(passed));
        assertEquals("", content(passed));
    }

    @Test
    void oneOctetWithoutADescriptorIsToldAsNone() throws Exception {
        Sockets.send(sender, ByteBuffer.allocateDirect(1), 0);
        assertEquals(Descriptors.NONE, Descriptors.receive(receiver));
        Sockets.shutdown(sender, Sockets.SHUT_RDWR);
        assertEquals(Descriptors.NONE, Descriptors.receive(receiver));
    }

    /** While the call waits, its memory is the kernel's; that of jnr-posix's message headers is freed by then. */
    @Test
    void whatIsReceivedIsNotWrittenOverMemoryThatWasFreedMeanwhile() throws Exception {
        FutureTask<Integer> passed = new FutureTask<>(() -> Descriptors.receive(receiver));
        Thread waiting = new Thread(passed, "receives a descriptor");
        waiting.start();
        for (int i = 0; i < COLLECTIONS; i++) {
            Thread.sleep(20);
            System.gc();
        }
        List<ByteBuffer> small = new ArrayList<>();
        for (int i = 0; i < SMALL_BUFFERS; i++) {
            ByteBuffer b = ByteBuffer.allocateDirect(1 + i % 64);
            while (b.hasRemaining()) {
                b.put((byte) 0x5A);
            }
            small.add(b);
        }
        Descriptors.send(sender, file("still here"));
        int descriptor = passed.get();
        assertNotEquals(Descriptors.NONE, descriptor);
        assertEquals("still here", content(keep(descriptor)));
        for (ByteBuffer b : small) {
            for (int i = 0; i < b.capacity(); i++) {
                assertEquals(0x5A, b.get(i));
            }
        }
    }

    private int file(String content) throws Exception {
        return keep(Descriptors.open(Files.writeString(directory.resolve("file"), content)));
    }

    private String content(int fd) throws OsException {
        ByteBuffer data = ByteBuffer.allocateDirect(100);
        Descriptors.read(fd, data);
        byte[] octets = new byte[data.flip().remaining()];
        data.get(octets);
        return new String(octets, StandardCharsets.UTF_8);
    }

    private int keep(int fd) {
        open.add(fd);
        return fd;
    }
}
