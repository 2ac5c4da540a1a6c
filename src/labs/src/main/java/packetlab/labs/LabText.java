package packetlab.labs;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a lab says to its student, in one language: lines {@code title:}, {@code summary:}, {@code minutes:} and {@code
 * reading:}, then parts that begin with {@code == story}, {@code == question ID}, {@code == hint ID}, {@code == why ID},
 * {@code == mistake ID NAME} and {@code == act NAME}. {@code {name}} is what the seed has drawn.
 */
final class LabText {
    private static final List<String> HEAD = List.of("title", "summary", "minutes", "reading");
    private static final String PART = "== ";

    /** @param line where it begins */
    private record Part(int line, String text) {}

    private final String source;
    private final Map<String, String> head = new LinkedHashMap<>();
    private final Map<String, Part> parts = new LinkedHashMap<>();

    private LabText(String source) {
        this.source = source;
    }

    static LabText read(String source, String text) throws LabSyntaxException {
        LabText read = new LabText(source);
        String part = null;
        int began = 0;
        StringBuilder body = new StringBuilder();
        int number = 0;
        for (String line : text.split("\\R", -1)) {
            number++;
            if (line.startsWith(PART)) {
                read.put(part, began, body);
                part = line.substring(PART.length()).strip().replaceAll("\\s+", " ");
                began = number;
                if (!part.matches("story|(question|hint|why|act) [A-Za-z][A-Za-z0-9_.-]*|mistake [A-Za-z][A-Za-z0-9_.-]* [A-Za-z][A-Za-z0-9_.-]*")
                        || read.parts.containsKey(part)) {
                    throw new LabSyntaxException(source, number, "'story', 'act NAME', 'question ID', 'hint ID', 'why ID' or "
                            + "'mistake ID NAME', each once", part);
                }
            } else if (part != null) {
                body.append(line.stripTrailing()).append('\n');
            } else if (!line.isBlank() && !line.startsWith("#")) {
                int colon = line.indexOf(':');
                String key = colon < 0 ? line : line.substring(0, colon).strip();
                if (colon < 0 || !HEAD.contains(key)) {
                    throw new LabSyntaxException(source, number, "'title:', 'summary:', 'minutes:', 'reading:' or a part"
                            + " such as '== story'", line);
                }
                read.head.put(key, line.substring(colon + 1).strip());
            }
        }
        read.put(part, began, body);
        for (String key : HEAD) {
            if (read.head.getOrDefault(key, "").isEmpty()) {
                throw new LabSyntaxException(source, 0, "a line '" + key + ": ...' at its beginning", null);
            }
        }
        if (!read.parts.containsKey("story")) {
            throw new LabSyntaxException(source, 0, "a part '== story'", null);
        }
        return read;
    }

    private void put(String part, int line, StringBuilder body) {
        if (part != null) {
            parts.put(part, new Part(line, body.toString().strip()));
        }
        body.setLength(0);
    }

    String title() {
        return head.get("title");
    }

    String summary() {
        return head.get("summary");
    }

    String minutes() {
        return head.get("minutes");
    }

    String reading() {
        return head.get("reading");
    }

    /** The text of a part with this student's values, or null where there is no such part. */
    String part(String name, Variables variables) throws LabSyntaxException {
        Part part = parts.get(name);
        return part == null ? null : variables.fill(part.text, source, part.line);
    }

    /** Holds it against the questions, and the variables that it names against those that there are. */
    void check(Grading grading, Script script) throws LabSyntaxException {
        Variables variables = script.variables();
        Set<String> wanted = new java.util.TreeSet<>(Set.of("story"));
        script.acts().forEach(act -> wanted.add("act " + act.name()));
        for (Question question : grading.questions()) {
            wanted.add("question " + question.id());
            wanted.add("hint " + question.id());
            wanted.add("why " + question.id());
            question.mistakes().keySet().forEach(m -> wanted.add("mistake " + question.id() + " " + m));
        }
        for (String name : wanted) {
            if (part(name, variables) == null) {
                throw new LabSyntaxException(source, 0, "a part '== " + name + "'", null);
            }
        }
        for (Map.Entry<String, Part> part : parts.entrySet()) {
            if (!wanted.contains(part.getKey())) {
                throw new LabSyntaxException(source, part.getValue().line, "a part that the grading knows", part.getKey());
            }
        }
    }
}
