package packetlab.os;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import packetlab.wire.PacketHandler;
import packetlab.wire.PacketSource;

/**
 * The capture helper itself, where it has the right without being installed: in a private namespace. That it gives the
 * right to those who have none is {@link GrantCaptureTest}'s to show.
 */
class CaptureHelperTest {
    private static final int SOL_PACKET = 263, PACKET_IGNORE_OUTGOING = 23, SO_ATTACH_FILTER = 26;
    private static final int SNAPLEN = 65_535, BUFFER = 4 << 20;
    private static final Map<String, Inside.Case> CASES = new LinkedHashMap<>();
    private static Path helper, allowing, streamOnly;

    static {
        CASES.put("a descriptor receives what the filter means, once, and cut", CaptureHelperTest::descriptorReceives);
        CASES.put("its filter is locked, and it is set to ignore what is sent", CaptureHelperTest::filterIsLocked);
        CASES.put("bound elsewhere it receives nothing", CaptureHelperTest::reboundDescriptorIsDeaf);
        CASES.put("a stream delivers what libpcap does", CaptureHelperTest::streamEqualsLibpcap);
        CASES.put("a ring on the helper's socket delivers what libpcap does", CaptureHelperTest::ringEqualsLibpcap);
        CASES.put("big packets come whole, in big blocks", CaptureHelperTest::bigPacketsStream);
        CASES.put("what the ring drops is counted", CaptureHelperTest::dropsAreCounted);
        CASES.put("streams end under load, and their helpers with them", CaptureHelperTest::closedUnderLoad);
        CASES.put("another interface is the administrator's to allow", CaptureHelperTest::otherInterfaces);
        CASES.put("VLAN tags are put back", CaptureHelperTest::vlanTags);
        CASES.put("where only packets are allowed no descriptor comes", CaptureHelperTest::streamOnlyPassesNothing);
        CASES.put("what cannot be captured is said in one line", CaptureHelperTest::badRequests);
        CASES.put("a helper that is killed ends the capture", CaptureHelperTest::helperKilled);
        CASES.put("an interface set down ends the capture", CaptureHelperTest::interfaceDown);
        CASES.put("nothing is left", CaptureHelperTest::nothingIsLeft);
    }

    public static void main(String[] arguments) throws IOException {
        helper = Path.of(arguments[0]);
        allowing = Path.of(arguments[1]);
        streamOnly = Path.of(arguments[2]);
        System.setProperty("java.io.tmpdir", arguments[3]);
        Inside.runAll(CASES);
    }

    @TestFactory
    Stream<DynamicTest> live(@TempDir Path programs, @TempDir Path temporary) throws IOException {
        Path[] compiled = {Compiled.into(programs, "helper", Compiled.HELPER),
            Compiled.into(programs, "allowing", Compiled.HELPER, "-DALLOWED_INTERFACES=\"other\",\"vethA\","),
            Compiled.into(programs, "stream-only", Compiled.HELPER, "-DSTREAM_ONLY=1")};
        return Inside.tests(CaptureHelperTest.class, CASES, compiled[0].toString(), compiled[1].toString(),
                compiled[2].toString(), temporary.toString());
    }

    private static HelperStream stream(Path program, String device, String filter, int snaplen, int bufferBytes)
            throws IOException {
        return CaptureHelper.openStream(program, RingOptions.on(device).withFilter(filter).withSnaplen(snaplen)
                .withBufferBytes(bufferBytes));
    }

    private static int open(Path program, String device, String filter, int snaplen) throws IOException {
        return CaptureHelper.openDescriptor(program, device, filter.isEmpty() ? CaptureFilter.snapLength(snaplen).instructions()
                : CaptureFilter.compile(filter, 1, snaplen).instructions());
    }

    /** The frames that wait on a packet socket. */
    private static List<byte[]> frames(int fd) throws IOException {
        List<byte[]> frames = new ArrayList<>();
        ReceivedMessage message = new ReceivedMessage();
        ByteBuffer room = ByteBuffer.allocateDirect(SNAPLEN + 100);
        while (message.receive(fd, room.clear(), Sockets.MSG_DONTWAIT) != ReceivedMessage.NOTHING) {
            byte[] frame = new byte[room.position()];
            room.get(0, frame);
            frames.add(frame);
        }
        return frames;
    }

