package packetlab.sockets;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** A directory for socket files that only this user can enter; made when it is asked for. Any thread may call. */
final class SocketDirectory {
    private static final int MAX_ATTEMPTS = 100;

    private Path path;
    private boolean removed;

    /** @throws IOException where it cannot be made, or was removed already */
    synchronized Path path() throws IOException {
        if (removed) {
            throw new IOException("the demo is to end");
        }
        // A name of ours is shorter than the JDK's: a socket's path has at most 107 octets, and a line has 100 columns.
        for (int attempt = 1; path == null; attempt++) {
            Path name = Path.of(System.getProperty("java.io.tmpdir"), String.format("packetlab-%06x",
                    ThreadLocalRandom.current().nextInt(1 << 24)));
            try {
                path = Files.createDirectory(name, PosixFilePermissions.asFileAttribute(
                        PosixFilePermissions.fromString("rwx------")));
            } catch (FileAlreadyExistsException e) {
                if (attempt == MAX_ATTEMPTS) {
                    throw e;
                }
            }
        }
        return path;
    }

    /** Removes it with all that is in it; there will be no other one. */
    synchronized void remove() {
        removed = true;
        if (path == null) {
            return;
        }
        try (Stream<Path> files = Files.list(path)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(path);
        } catch (IOException alreadyGone) {
            // somebody else cleaned up the temporary directory
        }
    }
}
