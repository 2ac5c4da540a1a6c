package packetlab.os;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.packet.EthernetPacket;
import org.pcap4j.packet.IpV4Packet;
import org.pcap4j.packet.IpV4Rfc791Tos;
import org.pcap4j.packet.Packet;
import org.pcap4j.packet.UdpPacket;
import org.pcap4j.packet.UnknownPacket;
import org.pcap4j.packet.namednumber.EtherType;
import org.pcap4j.packet.namednumber.IpNumber;
import org.pcap4j.packet.namednumber.IpVersion;
import org.pcap4j.packet.namednumber.UdpPort;
import org.pcap4j.util.MacAddress;
import packetlab.wire.LinkType;
import packetlab.wire.PacketHandler;
import packetlab.wire.PacketSource;

/** Captures live, in a private network namespace: the cases run in a child JVM there. */
class PcapSourceTest {
    private static final int UDP = 17, TCP = 6, SYN = 2, FIN = 1;
    private static final Map<String, Inside.Case> CASES = new LinkedHashMap<>();

    static {
        CASES.put("a TCP conversation on lo comes once and in order", PcapSourceTest::tcpComesOnce);
        CASES.put("immediate mode delivers the same", PcapSourceTest::immediateModeDelivers);
        CASES.put("packets of 64 KB come whole", PcapSourceTest::bigPacketsComeWhole);
        CASES.put("a snap length cuts and says so", PcapSourceTest::snaplenCuts);
        CASES.put("a filter keeps the rest out", PcapSourceTest::filterFilters);
        CASES.put("a packet built by pcap4j comes byte for byte", PcapSourceTest::builtPacketComesByteForByte);
        CASES.put("any interface has cooked headers", PcapSourceTest::anyInterface);
        CASES.put("an idle poll returns in time", PcapSourceTest::idlePollReturns);
        CASES.put("another thread may close", PcapSourceTest::anotherThreadMayClose);
        CASES.put("the handler may close", PcapSourceTest::handlerMayClose);
        CASES.put("closing under load harms nobody", PcapSourceTest::closedUnderLoad);
        CASES.put("a bad filter is the user's mistake", PcapSourceTest::badFilter);
        CASES.put("libpcap lists its devices", PcapSourceTest::devicesAreListed);
        CASES.put("an absent interface is the user's mistake", PcapSourceTest::absentInterface);
        CASES.put("an interface set down while capturing ends it", PcapSourceTest::interfaceSetDown);
        CASES.put("virtual Ethernet tells sent from received, and its end", PcapSourceTest::virtualEthernet);
        CASES.put("an interface that is down cannot be captured", PcapSourceTest::interfaceDown);
    }

    public static void main(String[] arguments) throws IOException {
        Inside.runAll(CASES);
    }

    @TestFactory
    Stream<DynamicTest> live() throws IOException {
        return Inside.tests(PcapSourceTest.class, CASES);
    }

    @Test
    void withoutTheRightTheMessageNamesWhoGrantsIt() throws IOException {
        String setpriv = Programs.find("setpriv");
        List<String> powerless = List.of(setpriv, "--inh-caps=-all", "--ambient-caps=-all", "--bounding-set=-all",
                "--no-new-privs");
        String output = Inside.run(Opening.class, powerless, "lo").output();
        assertEquals("PermissionException: may not capture on lo: CAP_NET_RAW is missing\n"
                + "scripts/grant-capture\npacketlab demo\n", output);
    }

    @Test
    void withoutLibpcapTheMessageNamesThePackage() throws IOException {
        List<String> command = Inside.java(Opening.class, "lo");
        command.add(1, "-Dorg.pcap4j.core.pcapLibName=pcap-that-is-absent");
        String output = Programs.run(command).output();
        String expected = "MissingLibraryException: libpcap is not installed; "
                + "once, as root: apt-get install libpcap0.8\n";
        assertEquals(expected + expected, output);
    }

    /** Opens a capture, twice where it fails, and prints how. */
    static final class Opening {
        public static void main(String[] arguments) {
            for (int i = 0; i < 2; i++) {
                try {
                    PcapSource.open(PcapOptions.on(arguments[0])).close();
                    System.out.println("opened");
                } catch (PermissionException e) {
                    System.out.println("PermissionException: " + e.what());
                    System.out.println(e.grant() + "\n" + e.alternative());
                    return;
                } catch (IOException e) {
                    System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
                }
            }
        }
    }

