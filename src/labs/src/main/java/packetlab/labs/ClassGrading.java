package packetlab.labs;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Marks a class: every folder below one that has a {@code run.txt}. A folder that cannot be marked is one line and no
 * reason to stop. Needs no network, and native code (libpcap) only where an answer is a filter.
 */
public final class ClassGrading {
    private static final int DEPTH = 4, MAX_FOLDERS = 100_000;

    /**
     * One student's work on one lab.
     *
     * @param verdicts empty where it could not be marked
     * @param keys     by question
     * @param remarks  for the teacher: why it is not marked, signatures, likeness to others
     * @param capture  hash of the capture that is there; null where there is none
     */
    record Work(String student, String lab, Path folder, List<Marker.Verdict> verdicts, Map<String, String> keys,
                List<String> remarks, String capture) {
        int points() {
            return verdicts.stream().mapToInt(Marker.Verdict::points).sum();
        }

        int of() {
            return verdicts.stream().mapToInt(Marker.Verdict::of).sum();
        }
    }

    private final String language;
    private final Roster roster;
    private final Course course;
    private final List<Path> ownLabs;
    private final Consumer<String> trouble;
    private final Map<String, Lab> labs = new TreeMap<>();
    private final List<Work> works = new ArrayList<>();
    private final Map<String, Work> byStudentAndLab = new LinkedHashMap<>();

    /**
     * @param language of all that is said and written
     * @param course  whose signatures are checked; null to check none
     * @param ownLabs folders of a teacher's own labs
     * @param trouble takes one line for each thing that is wrong
     */
    public ClassGrading(String language, Roster roster, Course course, List<Path> ownLabs, Consumer<String> trouble) {
        this.language = language;
        this.roster = roster;
        this.course = course;
        this.ownLabs = ownLabs;
        this.trouble = trouble;
    }

