package packetlab.os;

import com.kenai.jffi.MemoryIO;
import java.nio.ByteBuffer;

/** Says in one line why native code could not be loaded. */
final class NativeCode {
    private NativeCode() {}

    /**
     * @param library what is missing where nothing else explains it, such as {@code libpcap}
     * @param remedy  what to do then
     */
    static String explain(LinkageError error, String library, String remedy) {
        for (Throwable t = error; t != null; t = t.getCause()) {
            String message = String.valueOf(t.getMessage());
            if (message.contains("failed to map segment")) {
                return "native code cannot be loaded from " + System.getProperty("java.io.tmpdir")
                        + ", which is mounted noexec; start java with -Djava.io.tmpdir=DIR and -Djna.tmpdir=DIR of "
                        + "a directory that allows it";
            }
            if (message.contains("No space left") || message.contains("Failed to create temporary file")) {
                return "native code cannot be unpacked into " + System.getProperty("java.io.tmpdir") + ": "
                        + firstLine(message);
            }
        }
        String root = rootMessage(error);
        if (root.contains("Unable to load library") || root.contains("No such file or directory")) {
            return library + " is not installed; " + remedy;
        }
        return library + " cannot be loaded (" + firstLine(root) + "); " + remedy;
    }

    /** Where a direct buffer's memory begins. */
    static long address(ByteBuffer direct) {
        return MemoryIO.getInstance().getDirectBufferAddress(direct);
    }

    private static String rootMessage(Throwable error) {
        Throwable t = error;
        while (t.getCause() != null) {
            t = t.getCause();
        }
        return String.valueOf(t.getMessage());
    }

    private static String firstLine(String text) {
        String line = text.lines().findFirst().orElse("");
        return line.length() > 160 ? line.substring(0, 160) + "..." : line;
    }
}
