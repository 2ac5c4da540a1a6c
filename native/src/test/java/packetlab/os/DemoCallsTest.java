package packetlab.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import packetlab.wire.Fault;
import packetlab.wire.Ipv4;
import packetlab.wire.Net;
import packetlab.wire.Tcp;
import packetlab.wire.Udp;

/** What the demos need beside the plain socket calls: filters, descriptors that are passed, packets made by hand. */
@Timeout(20)
class DemoCallsTest {
    private final List<Integer> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws OsException {
        for (int fd : open) {
            Sockets.close(fd);
        }
    }

    @Test
    void aFilterDropsAllOrSomeAndCanBeTakenAway() throws OsException {
        int receiver = bound();
        Sockets.setsockopt(receiver, Sockets.SOL_SOCKET, Sockets.SO_RCVBUF, 1 << 20);
        assertEquals(1, received(receiver, 1, 100));
        SocketFilter.nothing().attachTo(receiver);
        assertEquals(0, received(receiver, 10, 100));
        SocketFilter.loseOneIn(4).attachTo(receiver);
        assertEquals(50, received(receiver, 50, 20), "none that is not longer than a header");
        int some = received(receiver, 200, 100);
        assertTrue(some > 0 && some < 200, some + " of 200");       // all or none: less likely than 1 in 10^24
        SocketFilter.detachFrom(receiver);
        assertEquals(200, received(receiver, 200, 100));
    }

    /** How many of so many datagrams of that length arrive. */
    private int received(int receiver, int count, int length) throws OsException {
        int sender = keep(Sockets.socket(Sockets.AF_INET, Sockets.SOCK_DGRAM, 0));
        SocketAddress address = Sockets.getsockname(receiver);
        ByteBuffer data = ByteBuffer.allocateDirect(length);
        int received = 0;
        for (int i = 0; i < count; i++) {
            Sockets.sendto(sender, data.clear(), 0, address);
            try {
                Sockets.recv(receiver, data.clear(), Sockets.MSG_DONTWAIT);     // on loopback it is there, or nowhere
                received++;
            } catch (OsException e) {
                assertTrue(e.is(Errno.EAGAIN), e.getMessage());
            }
        }
        return received;
    }

    @Test
    void aPassedDescriptorIsAnotherOneOfTheSameOpenFile(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("f"), "0123456789");
        SocketAddress.Unix path = new SocketAddress.Unix(directory.resolve("s").toString());
        int listening = keep(Sockets.socket(Sockets.AF_UNIX, Sockets.SOCK_STREAM, 0));
        Sockets.bind(listening, path);
        Sockets.listen(listening, 1);
        int sender = keep(Sockets.socket(Sockets.AF_UNIX, Sockets.SOCK_STREAM, 0));
        Sockets.connect(sender, path);
        int receiver = keep(Sockets.accept(listening, null));

        int opened = keep(Descriptors.open(file));
        assertEquals(1, Descriptors.send(sender, opened));
        int passed = keep(Descriptors.receive(receiver));
        assertNotEquals(opened, passed);
        ByteBuffer data = ByteBuffer.allocateDirect(4);
        assertEquals(4, Descriptors.read(opened, data));
        assertEquals(4, Descriptors.read(passed, data.clear()));
        assertEquals("4567", StandardCharsets.US_ASCII.decode(data.flip()).toString(), "one open file, one position");

