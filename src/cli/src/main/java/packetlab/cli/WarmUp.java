package packetlab.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Year;
import java.time.YearMonth;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.pcap.CaptureReader;
import packetlab.report.EventFilter;

/**
 * While the first thread reads the command line, a second one does once, to no effect, what the command is about to do:
 * classes are then loaded and linked when they are needed, and the compiler has begun. It is told to end when the command
 * begins, holds no process back, and whether it comes to anything changes nothing but time. Classes that need each other
 * to be initialized could wait for each other here; ArchitectureTest sees to it that there are none.
 */
final class WarmUp extends Thread {
    private final Lifetime lifetime = new Lifetime();       // not installed: no signal reaches it
    private final String[] args;

    WarmUp(String... args) {
        super("packetlab-warm-up");
        this.args = args;
        setDaemon(true);
    }

    /** The command begins. Returns at once; a poll that is under way is finished beside it. */
    void end() {
        lifetime.requestEnd();
    }

    @Override
    public void run() {
        try {
            forPicocli();
            if (args.length > 1 && args[0].equals("read")) {
                forRead();
            }
        } catch (Throwable failed) {
            // What fails here fails again where it counts, and is told there.
        }
    }

    /** It makes converters for all types of java.time, whatever the options are. */
    private static void forPicocli() {
        YearMonth.of(Year.MIN_VALUE, 1);
    }

    private void forRead() throws IOException, NoSuchAlgorithmException {
        MessageDigest.getInstance("SHA-1");
        String launcher = System.getProperty("packetlab.launcher");
        if (launcher != null) {
            read(Path.of(launcher).resolveSibling("../captures/echo.pcapng"));
        }
    }

    /** As {@link ReadCommand} does, to nowhere; returns how many packets there were until the end. */
    long read(Path sample) throws IOException {
        Console console = new Console(null, OutputStream.nullOutputStream(), null, false, false, true);
        Output output = new TextOutput(console, false, EventFilter.ALL, false, false);
        Session session = new Session(output, lifetime, Progress.of(console, false), new ShowOptions(), new DecodeOptions());
        try (CaptureReader reader = CaptureReader.open(sample, new FileRemarks(output, 0))) {
            session.begin(new CaptureEvent.Start(Event.NO_TIME, "", null, null, null));
            session.run(reader, Loop.Kind.FILE);
        }
        if (!lifetime.ending()) {
            session.finish();
        }
        return session.packets();
    }
}
