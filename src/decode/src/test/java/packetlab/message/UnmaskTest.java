package packetlab.message;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class UnmaskTest {
    @Test
    void asOctetByOctetAtEveryLengthPhaseAndSlack() {
        SplittableRandom random = new SplittableRandom(6455);
        for (int length = 0; length < 70; length++) {
            for (int phase = 0; phase < 8; phase++) {
                for (int slack = 0; slack < 10; slack++) {
                    byte[] from = new byte[3 + length + slack];
                    random.nextBytes(from);
                    byte[] to = new byte[2 + length + 9 - slack];
                    int key = random.nextInt();
                    boolean ascii = Unmask.apply(from, 3, to, 2, length, Unmask.turned(key, phase));
                    boolean expectedAscii = true;
                    for (int i = 0; i < length; i++) {
                        byte expected = (byte) (from[3 + i] ^ key >> 8 * (i + phase & 3));
                        expectedAscii &= expected >= 0;
                        assertEquals(expected, to[2 + i], "length " + length + " phase " + phase + " at " + i);
                    }
                    assertEquals(expectedAscii, ascii);
                }
            }
        }
    }

    @Test
    void whatLiesBehindDoesNotCountAsText() {
        byte[] from = new byte[32];
        Arrays.fill(from, (byte) 0xFF);
        Arrays.fill(from, 0, 11, (byte) 'a');
        assertEquals(true, Unmask.apply(from, 0, new byte[32], 0, 11, 0));
        assertEquals(false, Unmask.apply(from, 0, new byte[32], 0, 12, 0));
    }
}