        Sockets.send(sender, ByteBuffer.allocateDirect(1), 0);
        assertEquals(Descriptors.NONE, Descriptors.receive(receiver), "an octet alone");
        OsException e = assertThrows(OsException.class, () -> Descriptors.open(directory.resolve("none")));
        assertTrue(e.is(Errno.ENOENT) && e.getMessage().startsWith("open("), e.getMessage());
    }

    @Test
    void anOverlongPathIsRefusedByTheKernel() throws OsException {
        int socket = keep(Sockets.socket(Sockets.AF_UNIX, Sockets.SOCK_STREAM, 0));
        for (int length : new int[] {109, 120, 500}) {
            SocketAddress overlong = new SocketAddress.OverlongPath("/" + "x".repeat(length - 1));
            assertTrue(assertThrows(OsException.class, () -> Sockets.bind(socket, overlong)).is(Errno.EINVAL));
        }
    }

    private static byte[] octets(ByteBuffer b) {
        byte[] octets = new byte[b.remaining()];
        b.get(0, octets);
        return octets;
    }

    @Test
    void packetsByHandHaveTheChecksumsThatTheyShould() {
        SocketAddress.Ipv4 from = (SocketAddress.Ipv4) SocketAddress.of("10.9.9.9", 40_000);
        SocketAddress.Ipv4 to = (SocketAddress.Ipv4) SocketAddress.of("127.0.0.1", 65_535);
        Ipv4.View ip = new Ipv4.View();
        ByteBuffer segment = HandMade.tcp(from, to, -2, 7, Tcp.SYN | Tcp.ACK, "odd");
        assertEquals(Fault.NONE, ip.wrap(octets(segment), 0, segment.remaining(), segment.remaining()));
        assertEquals(from.address(), ip.source());
        assertEquals(to.address(), ip.destination());
        Tcp.View tcp = new Tcp.View();
        assertEquals(Fault.NONE, tcp.wrap(octets(segment), ip.payloadOffset(), ip.payloadCapturedLength(), ip.payloadWireLength()));
        assertEquals(List.of(40_000, 65_535, -2, 7, Tcp.SYN | Tcp.ACK), List.of(tcp.sourcePort(), tcp.destinationPort(),
                tcp.sequence(), tcp.acknowledgment(), tcp.flags()));
        assertEquals(3, tcp.payloadCapturedLength());
        assertEquals(0, sum(segment, ip.payloadOffset(), from, to, 6), "with its checksum the sum is zero");

        ByteBuffer datagram = HandMade.udp(from, to, "");
        assertEquals(Fault.NONE, ip.wrap(octets(datagram), 0, datagram.remaining(), datagram.remaining()));
        assertEquals(Udp.HEADER_LENGTH, ip.payloadCapturedLength());
        assertEquals(0, sum(datagram, ip.payloadOffset(), from, to, 17));

        ByteBuffer echo = HandMade.echoRequest(0xFFFF, 0x8000, 5);
        assertEquals(List.of(8, 0, 0xFFFF, 0x8000, 13), List.of(Net.u8(echo, 0), Net.u8(echo, 1), Net.u16(echo, 4),
                Net.u16(echo, 6), echo.remaining()));
        assertEquals(0, sum(echo, 0, 0));
    }

    /** The Internet checksum over pseudo-header and content (RFC 9293 section 3.1, RFC 768). */
    private static int sum(ByteBuffer packet, int at, SocketAddress.Ipv4 from, SocketAddress.Ipv4 to, int protocol) {
        int length = packet.remaining() - at;
        long pseudo = (from.address() >>> 16) + (from.address() & 0xFFFF) + (to.address() >>> 16)
                + (to.address() & 0xFFFF) + protocol + length;
        return sum(packet, at, pseudo);
    }

    private static int sum(ByteBuffer packet, int at, long sum) {
        for (int i = at; i < packet.remaining(); i += 2) {
            sum += i + 1 < packet.remaining() ? Net.u16(packet, i) : Net.u8(packet, i) << 8;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xFFFF) + (sum >>> 16);
        }
        return (int) (~sum & 0xFFFF);
    }

    private int bound() throws OsException {
        int fd = keep(Sockets.socket(Sockets.AF_INET, Sockets.SOCK_DGRAM, 0));
        Sockets.bind(fd, SocketAddress.loopback(0));
        return fd;
    }

    private int keep(int fd) {
        open.add(fd);
        return fd;
    }
}
