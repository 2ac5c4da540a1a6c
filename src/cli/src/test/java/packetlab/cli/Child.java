package packetlab.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The command {@code packetlab} as a process of its own, with real signals, pipes and exit status. */
final class Child implements AutoCloseable {
    private static final int LONGEST_S = 60;

    /** How it ended. */
    record Result(int status, String out, String err) {
        List<String> lines() {
            return out.lines().toList();
        }
    }

    private final Process process;
    private final Path out;
    private final Path err;

    private Child(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** The words that start {@code packetlab} with these arguments, in a JVM like this one. */
    static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "-Xmx256m",
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "-cp",
                classPath(), Main.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    static Child start(String... arguments) throws IOException {
        return start(command(arguments));
    }

    /** Starts any command; what it prints goes to files that {@link #close} removes. */
    static Child start(List<String> command) throws IOException {
        Path out = Files.createTempFile("packetlab-out", null);
        Path err = Files.createTempFile("packetlab-err", null);
        return start(new ProcessBuilder(command).redirectOutput(out.toFile()), out, err);
    }

    /** As the other, with standard output going elsewhere. */
    static Child startTo(File output, String... arguments) throws IOException {
        Path err = Files.createTempFile("packetlab-err", null);
        return start(new ProcessBuilder(command(arguments)).redirectOutput(output), null, err);
    }

    private static Child start(ProcessBuilder builder, Path out, Path err) throws IOException {
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        return new Child(builder.redirectError(err.toFile()).start(), out, err);
    }

    Process process() {
        return process;
    }

    String out() throws IOException {
        return out == null ? "" : Files.readString(out, StandardCharsets.UTF_8);
    }

    String err() throws IOException {
        return Files.readString(err, StandardCharsets.UTF_8);
    }

    /** Waits until standard output is as wanted; fails with all that was printed where that takes too long. */
    void awaitOut(Predicate<String> wanted) throws IOException, InterruptedException {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_S);
        while (!wanted.test(out())) {
            if (System.nanoTime() - deadlineNs > 0 || !process.isAlive()) {
                throw new AssertionError("not what was waited for: " + out() + err());
            }
            Thread.sleep(20);
        }
    }

    /** @param signal such as INT */
    void signal(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).inheritIO().start().waitFor();
    }

    /** Waits for its end. */
    Result end() throws IOException, InterruptedException {
        if (!process.waitFor(LONGEST_S, TimeUnit.SECONDS)) {
            throw new AssertionError("did not end: " + out() + err());
        }
        return new Result(process.exitValue(), out(), err());
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        if (out != null) {
            Files.delete(out);
        }
        Files.delete(err);
    }
}