    private static void descriptorReceives() throws IOException {
        int fd = open(helper, "lo", "udp and greater 100", 60);
        LiveCapture.tcpExchange(200);
        LiveCapture.udpDatagrams(3, "short");
        LiveCapture.udpDatagrams(5, "l" + "o".repeat(100) + "ng");
        List<byte[]> frames = frames(fd);
        assertEquals(5, frames.size(), "each once");
        frames.forEach(f -> assertEquals(60, f.length));
        Sockets.close(fd);
    }

    private static void filterIsLocked() throws IOException {
        int fd = open(helper, "lo", "", SNAPLEN);
        assertEquals(1, Sockets.getsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING));
        assertEquals(1, Sockets.getsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_LOCK_FILTER));
        for (int option : new int[] {SO_ATTACH_FILTER, SO_ATTACH_FILTER + 1, Sockets.SO_LOCK_FILTER}) {
            ByteBuffer all = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder()).putShort(0, (short) 6)
                    .putInt(4, SNAPLEN);
            ByteBuffer program = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder()).putShort(0, (short) 1)
                    .putLong(8, com.kenai.jffi.MemoryIO.getInstance().getDirectBufferAddress(all));
            OsException e = assertThrows(OsException.class, () -> Sockets.setsockopt(fd, Sockets.SOL_SOCKET, option,
                    option == SO_ATTACH_FILTER ? program : ByteBuffer.allocateDirect(4)));
            assertTrue(e.is(Errno.EPERM), e.getMessage());
        }
        Sockets.close(fd);
    }

    private static void reboundDescriptorIsDeaf() throws IOException {
        if (!makeEthernet()) {
            return;
        }
        int fd = open(helper, "lo", "", SNAPLEN);
        frames(fd);
        bindPacketSocket(fd, Interfaces.index("vethA"));
        sendFrame("vethB", 0x0800);
        assertEquals(0, frames(fd).size(), "of the other interface");
        bindPacketSocket(fd, 0);
        sendFrame("vethB", 0x0800);
        assertEquals(0, frames(fd).size(), "of all interfaces");
        LiveCapture.udpDatagrams(2, "but still of lo");
        assertEquals(2, frames(fd).size());
        Sockets.close(fd);
        removeEthernet();
    }

    private record Seen(ByteBuffer octets, int wireLength, long timestampNs, int linkType, int flags) {}

    private static PacketHandler into(List<Seen> list) {
        return (buffer, offset, capturedLength, wireLength, timestampNs, linkType, flags) -> {
            byte[] octets = new byte[capturedLength];
            buffer.get(offset, octets);
            list.add(new Seen(ByteBuffer.wrap(octets), wireLength, timestampNs, linkType, flags));
        };
    }

    /** Polls until that many have come, and once more; gives up after some seconds in which nothing came. */
    private static List<Seen> await(PacketSource source, int count) throws IOException {
        List<Seen> seen = new ArrayList<>();
        for (int idle = 0; idle < 30 && (seen.size() < count || idle == 0); ) {
            idle += source.poll(into(seen)) == 0 ? 1 : 0;
        }
        return seen;
    }

    private static void streamEqualsLibpcap() throws IOException {
        try (PacketSource pcap = PcapSource.open(PcapOptions.on("lo").withFilter("udp").withSnaplen(80));
             HelperStream stream = stream(helper, "lo", "udp", 80, BUFFER)) {
            assertEquals("lo udp 80 1 capture-helper", String.join(" ", stream.device(), stream.filter(),
                    stream.snaplen() + "", stream.linkType() + "", stream.backend()));
            LiveCapture.tcpExchange(100);
            for (int i = 0; i < 200; i++) {
                LiveCapture.udpDatagrams(1, "x".repeat(i));
            }
            List<Seen> expected = await(pcap, 200);
            assertEquals(200, expected.size());
            assertEquals(expected, await(stream, 200));
            assertEquals(0, stream.dropped());
        }
    }

    private static void ringEqualsLibpcap() throws IOException {
        RingOptions options = RingOptions.on("lo").withFilter("udp").withSnaplen(80);
        for (boolean low : new boolean[] {false, true}) {
            try (PacketSource pcap = PcapSource.open(PcapOptions.on("lo").withFilter("udp").withSnaplen(80));
                 RingSource ring = CaptureHelper.openRing(helper, options.withLowLatency(low))) {
                LiveCapture.tcpExchange(100);
                LiveCapture.udpDatagrams(200, "x".repeat(100));
                List<Seen> expected = await(pcap, 200);
                assertEquals(200, expected.size());
                assertEquals(expected, await(ring, 200));
                assertEquals(0, ring.dropped());
            }
        }
    }

    private static void bigPacketsStream() throws IOException {
        try (HelperStream stream = stream(helper, "lo", "tcp", 262_144, BUFFER)) {
            LiveCapture.tcpExchange(1_000_000);
            List<Seen> seen = await(stream, 30);
            assertTrue(seen.stream().anyMatch(p -> p.wireLength > 60_000));
            seen.forEach(p -> assertEquals(p.wireLength, p.octets.remaining()));
            assertTrue(seen.stream().allMatch(p -> p.flags == PacketHandler.CHECKSUM_NOT_COMPUTED));
        }
    }

    private static void dropsAreCounted() throws IOException {
        int sent = 40_000;
        try (HelperStream stream = stream(helper, "lo", "udp", SNAPLEN, 1 << 20)) {
            LiveCapture.udpDatagrams(sent, "nobody reads this in time".repeat(8));
            int seen = await(stream, 1).size();
            while (seen + stream.dropped() < sent) {        // the last drops are told with the next look
                assertTrue(stream.poll(into(new ArrayList<>())) == 0);
            }
            assertTrue(seen > 0 && stream.dropped() > 0, seen + " seen");
            assertEquals(sent, seen + stream.dropped());
        }
    }

    private static void closedUnderLoad() throws Exception {
        for (int i = 0; i < 12; i++) {
            HelperStream stream = stream(helper, "lo", "", SNAPLEN, 1 << 20);
            Thread closer = new Thread(stream::close);
            LiveCapture.udpDatagrams(300, "load");
            closer.start();
            int result = 0;
            while (result != PacketSource.END) {
                result = stream.poll((buffer, offset, captured, wire, timestampNs, link, flags) -> buffer.get(offset));
            }
            closer.join();
        }
        List<HelperStream> closedByHandler = List.of(stream(helper, "lo", "", SNAPLEN, 1 << 20));
        LiveCapture.udpDatagrams(9, "one is taken");
        int delivered = 0;
        while (delivered == 0) {
            delivered = closedByHandler.get(0).poll((buffer, offset, captured, wire, timestampNs, link, flags) ->
                    closedByHandler.get(0).close());
        }
        assertEquals(1, delivered);
    }

    private static void otherInterfaces() throws IOException {
        if (!makeEthernet()) {
            return;
        }
        PermissionException e = assertThrows(PermissionException.class, () -> open(helper, "vethA", "", SNAPLEN));
        assertEquals("may not capture on vethA: the administrator has not allowed captures on vethA; once, as root: "
                + "scripts/grant-capture --interface vethA; or without it: packetlab demo", e.getMessage());
        assertThrows(PermissionException.class, () -> open(allowing, "vethB", "", SNAPLEN));
        int fd = open(allowing, "vethA", "ip", SNAPLEN);
        sendFrame("vethB", 0x0800);
        sendFrame("vethA", 0x0800);
        assertEquals(2, frames(fd).size(), "received and sent");
        LiveCapture.udpDatagrams(2, "on lo");
        assertEquals(0, frames(fd).size());
        Sockets.close(fd);
        removeEthernet();
    }

    private static void vlanTags() throws IOException {
        if (!makeEthernet()) {
            return;
        }
        try (HelperStream stream = stream(allowing, "vethA", "ether src 02:00:00:00:00:01", SNAPLEN, BUFFER)) {
            byte[] sent = sendFrame("vethB", 0x8100);
            List<Seen> seen = await(stream, 1);
            assertEquals(1, seen.size());
            assertArrayEquals(sent, seen.get(0).octets.array());
            assertEquals(sent.length, seen.get(0).wireLength);
        }
        removeEthernet();
    }

    private static void streamOnlyPassesNothing() throws IOException {
        PermissionException e = assertThrows(PermissionException.class, () -> open(streamOnly, "lo", "", SNAPLEN));
        assertEquals("scripts/grant-capture --pass sockets", e.grant());
        try (HelperStream stream = stream(streamOnly, "lo", "udp", SNAPLEN, BUFFER)) {
            LiveCapture.udpDatagrams(2, "packets only");
            assertEquals(2, await(stream, 2).size());
        }
    }

    private static void badRequests() throws IOException {
        Path program = helper;
        ByteBuffer tooMuch = ByteBuffer.allocateDirect(4093 * 8);
        UsageException e = assertThrows(UsageException.class,
                () -> CaptureHelper.openDescriptor(program, "lo", tooMuch));
        assertEquals("the capture filter is too long: 4093 instructions, and capture-helper takes 4092",
                e.getMessage());
        assertEquals("there is no interface eth77; there are: lo", assertThrows(UsageException.class,
                () -> stream(program, "eth77", "", SNAPLEN, BUFFER)).getMessage());
        assertThrows(UsageException.class, () -> stream(program, "any", "", SNAPLEN, BUFFER));
        assertThrows(UsageException.class, () -> stream(program, "", "", SNAPLEN, BUFFER));
        Interfaces.lower("lo");
        try {
            OsException down = assertThrows(OsException.class,
                    () -> stream(program, "lo", "", SNAPLEN, BUFFER));
            assertTrue(down.is(Errno.ENETDOWN), down.getMessage());
            assertEquals("capture on lo failed: lo: Network is down",
                    assertThrows(IOException.class, () -> open(program, "lo", "", SNAPLEN)).getMessage());
        } finally {
            Interfaces.raise("lo");
        }
    }

    private static void helperKilled() throws Exception {
        HelperStream stream = stream(helper, "lo", "", SNAPLEN, BUFFER);
        ProcessHandle process = ProcessHandle.current().children().findFirst().orElseThrow();
        process.destroyForcibly();
        IOException e = assertThrows(IOException.class, () -> await(stream, 1));
        assertEquals("capture-helper was killed (signal 9)", e.getMessage());
        stream.close();
    }

    private static void interfaceDown() throws IOException {
        try (HelperStream stream = stream(helper, "lo", "", SNAPLEN, BUFFER)) {
            Interfaces.lower("lo");
            OsException e = assertThrows(OsException.class, () -> await(stream, 1));
            assertTrue(e.is(Errno.ENETDOWN), e.getMessage());
        } finally {
            Interfaces.raise("lo");
        }
    }

    private static void nothingIsLeft() throws IOException {
        assertEquals(0, ProcessHandle.current().children().count());
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            assertEquals(List.of(), files.filter(f -> f.getFileName().toString().startsWith("packetlab-")).toList());
        }
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            assertEquals(List.of(), descriptors.filter(CaptureHelperTest::isSocket).toList());
        }
    }

    /** The JDK keeps a stream socket of its own. */
    private static boolean isSocket(Path descriptor) {
        try {
            int fd = Integer.parseInt(descriptor.getFileName().toString());
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:")
                    && Sockets.getsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_TYPE) != Sockets.SOCK_STREAM;
        } catch (IOException e) {
            return false;
        }
    }

    /** A pair of virtual Ethernet interfaces, for which iproute2 is needed. */
    private static boolean makeEthernet() throws IOException {
        String ip = Programs.find("ip");
        if (ip == null) {
            System.out.println("NOT RUN: captures on virtual Ethernet need ip(8), of the package iproute2");
            return false;
        }
        assertEquals(0, Programs.run(List.of(ip, "link", "add", "vethA", "type", "veth", "peer", "vethB")).status());
        Interfaces.raise("vethA");
        Interfaces.raise("vethB");
        return true;
    }

    private static void removeEthernet() throws IOException {
        assertEquals(0, Programs.run(List.of(Programs.find("ip"), "link", "delete", "vethA")).status());
    }

    /** A frame of 60 octets: with a VLAN tag, or of IPv4 and cut. */
    private static byte[] sendFrame(String device, int etherType) throws IOException {
        byte[] frame = new byte[60];
        ByteBuffer.wrap(frame).put(new byte[] {-1, -1, -1, -1, -1, -1, 2, 0, 0, 0, 0, 1}).putShort((short) etherType)
                .putShort((short) (etherType == 0x8100 ? 0x2007 : 0x4500)).putShort((short) 0x0800)
                .put("a tag".getBytes(US_ASCII));
        int fd = Sockets.socket(Sockets.AF_PACKET, Sockets.SOCK_RAW, 0);
        bindPacketSocket(fd, Interfaces.index(device));
        Sockets.send(fd, ByteBuffer.allocateDirect(frame.length).put(frame).flip(), 0);
        Sockets.close(fd);
        return frame;
    }

    private static void bindPacketSocket(int fd, int index) throws OsException {
        ByteBuffer address = ByteBuffer.allocateDirect(20).order(ByteOrder.nativeOrder())
                .putShort(0, (short) Sockets.AF_PACKET).putShort(2, Short.reverseBytes((short) 3)).putInt(4, index);
        if (LibC.get().bind(fd, address, 20) < 0) {
            int errno = LibC.errno();
            throw new OsException("bind", fd + ", interface " + index, errno);
        }
    }
}
