package packetlab.labs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import packetlab.os.NetworkNamespace;
import packetlab.os.OsException;
import packetlab.os.PrivateNamespace;

/** One more try in a network that knows nothing of the one before, on a thread of its own: none comes back from there. */
final class Apart {
    private Apart() {}

    static void run(Lab lab, Script script, Path capture, List<String> rules, Acts acts) throws IOException {
        Throwable[] failed = {null};
        boolean[] inside = {false};
        Thread thread = new Thread(() -> {
            try {
                NetworkNamespace.enterNew();
                PrivateNamespace.prepare();
                inside[0] = true;
                LabRun.once(lab, script, capture, false, rules, acts);
            } catch (IOException | RuntimeException | Error e) {
                failed[0] = e;
            }
        }, "lab-try");
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        if (failed[0] instanceof OsException e && !inside[0]) {
            acts.cannotTryAgain(e);
        } else if (failed[0] != null) {
            throw failed[0] instanceof IOException io ? io : new IOException(failed[0]);
        }
    }
}
