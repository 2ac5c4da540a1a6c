package packetlab.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jnr.constants.platform.Fcntl;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/** The command that this very program was started by, to start it again elsewhere, and exec(2). */
public final class SelfCommand {
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
    private static final Path EXECUTABLE = Path.of("/proc/self/exe");

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final int STANDARD_ERROR = 2, FD_CLOEXEC = 1;

    private SelfCommand() {}

    /**
     * The java command of this process with all its options and arguments, and with more options for the JVM put first.
     *
     * @param jvmOptions such as {@code -Dname=value}
     */
    public static List<String> again(List<String> jvmOptions) throws IOException {
        String line = Files.readString(COMMAND_LINE, StandardCharsets.UTF_8);
        String[] words = line.split("\0", -1);
        List<String> command = new ArrayList<>();
        command.add(EXECUTABLE.toRealPath().toString());       // the first word may be relative, or a bare name
        command.addAll(jvmOptions);
        for (int i = 1; i < words.length - 1; i++) {            // the last word, too, ends with NUL
            command.add(words[i]);
        }
        return command;
    }

    /**
     * Turns this process into another program, with the same number, terminal, directory and environment; returns only
     * by failing. Flush System.out first.
     */
    public static void replaceBy(List<String> command) throws IOException {
        LibC.get();         // says why where native code cannot be loaded
        POSIX posix = POSIXFactory.getNativePOSIX();
        closeFilesOnExec(posix);
        posix.execv(command.get(0), command.toArray(String[]::new));
        int errno = posix.errno();
        throw Failure.of("execv", String.join(" ", command), errno);
    }

    /**
     * The JVM leaves its jars open to whatever it executes. Pipes stay: the user may have named one, as in
     * {@code -w /dev/fd/63}.
     */
    static void closeFilesOnExec(POSIX posix) throws IOException {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path descriptor : descriptors) {
                int fd = Integer.parseInt(descriptor.getFileName().toString());
                if (fd > STANDARD_ERROR && !isPipe(descriptor)) {
                    posix.fcntlInt(fd, Fcntl.F_SETFD, FD_CLOEXEC);
                }
            }
        }
    }

    /** Numbers of the pipes that this process has. */
    static Set<Integer> pipes() throws IOException {
        Set<Integer> pipes = new HashSet<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path descriptor : descriptors) {
                if (isPipe(descriptor)) {
                    pipes.add(Integer.parseInt(descriptor.getFileName().toString()));
                }
            }
        }
        return pipes;
    }

    /** A pipe that was not there before is ours, and no command that we start is to have it. */
    static void keepNewPipes(Set<Integer> before) throws IOException {
        LibC.get();
        for (int fd : pipes()) {
            if (!before.contains(fd)) {
                POSIXFactory.getNativePOSIX().fcntlInt(fd, Fcntl.F_SETFD, FD_CLOEXEC);
            }
        }
    }

    private static boolean isPipe(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("pipe:");
        } catch (IOException e) {
            return false;       // the one that lists the others is gone by now
        }
    }
}
