package packetlab.cli;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import packetlab.os.PrivateNamespace;

/**
 * Runs live cases in a JVM of their own inside a private network namespace, where they may capture and disturb nobody.
 * Where no namespace can be made they are skipped, and say why.
 */
final class Inside {
    private static final String OK = "=== ok ", FAILED = "=== failed ", SKIPPED = "=== skipped ";

    interface Case {
        void run() throws Exception;
    }

    private Inside() {}

    /** A test for each case; {@code main} runs them in the child by {@link #runAll}. */
    static Stream<DynamicTest> tests(Class<?> main, Map<String, Case> cases) throws Exception {
        List<PrivateNamespace.Attempt> attempts = PrivateNamespace.search();
        PrivateNamespace.Attempt last = attempts.get(attempts.size() - 1);
        if (!last.works()) {
            skip(main.getSimpleName() + " needs a private network namespace: " + last.obstacle()
                    + (last.remedy() == null ? "" : "; as root: " + last.remedy()));
        }
        List<String> java = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "-Xmx256m",
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED",
                "-D" + PrivateNamespace.INSIDE + "=" + last.way(), "-cp", Child.classPath(), main.getName()));
        Process process = new ProcessBuilder(last.command(java)).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        Map<String, String> results = results(output);
        return cases.keySet().stream().map(name -> DynamicTest.dynamicTest(name, () -> {
            String result = results.getOrDefault(name, "it did not run:\n" + output);
            if (result.startsWith(SKIPPED)) {
                skip(name + ": " + result.substring(SKIPPED.length()).strip());
            } else if (!result.isEmpty()) {
                fail(result);
            }
        }));
    }

    private static void skip(String why) {
        System.err.println("NOT RUN: " + why);
        Assumptions.abort(why);
    }

    /** In the child: runs every case, prints how it went, and ends the JVM. */
    static void runAll(Map<String, Case> cases) throws IOException {
        PrivateNamespace.prepare();
        cases.forEach((name, test) -> {
            try {
                test.run();
                System.out.println(OK + name);
            } catch (org.opentest4j.TestAbortedException e) {
                System.out.println(SKIPPED + name + "\n" + e.getMessage());
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
        String told = null;
        for (String line : output.split("\n")) {
            if (line.startsWith(OK)) {
                results.put(line.substring(OK.length()), "");
                told = null;
            } else if (line.startsWith(FAILED)) {
                told = line.substring(FAILED.length());
                results.put(told, line);
            } else if (line.startsWith(SKIPPED)) {
                told = line.substring(SKIPPED.length());
                results.put(told, SKIPPED);
            } else if (told != null) {
                results.merge(told, line, (before, after) -> before + "\n" + after);
            }
        }
        return results;
    }
}
