package packetlab.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The calls of a loop that counts nanoseconds, its clocks, and the processors that it runs on. */
class MeasuringTest {
    private static int udp() throws OsException {
        int fd = Sockets.socket(Sockets.AF_INET, Sockets.SOCK_DGRAM | Sockets.SOCK_CLOEXEC, 0);
        Sockets.bind(fd, SocketAddress.loopback(0));
        return fd;
    }

    @Test
    void datagramsGoThereAndBackFromAnyOffset() throws Exception {
        int server = udp();
        int client = udp();
        try {
            MessageMemory out = new MessageMemory(64);
            MessageMemory in = new MessageMemory(64);
            AddressBuffer from = new AddressBuffer();
            for (int offset : new int[] {0, 24, 8, 24}) {
                out.buffer().putLong(offset, 1_000 + offset);
                assertEquals(16, out.sendTo(client, offset, 16, 0, new AddressBuffer(Sockets.getsockname(server))));
                assertEquals(16, in.receiveFrom(server, 64, 0, from));
                assertEquals(1_000 + offset, in.buffer().getLong(0));
                assertEquals(Sockets.getsockname(client), from.get());
                assertEquals(16, in.sendTo(server, 0, 16, 0, from));
                assertEquals(16, out.receive(client, 32, 32, 0));
                assertEquals(1_000 + offset, out.buffer().getLong(32));
            }
        } finally {
            Sockets.close(server);
            Sockets.close(client);
        }
    }

    @Test
    void nothingThereIsAResultAndAFailureAnException() throws Exception {
        int fd = udp();
        try {
            MessageMemory memory = new MessageMemory(64);
            assertEquals(MessageMemory.NOTHING, memory.receive(fd, 0, 64, Sockets.MSG_DONTWAIT));
            assertEquals(MessageMemory.NOTHING, memory.receiveFrom(fd, 64, Sockets.MSG_DONTWAIT, new AddressBuffer()));
            Sockets.setsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_RCVTIMEO, Sockets.timeval(1_000));
            assertEquals(MessageMemory.NOTHING, memory.receive(fd, 0, 64, 0));
            OsException e = assertThrows(OsException.class, () -> memory.send(fd, 0, 64, 0));
            assertTrue(e.is(Errno.EDESTADDRREQ), e.getMessage());
            assertThrows(OsException.class, () -> memory.receive(-1, 0, 64, 0));
        } finally {
            Sockets.close(fd);
        }
    }

    @Test
    void aThreadRunsWhereItIsPut() throws Exception {
        List<Integer> before = Cpus.allowed();
        assertTrue(!before.isEmpty());
        try {
            int last = before.get(before.size() - 1);
            Cpus.pin(List.of(last));
            assertEquals(List.of(last), Cpus.allowed());
        } finally {
            Cpus.pin(before);
        }
        assertEquals(before, Cpus.allowed());
        OsException e = assertThrows(OsException.class, () -> Cpus.pin(List.of(1_023)));
        assertTrue(e.getMessage().contains("EINVAL"), e.getMessage());
        assertThrows(OsException.class, () -> Cpus.pin(List.of(-2)));
    }

    @Test
    void theClockIsThatOfPacketsAndASleepIsNeverShort() throws Exception {
        NativeClock clock = new NativeClock();
        long before = WallClock.nowNs();
        long now = clock.wallNs();
        long after = WallClock.nowNs();
        assertTrue(before <= now && now <= after, before + " " + now + " " + after);
        clock.sleepExactly();
        long until = System.nanoTime() + 3_000_000;
        clock.sleepUntil(until);
        assertTrue(System.nanoTime() - until >= 0);
        clock.sleepUntil(System.nanoTime() - 1_000);
    }

    @Test
    void loHasAnMtu() throws Exception {
        assertTrue(Interfaces.mtu("lo") >= 1_280);
        assertThrows(OsException.class, () -> Interfaces.mtu("none"));
    }
}
