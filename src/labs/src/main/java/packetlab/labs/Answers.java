package packetlab.labs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a student wrote: {@code question: answer} on each line. What cannot be read is told, one line each, and the rest
 * counts.
 *
 * @param values  by question; empty where nothing was written
 * @param trouble lines that could not be read
 */
record Answers(Map<String, String> values, List<String> trouble) {
    private static final int MAX_LENGTH = 2_000, MAX_TROUBLE = 10;

    static Answers read(String source, String text, List<Question> questions, String language) {
        Map<String, String> values = new LinkedHashMap<>();
        List<String> trouble = new ArrayList<>();
        List<String> ids = questions.stream().map(Question::id).toList();
        int number = 0;
        for (String line : text.split("\\R", -1)) {
            number++;
            if (line.isBlank() || line.stripLeading().startsWith("#")) {
                continue;
            }
            int colon = line.indexOf(':');
            String id = colon < 0 ? line.strip() : line.substring(0, colon).strip();
            String found = Texts.cut(line.strip(), 40);
            if (colon < 0) {
                trouble.add(Phrase.NO_COLON.in(language, source, number, found));
            } else if (!ids.contains(id)) {
                trouble.add(Phrase.NO_QUESTION.in(language, source, number, Texts.cut(id, 40)));
            } else if (!values.getOrDefault(id, "").isEmpty()) {
                trouble.add(Phrase.ANSWERED_BEFORE.in(language, source, number, id));
            } else {
                String value = line.substring(colon + 1).strip();
                values.put(id, value.length() > MAX_LENGTH ? value.substring(0, MAX_LENGTH) : value);
            }
        }
        if (trouble.size() > MAX_TROUBLE) {
            int more = trouble.size() - MAX_TROUBLE;
            trouble.subList(MAX_TROUBLE, trouble.size()).clear();
            trouble.add(Phrase.MORE_SUCH.in(language, source, more));
        }
        return new Answers(values, trouble);
    }
}
