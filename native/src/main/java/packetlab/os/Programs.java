package packetlab.os;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Small programs of the system: where they are, and what they say. */
final class Programs {
    private static final int USUAL_LIMIT_S = 10;
    private static final int LONGEST_OUTPUT = 65_536;

    private Programs() {}

    /**
     * @param output both streams together, cut at a limit
     * @param status -1 where it did not end in time
     */
    record Outcome(int status, String output) {
        String firstLine() {
            return output.lines().map(String::strip).filter(l -> !l.isEmpty()).findFirst()
                    .orElse(status < 0 ? "it did not end" : "exit status " + status);
        }
    }

    /** Its absolute path, or null; the system's directories first, so that a user's PATH decides nothing. */
    static String find(String name) {
        for (String directory : List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin")) {
            Path path = Path.of(directory, name);
            if (Files.isExecutable(path)) {
                return path.toString();
            }
        }
        return null;
    }

    static Outcome run(List<String> command) throws IOException {
        return run(command, USUAL_LIMIT_S);
    }

    /** Runs a program that prints little, without input, and waits for its end, or ends it when the time is over. */
    static Outcome run(List<String> command, int limitS) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (InputStream output = process.getInputStream()) {
            process.getOutputStream().close();
            if (!process.waitFor(limitS, TimeUnit.SECONDS)) {
                return new Outcome(-1, "no answer within " + limitS + " s");
            }
            byte[] said = output.readNBytes(LONGEST_OUTPUT);        // a pipe holds that much
            return new Outcome(process.exitValue(), new String(said, StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while running " + command.get(0), e);
        } finally {
            process.destroyForcibly();
        }
    }
}
