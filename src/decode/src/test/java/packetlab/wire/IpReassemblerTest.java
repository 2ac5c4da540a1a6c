package packetlab.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IpReassemblerTest {
    private static final int MAX_DATAGRAMS = 1024;
    private static final byte[] DATA = new byte[100];

    static {
        for (int i = 0; i < DATA.length; i++) {
            DATA[i] = (byte) i;
        }
    }

    private final Dissector d = new Dissector();
    private final IpReassembler reassembler = new IpReassembler(MAX_DATAGRAMS, 8 << 20);

    private boolean add(byte[] packet) {
        assertEquals(Dissector.Result.IP_FRAGMENT, d.dissect(packet, 0, packet.length, packet.length, LinkType.RAW));
        return reassembler.add(d);
    }

    private static byte[] four(int id, int from, int to) {
        return Packets.ipv4(17, 1, 2, id, from / 8 | (to < DATA.length ? 0x2000 : 0), Arrays.copyOfRange(DATA, from, to));
    }

    private static byte[] six(int from, byte[] part, boolean more) {
        byte[] header = Packets.bytes(17, 0, from >>> 8, from | (more ? 1 : 0), 0, 0, 0, 9);
        return Packets.ipv6(44, new byte[16], new byte[16], Packets.concat(header, part));
    }

    private void assertWhole() {
        assertArrayEquals(DATA, Arrays.copyOf(reassembler.datagram(), reassembler.length()));
    }

    @Test
    void whatLiesBehindTheEndDoesNotStandForWhatIsMissing() {
        assertFalse(add(Packets.ipv4(17, 1, 2, 1, 16 / 8 | 0x2000, Arrays.copyOfRange(DATA, 16, 24))));
        assertFalse(add(Packets.ipv4(17, 1, 2, 1, 8 / 8, Arrays.copyOfRange(DATA, 8, 16))), "it ends before what came");
        assertFalse(add(four(1, 24, 100)));
        assertFalse(add(Packets.ipv4(17, 1, 2, 1, 104 / 8 | 0x2000, new byte[16])), "behind the end");
        assertEquals(2, reassembler.givenUp());
        assertTrue(add(four(1, 0, 16)));
        assertWhole();
    }

    @Test
    void fragmentsInAnyOrder() { // row 24
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            List<byte[]> parts = new ArrayList<>(List.of(four(round, 0, 32), four(round, 32, 64), four(round, 64, 88),
                    four(round, 88, 100)));
            Collections.shuffle(parts, random);
            for (int i = 0; i < 4; i++) {
                assertEquals(i == 3, add(parts.get(i)), "seed " + seed);
            }
            assertWhole();
        }
        assertEquals(0, reassembler.waiting());
    }

    @Test
    void theFirstOfOverlappingOctetsStandInVersionFour() {
        byte[] other = four(1, 8, 40);
        Arrays.fill(other, 20, other.length, (byte) 0xEE);
        assertFalse(add(four(1, 0, 32)));
        assertFalse(add(other));
        assertTrue(add(four(1, 32, 100)));
        byte[] whole = reassembler.datagram();
        assertEquals(31, whole[31]);
        assertEquals((byte) 0xEE, whole[32]);
        assertEquals(1, reassembler.overlaps());
    }

    @Test
    void overlapInVersionSixGivesTheDatagramUp() {
        assertFalse(add(six(0, Arrays.copyOfRange(DATA, 0, 32), true)));
        assertFalse(add(six(24, Arrays.copyOfRange(DATA, 24, 48), true)));
        assertFalse(add(six(48, Arrays.copyOfRange(DATA, 48, 100), false)));
        assertEquals(1, reassembler.givenUp());
        assertEquals(0, reassembler.waiting());
    }

    @Test
    void shapesThatCannotBeAreGivenUp() {
        assertFalse(add(Packets.ipv4(17, 1, 2, 1, 0x2000, new byte[7])), "not a multiple of eight, and more to come");
        assertFalse(add(Packets.ipv4(17, 1, 2, 1, 0x1FFF, new byte[64])), "beyond the longest datagram");
        assertEquals(2, reassembler.givenUp());
    }

    @Test
    void whatWaitsIsLimited() {
        for (int id = 0; id < 5000; id++) {
            assertFalse(add(four(id, 0, 32)));
        }
        assertEquals(MAX_DATAGRAMS, reassembler.waiting());
        assertEquals(5000 - MAX_DATAGRAMS, reassembler.givenUp());
    }
}
