package packetlab.labs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import packetlab.rules.Action;

/** The files of a lab: what they may say, and what is said of a fault. */
class LabFormatTest {
    private static final String SCRIPT = "listen S on port 8080\nconnect C to S as P\n";
    @TempDir
    private Path dir;

    @ParameterizedTest
    @MethodSource("names")
    void ourLabsSpeakEnglishAndKoreanAndCanBePlayedWithAnySeed(String name) throws Exception {
        Lab lab = Labs.find(name);
        assertTrue(lab.speaks("en") && lab.speaks("ko"), name);
        for (long seed = -20; seed < 40; seed++) {
            Script script = lab.script(seed);
            assertTrue(lab.grading(script).questions().size() >= 4, name);
        }
        assertTrue(LabSheet.page(lab, "ko").contains(lab.title("ko")));
        assertTrue(LabPage.html(lab, "en", null).contains("packetlab lab start " + name));
    }

    static List<String> names() {
        return Labs.names();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "listen S on 80 | s:1: expected a port from 1024 to 65535, found '80'",
        "listen S | s:1: expected 'on', found the end of the line",
        "send C 5 octets | s:1: expected an end of a connection, made by 'connect', found 'C'",
        "listen S on 8080; listen S on 8081 | s:2: expected a name that is not taken yet, found 'S'",
        "let a number 5 4 | s:1: expected the greatest value from 5 to 1099511627776, found '4'",
        "pause {a} | s:1: expected a variable (), found 'a'",
        "repeat 3 as i; pause 1 | s:1: expected an 'end' for this 'repeat', found the end of the line",
        "wire rule drop the moon | s:1: expected",
        "listen S on 8080; act a rule | s:2: expected one 'act NAME rule', in front of all other steps",
        "listen S on 8080; act a filter; pause 5 | s:3: expected no step behind 'act a filter'",
        "act a send; act a send | s:2: expected a name that is not taken yet, found 'a'",
        "act a dance | s:1: expected 'send', 'filter' or 'rule', found 'dance'",
        "listen S on 8080; echo S | s:2: expected an end of a connection or a datagram socket, found 'S'",
        "dance | s:1: expected a step: listen",
        "pause 5 minutes | s:1: expected the end of the line, found 'minutes'",
        "listen S on 8080 \"x | s:1: expected a closing quote",
        "# nothing | s: expected a step"})
    void aFaultInAScriptIsToldWithItsLine(String script, String message) {
        LabSyntaxException e = assertThrows(LabSyntaxException.class, () -> Script.read("s", script.replace("; ", "\n"), 1));
        assertTrue(e.getMessage().startsWith(message), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "key tcp.segment count | g:1: expected 'question' or 'fact', found 'key'",
        "question a; answer number | g:1: expected the question a with 'key' below it",
        "question a; answer riddle | g:2: expected 'packet', 'number'",
        "question a; key tcp.segment where x ~ 1 count | g:2: expected '=', '!=', '<', '>' or 'has', found '~'",
        "question a; key tcp.elephant count | g:2: expected one of",
        "question a; answer packet; key tcp.segment first frame | g:1: expected the question a with 'look' below it",
        "question a; answer filter; key tcp.segment count | g:1: expected the question a with a key 'ROWS list frame'",
        "question a; answer number; needs b | g:3: expected a question before this one that is answered by a deed, found 'b'",
        "question a; answer choice one | g:2: expected at least two choices"})
    void aFaultInTheGradingIsToldWithItsLine(String grading, String message) throws Exception {
        Variables variables = new Variables(1);
        LabSyntaxException e = assertThrows(LabSyntaxException.class,
                () -> Grading.read("g", grading.replace("; ", "\n"), variables));
        assertTrue(e.getMessage().startsWith(message), e.getMessage());
    }

    @Test
    void aTextHasAllThatTheGradingAsksFor() throws Exception {
        Files.writeString(dir.resolve("script.txt"), SCRIPT);
        Files.writeString(dir.resolve("grading.txt"), "question a\n answer number\n key tcp.segment count\n");
        String head = "title: t\nsummary: s\nminutes: 1\nreading: r\n";
        String[][] faults = {{"", "lab.en.txt: expected a line 'title: ...' at its beginning"}, {head, "lab.en.txt: expected a part '== story'"},
            {head + "== story\nx\n== question a\nq\n== hint a\nh\n", "lab.en.txt: expected a part '== why a'"},
            {head + "== story\n{b}\n== question a\nq\n== hint a\nh\n== why a\nw\n", "lab.en.txt:5: expected a variable"},
            {head + "== poem\n", "lab.en.txt:5: expected 'story'"}};
        for (String[] fault : faults) {
            Files.writeString(dir.resolve("lab.en.txt"), fault[0]);
            LabSyntaxException e = assertThrows(LabSyntaxException.class, () -> Lab.load(dir));
            assertTrue(e.getMessage().contains(fault[1]), e.getMessage());
        }
        Files.writeString(dir.resolve("lab.en.txt"), head + "== story\nx\n== question a\nq\n== hint a\nh\n== why a\nw\n");
        assertEquals(dir.getFileName().toString(), Lab.load(dir).name());
    }

    @Test
    void theSeedDrawsTheSameEverywhere() throws Exception {
        Script script = Script.read("s", "let a number 0 999999\nlet b one-of x y z\nlet c letters 8\nlet d sum {a} 1\npause 1\n", 42);
        // Values as first drawn: another machine, and another version, must draw them, too.
        assertEquals(Map.of("a", A, "b", B, "c", C, "d", Long.toString(Long.parseLong(A) + 1)), script.values());
        assertEquals(script.values().get("a"), Script.read("s", "let new number 1 9\nlet a number 0 999999\npause 1\n", 42)
                .values().get("a"), "a new variable changes no other");
    }

    private static final String A = "594717", B = "x", C = "wfblyvey";

    @Test
    void rulesOfTheWireAreThoseOfImpair() throws Exception {
        Script script = Script.read("s", "let n number 12 12\nwire rule drop the {n:th} data segment of the client\nwire shows received\npause 1\n", 1);
        assertEquals(Action.DROP, script.rules(List.of()).rules().get(0).action());
        assertTrue(script.showsReceived());
    }
}
