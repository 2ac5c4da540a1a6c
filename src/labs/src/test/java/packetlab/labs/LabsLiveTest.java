package packetlab.labs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Labs played for real, twice with one seed and once with another, and marked. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class LabsLiveTest {
    /** The others are played, too, in {@link LabPeersTest}. */
    private static final List<String> LABS = List.of("handshake", "loss", "broken-rule", "permessage-deflate", "sockjs-socketio");
    @TempDir
    private static Path dir;

    private static Lab handshake;

    @BeforeAll
    static void play() throws Exception {
        handshake = Labs.find("handshake");
        Played.play(dir, List.of("handshake:1:0", "handshake:1:1", "handshake:2:0", "loss:1:0", "loss:1:1", "broken-rule:1:0",
                "broken-rule:1:1", "permessage-deflate:1:0", "permessage-deflate:1:1", "sockjs-socketio:1:0", "sockjs-socketio:1:1"));
    }

    private static Marker marker(String lab, long seed, int time) throws Exception {
        return new Marker(Labs.find(lab), Labs.find(lab).script(seed), "en",
                new RunFolder(Played.folder(dir, lab, seed, time)).facts());
    }

    @Test
    void everyQuestionIsToldByTheCapture() throws Exception {
        for (String lab : LABS) {
            Marker marker = marker(lab, 1, 0);
            for (Question question : marker.questions()) {
                assertNotNull(marker.keys().get(question.id()), lab + ": " + question.id());
            }
        }
    }

    @Test
    void oneSeedGivesTheSameAnswersButForTheKernelsOwn() throws Exception {
        for (String lab : LABS) {
            Marker once = marker(lab, 1, 0);
            Map<String, String> again = marker(lab, 1, 1).keys();
            for (Question question : once.questions()) {
                if (!question.own()) {
                    assertEquals(once.keys().get(question.id()), again.get(question.id()), lab + ": " + question.id());
                }
            }
        }
        assertNotEquals(marker("handshake", 1, 0).keys().get("client-isn"), marker("handshake", 1, 1).keys().get("client-isn"));
    }

    @Test
    void aPageHasThePictureOfItsRun() throws Exception {
        for (String lab : LABS) {
            Path folder = Played.folder(dir, lab, 1, 1);
            String page = Files.readString(folder.resolve("page.html"));
            String picture = new String(java.util.Base64.getDecoder().decode(page.replaceAll("(?s).*base64,([^\"]*)\".*", "$1")),
                    java.nio.charset.StandardCharsets.UTF_8);
            long packets = FactReader.read(folder.resolve("drawn.pcapng")).packets();
            assertTrue(packets > 5 && picture.contains(packets + " packets"), lab + ": " + packets);
        }
    }

    @Test
    void anotherSeedGivesOtherAnswers() throws Exception {
        assertNotEquals(marker("handshake", 1, 0).keys().get("client-port"), marker("handshake", 2, 0).keys().get("client-port"));
    }

    @Test
    void rightAnswersGetFullMarksAndWrongAndEmptyOnesNone() throws Exception {
        for (String lab : LABS) {
            Marker marker = marker(lab, 1, 0);
            for (Marker.Verdict verdict : marker.mark(new Answers(marker.keys(), List.of()))) {
                assertEquals(Marker.Result.RIGHT, verdict.result(), lab + ": " + verdict);
            }
            for (Marker.Verdict verdict : marker.mark(new Answers(Map.of(), List.of()))) {
                assertEquals(Marker.Result.EMPTY, verdict.result());
            }
            for (Question question : marker.questions()) {
                String wrong = wrong(question, marker.keys().get(question.id()));
                Marker.Verdict verdict = marker.mark(new Answers(Map.of(question.id(), wrong), List.of())).stream()
                        .filter(v -> v.question().id().equals(question.id())).findFirst().orElseThrow();
                assertEquals(Marker.Result.WRONG, verdict.result(), lab + ": " + verdict);
                if (question.kind() == Question.Kind.PACKET) {
                    assertFalse(verdict.remarks().toString().endsWith("look at packet " + verdict.key() + "]"), lab + ": " + verdict);
                }
            }
        }
    }

    /** An answer of the right kind that is not the key. */
    static String wrong(Question question, String key) {
        return switch (question.kind()) {
            case PACKET, NUMBER -> Long.toString(Long.parseLong(key) + 1 + question.within());
            case FILTER -> "less 1";
            case DEED -> "";
            case TEXT -> key + "x";
            case YES_NO -> key.equals("yes") ? "no" : "yes";
            case LIST -> key.isEmpty() ? "7" : key + ", 999999";
            case CHOICE -> question.choices().stream().filter(choice -> !choice.equals(key)).findFirst().orElseThrow();
        };
    }

    @Test
    void aStudentIsToldWhatIsWrongAndNotTheAnswer() throws Exception {
        RunFolder folder = new RunFolder(Played.folder(dir, "handshake", 1, 0));
        Lab lab = Labs.find("handshake");
        Path answers = folder.file(RunFolder.ANSWERS);
        String isn = marker("handshake", 1, 0).keys().get("client-isn");
        Files.writeString(answers, "client-isn: 0\nsynack-acknowledges: " + isn + "\nmss: many\nnonsense: 1\n");
        Check.Report report = Check.of(lab, answers, folder.read(), folder, "en", false);
        String said = String.join("\n", report.lines());
        assertFalse(report.complete());
        assertEquals(1, report.trouble().size());
        assertTrue(report.trouble().get(0).endsWith("answers.txt:4: no question is called 'nonsense'"), report.trouble().get(0));
        assertTrue(said.contains("0 is the relative number"), said);
        assertTrue(said.contains("Nearly: the SYN itself takes one number."), said);
        assertTrue(said.contains("expected a number, such as 1448 or 0x5a8, found 'many'"), said);
        assertFalse(said.contains(Long.toString(Long.parseLong(isn) + 1)), said);
        assertTrue(String.join("\n", Check.of(lab, answers, folder.read(), folder, "en", true).lines())
                .contains("answer: " + (Long.parseLong(isn) + 1)), "revealed");
    }

    /** Puts a student's folder into a class: the capture of a run that was played, signed where there is a course. */
    private static RunFolder handIn(Path to, String student, long seed, int time, Course course, String answers) throws Exception {
        RunFolder folder = new RunFolder(Files.createDirectories(to));
        Files.copy(Played.folder(dir, "handshake", seed, time).resolve(RunFolder.CAPTURE), folder.file(RunFolder.CAPTURE));
        Course.Token token = course == null ? null : course.token(student);
        folder.write(handshake, student, course == null ? seed
                : Course.seed(token, student, "handshake"), "en", token);
        Files.writeString(folder.file(RunFolder.ANSWERS), answers);
        if (token != null) {
            folder.handIn(token);
        }
        return folder;
    }

    private static String right(long seed, int time) throws Exception {
        StringBuilder lines = new StringBuilder();
        marker("handshake", seed, time).keys().forEach((id, key) -> lines.append(id.equals("stream") ? "# " : "")
                .append(id).append(": ").append(key).append('\n'));
        return lines.toString();
    }

    @Test
    void aClassIsMarkedAndWhatIsWrongWithOneStopsNobodyElse() throws Exception {
        Path handed = dir.resolve("class");
        handIn(handed.resolve("a"), "kim", 1, 0, null, right(1, 0));
        handIn(handed.resolve("b"), "lee", 2, 0, null, right(1, 0));
        handIn(handed.resolve("c"), "stranger", 1, 0, null, "");
        handIn(handed.resolve("d"), "=cmd", 1, 0, null, "");
        handIn(handed.resolve("e"), "park", 1, 1, null, "mss: x\nwhat is this\n");
        Files.writeString(handed.resolve("e").resolve(RunFolder.CAPTURE), "no capture");
        Files.createDirectories(handed.resolve("f"));
        Files.writeString(handed.resolve("f").resolve(RunFolder.RUN), "garbage\n");
        List<String> trouble = new java.util.ArrayList<>();
        Roster roster = Roster.read("r.csv", "id,name\nkim,\"Kim, A\"\nlee,Lee\npark,Park\nchoi,<b>Choi\nkim,Twice\n");
        assertEquals(List.of("r.csv:6: the id kim is there before; its first line counts"), roster.trouble());
        ClassGrading grading = new ClassGrading("en", roster, null, List.of(), trouble::add);
        grading.mark(handed);
        String all = String.join("\n", trouble);
        for (String part : List.of("lee, handshake: cannot be independent: the wrong answer to client-port", "is the right one of kim's capture",
                "c: the student stranger is not in the roster", "d/run.txt: expected a student's id, found '=cmd'",
                "park, handshake: not marked: the capture is not the one that was recorded",
                "f: not marked: ", "choi: has handed in nothing")) {
            assertTrue(all.contains(part), part + " in\n" + all);
        }
        grading.write(dir.resolve("out"));
        String csv = Files.readString(dir.resolve("out/grades.csv"));
        assertTrue(csv.contains("\nkim,\"Kim, A\",handshake,9,9,\n"), csv);
        assertTrue(csv.contains("choi,<b>Choi,,0,0,nothing handed in"), csv);
        assertTrue(Files.readString(dir.resolve("out/class.html")).contains("&lt;b&gt;Choi"));
        assertTrue(Files.readString(dir.resolve("out/student-kim.html")).contains("9 of 9 points"));
        assertFalse(Files.readString(dir.resolve("out/student-lee.html")).contains(marker("handshake", 2, 0).keys().get("client-isn")));
    }

    @Test
    void anEditedCaptureAnotherStudentsAndAnOwnSeedAreNoticed() throws Exception {
        Path secret = dir.resolve("course.key");
        Course.create(secret);
        Course course = Course.read(secret);
        Path handed = dir.resolve("signed");
        handIn(handed.resolve("good"), "good", 1, 0, course, "mss: 5\n");
        RunFolder stolen = handIn(handed.resolve("thief"), "good", 1, 0, course, "");
        Path run = stolen.file(RunFolder.RUN);
        Files.writeString(run, Files.readString(run).replace("student: good", "student: thief"));
        handIn(handed.resolve("unsigned"), "unsigned", 1, 0, null, "");
        RunFolder late = handIn(handed.resolve("late"), "late", 1, 1, course, "mss: 5\n");
        Files.writeString(late.file(RunFolder.ANSWERS), "mss: 6\n");
        RunFolder lucky = handIn(handed.resolve("lucky"), "lucky", 1, 1, course, "");
        Files.delete(lucky.file(RunFolder.HAND_IN));
        lucky.write(Labs.find("handshake"), "lucky", 7, "en", course.token("lucky"));
        List<String> trouble = new java.util.ArrayList<>();
        new ClassGrading("en", Roster.read("r", "id\ngood\nthief\nunsigned\nlate\nlucky\n"), course, List.of(), trouble::add).mark(handed);
        String all = String.join("\n", trouble);
        for (String part : List.of("thief, handshake: not marked: the signature is not that of thief",
                "unsigned, handshake: not marked: the run has no signature", "late, handshake: the answers were changed",
                "lucky, handshake: not marked: the run was made with another seed", "good, handshake: the capture is that of ")) {
            assertTrue(all.contains(part), part + " in\n" + all);
        }
        assertFalse(all.contains("good, handshake: not marked"), all);
    }

    @Test
    void fiveHundredStudentsAreMarked() throws Exception {
        Path handed = dir.resolve("many");
        StringBuilder roster = new StringBuilder("id,name\n");
        String answers = right(1, 0);
        for (int i = 0; i < 500; i++) {
            roster.append("s").append(i).append(",Student ").append(i).append('\n');
            handIn(handed.resolve("s" + i), "s" + i, 1, 0, null, i % 2 == 0 ? answers : "");
        }
        ClassGrading grading = new ClassGrading("en", Roster.read("r", roster.toString()), null, List.of(), line -> { });
        grading.mark(handed);
        assertEquals(500, grading.marked());
        assertEquals(501, grading.csv().lines().count());
        assertEquals(250, grading.csv().lines().filter(line -> line.contains(",9,9,")).count());
    }
}
