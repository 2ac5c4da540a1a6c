package packetlab.os;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** A thousand captures that are closed under load: memory that is read after it was unmapped ends the JVM. */
@Tag("slow")
class RingSourceLoadTest {
    private static final int TIMES = 1000;
    private static final Map<String, Inside.Case> CASES = new LinkedHashMap<>();

    static {
        CASES.put("the ring", () -> RingSourceTest.closedUnderLoad(RingOptions.on("lo"), TIMES));
        CASES.put("the queue", () -> RingSourceTest.closedUnderLoad(RingOptions.on("lo").withLowLatency(true), TIMES));
    }

    public static void main(String[] arguments) throws IOException {
        Inside.runAll(CASES);
    }

    @TestFactory
    Stream<DynamicTest> closedAThousandTimesUnderLoad() throws IOException {
        return Inside.tests(RingSourceLoadTest.class, CASES);
    }
}
