package packetlab.os;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What a program file is, as far as that decides whether a library can be preloaded into it. Of a script, its interpreter
 * counts.
 */
public final class ProgramKind {
    private static final int SETUID = 04000, SETGID = 02000;
    private static final int HEADER = 64, MOST_HEADERS = 256;
    private static final int PT_INTERP = 3, ET_EXEC = 2, ET_DYN = 3;
    private static final int ELFCLASS64 = 2, ELFDATA2LSB = 1;
    /** A script's interpreter may be a script. */
    private static final int MOST_SCRIPTS = 4;
    private static final int LONGEST_LINE = 256;

    private ProgramKind() {}

    /** Why nothing can be preloaded into it, in one clause; null where it can. */
    public static String obstacle(Path program) throws IOException {
        Path file = program;
        for (int i = 0; i < MOST_SCRIPTS; i++) {
            int mode = (int) Files.getAttribute(file, "unix:mode");
            ByteBuffer head = head(file);
            if (head.remaining() > 2 && head.get(0) == '#' && head.get(1) == '!') {
                Path interpreter = interpreter(head);
                if (interpreter == null || !Files.isExecutable(interpreter)) {
                    return null;        // the kernel will say what is wrong with it
                }
                file = interpreter;
                continue;
            }
            String name = file.getFileName().toString();
            if ((mode & SETUID) != 0 && (int) Files.getAttribute(file, "unix:uid") != User.current().uid()
                    || (mode & SETGID) != 0 && (int) Files.getAttribute(file, "unix:gid") != User.current().gid()) {
                return name + " runs with another user's rights (setuid)";
            }
            if (hasCapabilities(file)) {
                return name + " has capabilities of its own";
            }
            return elf(file, name, head);
        }
        return null;
    }

    private static boolean hasCapabilities(Path file) {
        try {
            return Files.getFileStore(file).supportsFileAttributeView("user") && Programs.find("getcap") != null
                    && !Programs.run(java.util.List.of(Programs.find("getcap"), file.toString())).output().isBlank();
        } catch (IOException e) {
            return false;
        }
    }

    private static ByteBuffer head(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer head = ByteBuffer.allocate(LONGEST_LINE);
            while (head.hasRemaining() && channel.read(head) > 0) { // again
            }
            return head.flip();
        } catch (java.nio.file.AccessDeniedException e) {
            return ByteBuffer.allocate(0);      // it may be executed, but not looked at
        }
    }

    private static Path interpreter(ByteBuffer head) {
        String line = StandardCharsets.ISO_8859_1.decode(head.duplicate()).toString().lines().findFirst().orElse("");
        String[] words = line.substring(2).strip().split("\\s+");
        if (words[0].endsWith("/env") && words.length > 1) {
            String name = words[words[1].equals("-S") && words.length > 2 ? 2 : 1];
            try {
                return ChildCommand.find(name);
            } catch (ChildCommand.NotStartedException e) {
                return null;
            }
        }
        return words[0].startsWith("/") ? Path.of(words[0]) : null;
    }

    private static String elf(Path file, String name, ByteBuffer head) throws IOException {
        if (head.remaining() < HEADER || head.getInt(0) != 0x7F454C46) {
            return null;
        }
        boolean wide = head.get(4) == ELFCLASS64;
        if (wide != (Long.BYTES == 8 && System.getProperty("sun.arch.data.model", "64").equals("64"))) {
            return name + " is a program of another word length";
        }
        head.order(head.get(5) == ELFDATA2LSB ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int type = head.getShort(16);
        if (!wide || type != ET_EXEC && type != ET_DYN) {
            return null;
        }
        long at = head.getLong(32);
        int size = head.getShort(54) & 0xFFFF;
        int count = Math.min(head.getShort(56) & 0xFFFF, MOST_HEADERS);
        if (size < 4 || at <= 0) {
            return null;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer headers = ByteBuffer.allocate(size * count).order(head.order());
            channel.read(headers, at);
            for (int i = 0; i < headers.position() / size; i++) {
                if (headers.getInt(i * size) == PT_INTERP) {
                    return null;
                }
            }
        }
        return name + " is a static program";
    }
}
