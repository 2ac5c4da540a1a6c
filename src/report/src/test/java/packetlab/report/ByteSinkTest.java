package packetlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ByteSinkTest {
    private static final long[] EDGES = {0, 1, 9, 10, 99, 100, 999, 1000, 999_999_999, 1_000_000_000, Integer.MAX_VALUE,
        1L + Integer.MAX_VALUE, 9_999_999_999L, 10_000_000_000L, 99_999_999_999L, 999_999_999_999_999_999L,
        1_000_000_000_000_000_000L, Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 1, -1, -1000, -1_000_000_000};

    @Test
    void numbersAreThoseOfTheJdk() {
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            long value = i < EDGES.length ? EDGES[i] : random.nextLong() >> random.nextInt(64);
            assertEquals(Long.toString(value), text(s -> s.number(value)));
            assertEquals(Long.toUnsignedString(value), text(s -> s.unsigned(value)));
            if (value != Long.MIN_VALUE) {
                assertEquals(BigDecimal.valueOf(value, 9).toPlainString(), text(s -> s.time(value)));
                assertEquals(plain(BigDecimal.valueOf(value, 3)), text(s -> s.micros(value)));
            }
        }
    }

    @Test
    void timesOfOneSinkDoNotDisturbOneAnother() {
        Random random = new Random(4);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ByteSink sink = new ByteSink(bytes, 64);
        StringBuilder expected = new StringBuilder();
        long time = 1_700_000_000_000_000_000L;
        for (int i = 0; i < 5_000; i++) {
            time += random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(1_000_000);
            sink.time(time);
            sink.put('\n');
            expected.append(BigDecimal.valueOf(time, 9).toPlainString()).append('\n');
        }
        sink.flush();
        assertEquals(expected.toString(), bytes.toString(StandardCharsets.US_ASCII));
    }

    @Test
    void whatIsPutArrivesInOrderWhateverItsSize() {
        Random random = new Random(5);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        ByteSink sink = new ByteSink(bytes, 100);
        for (int i = 0; i < 2_000; i++) {
            byte[] piece = new byte[random.nextInt(random.nextInt(10) == 0 ? 400 : 20)];
            random.nextBytes(piece);
            if (random.nextBoolean()) {
                sink.ensure(piece.length);
            }
            sink.put(piece);
            expected.writeBytes(piece);
            assertEquals(expected.size(), sink.position());
        }
        sink.close();
        assertEquals(expected.toString(StandardCharsets.ISO_8859_1), bytes.toString(StandardCharsets.ISO_8859_1));
    }

    @Test
    void aFailureIsThrownOnceAndKeepsItsCause() {
        ByteSink sink = new ByteSink(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        }, 16);
        sink.put('x');
        assertEquals("Broken pipe", assertThrows(UncheckedIOException.class, sink::flush).getCause().getMessage());
        sink.put(new byte[100]);
        sink.close();
    }

    private static String plain(BigDecimal value) {
        String text = value.toPlainString();
        return text.indexOf('.') < 0 ? text : text.replaceAll("\\.?0+$", "");
    }

    private static String text(Consumer<ByteSink> put) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ByteSink sink = new ByteSink(bytes, 40)) {
            put.accept(sink);
        }
        return bytes.toString(StandardCharsets.US_ASCII);
    }
}
