package packetlab.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import packetlab.sockets.Staging;

/** Asks on the terminal before each call of a demo. The calls of all threads go one after the other. */
final class DemoStep implements Staging.Step {
    /** For the lines about the call before, which come when they are in order. */
    private static final int SETTLE_MS = 450;

    private final Console console;
    private boolean ended;

    DemoStep(Console console) {
        this.console = console;
    }

    @Override
    public synchronized void before(String call) {
        try {
            if (!ended) {
                Thread.sleep(SETTLE_MS);
                console.err().print("next: " + call + "   [Enter] ");
                console.err().flush();
                awaitLine();
            }
        } catch (IOException | InterruptedException demoIsToEnd) {
            ended = true;
        }
    }

    private void awaitLine() throws IOException {
        ByteBuffer key = ByteBuffer.allocate(1);
        do {
            ended = console.in().read(key.clear()) < 0;      // end of input: nobody will press a key any more
        } while (!ended && key.get(0) != '\n');
    }
}
