package packetlab.labs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Queries, and when two spellings are one answer. */
class MarkingTest {
    @TempDir
    private Path dir;

    private static final Facts FACTS = new Facts(List.of(
            new Facts.Row("tcp.segment", 1).with("from", "client").with("flags", "SYN").with("length", 0),
            new Facts.Row("tcp.segment", 2).with("from", "server").with("flags", "SYN,ACK").with("length", 0),
            new Facts.Row("tcp.segment", 3).with("from", "client").with("flags", "ACK").with("length", 700),
            new Facts.Row("tcp.segment", 4).with("from", "client").with("flags", "ACK").with("length", 30)), 4, null);

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "tcp.segment where flags has SYN count | 2", "tcp.segment where from = client last length | 30",
        "tcp.segment where length > 0 sum length | 730", "tcp.segment where from != client first frame | 2",
        "tcp.segment where length < 100 and from = client max length | 30", "tcp.segment nth 3 length | 700",
        "tcp.segment where flags = ACK list length | 700, 30", "tcp.segment where flags = RST any | no",
        "tcp.segment where flags = RST none | yes", "tcp.segment where flags = SYN none | no", "tcp.segment median length | 0",
        "tcp.segment where length > 0 median length | 30",
        "tcp.segment where frame = $syn first flags | SYN", "value 5 plus tcp.segment count minus value 1 | 8"})
    void queriesTakeValuesOfRows(String query, String value) throws Exception {
        assertEquals(value, Query.read(Line.of("q", 1, query), true).ask(FACTS, Map.of("syn", "1")).value());
    }

    @Test
    void whatTheCaptureDoesNotTellIsNoValue() throws Exception {
        for (String query : List.of("tcp.segment where flags = RST first frame", "tcp.segment where flags = RST median length", "tcp.segment first mss",
                "tcp.segment where frame = $unknown first frame", "tcp.segment nth 9 frame", "tcp.segment first mss plus value 1")) {
            assertNull(Query.read(Line.of("q", 1, query), true).ask(FACTS, Map.of()).value(), query);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"NUMBER | 1,448 | 1448", "NUMBER | 0x5A8 | 1448", "NUMBER | 1448 | 1448",
        "NUMBER | 3 000 000 000 | 3000000000", "PACKET | #7 | 7", "YES_NO | Yes | yes", "YES_NO | 아니오 | no",
        "TEXT | \"Hello  World\" | hello world", "LIST | 3, 1,2 | 1,2,3", "LIST | 1 2 3 | 1,2,3", "CHOICE | RED | red"})
    void spellingsOfOneAnswerAreOne(Question.Kind kind, String given, String normal) {
        assertEquals(normal, Marker.normal(question(kind), given));
    }

    @Test
    void aNumberMayBeAsFarOffAsTheLabAllows() throws Exception {
        Files.writeString(dir.resolve("script.txt"), "pause 1\n");
        Files.writeString(dir.resolve("grading.txt"), "question n\n answer number\n within 3\n key tcp.segment max length\n");
        Files.writeString(dir.resolve("lab.en.txt"), "title: t\nsummary: s\nminutes: 1\nreading: r\n== story\nx\n== question n\nq\n== hint n\nh\n== why n\nw\n");
        Lab lab = Lab.load(dir);
        Marker marker = new Marker(lab, lab.script(1), "en", FACTS);
        for (String given : List.of("697", "700", "703", "696", "704")) {
            Marker.Result result = marker.mark(new Answers(Map.of("n", given), List.of())).get(0).result();
            assertEquals(given.matches("69[7-9]|70[0-3]") ? Marker.Result.RIGHT : Marker.Result.WRONG, result, given);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"NUMBER | many", "NUMBER | 1,44", "NUMBER | 99999999999999999999", "PACKET | 3.5",
        "YES_NO | maybe", "LIST | 1, x", "CHOICE | green"})
    void whatIsNotOfTheKindIsNotReadable(Question.Kind kind, String given) {
        assertNull(Marker.normal(question(kind), given));
    }

    private static Question question(Question.Kind kind) {
        return new Question("q", kind, List.of("red", "blue"), null, null, false, 1, 0, null, Map.of());
    }

    @Test
    void answersAreReadLineByLineAndFaultsAreTold() {
        Answers answers = Answers.read("a", "# note\nq: 5\n\nq: 6\nr: 1\nwhat\n", List.of(question(Question.Kind.NUMBER)), "en");
        assertEquals(Map.of("q", "5"), answers.values());
        assertEquals(List.of("a:4: 'q' was answered before; the first answer counts", "a:5: no question is called 'r'",
                "a:6: expected 'question: answer', found 'what'"), answers.trouble());
        assertEquals(11, Answers.read("a", "x\n".repeat(500), List.of(), "en").trouble().size());
    }
}