    @Test
    void optionsHaveLimits() {
        PcapOptions lo = PcapOptions.on("lo");
        assertThrows(IllegalArgumentException.class, () -> lo.withSnaplen(0));
        assertThrows(IllegalArgumentException.class, () -> lo.withSnaplen(262_145));
        assertThrows(IllegalArgumentException.class, () -> lo.withBufferBytes(1000));
    }

    private static void tcpComesOnce() throws IOException {
        long before = WallClock.nowNs();
        try (LiveCapture capture = new LiveCapture(PcapOptions.on("lo"))) {
            conversationIsSeen(capture);
            assertEquals(LinkType.EN10MB, capture.source.linkType());
            assertEquals(0, capture.source.dropped());
            long last = before;
            for (LiveCapture.Packet p : capture.packets) {
                assertTrue(p.timestampNs() >= last, "stamps go on");
                assertEquals(PacketHandler.CHECKSUM_NOT_COMPUTED, p.flags());
                assertEquals(p.octets().length, p.wireLength());
                last = p.timestampNs();
            }
            assertTrue(last <= WallClock.nowNs());
            assertTrue(capture.packets.stream().anyMatch(p -> p.timestampNs() % 1000 != 0), "nanoseconds");
        }
    }

    private static void immediateModeDelivers() throws IOException {
        try (LiveCapture capture = new LiveCapture(PcapOptions.on("lo").withImmediate(true))) {
            conversationIsSeen(capture);
        }
    }

    private static void conversationIsSeen(LiveCapture capture) throws IOException {
        LiveCapture.tcpExchange(100);
        List<LiveCapture.Packet> tcp = capture.await(8, p -> p.isIpv4(TCP));
        assertEquals(2, tcp.stream().filter(p -> (p.tcpFlags() & SYN) != 0).count(), "SYN and SYN-ACK");
        assertEquals(2, tcp.stream().filter(p -> (p.tcpFlags() & FIN) != 0).count(), "a FIN each way");
        assertEquals(1, tcp.stream().filter(p -> p.octets().length == 14 + 20 + 32 + 100).count(), "the data once");
    }

    private static void bigPacketsComeWhole() throws IOException {
        try (LiveCapture capture = new LiveCapture(PcapOptions.on("lo"))) {
            LiveCapture.tcpExchange(1_000_000);
            List<LiveCapture.Packet> big = capture.await(5, p -> p.wireLength() > 60_000);
            assertTrue(!big.isEmpty());
            big.forEach(p -> assertEquals(p.wireLength(), p.octets().length));
        }
    }

    private static void snaplenCuts() throws IOException {
        try (LiveCapture capture = new LiveCapture(PcapOptions.on("lo").withSnaplen(60))) {
            LiveCapture.udpDatagrams(3, "x".repeat(100));
            List<LiveCapture.Packet> udp = capture.await(3, p -> p.isIpv4(UDP));
            assertEquals(3, udp.size());
            for (LiveCapture.Packet p : udp) {
                assertEquals(60, p.octets().length);
                assertEquals(142, p.wireLength());
            }
        }
    }

    private static void filterFilters() throws IOException {
        try (LiveCapture capture = new LiveCapture(PcapOptions.on("lo").withFilter("udp and greater 100"))) {
            LiveCapture.tcpExchange(10);
            LiveCapture.udpDatagrams(2, "short");
            LiveCapture.udpDatagrams(2, "l" + "o".repeat(100) + "ng");
            assertEquals(2, capture.await(2, p -> true).size());
        }
    }

    private static void builtPacketComesByteForByte() throws IOException {
        Packet frame = frame(0);
        try (LiveCapture capture = new LiveCapture(PcapOptions.on("lo").withFilter("udp dst port 4001"))) {
            PcapHandle sender = open("lo");
            send(sender, frame);
            sender.close();
            List<LiveCapture.Packet> seen = capture.await(1, p -> true);
            assertEquals(1, seen.size());
            assertArrayEquals(frame.getRawData(), seen.get(0).octets());
        }
    }

