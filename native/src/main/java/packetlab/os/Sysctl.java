package packetlab.os;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the kernel's switches (/proc/sys). */
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
}
