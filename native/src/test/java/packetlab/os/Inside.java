package packetlab.os;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;

/**
 * Runs test cases in a JVM of their own inside a private network namespace, so that they may capture without root and
 * nobody's packets mix with theirs. Where no namespace can be made the tests are skipped, and say why.
 */
final class Inside {
    private static final String OK = "=== ok ", FAILED = "=== failed ";

    private static final int LIMIT_S = 300;

    interface Case {
        void run() throws Exception;
    }

    private Inside() {}

    /** A test for each case; {@code main} runs them in the child by {@link #runAll}. */
    static Stream<DynamicTest> tests(Class<?> main, Map<String, Case> cases, String... arguments) throws IOException {
        String output = run(main, List.of(), arguments).output();
        Map<String, String> results = results(output);
        return cases.keySet().stream().map(name -> DynamicTest.dynamicTest(name, () -> {
            String result = results.getOrDefault(name, "it did not run:\n" + output);
            if (!result.isEmpty()) {
                fail(result);
            }
        }));
    }

    /** Runs a class with a main method inside, after lo was raised there. */
    static Programs.Outcome run(Class<?> main, List<String> wrapper, String... arguments) throws IOException {
        List<PrivateNamespace.Attempt> attempts = PrivateNamespace.search();
        PrivateNamespace.Attempt last = attempts.get(attempts.size() - 1);
        if (!last.works()) {
            String why = "NOT RUN: " + main.getSimpleName() + " needs a private network namespace: "
                    + PrivateNamespace.obstacles(attempts);
            System.err.println(why);
            Assumptions.abort(why);
        }
        List<String> command = last.command(new ArrayList<>(wrapper));
        command.addAll(java(main, arguments));
        return Programs.run(command, LIMIT_S);
    }

    /** The command that runs a class of ours in a JVM like this one. */
    static List<String> java(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "-Xmx256m",
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "--enable-native-access=ALL-UNNAMED",
                "-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** In the child: runs every case, prints how it went, and ends the JVM. */
    static void runAll(Map<String, Case> cases) throws IOException {
        PrivateNamespace.prepare();
        cases.forEach((name, test) -> {
            try {
                test.run();
                System.out.println(OK + name);
            } catch (Throwable t) {
                System.out.println(FAILED + name);
                t.printStackTrace(System.out);
            }
        });
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    /** By name: what went wrong, or nothing. */
    private static Map<String, String> results(String output) {
        Map<String, String> results = new LinkedHashMap<>();
        String failing = null;
        for (String line : output.split("\n")) {
            if (line.startsWith(OK)) {
                results.put(line.substring(OK.length()), "");
                failing = null;
            } else if (line.startsWith(FAILED)) {
                failing = line.substring(FAILED.length());
                results.put(failing, line);
            } else if (failing != null) {
                results.merge(failing, "\n" + line, String::concat);
            } else {
                System.out.println(line);       // a figure
            }
        }
        return results;
    }
}
