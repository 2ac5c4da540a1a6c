package packetlab.labs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;

/**
 * The folder of one student's lab: {@code capture.pcapng}, {@code questions.txt}, {@code answers.txt}, and {@code run.txt},
 * which says whose it is and is signed. An interactive lab has {@code acts.txt}, too: what the student did. {@code hand-in.txt} is added when it is handed in, and signs the answers. No key to
 * the answers is stored: they are made from the capture when they are needed.
 */
public final class RunFolder {
    public static final String CAPTURE = "capture.pcapng", QUESTIONS = "questions.txt", ANSWERS = "answers.txt",
            RUN = "run.txt", HAND_IN = "hand-in.txt", ACTS = "acts.txt";
    private static final String RUN_HEAD = "packetlab lab run 1", HAND_IN_HEAD = "packetlab lab hand-in 1", NONE = "none";
    private static final long MAX_CAPTURE = 64L << 20;

    /**
     * What {@code run.txt} says.
     *
     * @param capture   SHA-256 of the capture
     * @param acts      SHA-256 of what was done; {@code none} where nothing is done in that lab
     * @param signature by the student's key over all the rest; {@code none} without a token
     */
    public record Run(String lab, String student, long seed, String language, String capture, String acts, String signature) {
        String signed() {
            return RUN_HEAD + "\nlab: " + lab + "\nstudent: " + student + "\nseed: " + Long.toUnsignedString(seed)
                    + "\nlanguage: " + language + "\ncapture: " + capture + "\n"
                    + (acts.equals(NONE) ? "" : "acts: " + acts + "\n");
        }

        public boolean isSigned() {
            return !signature.equals(NONE);
        }

        /** Whether that key made the signature. */
        public boolean isSignedBy(Course.Token token) {
            return Course.same(token.sign(signed()), signature);
        }
    }

    private final Path folder;

    public RunFolder(Path folder) {
        this.folder = folder;
    }

    public Path file(String name) {
        return folder.resolve(name);
    }

    /** Puts a new run of a lab there in which nothing is done. */
    Run write(Lab lab, String student, long seed, String language, Course.Token token) throws IOException, LabSyntaxException {
        return write(lab, student, seed, language, token, null);
    }

    /**
     * Puts a new run there whose capture is already there; answers that were begun are kept in {@code answers.txt.old}.
     *
     * @param acts what was done; null in a lab where nothing is
     */
    public Run write(Lab lab, String student, long seed, String language, Course.Token token, Acts acts)
            throws IOException, LabSyntaxException {
        Files.deleteIfExists(file(ACTS));
        if (acts != null) {
            Files.writeString(file(ACTS), acts.log());
        }
        String acted = acts == null ? NONE : Course.hash(octets(ACTS));
        Run unsigned = new Run(lab.name(), student, seed, language, captureHash(), acted, NONE);
        Run run = token == null ? unsigned : new Run(lab.name(), student, seed, language, unsigned.capture, acted,
                token.sign(unsigned.signed()));
        Script script = lab.script(seed);
        Grading grading = lab.grading(script);
        if (Files.exists(file(ANSWERS))) {
            Files.move(file(ANSWERS), file(ANSWERS + ".old"), StandardCopyOption.REPLACE_EXISTING);
        }
        Files.deleteIfExists(file(HAND_IN));
        Files.writeString(file(QUESTIONS), LabSheet.questions(lab, grading, script, language, student));
        Files.writeString(file(ANSWERS), LabSheet.answers(lab, grading, student, language,
                acts == null ? Map.of() : acts.answers()));
        Files.writeString(file(RUN), run.signed() + "signature: " + run.signature + "\n");
        return run;
    }

    public Run read() throws IOException, LabSyntaxException {
        if (!Files.exists(file(RUN))) {
            throw new IOException(file(RUN) + " is missing: answers are checked in the folder that packetlab lab start has made");
        }
        Map<String, String> fields = fields(RUN, RUN_HEAD);
        String source = file(RUN).toString();
        for (String field : new String[] {"lab", "student", "seed", "language", "capture", "signature"}) {
            if (fields.getOrDefault(field, "").isEmpty()) {
                throw new LabSyntaxException(source, 0, "a line '" + field + ": ...'", null);
            }
        }
        if (!fields.get("student").matches(Course.ID)) {
            throw new LabSyntaxException(source, 0, "a student's id", fields.get("student"));
        }
        long seed;
        try {
            seed = Long.parseUnsignedLong(fields.get("seed"));
        } catch (NumberFormatException e) {
            throw new LabSyntaxException(source, 0, "a seed", fields.get("seed"));
        }
        return new Run(fields.get("lab"), fields.get("student"), seed, fields.get("language"), fields.get("capture"),
                fields.getOrDefault("acts", NONE), fields.get("signature"));
    }

    private Map<String, String> fields(String name, String head) throws IOException, LabSyntaxException {
        Map<String, String> fields = new TreeMap<>();
        String[] lines = Texts.read(file(name)).split("\\R");
        if (!lines[0].equals(head)) {
            throw new LabSyntaxException(file(name).toString(), 1, "'" + head + "'", lines[0]);
        }
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(": ");
            if (colon < 0 || fields.putIfAbsent(lines[i].substring(0, colon), lines[i].substring(colon + 2).strip()) != null) {
                throw new LabSyntaxException(file(name).toString(), i + 1, "'name: value', each name once", lines[i]);
            }
        }
        return fields;
    }

    /** SHA-256 of the capture as it is now. */
    public String captureHash() throws IOException {
        return Course.hash(octets(CAPTURE));
    }

    /** Whether what was done is as that run says. */
    boolean hasActsOf(Run run) throws IOException {
        return run.acts.equals(NONE) || Course.same(Course.hash(octets(ACTS)), run.acts);
    }

    /** What filters select of its capture. */
    Selection selection() {
        return new Selection(file(CAPTURE));
    }

    private byte[] octets(String name) throws IOException {
        Path file = file(name);
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + ": no such file");
        }
        if (Files.size(file) > MAX_CAPTURE) {
            throw new IOException(file + ": is larger than any lab's (" + (MAX_CAPTURE >> 20) + " MB)");
        }
        return Files.readAllBytes(file);
    }

    /** Signs the answers as they are now. */
    public void handIn(Course.Token token) throws IOException {
        String signed = handedIn();
        Files.writeString(file(HAND_IN), signed + "signature: " + token.sign(signed) + "\n");
    }

    private String handedIn() throws IOException {
        return HAND_IN_HEAD + "\nrun: " + Course.hash(octets(RUN)) + "\nanswers: " + Course.hash(octets(ANSWERS)) + "\n";
    }

    /** What is wrong with the signature of the answers, or null; asked with the key that it should be made with. */
    String handInTrouble(Course.Token token, String language) throws IOException, LabSyntaxException {
        if (!Files.exists(file(HAND_IN))) {
            return Phrase.ANSWERS_UNSIGNED.in(language);
        }
        Map<String, String> fields = fields(HAND_IN, HAND_IN_HEAD);
        String signed = handedIn();
        return Course.same(token.sign(signed), fields.getOrDefault("signature", "")) ? null
                : Phrase.ANSWERS_CHANGED.in(language);
    }

    /** Facts of its capture. */
    Facts facts() throws IOException {
        octets(CAPTURE);
        return FactReader.read(file(CAPTURE));
    }

}
