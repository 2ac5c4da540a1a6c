package packetlab.labs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Labs in which the student acts, played for real by somebody who does it right and by somebody who does not. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class InteractiveLabsTest {
    private static final List<String> LABS = List.of("craft", "filter", "firewall");
    @TempDir
    private static Path dir;

    @BeforeAll
    static void play() throws Exception {
        List<String> all = new ArrayList<>();
        LABS.forEach(lab -> all.addAll(List.of(lab + ":1:0", lab + ":1:" + Played.WRONG)));
        Played.play(dir, all);
    }

    private static RunFolder folder(String lab, int time) {
        return new RunFolder(Played.folder(dir, lab, 1, time));
    }

    private static Marker marker(String lab, int time, String language) throws Exception {
        RunFolder folder = folder(lab, time);
        return new Marker(Labs.find(lab), Labs.find(lab).script(1), language, folder.facts(), folder.selection());
    }

    /** What stands in the answers after the acts. */
    private static Answers begun(String lab, int time, Marker marker) throws Exception {
        return Answers.read(lab, Files.readString(folder(lab, time).file(RunFolder.ANSWERS)), marker.questions(), "en");
    }

    @Test
    void whoDoesWhatIsAskedForHasDoneAllDeedsAndAllFilters() throws Exception {
        for (String lab : LABS) {
            Marker marker = marker(lab, 0, "en");
            int done = 0;
            for (Marker.Verdict verdict : marker.mark(begun(lab, 0, marker))) {
                if (verdict.question().kind() == Question.Kind.DEED || verdict.question().kind() == Question.Kind.FILTER) {
                    assertEquals(Marker.Result.RIGHT, verdict.result(), lab + ": " + verdict);
                    done++;
                } else {
                    assertEquals(Marker.Result.EMPTY, verdict.result(), lab + ": " + verdict);
                }
            }
            assertTrue(done >= 5, lab);
        }
    }

    @Test
    void whoDoesItNearlyRightHasNotDoneIt() throws Exception {
        Map<String, List<String>> rightAnyway = Map.of("craft", List.of(), "filter", List.of(), "firewall",
                List.of("stranger-out", "stranger-told", "outside", "noise"));
        for (String lab : LABS) {
            Marker marker = marker(lab, Played.WRONG, "en");
            for (Marker.Verdict verdict : marker.mark(begun(lab, Played.WRONG, marker))) {
                if (verdict.question().kind() == Question.Kind.DEED || verdict.question().kind() == Question.Kind.FILTER) {
                    boolean right = rightAnyway.get(lab).contains(verdict.question().id());
                    assertEquals(right, verdict.result() == Marker.Result.RIGHT, lab + ": " + verdict);
                    assertTrue(right || !verdict.remarks().isEmpty(), lab + ": " + verdict);
                }
            }
        }
    }

    @Test
    void aWrongFilterIsPointedAtWhatItSelectsTooMuchAndTooLittle() throws Exception {
        Marker marker = marker("filter", Played.WRONG, "en");
        String syn = marker.keys().get("syn");
        for (Marker.Verdict verdict : marker.mark(new Answers(Map.of("syn", "tcp[13] == 18", "large", "udp(", "data", "src port 1"),
                List.of()))) {
            String said = String.join("\n", verdict.remarks());
            switch (verdict.question().id()) {
                case "syn" -> {
                    assertTrue(said.contains("it leaves out what is meant: packets " + syn), said);
                    assertTrue(said.contains("it also selects what is not meant: packets "), said);
                }
                case "large" -> {
                    assertEquals(Marker.Result.UNREADABLE, verdict.result());
                    assertTrue(said.contains("does not compile"), said);
                }
                case "data" -> assertFalse(said.contains("it also selects"), said);
                default -> { }
            }
        }
    }

    @Test
    void whatCannotBeAnsweredWithoutADeedSaysWhichOne() throws Exception {
        for (Marker.Verdict verdict : marker("craft", Played.WRONG, "ko").mark(new Answers(Map.of("reset", "client"), List.of()))) {
            if (verdict.question().id().equals("reset")) {
                assertEquals(Marker.Result.UNDONE, verdict.result());
                assertEquals(List.of("먼저 할 것: syn-ack"), verdict.remarks());
                assertEquals(1, verdict.of());
                return;
            }
        }
        throw new AssertionError("no such question");
    }

    @Test
    void theStudentSeesWhatComesOfItAtOnce() throws Exception {
        String craft = Files.readString(folder("craft", 0).file("shown.txt"));
        assertTrue(craft.matches("(?s).*send> tcp --src[^\n]*\n.*SYN.*SYN,ACK.*send> udp.*UDP 10.77.0.1.*UDP 10.77.0.2.*"
                + "port-unreachable.*echo-reply.*"), craft);
        assertTrue(craft.contains("through the door"), craft);
        String filter = Files.readString(folder("filter", 0).file("shown.txt"));
        assertTrue(filter.contains("'tcp port' does not compile") && filter.matches("(?s).*selects \\d+ of \\d+ packets.*"), filter);
        String firewall = Files.readString(folder("firewall", 0).file("shown.txt"));
        assertEquals(3, firewall.split("\nrules: |there is no rule yet", -1).length - 1, firewall);
        assertTrue(firewall.matches("(?s).*\n  TCP 10.77.0.1:\\d+ → 10.77.0.2:\\d+ SYN   dropped by the wire · rule:\\d reject tcp.*"), firewall);
    }

    @Test
    void whatWasDoneIsKeptAndAnEditedRecordOfItIsNoticed() throws Exception {
        RunFolder folder = folder("craft", 0);
        String acts = Files.readString(folder.file(RunFolder.ACTS));
        assertTrue(acts.contains("\n# ping\nicmp --dst 10.77.0.2 --id "), acts);
        RunFolder.Run run = folder.read();
        assertTrue(folder.hasActsOf(run));
        Files.writeString(folder.file(RunFolder.ACTS), acts + "# more\n");
        try {
            assertFalse(folder.hasActsOf(run));
            List<String> trouble = new ArrayList<>();
            new ClassGrading("ko", Roster.read("r", "id\nstudent-1\n"), null, List.of(), trouble::add).mark(folder.file("."));
            assertTrue(trouble.get(0).contains("acts.txt"), trouble.toString());
        } finally {
            Files.writeString(folder.file(RunFolder.ACTS), acts);
        }
    }

    @Test
    void whatWasDoneCanBeDoneAgain() throws Exception {
        List<String> lines = Files.readAllLines(folder("filter", 0).file(RunFolder.ACTS));
        Lab lab = Labs.find("filter");
        Acts acts = new Acts(new TypedActs(lines), lab, 1, "en");
        for (Step.Act act : lab.script(1).selections()) {
            acts.filter(act, folder("filter", 0).file(RunFolder.CAPTURE));
        }
        assertEquals(String.join("\n", lines) + "\n", acts.log());
    }

    @Test
    void linesThatAreTooLongOrTooManyAreNotTaken() throws Exception {
        Lab lab = Labs.find("firewall");
        List<String> lines = new ArrayList<>(List.of("allow " + "x".repeat(3_000), "allow tcp", "deny the moon"));
        TypedActs typed = new TypedActs(lines);
        Acts acts = new Acts(typed, lab, 1, "en");
        Step.Act act = lab.script(1).firewall();
        assertEquals(List.of("allow tcp"), acts.rules(act));
        assertEquals(null, acts.rules(act));
        assertTrue(typed.shown().contains("a line of more than 2000 characters is not taken"), typed.shown());
        assertTrue(typed.shown().contains("expected which packets"), typed.shown());
        for (int i = 0; i < 1_200; i++) {
            lines.add("allow tcp");
        }
        Acts many = new Acts(new TypedActs(lines), lab, 1, "en");
        int rules = many.rules(act).size();
        assertTrue(rules > 900 && rules < 1_000, "rules: " + rules);
    }

    @Test
    void doneTriesWhatWasNotTriedYetAndEndsIt() throws Exception {
        Lab lab = Labs.find("firewall");
        Step.Act act = lab.script(1).firewall();
        Acts untried = new Acts(new TypedActs(List.of("deny udp", "done", "deny tcp")), lab, 1, "en");
        assertEquals(List.of("deny udp"), untried.rules(act));
        assertEquals(null, untried.rules(act));
        Acts cleared = new Acts(new TypedActs(List.of("deny udp", "시험", "지움", "끝", "deny tcp")), lab, 1, "en");
        assertEquals(List.of("deny udp"), cleared.rules(act));
        assertEquals(null, cleared.rules(act), "what was tried last counts");
    }

    @Test
    void bothLanguagesSayEverything() {
        for (Phrase phrase : Phrase.values()) {
            assertNotEquals(phrase.in("en"), phrase.in("ko"), phrase.name());
            String[] values = {"1", "2", "3", "4"};
            for (String value : values) {
                assertEquals(phrase.in("en", (Object[]) values).contains(value), phrase.in("ko", (Object[]) values).contains(value),
                        phrase.name());
            }
        }
    }
}
