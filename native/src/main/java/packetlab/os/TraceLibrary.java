package packetlab.os;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The library that is preloaded into traced programs: compiled from the sources in this jar at its first use, and kept in
 * the user's own cache under the hash of its sources and of the machine.
 */
public final class TraceLibrary {
    private static final List<String> SOURCES = List.of("trace-calls.c", "trace-ring.h", "trace-sockets.h", "trace-carry.h",
            "trace-waits.h", "trace-files.h", "trace-exec.h");
    private static final int COMPILE_S = 60;
    private static final String NAME = "libpacketlab-trace-";

    private TraceLibrary() {}

    /** There is no library, and none can be made. The message says why, in one clause. */
    public static final class UnavailableException extends IOException {
        private static final long serialVersionUID = 1;

        UnavailableException(String message) {
            super(message);
        }
    }

    /**
     * The library's file; compiles it where it is not there yet, which takes half a second.
     *
     * @throws UnavailableException no compiler, or it failed
     */
    public static Path provide() throws IOException {
        Path cache = cache();
        Path library = cache.resolve(NAME + key() + ".so");
        if (Files.isRegularFile(library) && isOurs(library)) {
            return library;
        }
        String gcc = Programs.find("gcc");
        gcc = gcc == null ? Programs.find("cc") : gcc;
        if (gcc == null) {
            throw new UnavailableException("no C compiler for the preload library");
        }
        Path work = Files.createTempDirectory(cache, "compile-");
        try {
            for (String source : SOURCES) {
                Files.write(work.resolve(source), source(source));
            }
            Path made = work.resolve("made.so");
            Programs.Outcome outcome = Programs.run(command(gcc, work.resolve(SOURCES.get(0)), made), COMPILE_S);
            if (outcome.status() != 0) {
                throw new UnavailableException(gcc + " could not compile the preload library: " + outcome.firstLine());
            }
            Files.move(made, library, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return library;
        } finally {
            for (Path left : Files.newDirectoryStream(work)) {
                Files.delete(left);
            }
            Files.delete(work);
        }
    }

    /**
     * A copy in that folder that every user can read and nobody else may write, loaded once to see that it can be: not so
     * from a file system that is mounted without execution.
     *
     * @return null where it cannot be had there
     */
    static Path copyTo(Path folder, Path library) throws IOException {
        Path copy = folder.resolve("libpacketlab-trace.so");
        try {
            Files.copy(library, copy);
            Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("r-xr-xr-x"));
        } catch (java.nio.file.FileSystemException e) {
            Files.deleteIfExists(copy);
            return null;
        }
        String env = Programs.find("env");
        String nothing = Programs.find("true");
        if (env != null && nothing != null) {
            Programs.Outcome loaded = Programs.run(List.of(env, "LD_PRELOAD=" + copy, nothing));
            if (loaded.status() != 0 || !loaded.output().isBlank()) {
                Files.delete(copy);
                return null;
            }
        }
        return copy;
    }

    /** Warnings are looked at by tests, not by users, whose compiler may know others. */
    static List<String> command(String compiler, Path source, Path library) {
        return List.of(compiler, "-std=c11", "-D_GNU_SOURCE", "-O2", "-w", "-fPIC", "-shared", "-fvisibility=hidden",
                "-pthread", "-o", library.toString(), source.toString(), "-ldl");
    }

    private static byte[] source(String name) {
        try (InputStream in = TraceLibrary.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String key() {
        try {
            MessageDigest hash = MessageDigest.getInstance("SHA-256");
            SOURCES.forEach(name -> hash.update(source(name)));
            hash.update((System.getProperty("os.arch") + command("", Path.of(""), Path.of("")))
                    .getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);     // every Java has it
        }
    }

    /** Code that is loaded into programs must be nobody else's: a folder of this user's that nobody else may write to. */
    private static Path cache() throws IOException {
        String asked = System.getenv("XDG_CACHE_HOME");
        String home = System.getenv("HOME");
        Path parent = asked != null && asked.startsWith("/") ? Path.of(asked)
                : home != null && home.startsWith("/") ? Path.of(home, ".cache") : null;
        if (parent == null) {
            throw new UnavailableException("no cache folder of this user's own: HOME and XDG_CACHE_HOME are unset");
        }
        Path cache = parent.resolve("packetlab");
        try {
            Files.createDirectories(cache);
            Path own = cache.resolve("trace");
            if (!Files.isDirectory(own)) {
                Files.createDirectory(own, PosixFilePermissions.asFileAttribute(
                        PosixFilePermissions.fromString("rwx------")));
            }
            if (!isOurs(own)) {
                throw new UnavailableException(own + " belongs to somebody else");
            }
            return own;
        } catch (java.nio.file.FileAlreadyExistsException e) {
            throw new UnavailableException(e.getFile() + " is no folder");
        } catch (java.nio.file.FileSystemException e) {
            throw new UnavailableException("the preload library cannot be kept in " + cache + ": "
                    + (e.getReason() == null ? "it cannot be written to" : e.getReason()));
        }
    }

    private static boolean isOurs(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:uid") == User.current().uid()
                && ((int) Files.getAttribute(path, "unix:mode") & 0022) == 0;
    }
}
