package packetlab.os;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Programs in C, compiled for a test as scripts/grant-capture compiles them. */
final class Compiled {
    static final String HELPER = "native/src/main/c/capture-helper.c";
    static final String FALSE_HELPER = "native/src/test/c/false-helper.c";

    private Compiled() {}

    /** The library that is preloaded into traced programs, with every warning an error. */
    static Path library(Path directory) throws IOException {
        return compile(directory, "trace.so", "native/src/main/c/trace-calls.c", "the preload library",
                List.of("-fPIC", "-shared", "-fvisibility=hidden", "-pthread", "-ldl"));
    }

    /** @param definitions such as {@code -DSTREAM_ONLY=1} */
    static Path into(Path directory, String name, String source, String... definitions) throws IOException {
        return compile(directory, name, source, "the capture helper", List.of(definitions));
    }

    private static Path compile(Path directory, String name, String source, String what, List<String> definitions)
            throws IOException {
        String gcc = Programs.find("gcc");
        if (gcc == null) {
            String why = "NOT RUN: the tests of " + what + " need gcc and libc6-dev";
            System.err.println(why);
            Assumptions.abort(why);
        }
        Path program = directory.resolve(name);
        List<String> command = new ArrayList<>(List.of(gcc, "-std=c11", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra",
                "-Werror", "-o", program.toString(), System.getProperty("packetlab.root") + "/" + source));
        command.addAll(definitions);
        Programs.Outcome outcome = Programs.run(command, 60);
        assertEquals("", outcome.output());
        assertEquals(0, outcome.status());
        return program;
    }
}
