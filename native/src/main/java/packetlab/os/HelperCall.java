package packetlab.os;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One run of the capture helper: the process, and the connection that it made to a Unix socket in a directory that only
 * this user may enter. The directory is gone as soon as the connection is there. Whoever has it closes it, which ends
 * the helper.
 */
final class HelperCall implements Closeable {
    /** Begins every message between the two: "HPL1". */
    static final int MAGIC = 0x314c5048;

    private static final String SOCKET_NAME = "capture";
    private static final int REQUEST_HEAD = 12, BLOCK_OCTETS = 128 << 10;
    private static final int UCRED_LENGTH = 12, UCRED_PID = 0;
    private static final int STEP_MS = 50, PATIENCE_MS = 10_000, END_MS = 1_000;
    private static final int LONGEST_LINE = 400;
    private static final int USAGE = 2, NOT_PERMITTED = 3, KILLED = 128;

    private final Path helper;
    private final String device;
    private final Process process;
    private int connection = -1;

    private HelperCall(Path helper, String device, Process process) {
        this.helper = helper;
        this.device = device;
        this.process = process;
    }

    /**
     * Starts the helper, lets it connect, and tells it what to do.
     *
     * @param program     of the filter, see {@link CaptureFilter}
     * @param bufferBytes of the ring, where it is to stream
     * @throws IOException it is not there, or may not be executed, or ended without connecting
     */
    static HelperCall start(Path helper, boolean streams, String device, ByteBuffer program, int bufferBytes)
            throws IOException {
        ByteBuffer request = request(program, bufferBytes);
        Path directory = privateDirectory();
        int listener = -1;
        try {
            Path socket = directory.resolve(SOCKET_NAME);
            socket.toFile().deleteOnExit();
            listener = listen(socket);
            HelperCall call = new HelperCall(helper, device, execute(helper, streams, device, directory));
            try {
                call.accept(listener);
                Sockets.send(call.connection, request, 0);
                return call;
            } catch (OsException e) {
                call.close();
                throw e.is(Errno.EPIPE) || e.is(Errno.ECONNRESET) ? call.failure() : e;
            } catch (IOException | RuntimeException e) {
                call.close();
                throw e;
            }
        } finally {
            if (listener >= 0) {
                Sockets.close(listener);
            }
            Files.deleteIfExists(directory.resolve(SOCKET_NAME));
            Files.delete(directory);
        }
    }

    private static ByteBuffer request(ByteBuffer program, int bufferBytes) throws UsageException {
        int instructions = program.remaining() / CaptureFilter.INSTRUCTION;
        if (instructions < 1 || instructions > CaptureHelper.LONGEST_FILTER) {
            throw new UsageException("the capture filter is too long: " + instructions + " instructions, and "
                    + CaptureHelper.NAME + " takes " + CaptureHelper.LONGEST_FILTER);
        }
        return ByteBuffer.allocateDirect(REQUEST_HEAD + program.remaining()).order(ByteOrder.nativeOrder())
                .putInt(MAGIC).putInt(bufferBytes / BLOCK_OCTETS).putInt(instructions).put(program.duplicate()).flip();
    }

