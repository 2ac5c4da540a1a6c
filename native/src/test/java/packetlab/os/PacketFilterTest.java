package packetlab.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Filters for packets that are there already. */
class PacketFilterTest {
    private static ByteBuffer frame(PacketCraft.Transport transport, int octets, int at) {
        PacketCraft craft = new PacketCraft();
        craft.source = SocketAddress.of("10.0.0.1", 4_000);
        craft.destination = SocketAddress.of("10.0.0.2", 80);
        craft.flags = 2;
        craft.payload = new byte[octets];
        ByteBuffer packet = craft.make(transport);
        return ByteBuffer.allocate(at + 14 + packet.remaining()).putShort(at + 12, (short) 0x0800).put(at + 14, packet, 0, packet.remaining());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"tcp | TCP | 0 | true", "tcp | UDP | 0 | false", "src port 4000 and dst host 10.0.0.2 | UDP | 5 | true",
        "udp[4:2] > 108 | UDP | 100 | false", "udp[4:2] > 108 | UDP | 101 | true", "tcp[tcpflags] == tcp-syn | TCP | 9 | true",
        "greater 200 | UDP | 10 | false", "greater 200 | UDP | 300 | true", "ip6 | TCP | 0 | false"})
    void aFilterSelectsWhatItSays(String filter, PacketCraft.Transport transport, int octets, boolean selected) throws Exception {
        for (int at : new int[] {0, 7}) {
            ByteBuffer frame = frame(transport, octets, at);
            int length = frame.capacity() - at;
            assertEquals(selected, PacketFilter.compile(filter).selects(frame, at, length, length), filter);
        }
    }

    @Test
    void ofAPacketThatWasCutTheWholeLengthIsKnown() throws Exception {
        ByteBuffer frame = frame(PacketCraft.Transport.UDP, 300, 0);
        assertTrue(PacketFilter.compile("greater 200 and udp").selects(frame, 0, 60, frame.capacity()));
    }

    @Test
    void whatIsNoFilterIsSaid() {
        UsageException e = assertThrows(UsageException.class, () -> PacketFilter.compile("tcp prt 80"));
        assertTrue(e.getMessage().startsWith("the capture filter 'tcp prt 80' does not compile: "), e.getMessage());
        assertThrows(UsageException.class, () -> PacketFilter.compile("x".repeat(5_000)));
    }
}
