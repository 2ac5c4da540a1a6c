package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A call waits for a key, and for nobody who has gone. */
@Timeout(60)
class DemoStepTest {
    @Test
    void eachCallIsNamedAndWaitsForEnterUntilTheInputEnds() throws Exception {
        Pipe keys = Pipe.open();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        DemoStep step = new DemoStep(new Console(keys.source(), new ByteArrayOutputStream(),
                new PrintStream(err, true, StandardCharsets.UTF_8), false, true, true));
        CountDownLatch first = new CountDownLatch(1);
        Thread demo = new Thread(() -> {
            step.before("server socket()");
            first.countDown();
            step.before("server bind()");
            step.before("server listen()");
        });
        demo.start();
        keys.sink().write(ByteBuffer.wrap(new byte[] {'x'}));           // some other key
        while (!err.toString(StandardCharsets.UTF_8).equals("next: server socket()   [Enter] ")) {
            Thread.sleep(10);
        }
        assertEquals(1, first.getCount(), "nobody has pressed Enter");
        keys.sink().write(ByteBuffer.wrap(new byte[] {'\n'}));
        first.await();
        keys.sink().close();
        demo.join();
        assertEquals("next: server socket()   [Enter] next: server bind()   [Enter] ",
                err.toString(StandardCharsets.UTF_8), "after the end of the input nothing is asked any more");
    }
}
