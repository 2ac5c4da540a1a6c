package packetlab.labs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a lab is graded: facts that questions share, and the questions. Read for one student, because conditions may name
 * what the seed has drawn.
 */
final class Grading {
    private static final int MAX_QUESTIONS = 100;

    private final Map<String, Query> facts = new LinkedHashMap<>();
    private final List<Question> questions = new ArrayList<>();

    /** What is known of a question so far. */
    private static final class Draft {
        private final Line line;
        private final String id;
        private Question.Kind kind;
        private List<String> choices = List.of();
        private Query key;
        private Query look;
        private boolean own;
        private int points = 1;
        private long within;
        private String needs;
        private final Map<String, Query> mistakes = new LinkedHashMap<>();

        Draft(Line line, String id) {
            this.line = line;
            this.id = id;
        }

        Question made() throws LabSyntaxException {
            if (kind == null || key == null) {
                throw new LabSyntaxException(line.source(), line.number(), "the question " + id + " with '"
                        + (kind == null ? "answer" : "key") + "' below it", null);
            }
            if (kind == Question.Kind.PACKET && look == null) {
                throw new LabSyntaxException(line.source(), line.number(), "the question " + id + " with 'look' below it:"
                        + " to point at the packet itself would give the answer away", null);
            }
            if (kind == Question.Kind.FILTER && !key.listsFrames()) {
                throw new LabSyntaxException(line.source(), line.number(), "the question " + id + " with a key 'ROWS list "
                        + "frame': the packets that a filter is to select", null);
            }
            return new Question(id, kind, choices, key, look, own, points, within, needs, mistakes);
        }
    }

    private Grading() {}

    static Grading read(String source, String text, Variables variables) throws LabSyntaxException {
        Grading grading = new Grading();
        Draft draft = null;
        for (Line raw : Line.all(source, text)) {
            Line line = raw.filled(variables);
            if (line.takes("question")) {
                grading.add(draft);
                String id = line.name("the question's name");
                if (grading.facts.containsKey(id)) {
                    throw new LabSyntaxException(source, line.number(), "a name that is not taken yet", id);
                }
                draft = new Draft(line, id);
            } else if (line.takes("fact")) {
                grading.add(draft);
                draft = null;
                String name = line.name("the fact's name");
                if (grading.facts.putIfAbsent(name, Query.read(line, true)) != null) {
                    throw new LabSyntaxException(source, line.number(), "a name that is not taken yet", name);
                }
            } else if (draft == null) {
                throw line.expected("'question' or 'fact'");
            } else {
                property(grading, draft, line);
            }
            line.end();
        }
        grading.add(draft);
        if (grading.questions.isEmpty()) {
            throw new LabSyntaxException(source, 0, "a question", null);
        }
        return grading;
    }

    private void add(Draft draft) throws LabSyntaxException {
        if (draft != null) {
            Question question = draft.made();
            facts.put(question.id(), question.key());
            questions.add(question);
            if (questions.size() > MAX_QUESTIONS) {
                throw draft.line.expected("no more than " + MAX_QUESTIONS + " questions");
            }
        }
    }

    private static void property(Grading grading, Draft draft, Line line) throws LabSyntaxException {
        if (line.takes("answer")) {
            kind(draft, line);
        } else if (line.takes("key")) {
            draft.key = Query.read(line, true);
        } else if (line.takes("look")) {
            draft.look = Query.read(line, false);
        } else if (line.takes("own")) {
            draft.own = true;
        } else if (line.takes("points")) {
            draft.points = (int) line.number("points", 1, 100);
        } else if (line.takes("within")) {
            draft.within = line.number("how far off it may be", 0, 1L << 40);
        } else if (line.takes("needs")) {
            draft.needs = line.name("a deed");
            String deed = draft.needs;
            if (grading.questions.stream().noneMatch(q -> q.id().equals(deed) && q.kind() == Question.Kind.DEED)) {
                throw new LabSyntaxException(line.source(), line.number(), "a question before this one that is answered by a deed",
                        deed);
            }
        } else if (line.takes("mistake")) {
            draft.mistakes.put(line.name("the mistake's name"), Query.read(line, true));
        } else {
            throw line.expected("'answer', 'key', 'look', 'own', 'points', 'within', 'needs' or 'mistake'");
        }
    }

    private static void kind(Draft draft, Line line) throws LabSyntaxException {
        if (line.takes("choice")) {
            draft.kind = Question.Kind.CHOICE;
            List<String> choices = new ArrayList<>();
            while (!line.atEnd()) {
                choices.add(line.word("a choice"));
            }
            if (choices.size() < 2) {
                throw line.expected("at least two choices");
            }
            draft.choices = choices;
            return;
        }
        for (Question.Kind kind : Question.Kind.values()) {
            if (line.takes(kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'))) {
                draft.kind = kind;
                return;
            }
        }
        throw line.expected("'packet', 'number', 'text', 'yes-no', 'list', 'filter', 'deed' or 'choice' and the choices");
    }

    List<Question> questions() {
        return questions;
    }

    /** The value of every fact and key of this capture; those that it does not tell are missing. */
    Map<String, String> keys(Facts captured) {
        Map<String, String> known = new LinkedHashMap<>();
        facts.forEach((name, query) -> {
            String value = query.ask(captured, known).value();
            if (value != null) {
                known.put(name, value);
            }
        });
        return known;
    }
}
