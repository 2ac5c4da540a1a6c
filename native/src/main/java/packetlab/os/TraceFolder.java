package packetlab.os;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A folder for what a tracer and the traced programs share, which nobody else may write to. It goes when it is closed, and
 * also where we are killed: a shell waits for that, as in {@link NamespaceKeeper}.
 */
final class TraceFolder implements AutoCloseable {
    /** Who may enter it. */
    enum For {
        THIS_USER("rwx------"),
        /** Also those who know the names of the files in it. */
        WHO_KNOWS_THE_NAME("rwx--x--x");

        private final String mode;

        For(String mode) {
            this.mode = mode;
        }
    }

    private static final String SCRIPT = """
            trap '' INT TERM HUP QUIT
            read -r gone
            [ "$gone" = done ] || rm -rf -- "$0"
            """;
    private final Path path;
    private Process keeper;

    private TraceFolder(Path path) {
        this.path = path;
    }

    /** @param parent where it is to be, or null for the usual place of such */
    static TraceFolder create(Path parent, For whom) throws IOException {
        String prefix = "packetlab-trace-";
        TraceFolder folder = new TraceFolder(parent == null ? Files.createTempDirectory(prefix)
                : Files.createTempDirectory(parent, prefix));       // both for this user alone
        try {
            Files.setPosixFilePermissions(folder.path, PosixFilePermissions.fromString(whom.mode));
            folder.keep();
            return folder;
        } catch (IOException e) {
            folder.close();
            throw e;
        }
    }

    private void keep() throws IOException {
        String shell = Programs.find("sh");
        if (shell == null) {
            return;     // then it stays where we are killed
        }
        List<String> command = new ArrayList<>();
        if (Programs.find("setsid") != null) {
            command.add(Programs.find("setsid"));       // who kills our whole group does not kill this
        }
        command.addAll(List.of(shell, "-c", SCRIPT, path.toString()));
        Set<Integer> pipes = SelfCommand.pipes();
        keeper = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        SelfCommand.keepNewPipes(pipes);        // it ends when nobody has the other end any more
    }

    Path path() {
        return path;
    }

    /** Whether a process is the shell that waits. */
    boolean isKeeper(long pid) {
        return keeper != null && keeper.pid() == pid;
    }

    /** Removes the folder with the files in it. */
    @Override
    public void close() {
        try {
            if (Files.isDirectory(path)) {
                try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
                    for (Path file : files) {
                        Files.deleteIfExists(file);
                    }
                }
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (keeper != null) {
                release();
            }
        }
    }

    private void release() {
        try (OutputStream in = keeper.getOutputStream()) {
            in.write("done\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            // it has ended already
        }
        keeper.destroyForcibly();
    }
}