    /** Marks all that is there. */
    public void mark(Path folder) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(folder, java.util.Set.of(), DEPTH, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.getFileName().toString().equals(RunFolder.RUN) && found.size() < MAX_FOLDERS) {
                    found.add(file.getParent());
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                trouble.accept(Phrase.UNREADABLE_FILE.in(language, file, e.getMessage()));
                return FileVisitResult.CONTINUE;
            }
        });
        found.sort(Comparator.naturalOrder());
        for (Path one : found) {
            try {
                markOne(one);
            } catch (IOException | LabSyntaxException | RuntimeException e) {
                trouble.accept(Phrase.FOLDER_NOT_MARKED.in(language, one, e.getMessage() == null ? e.toString() : e.getMessage()));
            }
        }
        new Likeness(works, language).find((work, remark) -> {
            work.remarks().add(remark);
            trouble.accept(work.student() + ", " + work.lab() + ": " + remark);
        });
        for (String student : roster.students().keySet()) {
            if (works.stream().noneMatch(work -> work.student().equals(student))) {
                trouble.accept(Phrase.HANDED_IN_NOTHING.in(language, student));
            }
        }
    }

    private void markOne(Path place) throws IOException, LabSyntaxException {
        RunFolder folder = new RunFolder(place);
        RunFolder.Run run = folder.read();
        if (!roster.students().containsKey(run.student())) {
            trouble.accept(Phrase.NOT_IN_ROSTER.in(language, place, run.student()));
            return;
        }
        Lab lab = lab(run.lab());
        if (lab == null) {
            trouble.accept(Phrase.NO_SUCH_LAB.in(language, place, Texts.cut(run.lab(), 40)));
            return;
        }
        Work before = byStudentAndLab.get(run.student() + "/" + lab.name());
        if (before != null) {
            trouble.accept(Phrase.TWICE.in(language, place, run.student(), lab.name(), before.folder()));
            return;
        }
        List<String> remarks = new ArrayList<>();
        String hash = null;
        String refused = null;
        try {
            hash = folder.captureHash();
            refused = folder.hasActsOf(run) ? refusal(run, hash, lab) : Phrase.OTHER_ACTS.in(language);
        } catch (IOException e) {
            refused = e.getMessage();
        }
        List<Marker.Verdict> verdicts = new ArrayList<>();
        Map<String, String> keys = Map.of();
        if (refused == null) {
            Facts facts = folder.facts();
            if (facts.damage() != null) {
                remarks.add(Phrase.DAMAGED.in(language, facts.damage()));
            }
            Marker marker = new Marker(lab, lab.script(run.seed()), language, facts, folder.selection());
            Path file = folder.file(RunFolder.ANSWERS);
            Answers answers;
            try {
                answers = Answers.read(file.toString(), Texts.read(file), marker.questions(), language);
            } catch (IOException e) {
                answers = new Answers(Map.of(), List.of(e.getMessage()));
            }
            remarks.addAll(answers.trouble());
            verdicts = marker.mark(answers);
            keys = marker.keys();
            verdicts.stream().filter(v -> v.question().kind() == Question.Kind.FILTER && v.result() == Marker.Result.UNTOLD)
                    .flatMap(v -> v.remarks().stream()).limit(1).forEach(remarks::add);
            if (course != null) {
                String unsigned = folder.handInTrouble(course.token(run.student()), language);
                if (unsigned != null) {
                    remarks.add(unsigned);
                }
            }
        } else {
            remarks.add(Phrase.NOT_MARKED_BECAUSE.in(language, refused));
        }
        Work work = new Work(run.student(), lab.name(), place, verdicts, keys, remarks, hash);
        works.add(work);
        byStudentAndLab.put(work.student() + "/" + work.lab(), work);
        remarks.forEach(remark -> trouble.accept(work.student() + ", " + work.lab() + ": " + remark));
    }

    /** Why the run is not the student's own, or null. */
    private String refusal(RunFolder.Run run, String hash, Lab lab) {
        if (!Course.same(hash, run.capture())) {
            return Phrase.OTHER_CAPTURE.in(language);
        }
        if (course == null) {
            return null;
        }
        Course.Token token = course.token(run.student());
        if (!run.isSigned()) {
            return Phrase.NO_SIGNATURE.in(language);
        }
        if (!run.isSignedBy(token)) {
            return Phrase.OTHER_SIGNATURE.in(language, run.student());
        }
        return run.seed() == Course.seed(token, run.student(), lab.name()) ? null
                : Phrase.OTHER_SEED.in(language);
    }

    private Lab lab(String name) throws IOException, LabSyntaxException {
        if (!labs.containsKey(name)) {
            for (Path folder : ownLabs) {
                Lab own = Lab.load(folder);
                labs.put(own.name(), own);
            }
            if (!labs.containsKey(name) && Labs.names().contains(name)) {
                labs.put(name, Labs.find(name));
            }
        }
        return labs.get(name);
    }

    Roster roster() {
        return roster;
    }

    List<Work> works() {
        return works;
    }

    String language() {
        return language;
    }

    public int marked() {
        return (int) works.stream().filter(work -> !work.verdicts().isEmpty()).count();
    }

    /** Writes grades.csv, class.html and a page for each student into a folder, which is made where it is missing. */
    public void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("grades.csv"), csv());
        ClassPages pages = new ClassPages(this);
        Files.writeString(folder.resolve("class.html"), pages.all());
        for (String student : roster.students().keySet()) {
            Files.writeString(folder.resolve("student-" + student + ".html"), pages.student(student));
        }
    }

    /** One line for each student and lab; who has handed in nothing has one line without a lab. */
    String csv() {
        StringBuilder out = new StringBuilder("id,name,lab,points,of,remarks\n");
        roster.students().forEach((id, name) -> {
            List<Work> own = works.stream().filter(work -> work.student().equals(id)).toList();
            if (own.isEmpty()) {
                out.append(Roster.csv(id)).append(',').append(Roster.csv(name)).append(",,0,0,").append(Phrase.NOTHING_IN_CSV.in(language)).append("\n");
            }
            for (Work work : own) {
                out.append(Roster.csv(id)).append(',').append(Roster.csv(name)).append(',').append(Roster.csv(work.lab()))
                        .append(',').append(work.points()).append(',').append(work.of()).append(',')
                        .append(Roster.csv(String.join("; ", work.remarks()))).append('\n');
            }
        });
        return out.toString();
    }
}
