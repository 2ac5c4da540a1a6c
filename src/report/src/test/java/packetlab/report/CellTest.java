package packetlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class CellTest {
    @Test
    void whatFitsStaysAndWhatDoesNotIsCutWithAnEllipsis() {
        assertEquals("\"abcdef\"", payload(8, "abcdef"));
        assertEquals("\"abcde…", payload(7, "abcdef"));
        assertEquals("\"한글\"", payload(6, "한글"));
        assertEquals("\"한…", payload(5, "한글"));
        assertEquals("\"한…", payload(4, "한글"));
        assertEquals("\"…", payload(3, "한글"));
        assertEquals("ab\\x1bc", text(10, c -> c.text("ab\u001bc")));
        assertEquals("ab…", text(6, c -> c.text("ab\u001bcde")));
        assertEquals("e\u0301e\u0301…", text(3, c -> c.text("e\u0301e\u0301e\u0301e")));
        assertEquals("\"ab...", ascii(6, c -> c.payload(utf8("abcdef"), false, Cell.Payload.TEXT)));
        assertEquals("\\u{1f600}", ascii(20, c -> c.text("😀")));
        assertEquals("a, b", ascii(20, c -> c.part().add("a").part().add("b")));
    }

    @Test
    void octetsOfWhatIsNoTextAreHexadecimal() {
        assertEquals("ff 00 61", text(20, c -> c.payload(new byte[] {-1, 0, 'a'}, false, Cell.Payload.TEXT)));
        assertEquals("ff 00…", text(7, c -> c.payload(new byte[] {-1, 0, 'a'}, false, Cell.Payload.TEXT)));
        assertEquals("\"\\x00a\"", text(20, c -> c.payload(new byte[] {0, 'a'}, false, Cell.Payload.TEXT)));
        assertEquals("00 61", text(20, c -> c.payload(new byte[] {0, 'a'}, false, Cell.Payload.BINARY)));
        assertEquals("61 61", text(20, c -> c.payload(new byte[] {'a', 'a'}, false, Cell.Payload.OCTETS)));
        assertEquals("\"aa\"", text(20, c -> c.payload(new byte[] {'a', 'a'}, false, Cell.Payload.BINARY)));
        assertEquals("\"ab…", text(20, c -> c.payload(new byte[] {'a', 'b', (byte) 0xEC}, true, Cell.Payload.TEXT)));
        assertEquals("", text(20, c -> c.payload(new byte[0], false, Cell.Payload.OCTETS)));
        byte[] piece = {(byte) 0xB0, (byte) 0x81, 'a', (byte) 0xEA};
        assertEquals("\"\\xb0\\x81a\\xea\"", text(20, c -> c.payload(piece, false, Cell.Payload.FRAGMENT)));
        assertEquals("b0 81 61 ea", text(20, c -> c.payload(piece, false, Cell.Payload.TEXT)));
        byte[] wrong = {'a', (byte) 0xEA, 'b'};
        assertEquals("61 ea 62", text(20, c -> c.payload(wrong, false, Cell.Payload.FRAGMENT)));
    }

    @Test
    void numbersAndDurationsAreForPeople() {
        assertEquals("1,234,567", text(20, c -> c.number(1_234_567)));
        assertEquals("-1,000", text(20, c -> c.number(-1000)));
        assertEquals("999", text(20, c -> c.number(999)));
        assertEquals("18,446,744,073,709,551,615", text(30, c -> c.unsigned(-1)));
        assertEquals("1 byte", text(20, c -> c.count(1, "byte")));
        assertEquals("0 bytes", text(20, c -> c.count(0, "byte")));
        assertEquals("0.1 µs", text(20, c -> c.duration(123)));
        assertEquals("9 µs", text(20, c -> c.duration(9_000)));
        assertEquals("257 µs", text(20, c -> c.duration(256_900)));
        assertEquals("-257 µs", text(20, c -> c.duration(-256_900)));
        assertEquals("1,671 µs", text(20, c -> c.duration(1_671_000)));
        assertEquals("12.346 s", text(20, c -> c.duration(12_345_678_901L)));
        assertEquals("257 us", ascii(20, c -> c.duration(257_000)));
    }

    @Test
    void noCellIsWiderThanItsLimitOrWrongAboutItsWidth() {
        String[] pieces = {"a", "bc", "한", "😀", "e\u0301", "\u001b", "\\", "\n", "ｆ", " ", "\u202e", "\u200d", "\ufe0e"};
        Random random = new Random(8);
        Cell cell = new Cell(Glyphs.UNICODE);
        for (int round = 0; round < 20_000; round++) {
            int limit = 1 + random.nextInt(30);
            StringBuilder input = new StringBuilder();
            for (int n = random.nextInt(30); n > 0; n--) {
                input.append(pieces[random.nextInt(pieces.length)]);
            }
            cell.reset(limit).text(input.toString()).payload(utf8(input.toString()), random.nextInt(5) == 0,
                    Cell.Payload.TEXT);
            String text = new String(cell.bytes(), 0, cell.size(), StandardCharsets.UTF_8);
            assertTrue(cell.width() <= limit, text);
            assertEquals(Columns.of(text), cell.width(), text);
            assertEquals(cell.isFull(), text.endsWith("…"), text);
        }
    }

    @Test
    void widthsAreThoseOfATerminal() {
        assertEquals(1, CharWidth.of('a'));
        assertEquals(1, CharWidth.of('é'));
        assertEquals(2, CharWidth.of('가'));
        assertEquals(2, CharWidth.of('漢'));
        assertEquals(2, CharWidth.of('ｆ'));
        assertEquals(1, CharWidth.of('ｱ'));
        assertEquals(2, CharWidth.of(0x1F600));
        assertEquals(2, CharWidth.of(0x20000));
        assertEquals(2, CharWidth.of(0x1100));
        assertEquals(0, CharWidth.of(0x1161));
        assertEquals(0, CharWidth.of(0x301));
        assertEquals(0, CharWidth.of(0x20DD));
        assertEquals(0, CharWidth.of(0x200D));
        assertEquals(1, CharWidth.of('─'));
        assertEquals(1, CharWidth.of('▶'));
        assertEquals(1, CharWidth.of(0x1F321));
    }

    private static String payload(int limit, String payload) {
        return text(limit, c -> c.payload(utf8(payload), false, Cell.Payload.TEXT));
    }

    private static String text(int limit, UnaryOperator<Cell> fill) {
        return text(Glyphs.UNICODE, limit, fill);
    }

    private static String ascii(int limit, UnaryOperator<Cell> fill) {
        return text(Glyphs.ASCII, limit, fill);
    }

    private static String text(Glyphs glyphs, int limit, UnaryOperator<Cell> fill) {
        Cell cell = fill.apply(new Cell(glyphs).reset(limit));
        return new String(cell.bytes(), 0, cell.size(), StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
