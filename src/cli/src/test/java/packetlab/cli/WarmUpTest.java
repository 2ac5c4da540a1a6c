package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What a second thread does at the start of a command has no effect, and comes to an end. */
class WarmUpTest {
    private static final Path ROOT = Path.of(System.getProperty("packetlab.root"));
    private static final Path SAMPLE = ROOT.resolve("captures/echo.pcapng");

    @Test
    void theSampleIsReadToItsEnd() throws IOException {
        assertTrue(new WarmUp("read", "x").read(SAMPLE) > 10);
    }

    @Test
    void nothingIsReadAnyMoreWhenTheCommandHasBegun() throws IOException {
        WarmUp warmUp = new WarmUp("read", "x");
        warmUp.end();
        assertEquals(0, warmUp.read(SAMPLE));
    }

    @Test
    void withoutTheSampleNobodyHearsOfIt() throws InterruptedException {
        assertThrows(IOException.class, () -> new WarmUp("read", "x").read(ROOT.resolve("captures/none.pcap")));
        String before = System.getProperty("packetlab.launcher");
        System.setProperty("packetlab.launcher", "/nowhere/scripts/packetlab");
        try {
            Thread.UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
            Thread[] failed = {null};
            Thread.setDefaultUncaughtExceptionHandler((thread, e) -> failed[0] = thread);
            Thread thread = new WarmUp("read", "x");
            thread.start();
            assertTrue(thread.isDaemon());
            thread.join(20_000);
            Thread.setDefaultUncaughtExceptionHandler(handler);
            assertFalse(thread.isAlive());
            assertEquals(null, failed[0]);
        } finally {
            if (before == null) {
                System.clearProperty("packetlab.launcher");
            } else {
                System.setProperty("packetlab.launcher", before);
            }
        }
    }
}