    /** Where the usual place makes a path that is too long for a socket, /tmp. */
    private static Path privateDirectory() throws IOException {
        Path place = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
        int longest = SocketAddress.Unix.PATH_CAPACITY - "/packetlab-01234567890123456789/".length()
                - SOCKET_NAME.length();
        if (place.toString().getBytes(StandardCharsets.UTF_8).length >= longest) {
            place = Path.of("/tmp");
        }
        try {
            Path directory = Files.createTempDirectory(place, "packetlab-",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            directory.toFile().deleteOnExit();
            return directory;
        } catch (IOException e) {
            throw new IOException("no directory can be made in " + place + ", in which " + CaptureHelper.NAME
                    + " would answer (-Djava.io.tmpdir=DIR names another)", e);
        }
    }

    private static int listen(Path socket) throws IOException {
        int fd = Sockets.socket(Sockets.AF_UNIX, Sockets.SOCK_SEQPACKET | Sockets.SOCK_CLOEXEC | Sockets.SOCK_NONBLOCK,
                0);
        try {
            Sockets.bind(fd, new SocketAddress.Unix(socket.toString()));
            Sockets.listen(fd, 1);
            return fd;
        } catch (IOException | RuntimeException e) {
            Sockets.close(fd);
            throw e;
        }
    }

    private static Process execute(Path helper, boolean streams, String device, Path directory) throws IOException {
        List<String> command = new ArrayList<>(List.of(helper.toString()));
        if (streams) {
            command.add("--stream");
        }
        command.addAll(List.of(device, directory.toString()));
        ProcessBuilder builder = new ProcessBuilder(command).directory(new File("/"))
                .redirectInput(new File("/dev/null")).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        try {
            return builder.start();
        } catch (IOException e) {
            throw cannotExecute(helper, e);
        }
    }

    private static IOException cannotExecute(Path helper, IOException e) {
        String name = CaptureHelper.NAME;
        boolean installed = Files.exists(helper);
        if (!Files.isExecutable(helper)) {
            return new PermissionException(name + " is " + CaptureGrant.state(installed, false),
                    CaptureGrant.remedy(installed, false, System.getProperty("user.name")));
        }
        String message = String.valueOf(e.getMessage());
        if (message.contains("error=1,")) {
            return new PermissionException(name + " may not have CAP_NET_RAW here, as in a container without it", null);
        }
        return new IOException(name + " cannot be started: " + message.replaceFirst("^.*error=\\d+, ", ""), e);
    }

    /** Takes the connection of our own process, and nobody else's. */
    private void accept(int listener) throws IOException {
        for (int waited = 0; waited < PATIENCE_MS; waited += STEP_MS) {
            boolean ended = !process.isAlive();
            if (isReadable(listener, ended ? 0 : STEP_MS)) {
                int accepted = Sockets.accept(listener, null);
                if (peer(accepted) == process.pid()) {
                    connection = accepted;
                    return;
                }
                Sockets.close(accepted);
            } else if (ended) {
                throw failure();
            }
        }
        throw silent();
    }

    private static IOException silent() {
        return new IOException(CaptureHelper.NAME + " has not answered within " + PATIENCE_MS / 1000 + " s");
    }

    private static boolean isReadable(int fd, int timeoutMs) throws OsException {
        PollSet waiting = new PollSet();
        waiting.add(fd, PollSet.POLLIN);
        try {
            return Sockets.poll(waiting, timeoutMs) > 0;
        } catch (OsException e) {
            if (e.is(Errno.EINTR)) {
                return false;
            }
            throw e;
        }
    }

    /** The number of the process that connected. */
    private static int peer(int fd) throws OsException {
        ByteBuffer ucred = ByteBuffer.allocateDirect(UCRED_LENGTH).order(ByteOrder.nativeOrder());
        Sockets.getsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_PEERCRED, ucred);
        return ucred.getInt(UCRED_PID);
    }

    int connection() {
        return connection;
    }

    /** Waits for a message; 0 where the helper has ended instead. */
    int receive(ReceivedMessage message, ByteBuffer data, int flags) throws IOException {
        int waited = 0;
        while (!isReadable(connection, STEP_MS)) {
            waited += STEP_MS;
            if (waited >= PATIENCE_MS) {
                throw silent();
            }
        }
        try {
            return message.receive(connection, data, flags);
        } catch (OsException e) {
            if (e.is(Errno.ECONNRESET)) {
                return 0;
            }
            throw e;
        }
    }

    /** Why the helper has ended, or is about to, without doing what it was to do. */
    IOException failure() {
        int status = end();
        String said = said();
        String name = CaptureHelper.NAME;
        if (said.startsWith(name + ": ")) {
            said = said.substring(name.length() + 2);
        }
        if (status == NOT_PERMITTED) {
            return notPermitted(said);
        }
        if (status == USAGE) {
            return new UsageException("may not capture on " + device + ": " + said);
        }
        if (status > KILLED) {
            return new IOException(name + " was killed (signal " + (status - KILLED) + ")");
        }
        return new IOException("capture on " + device + " failed: " + (said.isEmpty()
                ? name + " ended with status " + status + " and said nothing" : said));
    }

    private PermissionException notPermitted(String said) {
        String grant = said.contains("has not allowed") ? "scripts/grant-capture --interface " + device
                : said.contains("packets only") ? "scripts/grant-capture --pass sockets"
                : said.contains("CAP_NET_RAW") ? "scripts/grant-capture" : null;
        return new PermissionException("may not capture on " + device + ": " + said, grant);
    }

    IOException nonsense(String what) {
        return new IOException(helper + " answers nonsense (" + what
                + "); as root: scripts/grant-capture installs it anew");
    }

    /** Its exit status; one that does not end is ended. */
    private int end() {
        try {
            if (process.waitFor(END_MS, TimeUnit.MILLISECONDS)) {
                return process.exitValue();
            }
            process.destroyForcibly().waitFor();
            return process.exitValue();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return KILLED;
        }
    }

    /** The first line that it has printed. */
    private String said() {
        try (InputStream errors = process.getErrorStream()) {
            String text = new String(errors.readNBytes(LONGEST_LINE), StandardCharsets.UTF_8);
            return text.lines().findFirst().orElse("").replaceAll("\\p{Cntrl}", "?");
        } catch (IOException e) {
            return "";
        }
    }

    /** Closes the connection, which ends the helper, and waits for that. */
    @Override
    public void close() {
        if (connection >= 0) {
            try {
                Sockets.close(connection);
            } catch (OsException e) {
                // It is gone in any case.
            }
            connection = -1;
        }
        end();
    }
}
