package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import packetlab.sockets.Demo;

/** Help, version, completion, and what wrong usage is answered with. */
class UsageTest {
    static List<String> commands() {
        Console console = new Console(Channels.newChannel(new ByteArrayInputStream(new byte[0])), new ByteArrayOutputStream(),
                new PrintStream(new ByteArrayOutputStream()), false, false, true);
        return List.copyOf(new Main(console, new Lifetime()).line().getSubcommands().keySet());
    }

    @Test
    void helpListsEveryCommandAndShowsExamplesWithin100Columns() {
        Run help = Run.of("--help");
        assertEquals(ExitStatus.DONE, help.status());
        assertEquals("", help.err());
        for (String command : commands()) {
            assertTrue(Pattern.compile("^  " + command + "\\s", Pattern.MULTILINE).matcher(help.out()).find(), command);
        }
        assertHelp(help);
    }

    @Test
    void demosAreListedByFamilyAndKnownToCompletion() {
        List<String> list = Run.of("demo", "--list").outLines();
        String completion = Run.of("completion", "bash").out();
        String family = "";
        int found = 0;
        for (String line : list) {
            assertTrue(line.length() <= 100, line);
            family = line.endsWith(" sockets") && !line.startsWith(" ") ? line : family;
            if (line.startsWith("  ")) {
                Demo demo = AllDemos.find(line.strip().split(" ")[0]);
                assertEquals(demo.family().words() + " sockets", family, line);
                assertTrue(line.endsWith(demo.description()), line);
                assertTrue(completion.contains("\"" + demo.name() + "\""), demo.name());
                found++;
            }
        }
        assertEquals(AllDemos.all().size(), found);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHasHelpWithAnExampleOfItself(String command) {
        Run help = Run.of(command, "--help");
        assertEquals(ExitStatus.DONE, help.status());
        assertEquals("", help.err());
        assertHelp(help);
        String examples = help.out().substring(help.out().indexOf("Examples:"));
        assertTrue(examples.contains("packetlab " + command), examples);
        assertEquals(help.out(), Run.of(command, "-h").out());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandRefusesAnUnknownOptionInOneLineAndNamesItsHelp(String command) {
        Run run = Run.of(command, "--no-such-option");
        // Whoever runs another program leaves 2 to that one, as env(1) does.
        assertEquals(List.of("trace", "impair", "firewall").contains(command) ? ExitStatus.RAN_NOTHING : ExitStatus.USAGE, run.status());
        assertEquals("", run.out());
        assertEquals(2, run.errLines().size(), run.err());
        assertTrue(run.errLines().get(0).startsWith("packetlab: "), run.err());
        assertEquals("  all it takes:   packetlab " + command + " --help", run.errLines().get(1));
    }

    @Test
    void anUnknownOptionIsNamed() {
        assertEquals("packetlab: unknown option --jsn", Run.of("completion", "bash", "--jsn").errLines().get(0));
        assertEquals("packetlab: unexpected argument x", Run.of("completion", "bash", "x").errLines().get(0));
    }

    @Test
    void helpForACommandCanBeAskedForInFrontToo() {
        assertEquals(Run.of("read", "--help").out(), Run.of("help", "read").out());
        assertEquals(Run.of("--help").out(), Run.of("help").out());
    }

    @Test
    void everyCommandTellsTheVersion() {
        String version = Run.of("--version").out();
        for (String[] words : new String[][] {{"read", "--version"}, {"watch", "-V"}, {"latency", "compare", "-V"}}) {
            Run run = Run.of(words);
            assertEquals(version, run.out(), String.join(" ", words));
            assertEquals(0, run.status());
        }
    }

    @Test
    void theVersionIsThatOfTheBuild() throws Exception {
        Run run = Run.of("--version");
        assertEquals(ExitStatus.DONE, run.status());
        Path pom = Path.of(System.getProperty("packetlab.root", "../..")).resolve("pom.xml");
        Matcher version = Pattern.compile("<version>(.*?)</version>").matcher(Files.readString(pom));
        assertTrue(version.find());
        assertEquals("packetlab " + version.group(1) + System.lineSeparator(), run.out());
    }

    @Test
    void withoutACommandItSaysSo() {
        Run run = Run.of();
        assertEquals(ExitStatus.USAGE, run.status());
        assertEquals("", run.out());
        assertEquals("packetlab: which command?", run.errLines().get(0));
    }

    @ParameterizedTest
    @CsvSource({"complete,completion", "compltion,completion"})
    void aMistypedCommandIsAnsweredWithTheOneThatWasMeant(String typed, String meant) {
        Run run = Run.of(typed);
        assertEquals(ExitStatus.USAGE, run.status());
        assertEquals("packetlab: unknown command " + typed, run.errLines().get(0));
        assertTrue(run.err().contains("did you mean:") && run.err().contains(meant), run.err());
    }

    @Test
    void theCompletionScriptIsValidBashAndCompletesCommandsAndOptions() throws Exception {
        Run run = Run.of("completion", "bash");
        assertEquals(ExitStatus.DONE, run.status());
        Path script = Files.createTempFile("completion", ".bash");
        try {
            Files.writeString(script, run.out());
            assertEquals("completion", complete(script, "packetlab", "compl"));
            assertEquals("--version", complete(script, "packetlab", "completion", "--vers"));
            assertEquals("zsh", complete(script, "packetlab", "completion", "z"));
        } finally {
            Files.delete(script);
        }
        assertEquals(run.out(), Run.of("completion", "zsh").out());
    }

    private static String complete(Path script, String... words) throws Exception {
        String bash = "source " + script + "; COMP_WORDS=(" + String.join(" ", words) + "); COMP_CWORD="
                + (words.length - 1) + "; _complete_packetlab; echo \"${COMPREPLY[*]}\"";
        Process shell = new ProcessBuilder("bash", "--norc", "-c", bash).redirectErrorStream(true).start();
        String reply = new String(shell.getInputStream().readAllBytes()).strip();
        assertTrue(shell.waitFor(10, TimeUnit.SECONDS));
        return reply;
    }

    private static void assertHelp(Run help) {
        assertTrue(help.out().contains("Examples:"));
        for (String line : help.outLines()) {
            assertTrue(line.length() <= 100, line);
            assertFalse(line.contains("\t"), line);
        }
    }
}
