package packetlab.os;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Set;

/**
 * Sees to it that a private namespace does not outlive us: a shell that waits until we are gone, however that happens, and
 * then kills whatever still runs in the namespace. To be started only where {@link Wire} was built, or in another
 * namespace that is surely nobody else's.
 */
public final class NamespaceKeeper implements AutoCloseable {
    private static final String SCRIPT = """
            trap '' INT TERM HUP QUIT
            read -r gone
            [ "$gone" = done ] && exit
            own=$(readlink /proc/self/ns/net)
            for process in /proc/[0-9]*; do
                [ "${process#/proc/}" != $$ ] && [ "$(readlink "$process/ns/net" 2>/dev/null)" = "$own" ] &&
                    kill -KILL "${process#/proc/}" 2>/dev/null
            done
            """;
    private final Process process;

    private NamespaceKeeper(Process process) {
        this.process = process;
    }

    public static NamespaceKeeper start() throws IOException {
        if (!PrivateNamespace.inside()) {
            throw new IllegalStateException("not in a private namespace");
        }
        String shell = Programs.find("sh");
        if (shell == null) {
            throw new IOException("there is no sh");
        }
        Set<Integer> pipes = SelfCommand.pipes();
        Process process = new ProcessBuilder(List.of(shell, "-c", SCRIPT))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        SelfCommand.keepNewPipes(pipes);        // it ends when nobody has the other end any more
        return new NamespaceKeeper(process);
    }

    /** The shell's process. */
    public long pid() {
        return process.pid();
    }

    /** It is not needed any more. */
    @Override
    public void close() {
        try (OutputStream in = process.getOutputStream()) {
            in.write("done\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            in.flush();
        } catch (IOException e) {
            // It has ended already.
        }
        process.destroyForcibly();
    }
}
