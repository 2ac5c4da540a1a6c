package packetlab.labs;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * Who acts in an interactive lab, and the screen that shows what comes of it. The command line has one for a terminal, a
 * pipe and a file.
 */
public interface Acting {
    /** What was typed cannot be done; the message is one line for whoever typed it. */
    final class CannotException extends Exception {
        private static final long serialVersionUID = 1;

        public CannotException(String message) {
            super(message);
        }
    }

    /** Characters that a line may have; of a longer one so many and one more are given, and the rest is skipped. */
    int LONGEST_LINE = 2_000;

    /**
     * Waits for the next line.
     *
     * @return null where nothing will come any more
     * @throws IOException where the whole lab is to end now
     */
    String line(String prompt) throws IOException;

    /** Shows a text, which may have several lines. */
    void say(String text) throws IOException;

    /** Where packets are shown as they come; not closed. */
    OutputStream screen();

    /** Whether lines may use more than ASCII. */
    boolean unicode();

    /**
     * An IP packet in words as of {@code packetlab send}, from that address where no other is named.
     *
     * @throws CannotException where the words make none
     */
    ByteBuffer packet(String words, String from) throws CannotException;

    /** Whether the whole lab is to end now. */
    boolean ending();

    /** The command by which another terminal enters the network that the lab runs in. */
    String doorway();
}
