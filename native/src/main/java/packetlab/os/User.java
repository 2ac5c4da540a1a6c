package packetlab.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Who runs this program, as the kernel has it (/proc/self/status). Needs no native code.
 *
 * @param uid          effective user number
 * @param gid          effective group number
 * @param groups       numbers of the other groups
 * @param capabilities effective ones, a bit each
 * @param filtered     whether a seccomp filter stands between this process and the kernel, as in containers
 */
public record User(int uid, int gid, List<String> groups, long capabilities, boolean filtered) {
    public static final int CAP_NET_ADMIN = 12, CAP_NET_RAW = 13;

    private static final Path STATUS = Path.of("/proc/self/status");

    public boolean has(int capability) {
        return (capabilities >>> capability & 1) != 0;
    }

    public static User current() throws IOException {
        int uid = -1;
        int gid = -1;
        List<String> groups = List.of();
        long capabilities = 0;
        boolean filtered = false;
        for (String line : Files.readAllLines(STATUS, StandardCharsets.UTF_8)) {
            String[] words = line.split("\\s+");
            switch (words[0]) {
                case "Uid:" -> uid = Integer.parseUnsignedInt(words[2]);        // real, effective, saved, file system
                case "Gid:" -> gid = Integer.parseUnsignedInt(words[2]);
                case "Groups:" -> groups = List.of(words).subList(1, words.length);
                case "CapEff:" -> capabilities = Long.parseUnsignedLong(words[1], 16);
                case "Seccomp:" -> filtered = !words[1].equals("0");
                default -> { }
            }
        }
        return new User(uid, gid, groups, capabilities, filtered);
    }
}
