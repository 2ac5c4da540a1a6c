package packetlab.message;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** UTF-8 against the JDK's strict decoder. */
class Utf8Test {
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final CharBuffer characters = CharBuffer.allocate(256);

    @Test
    void allSequencesOfUpToThreeOctetsAndTheEdgesOfFour() {
        byte[] a = new byte[4];
        for (int b0 = 0; b0 < 256; b0++) {
            a[0] = (byte) b0;
            assertSame(a, 1);
            for (int b1 = 0; b1 < 256; b1++) {
                a[1] = (byte) b1;
                assertSame(a, 2);
                for (int b2 : new int[] {0, 0x41, 0x7F, 0x80, 0x9F, 0xA0, 0xBF, 0xC0, 0xE0, 0xF0, 0xFF}) {
                    a[2] = (byte) b2;
                    assertSame(a, 3);
                    for (int b3 : new int[] {0, 0x7F, 0x80, 0xBF, 0xC0, 0xFF}) {
                        a[3] = (byte) b3;
                        assertSame(a, 4);
                    }
                }
            }
        }
    }

    @Test
    void whereverItIsCutAndWhereverItStands() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(30); i > 0; i--) {
                int kind = random.nextInt(4);
                text.appendCodePoint(kind == 0 ? 0xAC00 + random.nextInt(11172) : kind == 1 ? 0x1F300
                        + random.nextInt(500)
                        : kind == 2 ? 0xC0 + random.nextInt(200) : 0x20 + random.nextInt(95));
            }
            byte[] a = ("x".repeat(random.nextInt(9)) + text).getBytes(StandardCharsets.UTF_8);
            if (a.length > 0 && random.nextInt(3) == 0) {
                a[random.nextInt(a.length)] = (byte) random.nextInt();
            }
            int state = Utf8.BEGIN;
            int at = 0;
            while (at < a.length && state != Utf8.INVALID) {
                int to = at + 1 + random.nextInt(a.length - at);
                state = Utf8.check(state, a, at, to);
                at = to;
            }
            assertEquals(valid(a), state == Utf8.BEGIN, () -> "seed " + seed + ": " + Arrays.toString(a));
        }
    }

    @Test
    void thePlaceOfTheFirstWrongOctet() {
        assertEquals(2, Utf8.firstInvalid(Utf8.BEGIN, new byte[] {'a', (byte) 0xED, (byte) 0xA0, (byte) 0x80}, 0, 4));
        assertEquals(3, Utf8.firstInvalid(Utf8.BEGIN, new byte[] {'a', (byte) 0xC3, (byte) 0xA9}, 0, 3));
        int inside = Utf8.check(Utf8.BEGIN, new byte[] {(byte) 0xE2}, 0, 1);
        assertEquals(0, Utf8.firstInvalid(inside, new byte[] {'a'}, 0, 1));
    }

    private void assertSame(byte[] a, int length) {
        byte[] b = Arrays.copyOf(a, length);
        boolean expected = valid(b);
        if (expected != (Utf8.check(Utf8.BEGIN, b, 0, length) == Utf8.BEGIN)) {
            throw new AssertionError(Arrays.toString(b) + " is valid: " + expected);
        }
    }

    private boolean valid(byte[] a) {
        characters.clear();
        decoder.reset();
        return decoder.decode(ByteBuffer.wrap(a), characters, true).isUnderflow();
    }
}
