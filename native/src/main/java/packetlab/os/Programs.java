package packetlab.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Small programs of the system: where they are, and what they say. */
final class Programs {
    private static final int LONGEST_RUN_S = 10;
    private static final int LONGEST_OUTPUT = 8192;

    private Programs() {}

    /**
     * @param output both streams together, cut at a limit
     * @param status -1 where it did not end in time
     */
    record Outcome(int status, String output) {
        String firstLine() {
            return output.lines().map(String::strip).filter(l -> !l.isEmpty()).findFirst()
                    .orElse(status < 0 ? "no answer within " + LONGEST_RUN_S + " s" : "exit status " + status);
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
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            boolean ended = process.waitFor(LONGEST_RUN_S, TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly();
            }
            byte[] output = process.getInputStream().readNBytes(LONGEST_OUTPUT);    // a pipe holds more than that
            return new Outcome(ended ? process.exitValue() : -1, new String(output, StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while running " + command.get(0), e);
        } finally {
            process.destroy();
        }
    }
}
