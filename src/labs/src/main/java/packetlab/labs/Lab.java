package packetlab.labs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * One lab, as a folder holds it:
 * <pre>
 *  script.txt    variables that the seed draws, the wire, what the actors do      ({@link Script})
 *  grading.txt   the questions: kind of answer, the query that makes the key      ({@link Grading})
 *  lab.en.txt    story, questions, hints and explanations in English              ({@link LabText})
 *  lab.ko.txt    the same in Korean; other languages likewise
 * </pre>
 * All of it is read and checked at once, so that a faulty folder is told before a student sees it.
 */
public final class Lab {
    public static final String ENGLISH = "en";
    private static final String SCRIPT = "script.txt", GRADING = "grading.txt", RESOURCES = "/packetlab/labs/";
    private static final String[] LANGUAGES = {"en", "ko", "ja", "zh", "de", "fr", "es", "pt", "it", "ru", "vi", "id"};

    private final String name;
    private final String place;
    private final String script;
    private final String grading;
    private final Map<String, LabText> texts = new TreeMap<>();

    /** Gives the text of a file of the folder, or null where it has none. */
    private interface Folder {
        String file(String name) throws IOException;
    }

    private Lab(String name, String place, Folder folder) throws IOException, LabSyntaxException {
        this.name = name;
        this.place = place;
        this.script = required(folder, SCRIPT);
        this.grading = required(folder, GRADING);
        for (String language : LANGUAGES) {
            String file = "lab." + language + ".txt";
            String text = folder.file(file);
            if (text != null) {
                texts.put(language, LabText.read(place + file, text));
            }
        }
        if (texts.isEmpty()) {
            throw new LabSyntaxException(place, 0, "a file lab.en.txt with the story and the questions", null);
        }
        Script first = script(0);
        Grading questions = grading(first);
        for (LabText text : texts.values()) {
            text.check(questions, first);
        }
    }

    private String required(Folder folder, String file) throws IOException, LabSyntaxException {
        String text = folder.file(file);
        if (text == null) {
            throw new LabSyntaxException(place, 0, "a file " + file, null);
        }
        return text;
    }

    /** A folder of a teacher's. */
    public static Lab load(Path folder) throws IOException, LabSyntaxException {
        if (!Files.isDirectory(folder)) {
            throw new IOException(folder + ": no such folder");
        }
        String name = folder.toAbsolutePath().normalize().getFileName().toString();
        return new Lab(name, folder + "/", file -> Files.exists(folder.resolve(file)) ? Texts.read(folder.resolve(file)) : null);
    }

    /** One of ours. */
    static Lab ours(String name) throws IOException, LabSyntaxException {
        return new Lab(name, "labs/" + name + "/", file -> {
            try (InputStream in = Lab.class.getResourceAsStream(RESOURCES + name + "/" + file)) {
                return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        });
    }

    public String name() {
        return name;
    }

    /** The text of that language, or the English one, or whichever there is. */
    LabText text(String language) {
        LabText wanted = texts.getOrDefault(language, texts.get(ENGLISH));
        return wanted != null ? wanted : texts.values().iterator().next();
    }

    public String title(String language) {
        return text(language).title();
    }

    public String summary(String language) {
        return text(language).summary();
    }

    public String minutes(String language) {
        return text(language).minutes();
    }

    public boolean speaks(String language) {
        return texts.containsKey(language);
    }

    Script script(long seed) throws LabSyntaxException {
        return Script.read(place + SCRIPT, script, seed);
    }

    /** Whether the student has something to do while it is played. */
    public boolean isInteractive() throws LabSyntaxException {
        return !script(0).acts().isEmpty();
    }

    String scriptName() {
        return place + SCRIPT;
    }

    Grading grading(Script played) throws LabSyntaxException {
        return Grading.read(place + GRADING, grading, played.variables());
    }
}