    /** A UDP datagram from 127.0.0.1:4000 to :4001, complete with its checksums. */
    private static Packet frame(long hardwareAddress) {
        byte[] source = Arrays.copyOfRange(ByteBuffer.allocate(8).putLong(hardwareAddress).array(), 2, 8);
        UnknownPacket.Builder payload = new UnknownPacket.Builder().rawData("made by hand".getBytes(US_ASCII));
        Inet4Address lo = loopbackAddress();
        UdpPacket.Builder udp = new UdpPacket.Builder().srcPort(new UdpPort((short) 4000, "")).srcAddr(lo)
                .dstPort(new UdpPort((short) 4001, "")).dstAddr(lo).payloadBuilder(payload)
                .correctChecksumAtBuild(true).correctLengthAtBuild(true);
        IpV4Packet.Builder ip = new IpV4Packet.Builder().version(IpVersion.IPV4)
                .tos(IpV4Rfc791Tos.newInstance((byte) 0)).ttl((byte) 64).protocol(IpNumber.UDP).srcAddr(lo).dstAddr(lo)
                .payloadBuilder(udp).correctChecksumAtBuild(true).correctLengthAtBuild(true);
        return new EthernetPacket.Builder().srcAddr(MacAddress.getByAddress(source))
                .dstAddr(MacAddress.getByAddress(new byte[6])).type(EtherType.IPV4).payloadBuilder(ip)
                .pad(new byte[0]).build();
    }

