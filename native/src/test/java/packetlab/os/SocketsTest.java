package packetlab.os;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class SocketsTest {
    private final List<Integer> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws OsException {
        for (int fd : open) {
            Sockets.close(fd);
        }
    }

    @Test
    void aStreamCarriesBytesBothWaysAndEndsWithZero() throws OsException {
        int listener = socket(Sockets.AF_INET, Sockets.SOCK_STREAM);
        Sockets.setsockopt(listener, Sockets.SOL_SOCKET, Sockets.SO_REUSEADDR, 1);
        Sockets.bind(listener, SocketAddress.loopback(0));
        Sockets.listen(listener, 8);
        SocketAddress server = Sockets.getsockname(listener);
        int client = socket(Sockets.AF_INET, Sockets.SOCK_STREAM);
        Sockets.connect(client, server);
        AddressBuffer peer = new AddressBuffer();
        int accepted = keep(Sockets.accept(listener, peer));

        assertEquals(Sockets.getsockname(client), peer.get());
        assertEquals(peer.get(), Sockets.getpeername(accepted));
        assertEquals(server, Sockets.getpeername(client));

        ByteBuffer data = text("hello");
        assertEquals(5, Sockets.send(client, data, 0));
        assertEquals(5, data.position());
        assertEquals("hello", receive(accepted));
        Sockets.send(accepted, text("you"), 0);
        assertEquals("you", receive(client));
        Sockets.shutdown(client, Sockets.SHUT_WR);
        assertEquals("", receive(accepted));
    }

    @Test
    void acceptTakesNoAddressWhereNobodyWantsIt() throws OsException {
        int listener = socket(Sockets.AF_INET6, Sockets.SOCK_STREAM);
        Sockets.bind(listener, SocketAddress.loopback6(0));
        Sockets.listen(listener, 1);
        int client = socket(Sockets.AF_INET6, Sockets.SOCK_STREAM);
        Sockets.connect(client, Sockets.getsockname(listener));
        int accepted = keep(Sockets.accept(listener, null));
        Sockets.send(client, text("six"), 0);
        assertEquals("six", receive(accepted));
    }

    @Test
    void aDatagramKeepsItsBoundariesAndNamesItsSender() throws OsException {
        for (SocketAddress any : List.of(SocketAddress.loopback(0), SocketAddress.loopback6(0))) {
            int receiver = socket(any.family(), Sockets.SOCK_DGRAM);
            int sender = socket(any.family(), Sockets.SOCK_DGRAM);
            Sockets.bind(receiver, any);
            Sockets.bind(sender, any);
            SocketAddress to = Sockets.getsockname(receiver);
            // six arguments each: the case that jnr-ffi gets wrong when all of them are primitives
            assertEquals(3, Sockets.sendto(sender, text("one"), 0, to));
            assertEquals(0, Sockets.sendto(sender, text(""), 0, to));
            assertEquals(5, Sockets.sendto(sender, text("three"), 0, new AddressBuffer(to)));
            AddressBuffer from = new AddressBuffer();
            ByteBuffer small = ByteBuffer.allocateDirect(4);
            assertEquals(3, Sockets.recvfrom(receiver, small, 0, from));
            assertEquals(Sockets.getsockname(sender), from.get());
            assertEquals(0, Sockets.recvfrom(receiver, small.clear(), 0, null));
            assertEquals(5, Sockets.recvfrom(receiver, small.clear(), Sockets.MSG_TRUNC, from));
            assertEquals(4, small.position());
        }
    }

    @Test
    void unixSocketsHavePathsAbstractNamesOrNoName(@TempDir Path directory) throws Exception {
        Path path = directory.resolve("s");
        SocketAddress.Unix named = new SocketAddress.Unix(path.toString());
        SocketAddress.Unix hidden = new SocketAddress.Unix("packetlab-test-" + Tasks.pid(), true);
        for (SocketAddress.Unix address : List.of(named, hidden)) {
            int listener = socket(Sockets.AF_UNIX, Sockets.SOCK_STREAM);
            Sockets.bind(listener, address);
            Sockets.listen(listener, 1);
            assertEquals(address, Sockets.getsockname(listener));
            int client = socket(Sockets.AF_UNIX, Sockets.SOCK_STREAM);
            Sockets.connect(client, address);
            AddressBuffer peer = new AddressBuffer();
            int accepted = keep(Sockets.accept(listener, peer));
            assertEquals(new SocketAddress.Unix(""), peer.get());
            Sockets.send(accepted, text("local"), 0);
            assertEquals("local", receive(client));
        }
        Files.delete(path);
    }

    @Test
    void aFailureNamesCallArgumentsAndErrno() throws OsException {
        int unused = socket(Sockets.AF_INET, Sockets.SOCK_STREAM);
        Sockets.bind(unused, SocketAddress.loopback(0));        // bound but not listening: connecting is refused
        SocketAddress nobody = Sockets.getsockname(unused);
        int client = socket(Sockets.AF_INET, Sockets.SOCK_STREAM);
        OsException e = assertThrows(OsException.class, () -> Sockets.connect(client, nobody));
        assertTrue(e.is(Errno.ECONNREFUSED));
        assertEquals("ECONNREFUSED", e.errnoName());
        assertEquals("connect(" + client + ", " + nobody + "): ECONNREFUSED, Connection refused "
                + "(nobody listens there)", e.getMessage());
        assertTrue(assertThrows(OsException.class, () -> Sockets.bind(client, nobody)).is(Errno.EADDRINUSE));
        assertTrue(assertThrows(OsException.class, () -> Sockets.getpeername(unused)).is(Errno.ENOTCONN));
        assertTrue(assertThrows(OsException.class, () -> Sockets.listen(-1, 1)).is(Errno.EBADF));
        assertTrue(assertThrows(OsException.class, () -> Sockets.socket(Sockets.AF_INET, 77, 0)).is(Errno.EINVAL));
    }

    @Test
    void sendingToAClosedPeerIsAnErrorNotASignal() throws OsException {
        int listener = socket(Sockets.AF_INET, Sockets.SOCK_STREAM);
        Sockets.bind(listener, SocketAddress.loopback(0));
        Sockets.listen(listener, 1);
        int client = socket(Sockets.AF_INET, Sockets.SOCK_STREAM);
        Sockets.connect(client, Sockets.getsockname(listener));
        int accepted = Sockets.accept(listener, null);
        Sockets.setsockopt(accepted, Sockets.SOL_SOCKET, Sockets.SO_LINGER, Sockets.linger(true, 0));
        Sockets.close(accepted);                                // a reset
        assertTrue(assertThrows(OsException.class, () -> receive(client)).is(Errno.ECONNRESET));
        assertTrue(assertThrows(OsException.class, () -> Sockets.send(client, text("x"), 0)).is(Errno.EPIPE));
    }

    @Test
    void optionsAreReadBack() throws OsException {
        int fd = socket(Sockets.AF_INET, Sockets.SOCK_STREAM);
        assertEquals(0, Sockets.getsockopt(fd, Sockets.IPPROTO_TCP, Sockets.TCP_NODELAY));
        Sockets.setsockopt(fd, Sockets.IPPROTO_TCP, Sockets.TCP_NODELAY, 1);
        assertNotEquals(0, Sockets.getsockopt(fd, Sockets.IPPROTO_TCP, Sockets.TCP_NODELAY));
        Sockets.setsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_LINGER, Sockets.linger(true, 7));
        ByteBuffer linger = ByteBuffer.allocateDirect(8);
        assertEquals(8, Sockets.getsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_LINGER, linger));
        assertEquals(Sockets.linger(true, 7), linger);
        OsException e = assertThrows(OsException.class, () -> Sockets.setsockopt(fd, 6, 12345, 1));
        assertTrue(e.is(Errno.ENOPROTOOPT), e.getMessage());
    }

    @Test
    void pollTellsWhoIsReady() throws OsException {
        int receiver = socket(Sockets.AF_INET, Sockets.SOCK_DGRAM);
        Sockets.bind(receiver, SocketAddress.loopback(0));
        PollSet set = new PollSet();
        for (int i = 0; i < 9; i++) {
            set.add(-1, PollSet.POLLIN);                        // passed over, and the array has to grow
        }
        int index = set.add(receiver, PollSet.POLLIN);
        assertEquals(0, Sockets.poll(set, 0));
        int sender = socket(Sockets.AF_INET, Sockets.SOCK_DGRAM);
        Sockets.sendto(sender, text("x"), 0, Sockets.getsockname(receiver));
        assertEquals(1, Sockets.poll(set, 2000));
        assertEquals(PollSet.POLLIN, set.ready(index));
        assertEquals(0, set.ready(0));
    }

    @Test
    void aBlockedReceiverGivesUpAfterItsTimeout() throws OsException {
        int fd = socket(Sockets.AF_INET, Sockets.SOCK_DGRAM);
        Sockets.bind(fd, SocketAddress.loopback(0));
        Sockets.setsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_RCVTIMEO, Sockets.timeval(20_000));
        assertTrue(assertThrows(OsException.class, () -> receive(fd)).is(Errno.EAGAIN));
    }

    @Test
    void heapBuffersAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Sockets.send(0, ByteBuffer.allocate(1), 0));
    }

    @Test
    void loIsAnInterfaceAndNonsenseIsNone() throws Exception {
        assertTrue(Interfaces.names().contains("lo"));
        assertEquals(1, Interfaces.index("lo"));
        assertFalse(Interfaces.names().contains("no-such"));
        assertTrue(assertThrows(OsException.class, () -> Interfaces.index("no-such")).is(Errno.ENODEV));
        assertTrue(assertThrows(OsException.class, () -> Interfaces.index("a-name-that-is-too-long")).is(Errno.ENODEV));
    }

    @Test
    void threadsHaveTheirOwnNumbers() throws InterruptedException {
        long[] other = new long[1];
        Thread t = new Thread(() -> other[0] = Tasks.tid());
        t.start();
        t.join();
        assertNotEquals(Tasks.tid(), other[0]);
        assertTrue(Files.isDirectory(Path.of("/proc/self/task/" + Tasks.tid())));
    }

    private int socket(int family, int type) throws OsException {
        return keep(Sockets.socket(family, type | Sockets.SOCK_CLOEXEC, 0));
    }

    private int keep(int fd) {
        open.add(fd);
        return fd;
    }

    private static ByteBuffer text(String s) {
        byte[] octets = s.getBytes(US_ASCII);
        return ByteBuffer.allocateDirect(octets.length).put(octets).flip();
    }

    private static String receive(int fd) throws OsException {
        ByteBuffer data = ByteBuffer.allocateDirect(100);
        Sockets.recv(fd, data, 0);
        return US_ASCII.decode(data.flip()).toString();
    }
}
