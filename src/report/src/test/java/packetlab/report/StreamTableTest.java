package packetlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StreamTableTest {
    @Test
    void aConnectionIsFoundAgainWhileItIsOpen() {
        Random random = new Random(1);
        StreamTable table = new StreamTable();
        Map<Long, StreamTable.Stream> open = new LinkedHashMap<>();
        long next = 0;
        for (int i = 0; i < 200_000; i++) {
            if (open.size() < 50 || open.size() < 3_000 && random.nextInt(3) > 0) {
                long number = next++ + (random.nextInt(20) == 0 ? 1L << 33 : 0);
                StreamTable.Stream stream = table.get(number);
                table.head(stream);
                open.put(number, stream);
            } else {
                long number = open.keySet().iterator().next();
                assertSame(open.get(number), table.get(number));
                table.close(open.remove(number));
            }
            assertEquals(open.size(), table.headedAndOpen());
        }
        open.forEach((number, stream) -> assertSame(stream, table.get(number)));
    }

    @Test
    void theLatestClosedOnesAreRememberedAndOlderOnesForgotten() {
        StreamTable table = new StreamTable();
        StreamTable.Stream first = table.get(0);
        table.close(first);
        table.close(first);
        assertSame(first, table.get(0));
        for (long number = 1; number < 100_000; number++) {
            StreamTable.Stream stream = table.get(number);
            table.close(stream);
            assertSame(stream, table.get(number));
        }
        assertNotSame(first, table.get(0));
    }
}