    private static Inet4Address loopbackAddress() {
        try {
            return (Inet4Address) InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static PcapHandle open(String device) throws IOException {
        try {
            return new PcapHandle.Builder(device).build();
        } catch (PcapNativeException e) {
            throw new IOException(e);
        }
    }

    private static void send(PcapHandle handle, Packet frame) throws IOException {
        try {
            handle.sendPacket(frame);
        } catch (PcapNativeException | NotOpenException e) {
            throw new IOException(e);
        }
    }

    private static void anyInterface() throws IOException {
        try (LiveCapture capture = new LiveCapture(PcapOptions.on("any"))) {
            assertEquals(LinkType.LINUX_SLL, capture.source.linkType());
            LiveCapture.udpDatagrams(2, "twice?");
            List<LiveCapture.Packet> udp = capture.await(2, p -> p.octets()[16 + 9] == UDP);
            assertEquals(2, udp.size());
            udp.forEach(p -> assertEquals(PacketHandler.CHECKSUM_NOT_COMPUTED, p.flags()));
        }
    }

    private static void idlePollReturns() throws IOException {
        try (LiveCapture capture = new LiveCapture(PcapOptions.on("lo"))) {
            long start = System.nanoTime();
            assertEquals(0, capture.poll());
            long tookMs = (System.nanoTime() - start) / 1_000_000;
            assertTrue(tookMs >= 50 && tookMs <= 1000, tookMs + " ms");
        }
    }

    private static void anotherThreadMayClose() throws Exception {
        LiveCapture capture = new LiveCapture(PcapOptions.on("lo"));
        Thread closer = new Thread(capture::close);
        LiveCapture.udpDatagrams(5, "counted");
        capture.await(5, p -> true);
        closer.start();
        int result = 0;
        for (int i = 0; i < 50 && result != PacketSource.END; i++) {
            result = capture.poll();
        }
        closer.join();
        assertEquals(PacketSource.END, result);
        assertEquals(0, capture.source.dropped());
        capture.close();
    }

    private static void handlerMayClose() throws IOException {
        PcapSource source = PcapSource.open(PcapOptions.on("lo"));
        LiveCapture.udpDatagrams(5, "only one is taken");
        int[] taken = new int[1];
        int delivered = 0;
        for (int i = 0; i < 20 && delivered == 0; i++) {
            delivered = source.poll((buffer, offset, captured, wire, timestampNs, link, flags) -> {
                taken[0]++;
                source.close();
            });
        }
        assertEquals(1, delivered);
        assertEquals(1, taken[0]);
        assertEquals(PacketSource.END, source.poll((buffer, offset, captured, wire, timestampNs, link, flags) -> { }));
        assertEquals(0, source.dropped());
    }

    /** Closing frees what the other thread reads: it must never do so while that happens. */
    private static void closedUnderLoad() throws Exception {
        for (int i = 0; i < 100; i++) {
            PcapSource source = PcapSource.open(PcapOptions.on("lo").withBufferBytes(2 << 20));
            Thread closer = new Thread(source::close);
            LiveCapture.udpDatagrams(200, "load");
            closer.start();
            long sum = 0;
            int result = 0;
            while (result != PacketSource.END) {
                long[] octets = new long[1];
                result = source.poll((buffer, offset, captured, wire, timestampNs, link, flags) ->
                        octets[0] += buffer.get(offset + captured - 1));
                sum += octets[0];
            }
            closer.join();
            assertTrue(sum >= 0);
        }
    }

    private static void badFilter() throws IOException {
        UsageException e = assertThrows(UsageException.class,
                () -> PcapSource.open(PcapOptions.on("lo").withFilter("tcp prot 80")));
        assertTrue(e.getMessage().startsWith("the capture filter 'tcp prot 80' does not compile: "), e.getMessage());
        assertEquals(1, e.getMessage().lines().count());
        // libpcap would parse it by recursion, to the end of the stack and of the JVM.
        String endless = "(".repeat(50_000) + "tcp" + ")".repeat(50_000);
        e = assertThrows(UsageException.class, () -> PcapSource.open(PcapOptions.on("lo").withFilter(endless)));
        assertEquals("the capture filter is too long: 100003 octets, and 4096 are the limit", e.getMessage());
        PcapSource.open(PcapOptions.on("lo").withFilter("port 1" + " or port 1".repeat(100))).close();
    }

    private static void devicesAreListed() throws IOException {
        List<PcapDevice> devices = PcapDevice.list();
        PcapDevice lo = devices.stream().filter(d -> d.name().equals("lo")).findFirst().orElseThrow();
        assertTrue(lo.loopback() && lo.up());
        assertTrue(lo.addresses().contains("127.0.0.1"), lo.toString());
        assertTrue(devices.stream().anyMatch(d -> d.name().equals("any")));
    }

    private static void absentInterface() {
        UsageException e = assertThrows(UsageException.class, () -> PcapSource.open(PcapOptions.on("eth77")));
        assertEquals("there is no interface eth77; there are: lo", e.getMessage());
        assertThrows(UsageException.class, () -> PcapSource.open(PcapOptions.on("")));
        assertThrows(UsageException.class, () -> PcapSource.open(PcapOptions.on("a-name-that-is-far-too-long")));
    }

    private static void interfaceSetDown() throws IOException {
        try (LiveCapture capture = new LiveCapture(PcapOptions.on("lo"))) {
            Interfaces.lower("lo");
            OsException e = assertThrows(OsException.class, () -> {
                for (int i = 0; i < 20; i++) {
                    capture.poll();
                }
            });
            assertTrue(e.is(Errno.ENETDOWN), e.getMessage());
        } finally {
            Interfaces.raise("lo");
        }
    }

    /** A pair of virtual Ethernet interfaces, for which iproute2 is needed. */
    private static void virtualEthernet() throws IOException {
        String ip = Programs.find("ip");
        if (ip == null) {
            System.out.println("NOT RUN: captures on virtual Ethernet need ip(8), of the package iproute2");
            return;
        }
        assertEquals(0, Programs.run(List.of(ip, "link", "add", "vethA", "type", "veth", "peer", "vethB")).status());
        Interfaces.raise("vethA");
        Interfaces.raise("vethB");
        try (LiveCapture capture = new LiveCapture(PcapOptions.on("vethA"))) {
            // Each end greets the other by IPv6 when it comes up; what A sends has a checksum that is not computed yet.
            long own = Interfaces.hardwareAddress("vethA");
            Predicate<LiveCapture.Packet> sent = p -> p.u16(6) == own >>> 32 && p.u16(8) == (own >>> 16 & 0xFFFF)
                    && p.u16(10) == (own & 0xFFFF);
            PcapHandle injector = open("vethA");
            PcapHandle other = open("vethB");
            send(injector, frame(own));
            send(other, frame(Interfaces.hardwareAddress("vethB")));
            injector.close();
            other.close();
            List<LiveCapture.Packet> seen = capture.await(2, p -> p.isIpv4(UDP));
            assertEquals(2, seen.size());
            for (LiveCapture.Packet p : seen) {
                assertEquals(sent.test(p) ? PacketHandler.CHECKSUM_NOT_COMPUTED : 0, p.flags());
            }
            assertEquals(1, seen.stream().filter(sent).count());

            assertEquals(0, Programs.run(List.of(ip, "link", "delete", "vethA")).status());
            IOException e = assertThrows(IOException.class, () -> {
                for (int i = 0; i < 20; i++) {
                    capture.poll();
                }
            });
            assertTrue(e.getMessage().contains("the interface was removed while capturing"), e.getMessage());
        }
    }

    private static void interfaceDown() throws IOException {
        Interfaces.lower("lo");
        try {
            OsException e = assertThrows(OsException.class, () -> PcapSource.open(PcapOptions.on("lo")));
            assertTrue(e.is(Errno.ENETDOWN), e.getMessage());
        } finally {
            Interfaces.raise("lo");
        }
    }
}
