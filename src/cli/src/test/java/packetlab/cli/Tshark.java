package packetlab.cli;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program tshark, where it is installed. */
final class Tshark {
    /** No capture of ours takes it longer than two seconds. */
    private static final int MAX_SECONDS = 60;
    private static final String PROGRAM = "tshark";

    private Tshark() {}

    /** Its version, such as {@code 4.0.17}; null where it is not installed. */
    static String version() {
        try {
            for (String word : run(List.of(PROGRAM, "--version")).split("\\s+")) {
                if (word.matches("\\d+\\.\\d+\\.\\d+\\.?")) {
                    return word.replaceFirst("\\.$", "");
                }
            }
            return "of unknown version";
        } catch (UncheckedIOException e) {
            return null;
        }
    }

    /**
     * One row for each packet that {@code filter} selects, with the values of {@code fields} in their order; a field
     * that a packet has several times is one value with commas, one that it has not is empty. Reassembles what came out
     * of order, as any reader of tshark would ask it to.
     */
    static List<String[]> rows(Path capture, String filter, List<String> fields, String... options) {
        List<String> command = new ArrayList<>(List.of(PROGRAM, "-n", "-r", capture.toString(), "-Y", filter,
                "-o", "tcp.reassemble_out_of_order:TRUE", "-T", "fields", "-E", "occurrence=a"));
        command.addAll(List.of(options));
        for (String field : fields) {
            command.add("-e");
            command.add(field);
        }
        List<String[]> rows = new ArrayList<>();
        for (String line : run(command).split("\n")) {
            if (!line.isEmpty()) {
                rows.add(line.split("\t", fields.size()));
            }
        }
        return rows;
    }

    private static String run(List<String> command) {
        try {
            Path out = Files.createTempFile("tshark", ".txt");
            try {
                // Its configuration is not that of whoever runs the test.
                ProcessBuilder builder = new ProcessBuilder(command)
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(out.toFile())
                        .redirectError(ProcessBuilder.Redirect.DISCARD);
                builder.environment().put("HOME", "/nonexistent");
                builder.environment().put("XDG_CONFIG_HOME", "/nonexistent");
                builder.environment().put("LC_ALL", "C.UTF-8");
                Process process = builder.start();
                if (!process.waitFor(MAX_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError("takes longer than " + MAX_SECONDS + " s: " + command);
                }
                // Its own text is UTF-8; octets of the capture may be anything.
                return new String(Files.readAllBytes(out), StandardCharsets.UTF_8);
            } finally {
                Files.delete(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
