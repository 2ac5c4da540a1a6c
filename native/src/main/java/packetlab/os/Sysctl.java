package packetlab.os;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The kernel's switches (/proc/sys); those of the network are the calling thread's namespace's. */
final class Sysctl {
    static final Path ROOT = Path.of("/proc/sys");

    private static final int LONGEST_VALUE = 256;

    private Sysctl() {}

    /**
     * A switch's value with single spaces inside, or null where this kernel has no such switch.
     *
     * @param key such as {@code net/ipv4/ping_group_range}
     */
    static String read(Path root, String key) {
        // One read for all of it: the kernel has no second half. Files.readString begins with a read of one octet.
        try (InputStream in = Files.newInputStream(root.resolve(key))) {
            byte[] value = new byte[LONGEST_VALUE];
            int length = Math.max(0, in.read(value));
            return new String(value, 0, length, StandardCharsets.US_ASCII).strip().replaceAll("\\s+", " ");
        } catch (IOException e) {
            return null;
        }
    }

    /** Sets a switch. */
    static void write(String key, String value) throws IOException {
        try {
            Files.writeString(ROOT.resolve(key), value);
        } catch (IOException e) {
            throw new IOException("cannot set " + key.replace('/', '.') + ": " + e.getMessage(), e);
        }
    }

    /** Sets a switch where this kernel has it. */
    static void writeIfThere(String key, String value) throws IOException {
        if (Files.exists(ROOT.resolve(key))) {
            write(key, value);
        }
    }
}
